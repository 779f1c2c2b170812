#!/usr/bin/env bats
# qlload --follow: a log that is written to and rotated, reader up and reader down.

load helper
load mysql

setup_file() {
	mysql_start || return 1
}

teardown_file() { mysql_stop; }

setup() {
	mysql_need
	need python3
	mysql_table queue_log queuemetrics InnoDB
	mkdir log
	: >log/queue_log
}

teardown() {
	if [[ ${follower-} ]]; then kill -KILL "$follower" 2>/dev/null || :; fi
	sanitized
}

follow() {
	qlload --defaults-file="$MY_CNF" --follow "$@" sql:A log/queue_log 2>>said 3>&- &
	follower=$!
}

rows() { qlfetch --defaults-file="$MY_CNF" sql:A 2>/dev/null | grep -c INFO; }
has_rows() { [ "$(rows)" -ge "$1" ]; }
writer() { python3 "$ROOT/tests/tools/writer.py" log/queue_log "$@" >>written; }

# stored: everything that was written is in the table, once, in order.
stored() {
	local n
	n=$(wc -l <written)
	eventually has_rows "$n" || { cat said; ls -l log; }
	qlfetch -p A written >want
	qlfetch --defaults-file="$MY_CNF" sql:A >got
	assert_same want got || { cat said; return 1; }
}

# up ROTATION: with the reader following all the time.
up() {
	follow --from all
	writer "$1" 6000
	stored
	kill "$follower"
}

# down ROTATION: the reader is killed before, and started again behind all of it.
down() {
	writer none 500
	follow --from all
	eventually has_rows 500
	kill -KILL "$follower"
	writer "$1" 3000
	follow
	stored
	# and once more: nothing is doubled
	kill -KILL "$follower"
	follow
	sleep 1
	stored
}

@test "qlload --follow: renamed, reader up" { up rename; }
@test "qlload --follow: renamed, reader down" { down rename; }
@test "qlload --follow: copied and truncated, reader up" { up copytruncate; }
@test "qlload --follow: copied and truncated, reader down" { down copytruncate; }
@test "qlload --follow: compressed, reader up" { up gzip; }
@test "qlload --follow: compressed, reader down" { down gzip; }
@test "qlload --follow: rotated twice at once, reader up" { up twice; }
@test "qlload --follow: rotated twice at once, reader down" { down twice; }
@test "qlload --follow: deleted, reader up" { up delete; }
@test "qlload --follow: replaced by a copy, reader up" { up replace; }
@test "qlload --follow: replaced by a copy, reader down" { down replace; }

@test "qlload --follow: an empty partition wants --from" {
	raw '100 c1 q a INFO' >log/queue_log
	try qlload --defaults-file="$MY_CNF" --follow sql:A log/queue_log
	assert_status 2
	assert_err_has 'nothing is stored yet: --from TIME or --from all'
}

@test "qlload --follow: a line is not taken before its LF" {
	follow --from all
	printf '100|c1|q|a|INFO|1\n100|c2|q|a|INFO|12' >>log/queue_log
	eventually has_rows 1
	sleep 1.5
	[ "$(rows)" = 1 ]
	printf '3\n' >>log/queue_log
	eventually has_rows 2
	[ "$(qlfetch --defaults-file="$MY_CNF" sql:A | tail -n 1 | cut -f 7)" = 123 ]
}

@test "qlload --follow: NULs after a crash are refused, and the lines behind them taken" {
	{ raw '100 c1 q a INFO'; head -c 5000 /dev/zero; echo; raw '101 c2 q a INFO'; } >log/queue_log
	follow --from all
	eventually has_rows 2
	grep -q 'log/queue_log:2: ' said
}

@test "qlload --follow: a clock that steps back hides no line" {
	raw '200000 c1 q a INFO' >log/queue_log
	follow --from 150000
	eventually has_rows 1
	raw '50 c2 q a INFO' >>log/queue_log
	eventually has_rows 2
}

