#!/usr/bin/env bats
# qlload against a server of the tests' own. Torture at length is tests/tools/torture.

setup_file() {
	load mysql
	mysql_start || return 1
}

teardown_file() { mysql_stop; }

setup() {
	load helper
	load mysql
	mysql_need
	mysql_table
}

# ql COMMAND...: with the option file of the tests' server.
ql() {
	local name=$1
	shift
	"$name" --defaults-file="$MY_CNF" "$@"
}

# stored [PLACE]: what the table has now.
stored() { ql qlfetch "${1:-sql:A}"; }

loaded() { qlload --defaults-file="$MY_CNF" -v "$@"; }

# counts READ INSERTED THERE REFUSED BEFORE: -v said so.
counts() {
	assert_err_has "$1 events read = $2 inserted + $3 already there + $4 refused + $5 before the limit"
}

# A few events, with two equal ones in one second, and two agents who pause at once.
some() {
	ev <<-END
		100 A c1 sales NONE ENTERQUEUE||0612345678|1
		101 A c1 sales Agent/1 RINGNOANSWER|1000
		101 A c1 sales Agent/1 RINGNOANSWER|1000
		101 A c1 sales Agent/2 RINGNOANSWER|1000
		102 A NONE NONE Agent/1 PAUSEALL|
		102 A NONE NONE Agent/2 PAUSEALL|
		103 A c1 sales Agent/2 CONNECT|3|c1.2|2
		110 A c1 sales Agent/2 COMPLETEAGENT|3|7|1
	END
}

@test "qlload: loading twice is loading once, on InnoDB and MyISAM" {
	qlfetch -p A "$DATA/cluster/A" >all
	sed -E 's/^([0-9]+)\.[0-9]+/\1/' all >want
	for engine in InnoDB MyISAM; do
		mysql_table queue_log queuemetrics "$engine"
		try loaded sql:A all
		assert_status 0
		counts 1160 1160 0 0 0
		stored >got
		assert_same want got
		try loaded sql:A all
		assert_status 0
		counts 1160 0 1160 0 0
		stored >got
		assert_same want got
	done
}

@test "qlload: three servers in one table, read back with their reports" {
	for p in A B C; do
		qlfetch -p "$p" "$DATA/cluster/$p" >"$p.ev"
		ql qlload --create "sql:$p?table=made" "$p.ev"
	done
	qlmerge A.ev B.ev C.ev | qlstats -r overview >want
	qlmerge <(stored 'sql:A?table=made') <(stored 'sql:B?table=made') <(stored 'sql:C?table=made') |
		qlstats -r overview >got
	assert_same want got
}

@test "qlload: the second half, then everything, is everything once and in order" {
	for engine in InnoDB MyISAM; do
		mysql_table queue_log queuemetrics "$engine"
		some | tail -n 4 | try loaded sql:A
		assert_status 0
		some | try loaded sql:A
		counts 8 4 4 0 0
		some >want
		stored >got
		# 102 was cut in two
		assert_same <(sort want) <(sort got)
		assert_same <(cut -f 1 want) <(cut -f 1 got)
	done
}

@test "qlload: a row filled in behind later ones of its second is said to stand there" {
	some | tail -n 3 | ql qlload sql:A
	some | try loaded sql:A
	assert_status 1
	counts 8 5 3 0 0
	assert_err_has 'sql:A: out of order: 1 rows stand behind later ones of their second: 102'
}

@test "qlload: true twins stay two, also where one of them is there" {
	some | ql qlload sql:A
	[ "$(stored | grep -c 'Agent/1.RINGNOANSWER')" = 2 ]
	[ "$(stored | grep -c PAUSEALL)" = 2 ]
	mysql_sql 'DELETE FROM queue_log WHERE agent = "Agent/1" AND verb = "RINGNOANSWER" LIMIT 1'
	some | try loaded sql:A
	counts 8 1 7 0 0
	[ "$(stored | grep -c 'Agent/1.RINGNOANSWER')" = 2 ]
}

