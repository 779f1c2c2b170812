#!/usr/bin/env bats
# qlfetch --follow: a log that is written to and rotated, and what is said when it cannot be read.

load helper

setup() {
	need python3
	mkdir log
	: >log/queue_log
}

teardown() {
	if [[ ${follower-} ]]; then kill -KILL "$follower" 2>/dev/null || :; fi
	sanitized
}

# follow ARGUMENT...: in the background; what comes out is in `out`, what is said in `said`.
follow() {
	qlfetch -p A --follow "$@" >out 2>said 3>&- &
	follower=$!
}

writer() { python3 "$ROOT/tests/tools/writer.py" log/queue_log "$@" >>written; }
lines() { [ "$(wc -l <out)" -ge "$1" ]; }
has() { grep -q -e "$1" "${2-out}"; }

# all: every line that was written is there, once, in order.
all() {
	eventually lines "$(wc -l <written)" || { cat said; ls -l log; }
	qlfetch -p A written >want
	assert_same want out || { cat said; return 1; }
}

# up ROTATION: by a writer at full speed.
up() {
	follow log/queue_log
	writer "$1" 6000
	all
}

# stopped ROTATION: all of it happens while the follower is stopped.
stopped() {
	writer none 500
	follow log/queue_log
	eventually lines 500
	kill -STOP "$follower"
	writer "$1" 3000
	kill -CONT "$follower"
	all
}

# Its events went into the log that it reads: for ever, and Asterisk's lines among them.
@test "qlfetch --follow: a log that it would write to is not followed" {
	local operand
	writer none 10
	cp log/queue_log same
	for operand in log/queue_log log; do
		try timeout 20 bash -c 'qlfetch -p A -F queuelog --follow "$1" >>log/queue_log' - "$operand"
		assert_status 2
		assert_err "qlfetch: $operand: is where the output goes"
		assert_same same log/queue_log
	done
}

@test "qlfetch --follow: renamed" { up rename; }
@test "qlfetch --follow: copied and truncated" { up copytruncate; }
@test "qlfetch --follow: compressed" { up gzip; }
@test "qlfetch --follow: rotated twice at once" { up twice; }
@test "qlfetch --follow: deleted" { up delete; }
@test "qlfetch --follow: replaced by a copy" { up replace; }
@test "qlfetch --follow: stopped while it was renamed" { stopped rename; }
@test "qlfetch --follow: stopped while it was copied and truncated" { stopped copytruncate; }
@test "qlfetch --follow: stopped while it was compressed" { stopped gzip; }
@test "qlfetch --follow: stopped while it was rotated twice at once" { stopped twice; }
@test "qlfetch --follow: stopped while it was replaced by a copy" { stopped replace; }

@test "qlfetch --follow: of a directory the whole log, of a file that file" {
	raw '300 c3 q a INFO' >log/queue_log
	raw '200 c2 q a INFO' >log/queue_log.1
	raw '100 c1 q a INFO' | gzip >log/queue_log.2.gz
	qlfetch -p A log >want
	follow log
	eventually lines 3
	raw '400 c4 q a INFO' >>log/queue_log
	eventually has c4
	{ cat want; ev '400 A c4 q a INFO'; } | assert_same - out
	kill "$follower"
	follow log/queue_log
	eventually has c4
	{ ev '300 A c3 q a INFO'; ev '400 A c4 q a INFO'; } | assert_same - out
}

@test "qlfetch --follow --from: looks for the time in the rotated parts, too" {
	now=$(date +%s)
	raw "$now c3 q a INFO" >log/queue_log
	{ raw "$((now - 200)) c1 q a INFO"; raw "$((now - 100)) c2 q a INFO"; } >log/queue_log.1
	follow -f "$((now - 150))" log/queue_log
	eventually has c3
	raw "$((now - 170)) c0 q a INFO" >>log/queue_log
	raw "$now c4 q a INFO" >>log/queue_log
	eventually has c4
	qlfetch -p A -f "$((now - 150))" log >want
	assert_same want out
}

