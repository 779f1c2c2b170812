#!/usr/bin/env bats
# qlfetch sql:P --follow: a partition that is written to, by one and by several, and a server that dies.

load helper
load mysql

setup_file() {
	mysql_need || return 0
	mysql_start
}

teardown_file() { mysql_stop; }

setup() {
	mysql_or_skip
	mysql_table queue_log queuemetrics InnoDB
	raw '100 c0 q a INFO' | load
}

teardown() {
	if [[ ${follower-} ]]; then kill -KILL "$follower" 2>/dev/null || :; fi
	if [[ ${loader-} ]]; then kill -KILL "$loader" 2>/dev/null || :; fi
	sanitized
}

load() { qlload --defaults-file="$MY_CNF" -I queuelog "$@" sql:A; }
fetch() { qlfetch --defaults-file="$MY_CNF" "$@"; }
follow() {
	qlfetch --defaults-file="$MY_CNF" --follow "$@" sql:A >out 2>said 3>&- &
	follower=$!
}
has() { grep -q -e "$1" "${2-out}"; }
lines() { [ "$(wc -l <"${2-out}")" -ge "$1" ]; }
# insert TIME CALLID...: rows, as another writer puts them there.
insert() {
	local t=$1 c
	shift
	for c; do
		mysql_sql "INSERT INTO queue_log (\`partition\`, time_id, call_id, queue, agent, verb)
			VALUES ('A', $t, '$c', 'q', 'a', 'INFO')"
	done
}
# alike: what came is what is there, but for the stream's own events.
alike() {
	fetch sql:A | sort >want
	grep -v 'TICK\|SOURCE' out | sort | assert_same want -
}

@test "sql --follow: what is there, and what comes" {
	follow
	eventually has c0
	raw '200 c1 q a INFO' | load
	eventually has c1
	for n in 2 3 4; do raw "20$n c$n q a INFO"; done | load
	eventually has c4
	fetch sql:A | assert_same - out
	[ ! -s said ]
}

@test "sql --follow: equal rows are as many as they are, late ones come, each once" {
	follow -v
	eventually has c0
	insert 1000 twin twin
	eventually has twin
	insert 1000 twin
	insert 950 late twin
	insert 1001 other
	eventually has other
	eventually has late
	insert 1002 last
	eventually has last
	[ "$(grep -c twin out)" = 4 ]
	alike
	kill "$follower"
	eventually has '8 lines read = 8 passed + 0 filtered + 0 refused; 2 late' said
}

@test "sql --follow: a loader at full speed, and a second writer" {
	follow
	: >queue_log
	qlload --defaults-file="$MY_CNF" --follow --accept-gap --from all --shared sql:A queue_log 2>load.err 3>&- &
	loader=$!
	python3 "$ROOT/tests/tools/writer.py" queue_log rename 6000 >written &
	writer=$!
	for n in 1 2 3 4 5; do insert "$(date +%s)" "other$n"; done
	wait "$writer"
	eventually lines $(($(wc -l <written) + 6)) || { cat said load.err; wc -l out written; return 1; }
	alike
}

@test "sql --follow: one that is killed and started again in the middle of it all" {
	follow --tick 1
	eventually has c0
	insert 1000 c1 c1
	eventually has c1
	mysql_down KILL
	eventually has SOURCEDOWN
	mysql_up
	insert 1000 c1
	insert 1001 c2
	insert 900 c3
	eventually has SOURCEUP || eventually has SOURCEUP # tries are up to 15 s apart
	eventually has c2
	eventually has c3
	alike
	[ "$(grep -c 'sql:A: down: ' said)" = 1 ]
	[ "$(grep -c SOURCEDOWN out)" = 1 ]
	[ "$(grep -c SOURCEUP out)" = 1 ]
}

@test "sql --follow: no server, no table, no partition yet: down, until there is" {
	mysql_sql 'DROP TABLE queue_log'
	follow
	eventually has SOURCEDOWN
	mysql_table queue_log queuemetrics InnoDB
	insert 100 c1
	eventually has c1
	has 'sql:A: down: ' said
	cut -f 1,3,6 out | tr '\t\n' '= ' >got
	[ "$(cat got)" = '0=NONE=SOURCEDOWN 100=NONE=SOURCEUP 100=c1=INFO ' ]
}

@test "sql --follow: every row that is refused is counted, once" {
	local n
	for n in {1..15}; do
		mysql_sql "INSERT INTO queue_log (\`partition\`, time_id, call_id, queue, agent, verb) VALUES ('A', 100, 'b$n', 'q', 'a', '')"
	done
	follow -v
	eventually has c0
	insert 101 c1
	eventually has c1
	kill "$follower"
	eventually has '17 lines read = 2 passed + 0 filtered + 15 refused' said
	eventually has '15 rows refused in all' said
	[ "$(grep -c 'its verb is empty' said)" = 10 ]
}

@test "sql --follow --poll: so long nobody looks" {
	insert 100 c1
	follow --poll 1h -v
	eventually has c1
	insert 101 c2
	kill "$follower"
	eventually has '2 lines read = 2 passed' said
}