@test "qlload: rows that differ in a length of equal letters only are different rows" {
	ev <<-END >in
		100 A c1 q a RINGNOANSWER|1
		100 A c1 q a RINGNOANSWER|11
		100 A c1 q a RINGNOANSWER|111
		100 A c1 q A RINGNOANSWER|1
	END
	ql qlload sql:A in
	stored >got
	assert_same in got
}

@test "qlload: an archive is loaded beside newer rows" {
	some | sed 's/^1/9/' | ql qlload sql:A
	some | try loaded sql:A
	counts 8 8 0 0 0
	some | try loaded sql:A
	counts 8 0 8 0 0
	[ "$(stored | wc -l)" = 16 ]
}

@test "qlload: partitions differ by case" {
	some | ql qlload sql:A
	some | sed 's/\tA\t/\ta\t/' | try loaded sql:a
	counts 8 8 0 0 0
}

@test "qlload: a raw log is stamped with the partition" {
	raw '100 c1 sales NONE ENTERQUEUE||0612345678|1' | try loaded -I queuelog sql:B
	assert_status 0
	ev '100 B c1 sales NONE ENTERQUEUE||0612345678|1' >want
	stored sql:B >got
	assert_same want got
}

@test "qlload: every byte that the table can hold comes back" {
	python3 - >in <<-'END'
		import sys
		esc = {0: b'\\0', 9: b'\\t', 10: b'\\n', 13: b'\\r', 92: b'\\\\'}
		for c in range(256):
		    sys.stdout.buffer.write(b'%d\tA\tc%d\tq\ta\tINFO\tx' % (c, c) + esc.get(c, bytes([c])) + b'y\t\t\t\t\n')
	END
	try loaded sql:A in
	assert_status 0
	stored >got
	assert_same in got
	try loaded sql:A in
	counts 256 0 256 0 0
}

@test "qlload: UTF-8 tables refuse what is none, and utf8 what has four bytes" {
	{ ev '100 A c1 q a INFO|caffé'; ev '100 A c2 q a INFO|x'; } >in
	printf '100\tA\tc3\tq\ta\tINFO\t\xe9\t\t\t\t\n100\tA\tc4\tq\ta\tINFO\t\xf0\x9f\x98\x80\t\t\t\t\n' >>in
	mysql_table queue_log queuemetrics InnoDB utf8mb4
	try loaded sql:A in
	assert_status 1
	counts 4 3 0 1 0
	assert_err_has 'in:3: refused: data1: byte 1, e9, is not UTF-8'
	mysql_table queue_log queuemetrics MyISAM utf8
	try loaded sql:A in
	assert_status 1
	counts 4 2 0 2 0
	assert_err_has 'in:4: refused: data1: byte 1, f0, is not UTF-8 of three bytes'
	mysql_table queue_log queuemetrics MyISAM latin1
	try loaded sql:A in
	assert_status 0
	counts 4 4 0 0 0
}

@test "qlload: what does not fit is refused, named and written once; the rest goes in" {
	ev <<-END >in
		100 A c1 q a INFO|1
		100 A c2 q Local/$(printf %030d 7)@agents INFO|1
		8589934592 A c1 q a INFO|1
		100 B c1 q a INFO|1
		101 A c1 q a INFO|1
	END
	try loaded --rejects rej sql:A in
	assert_status 1
	counts 5 2 0 3 0
	assert_err_has 'in:2: refused: agent: 43 characters, the column holds 30'
	assert_err_has 'in:3: refused: time: beyond what the column holds'
	assert_err_has 'in:4: refused: of another partition'
	assert_err_has 'ALTER TABLE queue_log MODIFY `agent` varchar(80)'
	assert_same <(sed -n 2,4p in) rej
	try loaded --rejects rej sql:A in
	counts 5 0 2 3 0
	assert_same <(sed -n 2,4p in) rej
	mysql_sql 'ALTER TABLE queue_log MODIFY agent varchar(80) NOT NULL DEFAULT ""'
	try loaded sql:A rej
	counts 3 1 0 2 0
}