@test "qlfetch --follow: real logs, while they are written, are what they are at the end" {
	follow log/queue_log
	for part in "$DATA"/cluster/C/queue_log*; do
		qlfetch -p A -F queuelog "$part" >part
		mapfile -t text <part
		printf '%s\n' "${text[@]:0:200}" >>log/queue_log
		sleep 0.15
		printf '%s\n' "${text[@]:200}" >>log/queue_log
		cat part >>written
	done
	all
}

@test "qlfetch --follow: a line is not taken before its LF" {
	follow log/queue_log
	printf '100|c1|q|a|INFO|1\n100|c2|q|a|INFO|12' >>log/queue_log
	eventually has c1
	sleep 0.5
	lines 2 && return 1
	printf '3\n' >>log/queue_log
	eventually has c2
	[ "$(tail -n 1 out | cut -f 7)" = 123 ]
}

@test "qlfetch --follow: a last line without LF counts when the file was left" {
	printf '100|c1|q|a|INFO|1\n100|c2|q|a|INFO|12' >>log/queue_log
	follow log/queue_log
	eventually has c1
	mv log/queue_log log/queue_log.1
	raw '101 c3 q a INFO' >log/queue_log
	eventually has c3
	[ "$(cut -f 3 out | tr '\n' ' ')" = 'c1 c2 c3 ' ]
}

@test "qlfetch --follow: what is written to a renamed log before the new one is begun" {
	raw '100 c1 q a INFO' >log/queue_log
	follow log/queue_log
	eventually has c1
	mv log/queue_log log/queue_log.1
	: >log/queue_log
	sleep 0.5
	raw '101 c2 q a INFO' >>log/queue_log.1
	eventually has c2
	raw '102 c3 q a INFO' >>log/queue_log
	eventually has c3
	[ "$(cut -f 3 out | tr '\n' ' ')" = 'c1 c2 c3 ' ]
}

@test "qlfetch --follow: NULs after a crash are refused, and the lines behind them taken" {
	{ raw '100 c1 q a INFO'; head -c 5000 /dev/zero; echo; raw '101 c2 q a INFO'; } >log/queue_log
	follow -v log/queue_log
	eventually has c2
	has 'log/queue_log:2: ' said
	kill "$follower"
	eventually has '3 lines read = 2 passed + 0 filtered + 1 refused; 0 late' said
}

@test "qlfetch --follow: a line that never ends costs no memory, and is refused" {
	follow --max-line 1000 -v log/queue_log
	{ head -c 3000000 /dev/zero | tr '\0' x; echo; raw '101 c2 q a INFO'; } >>log/queue_log
	eventually has c2
	has 'longer than a line may be' said
}

@test "qlfetch --follow: truncated, and no copy of what it held: a gap, and it goes on" {
	raw '100 c1 q a INFO' >log/queue_log
	follow log/queue_log
	eventually has c1
	raw '101 c2 q a INFO|and what is longer than it was before' >log/queue_log
	eventually has c2
	has 'log/queue_log: down: gap: the log was truncated' said
	[ "$(cut -f 6 out | tr '\n' ' ')" = 'INFO SOURCEDOWN SOURCEUP INFO ' ]
}

@test "qlfetch --follow: an old log that is put beside it is no news" {
	raw '100000 c1 q a INFO' >log/queue_log
	follow log/queue_log
	eventually has c1
	raw '500 old q a INFO' | gzip >log/queue_log-restored.gz
	cp log/queue_log log/queue_log.bak
	mv log/queue_log log/queue_log.1
	raw '100001 c2 q a INFO' >log/queue_log
	eventually has c2
	lines 3 && return 1
	[ "$(cut -f 3 out | tr '\n' ' ')" = 'c1 c2 ' ]
}

@test "qlfetch --follow: the reason why it is down is escaped, once" {
	mkdir 'x\y'
	follow 'x\y'
	eventually has SOURCEDOWN
	[ "$(cut -f 7 out)" = 'x\\y/queue_log: No such file or directory' ]
}