@test "qlload --follow: what the log no longer holds is a gap" {
	raw '100 c1 q a INFO' | qlload --defaults-file="$MY_CNF" -I queuelog sql:A
	raw '200 c2 q a INFO' >log/queue_log
	try qlload --defaults-file="$MY_CNF" --follow sql:A log/queue_log
	assert_status 2
	assert_err_has 'log/queue_log: gap: it begins behind the newest event stored'
	follow --accept-gap
	eventually has_rows 2
}

@test "qlload --follow: truncated, and no copy of what it held: a gap" {
	raw '100 c1 q a INFO' >log/queue_log
	follow --from all
	eventually has_rows 1
	raw '101 c2 q a INFO|and what is longer than it was before' >log/queue_log
	local status=0
	wait "$follower" || status=$?
	[ "$status" = 2 ]
	grep -q 'gap: the log was truncated' said
}

@test "qlload --follow: READY, a heartbeat, figures" {
	raw "$(date +%s) c1 q a INFO" >log/queue_log
	python3 - >notes <<-'END' 3>&- &
		import socket
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind('notify')
		s.settimeout(20)
		for i in range(3):
		    print(s.recv(100).decode(), flush=True)
	END
	eventually test -S notify
	NOTIFY_SOCKET=$PWD/notify follow --from all --heartbeat 1 --metrics figures
	eventually grep -q READY=1 notes
	eventually grep -q WATCHDOG=1 notes
	eventually test -s figures
	grep -q '^qlload_events_total{partition="A",result="inserted"} ' figures
	eventually bash -c "qlfetch --defaults-file='$MY_CNF' sql:A | grep -q HEARTBEAT"
	grep -q HEARTBEAT <(qlfetch --defaults-file="$MY_CNF" sql:A)
}

@test "qlload --status: lag, what is missing, and who loads" {
	now=$(date +%s)
	raw "$((now - 1000)) c1 q a INFO" >log/queue_log
	qlload --defaults-file="$MY_CNF" -I queuelog sql:A log/queue_log
	try qlload --defaults-file="$MY_CNF" --status sql:A log/queue_log
	assert_status 0
	printf 'newest row %d\nnewest line %d\nmissing of the last day 0\nlag 0\nloading nobody\n' \
		$((now - 1000)) $((now - 1000)) | assert_output
	raw "$now c2 q a INFO" >>log/queue_log
	try qlload --defaults-file="$MY_CNF" --status sql:A log/queue_log
	assert_status 1
	assert_output_has 'missing of the last day 1'
	assert_output_has 'lag 1000'
	try qlload --defaults-file="$MY_CNF" --status --max-lag 1h sql:A log/queue_log
	assert_status 0
	[ "$(rows)" = 1 ]
	# a log that is quiet since days, and was not loaded before it was
	raw "1000000 c2 q a INFO" >log/queue_log
	qlload --defaults-file="$MY_CNF" -I queuelog sql:Q -p Q log/queue_log
	raw "1090000 c2 q a INFO" >>log/queue_log
	try qlload --defaults-file="$MY_CNF" --status sql:Q log/queue_log
	assert_status 1
	printf 'newest row 1000000\nnewest line 1090000\nmissing of the last day 0\nlag 90000\nloading nobody\n' | assert_output
	try qlload --defaults-file="$MY_CNF" --status sql:E log/queue_log
	assert_status 1
	printf 'newest row none\nnewest line 1090000\nmissing of the last day 0\nlag none\nloading nobody\n' | assert_output
	assert_err_has 'the partition is empty'
	: >log/queue_log
	try qlload --defaults-file="$MY_CNF" --status sql:E log/queue_log
	assert_status 0
	assert_output_has 'lag 0'
}

@test "qlload --follow: a log that is not there is waited for, and that is said" {
	rm log/queue_log
	follow --from all
	eventually grep -q 'qlload: log/queue_log: No such file or directory; waiting' said
	raw '1000 c1 q a INFO' >log/queue_log
	eventually has_rows 1
	[ "$(grep -c waiting said)" = 1 ]
}