@test "qlload: --truncate cuts, and cuts the same again" {
	ev 100 A c1 q "$(printf %040d 7)" INFO >in
	try loaded --truncate sql:A in
	assert_status 0
	counts 1 1 0 0 0
	try loaded --truncate sql:A in
	counts 1 0 1 0 0
	[ "$(stored | cut -f 5)" = "$(printf %030d 0)" ]
}

@test "qlload: a char column does not keep blanks at the end, so they are refused" {
	mysql_sql 'ALTER TABLE queue_log MODIFY call_id char(50) NOT NULL'
	ev 100 A 'c1 ' q a INFO | try loaded sql:A
	assert_status 1
	assert_err_has 'refused: call_id: ends with a byte that the column'
}

@test "qlload: a line that is no event is refused and counted" {
	{ some; echo rubbish; } | try loaded sql:A
	assert_status 1
	counts 9 8 0 1 0
}

@test "qlload: SOURCEDOWN is status 2, what came before it is loaded; TICK is dropped" {
	{ some; ev 111 A '' '' '' TICK; ev 111 A '' '' '' SOURCEDOWN gone; } | try loaded sql:A
	assert_status 2
	assert_err_has 'A: the source is down: gone'
	counts 8 8 0 0 0
	[ "$(stored | wc -l)" = 8 ]
}

@test "qlload: near twins: nothing is inserted, three pairs are shown, status 2" {
	qlfetch -p A "$DATA/cluster/A" >all
	sed -E 's/^([0-9]+)\.[0-9]+/\1/' all >want
	ql qlload sql:A all
	mysql_sql 'UPDATE queue_log SET agent = CONCAT(LEFT(agent, 6), "x") WHERE agent LIKE "Agent/%" ORDER BY time_id LIMIT 40'
	stored >before
	try loaded sql:A all
	assert_status 2
	[ "$(grep -c 'sql:A: an event is' "$TRY/err")" = 3 ]
	[ "$(grep -c 'sql:A: the table has' "$TRY/err")" = 3 ]
	assert_err_has '40 of the first 1160 events stand in the table slightly changed; nothing was inserted'
	stored >after
	assert_same before after
	try loaded --dry-run sql:A all
	assert_status 2
	try loaded --near skip sql:A all
	assert_status 1
	stored >after
	assert_same before after
	ev 1999999999 A c9 q a INFO >>all
	try loaded --append sql:A all
	assert_status 0
	counts 1161 1 0 0 1160
	try loaded --near insert sql:A all
	assert_status 1
	counts 1161 40 1121 0 0
	[ "$(stored | wc -l)" = 1201 ]
}

@test "qlload: rows an hour off are near twins too" {
	qlfetch -p A "$DATA/cluster/A" >all
	qlrewrite --shift A=+3600s all >later
	qlrewrite --shift A=-3600s all >sooner
	for in in later sooner; do
		mysql_table
		ql qlload sql:A "$in"
		stored >before
		try loaded sql:A all
		assert_status 2
		assert_err_has 'nothing was inserted'
		stored >after
		assert_same before after
	done
}

@test "qlload: a row of its second, verb and call that other events explain is no twin" {
	some | grep -v 'Agent/2.RINGNOANSWER' | ql qlload sql:A
	some | try loaded sql:A
	assert_status 0
	counts 8 1 7 0 0
}

@test "qlload: --append and --not-before pass over; HEARTBEAT is not the newest event" {
	some | ql qlload sql:A
	ev 105 A c2 q a INFO >in
	ev 111 A c2 q a INFO >>in
	try loaded --append sql:A in
	counts 2 1 0 0 1
	ev 500 A NONE NONE NONE HEARTBEAT | ql qlload sql:A
	ev 112 A c2 q a INFO | try loaded --append sql:A
	counts 1 1 0 0 0
	{ some; ev 113 A c2 q a INFO; } | try loaded --not-before 103 sql:A
	counts 9 1 2 0 6
}