@test "qlfetch --follow: missing, unreadable, gone with its directory: down, said once, and up again" {
	rmdir log 2>/dev/null || rm -r log
	follow log/queue_log
	eventually has SOURCEDOWN
	mkdir log
	raw '100 c1 q a INFO' >log/queue_log
	eventually has c1
	rm log/queue_log
	mkdir log/queue_log
	eventually eval '[ $(grep -c SOURCEDOWN out) = 2 ]'
	rmdir log/queue_log
	raw '101 c2 q a INFO' >log/queue_log
	eventually has c2
	rm -r log
	eventually eval '[ $(grep -c SOURCEDOWN out) = 3 ]'
	mkdir log
	raw '102 c3 q a INFO' >log/queue_log
	eventually has c3
	[ "$(cut -f 3,6 out | tr '\t\n' '= ')" = 'NONE=SOURCEDOWN NONE=SOURCEUP c1=INFO NONE=SOURCEDOWN NONE=SOURCEUP c2=INFO NONE=SOURCEDOWN NONE=SOURCEUP c3=INFO ' ]
	[ "$(grep -c 'down: ' said)" = 3 ]
	[ "$(cut -f 1 out | tr '\n' ' ')" = '0 100 100 100 101 101 101 102 102 ' ]
}

@test "qlfetch --follow: a log that is away for a moment is not down" {
	follow log/queue_log
	writer none 10
	mv log/queue_log log/queue_log.1
	sleep 1
	writer none 10
	all
	[ ! -s said ]
}

@test "qlfetch --follow --tick: nothing older will come" {
	raw '100 c1 q a INFO' >log/queue_log
	follow --tick 1 log/queue_log
	eventually eval '[ $(grep -c TICK out) -ge 2 ]'
	raw "$(date +%s) c2 q a INFO" >>log/queue_log
	eventually eval '[ $(grep -c TICK out) -ge 5 ]'
	now=$(date +%s)
	# eleven fields, and each time once, never older than what came before
	awk -F '\t' -v now="$now" '
		$6 == "TICK" {
			if (NF != 11 || $2 != "A" || $3 $4 $5 != "NONENONENONE" || $7 $8 $9 $10 $11 != "") exit 1
			if ($1 in seen || $1 < last || $1 > now - 2) exit 1
			seen[$1]
		}
		{ last = $1 }' out
	grep -v TICK out >got
	qlfetch -p A log/queue_log | assert_same - got
}

@test "qlfetch --follow: predicates select events, ticks pass" {
	raw '100 c1 sales a ENTERQUEUE' >log/queue_log
	follow --tick 1 -q sales -e ENTERQUEUE -v log/queue_log
	raw '100 c2 other a ENTERQUEUE' >>log/queue_log
	raw '100 c3 sales a ABANDON' >>log/queue_log
	raw '101 c4 sales a ENTERQUEUE' >>log/queue_log
	eventually has c4
	eventually has TICK
	grep -v TICK out | cut -f 3 | tr '\n' ' ' >got
	[ "$(cat got)" = 'c1 c4 ' ]
	kill "$follower"
	eventually has '4 lines read = 2 passed + 2 filtered + 0 refused; 0 late' said
}

@test "qlfetch --follow: a line is at the far end of a pipeline without another behind it" {
	printf 'sales\tverkauf\n' >names
	sh -c 'echo $$ >process; exec qlfetch -p A --follow log/queue_log' 3>&- | qlfilter -q sales 3>&- |
		qlrewrite --queues names 3>&- | qlmerge 3>&- | qlfilter -F queuelog 3>&- >out &
	last=$!
	for n in 1 2 3; do
		raw "10$n c$n sales a ENTERQUEUE" >>log/queue_log
		raw "10$n c$n other a ENTERQUEUE" >>log/queue_log
		eventually has "c$n.verkauf"
	done
	kill "$(cat process)"
	wait "$last"
	lines 4 && return 1
	:
}

@test "qlfetch --follow: an idle one notices that its reader is gone" {
	raw '100 c1 q a INFO' >log/queue_log
	{ qlfetch -p A --follow log/queue_log 3>&- 2>said || echo $? >status; } | head -n 1 >out
	has c1
	[ "$(cat status)" = 141 ]
	[ ! -s said ]
}

@test "qlfetch --follow: a signal ends it at once" {
	for sig in TERM INT HUP; do
		for v in '' -v; do
			local status=0
			timeout --preserve-status -s $sig 0.5 qlfetch -p A --follow $v log/queue_log >out 2>said ||
				status=$?
			((status == 128 + $(kill -l $sig)))
		done
	done
}