@test "sql --follow --tick: by the clock while a loader has the lock, by the newest row without" {
	: >queue_log
	follow --tick 1
	eventually has c0
	eventually has TICK
	[ "$(grep TICK out | cut -f 1)" = 100 ]
	now=$(date +%s)
	raw "$((now - 60)) c1 q a INFO" >queue_log
	qlload --defaults-file="$MY_CNF" --follow --accept-gap --from all sql:A queue_log 2>load.err 3>&- &
	loader=$!
	eventually has c1
	eventually eval '[ $(grep -c TICK out) -ge 4 ]'
	grep TICK out | cut -f 1 >ticks
	sort -n -u ticks | assert_same - ticks
	last=$(tail -n 1 ticks) now=$(date +%s)
	((last <= now - 4 && last >= now - 12))
	kill -KILL "$loader"
	sleep 2
	n=$(grep -c TICK out)
	sleep 2
	[ "$(grep -c TICK out)" = "$n" ]
}

@test "sql --follow --stale: down when neither row nor loader is there, and up again" {
	follow --stale 2
	eventually has 'SOURCEDOWN.silent'
	insert 101 c1
	eventually has c1
	cut -f 3,6 out | head -n 4 | tr '\t\n' '= ' >got
	[ "$(cat got)" = 'c0=INFO NONE=SOURCEDOWN NONE=SOURCEUP c1=INFO ' ]
	: >queue_log
	qlload --defaults-file="$MY_CNF" --follow --accept-gap --from all sql:A queue_log 2>load.err 3>&- &
	loader=$!
	eventually eval '[ "$(tail -n 1 out | cut -f 6)" = SOURCEUP ]'
	sleep 3
	[ "$(tail -n 1 out | cut -f 6)" = SOURCEUP ]
}

@test "sql --follow: predicates, and a period that begins somewhere" {
	insert 200 c1
	insert 300 c2
	follow -f 200 -c c2,c3 -v
	eventually has c2
	insert 400 c3 c4
	eventually has c3
	insert 150 c0
	insert 401 c3
	eventually lines 3
	cut -f 1,3 out | tr '\t\n' '= ' >got
	[ "$(cat got)" = '300=c2 400=c3 401=c3 ' ]
	kill "$follower"
	eventually has '5 lines read = 3 passed + 2 filtered + 0 refused; 0 late' said
}

@test "sql --follow: a table of Asterisk's own wants an index on the time" {
	local operand='sql:A?table=ast&layout=asterisk&zone=Europe/Rome'
	mysql_table ast asterisk InnoDB
	row() { mysql_sql "INSERT INTO ast (time, callid, queuename, agent, event) VALUES ('2026-11-22 10:00:$1', '$2', 'q', 'a', 'INFO')"; }
	row 00.25 c1
	qlfetch --defaults-file="$MY_CNF" --follow "$operand" >out 2>said 3>&- &
	follower=$!
	eventually has 'SOURCEDOWN.table ast has no index that begins with time: '
	mysql_sql 'ALTER TABLE ast ADD KEY t (time, id)'
	eventually has c1
	row 01.5 c2
	eventually has c2
	[ "$(grep INFO out | cut -f 1,3 | tr '\t\n' '= ')" = '1795338000.25=c1 1795338001.5=c2 ' ]
}

@test "sql --follow: rows that cannot be events are named once" {
	mysql_sql "INSERT INTO queue_log (\`partition\`, time_id, call_id, queue, agent, verb) VALUES ('A', 101, 'x', 'q', 'a', '')"
	follow
	eventually has c0
	insert 102 c1
	eventually has c1
	insert 103 c2
	eventually has c2
	[ "$(grep -c 'row of time 101' said)" = 1 ]
}

@test "sql --follow: whoever stops reading is no error" {
	{ fetch --follow sql:A 2>said 3>&- || echo $? >status; } | head -n 1 >out
	has c0
	[ "$(cat status)" = 141 ]
	[ ! -s said ]
}

# bats test_tags=nosan
@test "sql --follow: no statement reads the whole table" {
	python3 -c 'for i in range(3000): print("%d|c%d|q|a|INFO" % (10000 + 20 * i, i))' | load
	mysql_sql "ANALYZE TABLE queue_log; SET GLOBAL general_log_file = '$MY_DIR/follow', GLOBAL general_log = ON" >/dev/null
	follow --tick 1 -q q
	eventually has c2999
	insert 80000 c1
	eventually has 80000
	eventually eval '[ $(grep -c "SELECT .* ORDER BY" "$MY_DIR/follow") -ge 3 ]'
	mysql_sql 'SET GLOBAL general_log = OFF'
	sed -n 's/.*\(Query\|Execute\)\t\(SELECT .*\)/\2/p' "$MY_DIR/follow" | sort -u | grep FROM >statements
	[[ $(wc -l <statements) -ge 3 ]]
	while IFS= read -r sql; do
		mysql_sql "EXPLAIN $sql" >plan
		if grep -q 'filesort' plan || awk -F'\t' '$4 == "ALL" || $4 == "index" { bad = 1 } END { exit !bad }' plan; then
			echo "$sql"
			cat plan
			return 1
		fi
	done <statements
}

@test "sql --follow: what makes no sense is refused" {
	try fetch --follow sql:A sql:B
	assert_status 2
	assert_err_has 'one log or partition'
	try fetch --follow 'sql:A?layout=none'
	assert_status 2
	try qlfetch --defaults-file=missing --follow sql:A
	assert_status 2
}