@test "qlload: --newest" {
	try ql qlload --newest sql:A
	assert_status 2
	assert_output ''
	some | ql qlload sql:A
	ev 500 A NONE NONE NONE HEARTBEAT | ql qlload sql:A
	try ql qlload --newest sql:A
	assert_status 0
	assert_output 110
}

@test "qlload: --dry-run inserts nothing and says what it would" {
	some | head -n 3 | ql qlload sql:A
	some | try ql qlload --dry-run sql:A
	assert_status 0
	assert_err_has '8 events read = 5 to be inserted + 3 already there + 0 refused + 0 before the limit'
	[ "$(stored | wc -l)" = 3 ]
}

@test "qlload: --create makes a table, and leaves one that is there alone" {
	some | try ql qlload --create 'sql:A?table=fresh'
	assert_status 0
	assert_err ''
	some | try ql qlload --create 'sql:A?table=fresh'
	assert_status 0
	[ "$(stored 'sql:A?table=fresh' | wc -l)" = 8 ]
	mysql_sql 'SHOW CREATE TABLE fresh' >made
	grep -q 'ENGINE=InnoDB.*utf8mb4' made
	mysql_sql 'DROP TABLE fresh'
}

@test "qlload: a second one on a partition ends with 2 within 5 s and changes nothing" {
	mkfifo pipe
	ql qlload sql:A <pipe 3>&- &
	local pid=$!
	exec 4>pipe
	some | head -n 2 >&4
	eventually bash -c "[[ \$(qlfetch --defaults-file='$MY_CNF' sql:A 2>/dev/null | wc -l) == 2 ]]"
	SECONDS=0
	some | try ql qlload sql:A
	((SECONDS <= 5))
	assert_status 2
	assert_err_has 'sql:A: another qlload is writing to A'
	[ "$(stored | wc -l)" = 2 ]
	some | sed 's/\tA\t/\tB\t/' | try ql qlload sql:B
	assert_status 0
	exec 4>&-
	wait "$pid"
}

@test "qlload: another writer is noticed and named" {
	mkfifo pipe
	ql qlload sql:A <pipe >said 2>&1 3>&- &
	local pid=$!
	exec 4>pipe
	some >&4
	eventually bash -c "[[ \$(qlfetch --defaults-file='$MY_CNF' sql:A 2>/dev/null | wc -l) == 8 ]]"
	mysql_sql 'INSERT INTO queue_log (`partition`, time_id, call_id, queue, agent, verb) VALUES ("A", 110, "x", "q", "a", "HEARTBEAT")'
	ev 111 A c2 q a INFO >&4
	eventually bash -c "[[ \$(qlfetch --defaults-file='$MY_CNF' sql:A 2>/dev/null | wc -l) == 10 ]]"
	mysql_sql 'INSERT INTO queue_log (`partition`, time_id, call_id, queue, agent, verb) VALUES ("A", 111, "x", "q", "a", "CONNECT")'
	ev 112 A c2 q a INFO >&4
	eventually bash -c "! kill -0 $pid 2>/dev/null"
	exec 4>&-
	local status=0
	wait "$pid" || status=$?
	[ "$status" = 2 ]
	grep -q 'sql:A: another writer on A: 111|x|q|a|CONNECT' said
}

@test "qlload: killed at random, and run again: nothing lost, nothing doubled, in order" {
	need python3
	run "$ROOT/tests/tools/torture" kill=12
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'0 lost, 0 doubled, 0 out of order'* ]]
}

# bats test_tags=nosan
@test "qlload: the server killed, a commit or its reply lost: the same" {
	need python3
	run "$ROOT/tests/tools/torture" server=1 request=1 reply=1
	echo "$output"
	[ "$status" = 0 ]
}

@test "qlload: errors of the server are overcome" {
	mkfifo pipe
	ql qlload sql:A <pipe >said 2>&1 3>&- &
	local pid=$!
	exec 4>pipe
	some | head -n 2 >&4
	eventually bash -c "[[ \$(qlfetch --defaults-file='$MY_CNF' sql:A 2>/dev/null | wc -l) == 2 ]]"
	mysql_sql 'SET GLOBAL read_only = 1'
	mysql_sql "KILL $(mysql_sql "SELECT id FROM information_schema.processlist WHERE info IS NULL AND command = 'Sleep' LIMIT 1")"
	some | tail -n +3 >&4
	sleep 1.5
	mysql_sql 'SET GLOBAL read_only = 0'
	exec 4>&-
	wait "$pid"
	some >want
	stored >got
	assert_same want got
	grep -q 'trying again' said
}