@test "qlfetch --follow --poll: so long nobody looks" {
	raw '100 c1 q a INFO' >log/queue_log
	follow --poll 1h -v log/queue_log
	eventually has c1 # it was flushed, so it waits
	raw '101 c2 q a INFO' >>log/queue_log
	kill "$follower"
	eventually has '1 lines read = 1 passed + 0 filtered + 0 refused; 0 late' said
	follow --poll 0.1 log/queue_log
	eventually has c2
	raw '102 c3 q a INFO' >>log/queue_log
	eventually has c3
}

@test "qlfetch --follow: a full disk ends it" {
	[[ -w /dev/full ]] || skip 'no /dev/full'
	raw '100 c1 q a INFO' >log/queue_log
	local status=0
	qlfetch -p A --follow log/queue_log >/dev/full 2>said || status=$?
	[ $status = 2 ]
	has 'stdout: No space left on device' said
}

@test "qlfetch --follow: what makes no sense is refused" {
	mkfifo fifo
	raw '100 c1 q a INFO' | gzip >packed
	while read -r why; do
		read -r -a args
		try qlfetch "${args[@]}"
		assert_status 2
		assert_output ''
		assert_err_has "$why"
	done <<-'END'
		--follow: which log
		-p A --follow
		--follow: one log or partition
		-p A --follow log/queue_log other
		standard input is read as it comes
		-p A --follow -
		fifo: --follow is for a file or a directory
		-p A --follow fifo
		packed: --follow is for the log that is written to
		-p A --follow packed
		--follow is for logs and for sql:
		-p A --follow -I events log/queue_log
		--follow is for logs and for sql:
		-p A --follow events:log/queue_log
		a raw log wants the partition it is of
		--follow log/queue_log
		appears when it is whole, and it never is
		-p A --follow -o file log/queue_log
		--follow excludes --rejects
		-p A --follow --rejects file log/queue_log
		--follow excludes --dry-run, --list and --newest
		-p A --follow --list log/queue_log
		--tick, --stale and --poll are for --follow
		-p A --tick 1 log/queue_log
		--tick, --stale and --poll are for --follow
		-p A --stale 1 log/queue_log
		--tick, --stale and --poll are for --follow
		-p A --poll 1 log/queue_log
		--poll: 0.09s: not from 0.1s to 1h
		-p A --follow --poll 0.09s log/queue_log
		--poll: 61m: not from 0.1s to 1h
		-p A --follow --poll 61m log/queue_log
		--poll: soon: not a duration
		-p A --follow --poll soon log/queue_log
	END
}

# through TEXT COMMAND...: what is made of whole lines comes out, though another has begun.
through() {
	rm -f fifo out
	mkfifo fifo
	exec 4<>fifo
	"${@:2}" <fifo >out 4>&- 3>&- &
	printf '%s\n%s' "$1" "${1:0:20}" >&4
	eventually test -s out || { echo "${@:2}"; kill $!; return 1; }
	exec 4>&-
	wait $! || :
}

@test "filters: what is whole goes on, though the next line has begun" {
	ev '100 A c1 q a ENTERQUEUE' >line
	through "$(cat line)" qlfilter
	through "$(cat line)" qlfilter -q q -F json
	through "$(cat line)" qlrewrite --by-partition
	through "$(cat line)" qlmerge
	through '100|c1|q|a|ENTERQUEUE' qlfetch -p A
	through '100|c1|q|a|ENTERQUEUE' qlfetch -p A -e ENTERQUEUE
	through "$(cat line; ev '101 A c1 q a ABANDON'; ev '99999 A c2 q a ENTERQUEUE')" qlcalls -N
}

@test "filters: an idle one notices that its reader is gone" {
	mkfifo idle
	exec 4<>idle
	for command in 'qlfilter -q none' 'qlrewrite --by-partition' 'qlfilter' 'qlmerge' 'qlcalls -N'; do
		rm -f status
		{ $command <idle 4>&- 3>&- || echo $? >status; } | true
		[ "$(cat status)" = 141 ]
	done
	exec 4>&-
}