@test "qlload: no right to insert, an unknown table, database, column: said, status 2" {
	mysql_sql "CREATE OR REPLACE USER reader@localhost; GRANT SELECT ON ql.* TO reader@localhost"
	mysql_cnf reader >reader.cnf
	chmod 600 reader.cnf
	some | try qlload --defaults-file=reader.cnf sql:A
	assert_status 2
	assert_err_has 'INSERT command denied'
	some | try ql qlload 'sql:A?table=nono'
	assert_status 2
	assert_err_has 'nono'
	some | try ql qlload 'sql:A?db=nono'
	assert_status 2
	some | try ql qlload 'sql:A?queue=nono'
	assert_status 2
	assert_err_has 'nono'
	mysql_sql 'ALTER TABLE queue_log ADD tenant int NOT NULL'
	some | try ql qlload sql:A
	assert_status 2
	assert_err_has 'column tenant wants a value and has no default'
}

@test "qlload: SELECT and INSERT are rights enough; a view of the own partition will do" {
	mysql_sql "CREATE OR REPLACE USER loader@localhost; GRANT SELECT, INSERT ON ql.queue_log TO loader@localhost"
	mysql_cnf loader >loader.cnf
	chmod 600 loader.cnf
	some | try qlload --defaults-file=loader.cnf -v sql:A
	assert_status 0
	counts 8 8 0 0 0
	mysql_sql "CREATE OR REPLACE VIEW only_b AS SELECT * FROM queue_log WHERE \`partition\` = 'B' WITH CHECK OPTION;
		CREATE OR REPLACE USER loadb@localhost; GRANT SELECT, INSERT ON ql.only_b TO loadb@localhost"
	mysql_cnf loadb >loadb.cnf
	chmod 600 loadb.cnf
	some | sed 's/\tA\t/\tB\t/' | try qlload --defaults-file=loadb.cnf -v 'sql:B?table=only_b'
	assert_status 0
	counts 8 8 0 0 0
	some | try qlload --defaults-file=loadb.cnf -v 'sql:A?table=only_b'
	assert_status 2
	assert_err_has 'CHECK OPTION'
}

@test "qlload: usage that makes no sense" {
	try ql qlload "sql:A'; drop table" /dev/null
	assert_status 2
	assert_err_has 'not a name of a partition'
	try qlload
	assert_status 2
	try qlload sql:A sql:B
	assert_status 2
	try qlload --near perhaps sql:A
	assert_status 2
	try qlload --append --near skip sql:A
	assert_status 2
	try ql qlload 'sql:A?layout=asterisk&table=x' /dev/null
	assert_status 2
	try ql qlload sql:A ./no-such-file
	assert_status 2
	try ql qlload --rejects /no/such/file sql:A
	assert_status 2
}

@test "qlload: rows go as text where they cannot be bound, the same rows" {
	local bytes
	# shellcheck disable=SC1003 # a backslash
	bytes=$(printf '%b' '\001\032\047\042\140\176\303\251')'\\\0\t\n\r%'
	{
		some
		ev 111 A c2 q a INFO "$bytes" "'" '\\' '' "$bytes"
		ev 111 A c2 q a INFO '\\'
	} >in
	qlfetch -I events events:in >want
	for engine in InnoDB MyISAM; do
		mysql_table queue_log queuemetrics "$engine"
		ql qlload sql:A in
		stored >bound
		assert_same want bound
		mysql_sql 'TRUNCATE queue_log; SET GLOBAL max_prepared_stmt_count = 0'
		try loaded sql:A in
		mysql_sql 'SET GLOBAL max_prepared_stmt_count = DEFAULT'
		assert_status 0
		stored >text
		assert_same want text
	done
}

@test "qlload: of a table that is not there is said what makes it" {
	some >in
	try ql qlload 'sql:A?table=nosuch' in
	assert_status 2
	assert_err_has "'ql.nosuch' doesn't exist"
	assert_err_has 'qlload: sql:A?table=nosuch: --create makes the table'
}

@test "qlload: progress, where it is asked for" {
	some >in
	for ((i = 0; i < 8; i++)); do cat in; sleep 0.1; done | try ql qlload --progress=always sql:A
	assert_status 0
	assert_err_has 'qlload: 0.0 MB, '
	assert_err_has ' events, '
	try ql qlload --progress=auto sql:A in
	[[ $(<"$TRY/err") != *events* ]]
	try ql qlload --progress=sometimes sql:A in
	assert_status 2
	assert_err 'qlload: --progress: sometimes: not one of auto, always, never'
}

@test "qlload: a server that is not there" {
	printf '[client]\nsocket=%s\n[ql]\ndatabase=ql\n' "$PWD/none" >none.cnf
	chmod 600 none.cnf
	some | try qlload --defaults-file=none.cnf sql:A
	assert_status 2
	assert_err_has 'sql:A: '
}

@test "qlload: the unit is locked up well" {
	need systemd-analyze
	run systemd-analyze security --offline=true "$ROOT/scripts/qlload@.service"
	echo "$output"
	[[ $output =~ 'exposure level for qlload@i.service: '([0-9])\.([0-9]) ]] || skip 'this systemd-analyze cannot tell'
	((BASH_REMATCH[1] * 10 + BASH_REMATCH[2] <= 20))
}

@test "qlload: no statement reads the table from end to end" {
	some | ql qlload sql:A
	for p in B C D E; do some | sed "s/\tA\t/\t$p\t/" | ql qlload "sql:$p"; done
	for engine in MyISAM InnoDB; do
		mysql_sql "ALTER TABLE queue_log ENGINE=$engine" || mysql_sql "ALTER TABLE queue_log ADD KEY (unique_row_count), ENGINE=$engine"
		mysql_sql "SET GLOBAL general_log_file = '$MY_DIR/$engine.log'; SET GLOBAL general_log = 1"
		{ some; ev 111 A c2 q a INFO; } | ql qlload sql:A
		ql qlload --newest sql:A
		ql qlload --status sql:A || :
		mysql_sql 'SET GLOBAL general_log = 0'
		grep -ao 'SELECT .* FROM `queue_log`.*' "$MY_DIR/$engine.log" | sort -u >sent
		[ "$(wc -l <sent)" -ge 4 ]
		while IFS= read -r statement; do
			mysql_sql "EXPLAIN $statement" >plan
			cut -f 4,6 plan | grep -qE '^(range|ref|const)	idx_sel$' || { echo "$statement"; cat plan; return 1; }
		done <sent
		mysql_sql 'DELETE FROM queue_log WHERE time_id = 111'
	done
}

# bats test_tags=nosan
@test "qlload: however little memory there is, rows that are missing are never status 0" {
	local kb status rows done=0
	python3 -c '
for i in range(6000):
    print(f"{1000 + i}\tA\tc{i}\tq\ta\tINFO\t{190 * chr(120)}\t\t\t\t")
    if i == 3000:
        print(f"{1000 + i}\tA\tc\tq\ta\tINFO\t{1500000 * chr(120)}\t\t\t\t")' >in
	for ((kb = 15000; kb < 200000 && done < 3; kb += 500)); do
		mysql_sql 'TRUNCATE queue_log'
		status=0
		(ulimit -c 0 -v $kb && ql qlload -v --max-line 2097152 sql:A in) >said 2>&1 || status=$?
		rows=$(mysql_sql 'SELECT COUNT(*) FROM queue_log')
		((status == 1 && rows == 6000)) && done=$((done + 1))
		((done || status == 2 || status == 127)) || { echo "$kb: $status, $rows rows"; cat said; return 1; }
	done
	((done == 3))
}
