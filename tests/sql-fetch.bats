# qlfetch sql:P, on a real server.
load helper
load mysql

setup_file() {
	mysql_need || return 0
	mysql_start
	mysql_table
	mysql_table inno queuemetrics InnoDB utf8mb4
	local p
	for p in A B C; do
		qlfetch -p $p "$DATA/cluster/$p" >"$BATS_FILE_TMPDIR/$p"
		mysql_insert queue_log <"$BATS_FILE_TMPDIR/$p"
		mysql_insert inno <"$BATS_FILE_TMPDIR/$p"
	done
}

teardown_file() { mysql_stop; }

setup() {
	mysql_or_skip
	LOG=$BATS_FILE_TMPDIR
}

# fetch ARGUMENT...: qlfetch as root of the server.
fetch() { qlfetch --defaults-file "$MY_CNF" "$@"; }

# seconds: events without the fractions of their times, which tables of whole seconds do not hold.
seconds() { awk -F'\t' -v OFS='\t' '{ sub(/\..*/, "", $1) } 1' "$@"; }

@test "sql: the logs of three servers come back as they were, MyISAM and InnoDB" {
	local p t
	for p in A B C; do
		seconds "$LOG/$p" >want
		for t in queue_log inno; do
			try fetch "sql:$p?table=$t"
			assert_status 0
			assert_err ''
			assert_same want "$TRY/out"
		done
	done
}

@test "sql: tables in latin1, utf8 and utf8mb4 hold the same events" {
	local engine charset n=0
	for engine in MyISAM InnoDB; do
		for charset in latin1 utf8 utf8mb4; do
			mysql_table "c$((n += 1))" queuemetrics $engine $charset
			mysql_insert "c$n" <"$LOG/B"
			fetch "sql:B?table=c$n" >got
			seconds "$LOG/B" | assert_same - got
		done
	done
}

@test "sql: every byte that a table holds comes back, escaped" {
	mysql_table bytes
	python3 - >all <<-'END'
		import sys
		esc = {9: b"\\t", 10: b"\\n", 13: b"\\r", 92: b"\\\\", 0: b"\\0"}
		for i in range(256):
		    b = esc.get(i, bytes([i]))
		    sys.stdout.buffer.write(b"\t".join((b"%d" % (1000 + i), b"P", b"c" + b + b"d", b"longer than a word " + b,
		        b, b"VERB", b + b + b, b"", b"12345678" + b, b"1234567" + b, b"end")) + b"\n")
	END
	mysql_insert bytes <all
	try fetch 'sql:P?table=bytes'
	assert_status 0
	assert_same all "$TRY/out"
	fetch 'sql:P?table=bytes' | qlfilter >again
	assert_same all again
}

@test "sql: predicates asked of the server pass what the filter passes" {
	local t args
	for t in queue_log inno; do
		while read -r args; do
			eval "fetch 'sql:A?table=$t' $args" >got
			eval "fetch 'sql:A?table=$t' | qlfilter $args" >want
			echo "$t: $args: $(wc -l <want) events"
			assert_same want got
			case $args in *QUIET*) ;; *) [[ -s got ]] ;; esac
		done <<-'END'
			-q sales
			-q sales,support -e CONNECT,ABANDON
			-q SALES,sales
			-q NONE
			-a Agent/101
			-a NONE,Agent/201
			-a ''
			-c MANAGER
			-e QUEUESTART,DIVERT_CA_RATIO,ENTERQUEUE
			--class agent
			--class call
			--class system
			--class call,agent
			--class agent,system -q sales
			--class call,agent,system
			--from 1795369400
			--from 1795369400.5 --to 1795369500.25
			--to 1795369400
			--from 1795369500 --agents-from 1795369400 --to 1795369510
			--from 1795369500 --agents-from 1795369300 --class agent
			--not -q sales
			--match 'verb~^C' -q sales
			-q "it's \"quoted\" \\ QUIET"
		END
	done
}

@test "sql: upper and lower case are two partitions, and blanks at the end do not match" {
	mysql_table cases
	{ ev '10 a c1 q x CONNECT'; ev '10 A c2 q x CONNECT'; ev '11 a c3 Q x CONNECT'; } | mysql_insert cases
	try fetch 'sql:a?table=cases'
	{ ev '10 a c1 q x CONNECT'; ev '11 a c3 Q x CONNECT'; } | assert_output
	try fetch 'sql:A?table=cases'
	ev '10 A c2 q x CONNECT' | assert_output
	try fetch -q q 'sql:a?table=cases'
	ev '10 a c1 q x CONNECT' | assert_output
	mysql_sql "UPDATE cases SET queue = 'q ' WHERE call_id = 'c1'"
	try fetch -q q 'sql:a?table=cases'
	assert_output ''
}

@test "sql: no partition of this name is an error, a period without events is none" {
	try fetch sql:Z
	assert_status 2
	assert_err 'qlfetch: sql:Z: no such partition in table queue_log'
	ev 0 Z NONE NONE NONE SOURCEDOWN 'not read to its end' | assert_output
	try fetch --to 1000000000 sql:A
	assert_status 0
	assert_output ''
	assert_err ''
	try fetch -q nosuch sql:A
	assert_status 0
	assert_output ''
}

@test "sql: what is no partition is a usage error" {
	local operand
	for operand in "sql:A'; drop table queue_log" 'sql:' 'sql:A-' 'sql:.A' 'sql:A?nosuch=1' 'sql:A?table' \
		'sql:A?layout=x' 'sql:A?layout=asterisk' 'sql:A?shift=soon' 'sql:A?queue=' 'sql:123456789012345678901'; do
		try fetch "$operand"
		assert_status 2
		assert_output ''
		assert_err_has "qlfetch: $operand: "
	done
	mysql_sql 'SELECT COUNT(*) > 0 FROM queue_log' | grep -qx 1
}

@test "sql: an unknown table, database, column and user, each says so" {
	try fetch 'sql:A?table=nosuch'
	assert_status 2
	assert_err_has "qlfetch: sql:A?table=nosuch: Table 'ql.nosuch' doesn't exist"
	try fetch 'sql:A?db=nosuch'
	assert_status 2
	assert_err_has "nosuch"
	try fetch 'sql:A?queue=warteschlange'
	assert_status 2
	assert_err_has 'qlfetch: sql:A?queue=warteschlange: table queue_log has no column warteschlange'
	try fetch --column agent=who --column verb=what sql:A
	assert_status 2
	assert_err_has 'table queue_log has no column who, what'
	mysql_sql "CREATE OR REPLACE USER p IDENTIFIED BY 'secret'; GRANT SELECT (time_id) ON ql.inno TO p"
	mysql_cnf p wrong >wrong.cnf
	try qlfetch --defaults-file wrong.cnf sql:A
	assert_status 2
	assert_err_has 'Access denied'
	mysql_cnf p secret >p.cnf
	try qlfetch --defaults-file p.cnf sql:A
	assert_status 2
	assert_err_has 'denied'
	try qlfetch --defaults-file p.cnf 'sql:A?table=inno'
	assert_status 2
	assert_err_has 'or none that may be read'
}

@test "sql: no server at a socket or a host" {
	printf '[client]\nsocket=%s\n[ql]\ndatabase=ql\n' "$PWD/none" >s.cnf
	try qlfetch --defaults-file s.cnf sql:A
	assert_status 2
	assert_err_has "qlfetch: sql:A: Can't connect"
	ev 0 A NONE NONE NONE SOURCEDOWN 'not read to its end' | assert_output
	printf '[client]\nhost=no-such-host.invalid\nprotocol=tcp\n' >h.cnf
	try qlfetch --defaults-file h.cnf sql:A
	assert_status 2
	assert_err_has 'no-such-host.invalid'
	printf '[client]\nhost=127.0.0.1\nport=1\n' >t.cnf
	try qlfetch --defaults-file t.cnf sql:A
	assert_status 2
	assert_err_has "qlfetch: sql:A: Can't connect"
}

@test "sql: a right to read is enough" {
	mysql_sql "CREATE OR REPLACE USER reader IDENTIFIED BY 'a#b\"c'; GRANT SELECT ON ql.queue_log TO reader"
	printf '[client]\nsocket=%s\nuser=reader # who\npassword="a#b\\"c" # hush\n[ql]\ndatabase=ql\n' "$MY_SOCKET" >r.cnf
	qlfetch --defaults-file r.cnf sql:A >got
	seconds "$LOG/A" | assert_same - got
	mysql_sql "CREATE OR REPLACE VIEW ql.onlyb AS SELECT * FROM ql.queue_log WHERE \`partition\` = 'B';
		CREATE OR REPLACE USER viewer; GRANT SELECT ON ql.onlyb TO viewer"
	mysql_cnf viewer >v.cnf
	qlfetch --defaults-file v.cnf 'sql:B?table=onlyb' >got
	seconds "$LOG/B" | assert_same - got
	try qlfetch --defaults-file v.cnf 'sql:A?table=onlyb'
	assert_status 2
}

@test "sql: option files: groups, includes, and who may write them" {
	mkdir conf.d
	printf '[client]\nuser=nobody\n[ql]\nuser=root\n[other]\nsocket=/nonexistent\n' >conf.d/a.cnf
	printf '[ql]\nuser=nobody\n' >conf.d/b.txt
	printf '# a comment\n; another\n[client]\n  socket = "%s"\nloose_unknown_key=1\n!includedir %s\n[ql]\ndatabase=ql\n' \
		"$MY_SOCKET" "$PWD/conf.d" >all.cnf
	qlfetch --defaults-file all.cnf sql:A | seconds >got
	seconds "$LOG/A" | assert_same - got
	try qlfetch --defaults-file all.cnf --defaults-group other sql:A
	assert_status 2
	assert_err_has /nonexistent
	chmod g+w all.cnf
	try qlfetch --defaults-file all.cnf sql:A
	assert_status 2
	assert_err_has 'all.cnf: refused, since group or others may write it'
	chmod 600 all.cnf
	chmod o+w conf.d/a.cnf
	try qlfetch --defaults-file all.cnf sql:A
	assert_status 2
	assert_err_has 'conf.d/a.cnf: refused'
	printf '[client]\nssl-verify-server-crt=1\n' >typo.cnf
	try qlfetch --defaults-file typo.cnf sql:A
	assert_status 2
	assert_err_has 'typo.cnf:2: ssl-verify-server-crt: not known here'
	try qlfetch --defaults-file none.cnf sql:A
	assert_status 2
	assert_err_has 'none.cnf: No such file'
	cp "$MY_CNF" "$HOME/.my.cnf"
	qlfetch sql:A | seconds >got
	seconds "$LOG/A" | assert_same - got
	printf '[ql]\nsocket=/nonexistent\n' >extra.cnf
	try qlfetch --defaults-extra-file extra.cnf sql:A
	assert_err_has /nonexistent
}

@test "sql: Asterisk's own table, with its microseconds, is the log that was written beside it" {
	mysql_table realtime asterisk InnoDB utf8mb4
	sed 1d "$DATA/asterisk22/C/realtime-rows.tsv" >"$MY_DIR/rows"
	mysql_sql "LOAD DATA INFILE '$MY_DIR/rows' INTO TABLE realtime CHARACTER SET binary FIELDS ESCAPED BY ''
		(id, time, callid, queuename, agent, event, data1, data2, data3, data4, data5)"
	try fetch 'sql:C?table=realtime&layout=asterisk&zone=UTC'
	assert_status 0
	assert_err ''
	# A row and its line may differ by a second. The driver takes quotes and backslashes away, and
	# keeps together what stands in parentheses.
	cut -f 2- "$TRY/out" | grep -v AGENTNOTE | sort >got
	qlfetch -p C "$DATA/asterisk22/C" | cut -f 2- | grep -v AGENTNOTE | sed 's/"//g; s/\\\\//g' | sort >want
	assert_same want got
	cut -f 1 "$TRY/out" | sort -c -n
	cut -f 1 "$TRY/out" | grep -q '\.[0-9]'
	# the same with an index on time, and of both engines
	fetch 'sql:C?table=realtime&layout=asterisk&zone=UTC' >want
	mysql_sql 'ALTER TABLE realtime ADD KEY t (time)'
	fetch 'sql:C?table=realtime&layout=asterisk&zone=UTC' >got
	assert_same want got
	mysql_sql 'ALTER TABLE realtime ENGINE = MyISAM'
	fetch 'sql:C?table=realtime&layout=asterisk&zone=UTC' >got
	assert_same want got
	mysql_sql 'ALTER TABLE realtime DROP KEY t'
	fetch 'sql:C?table=realtime&layout=asterisk&zone=UTC' >got
	assert_same want got
}

@test "sql: local times want a zone" {
	mysql_table local asterisk
	mysql_sql "INSERT INTO local (time, callid, queuename, agent, event) VALUES
		('2026-11-22 17:41:38.5', 'c', 'q', 'a', 'CONNECT')"
	try fetch 'sql:P?table=local&layout=asterisk'
	assert_status 2
	assert_err_has 'its times are local ones'
	try fetch 'sql:P?table=local&layout=asterisk&zone=Europe/Nowhere'
	assert_status 2
	assert_err_has 'Europe/Nowhere: no such zone'
	try fetch 'sql:P?table=local&layout=asterisk&zone=Europe/Rome'
	ev '1795365698.5 P c q a CONNECT' | assert_output
	try fetch --input-zone America/New_York 'sql:P?table=local&layout=asterisk'
	ev '1795387298.5 P c q a CONNECT' | assert_output
	try fetch -z UTC --day 2026-11-22 'sql:P?table=local&layout=asterisk&zone=Europe/Rome&shift=-1m'
	ev '1795365638.5 P c q a CONNECT' | assert_output
}

@test "sql: the hour that the clocks show twice is told by id, whatever is selected" {
	local engine key args
	# in Rome 2026-10-25 03:00 was 02:00 again, at 01:00 UTC, 1792890000
	ev <<-'END' >want
		1792886100 P 1 q a CONNECT
		1792886400 P 2 q a CONNECT
		1792888200.25 P 3 q a CONNECT
		1792889940 P 4 r a CONNECT
		1792890000 P 5 q a CONNECT
		1792890001 P 6 q a CONNECT
		1792892400 P 7 r a CONNECT
		1792893599.999999 P 8 q a CONNECT
		1792893600 P 9 q a CONNECT
	END
	for engine in MyISAM InnoDB; do
		for key in '' 'ADD KEY t (time)' 'ADD KEY ti (time, id), DROP KEY t'; do
			if [[ -z $key ]]; then
				mysql_table dst asterisk $engine
				mysql_sql "INSERT INTO dst (time, callid, queuename, agent, event) VALUES
					('2026-10-25 01:55:00', 1, 'q', 'a', 'CONNECT'),
					('2026-10-25 02:00:00', 2, 'q', 'a', 'CONNECT'),
					('2026-10-25 02:30:00.25', 3, 'q', 'a', 'CONNECT'),
					('2026-10-25 02:59:00', 4, 'r', 'a', 'CONNECT'),
					('2026-10-25 02:00:00', 5, 'q', 'a', 'CONNECT'),
					('2026-10-25 02:00:01', 6, 'q', 'a', 'CONNECT'),
					('2026-10-25 02:40:00', 7, 'r', 'a', 'CONNECT'),
					('2026-10-25 02:59:59.999999', 8, 'q', 'a', 'CONNECT'),
					('2026-10-25 03:00:00', 9, 'q', 'a', 'CONNECT')"
			else
				mysql_sql "ALTER TABLE dst $key"
			fi
			for args in '' '-q q' '-q r' '-c 7' '--from 1792888200 --to 1792890001' '--from 1792890000'; do
				# shellcheck disable=SC2086 # words
				fetch $args 'sql:P?table=dst&layout=asterisk&zone=Europe/Rome' >got
				# shellcheck disable=SC2086
				qlfilter $args want | assert_same - got
			done
		done
	done
	# without an id nothing tells
	mysql_sql 'CREATE OR REPLACE TABLE dst2 SELECT * FROM dst ORDER BY id; ALTER TABLE dst2 DROP id'
	try fetch 'sql:P?table=dst2&layout=asterisk&zone=Europe/Rome&id='
	assert_status 1
	assert_err_has 'the clocks showed twice: taken for the first'
}

@test "sql: one column of all data, and times as text" {
	mysql_table onedata asterisk-data
	mysql_sql "INSERT INTO onedata (time, callid, queuename, agent, event, data) VALUES
		('2026-11-22 17:41:38.724407', 'c1', 'q', 'a', 'ENTERQUEUE', '|061|1'),
		('2026-11-22 17:41:39', 'c1', 'q', 'a', 'X', ''), ('2026-11-22 17:41:39.000001', 'c1', 'q', 'a', 'X', NULL),
		('2026-11-22 17:41:40', 'c1', 'q', 'a', 'Y', 'a|b|c|d|e|f|g'), ('2026-11-22 17:41:41', 'c1', 'q', 'a', 'Z', 'a|b|c|d|e')"
	ev <<-'END' >want
		1795369298.724407 P c1 q a ENTERQUEUE||061|1
		1795369299 P c1 q a X
		1795369299.000001 P c1 q a X
		1795369301 P c1 q a Z|a|b|c|d|e
	END
	ev 1795369300 P c1 q a Y a b c d 'e|f|g' | sed -i '3r /dev/stdin' want
	try fetch 'sql:P?table=onedata&layout=asterisk-data&zone=UTC'
	assert_status 0
	assert_output <want
	fetch --from 1795369299 --to 1795369300 'sql:P?table=onedata&layout=asterisk-data&zone=UTC' >got
	sed -n 2,3p want | assert_same - got
	# seconds as text, as Asterisk 1.6 wrote them
	mysql_sql "TRUNCATE onedata; INSERT INTO onedata (time, callid, queuename, agent, event, data) VALUES
		('1795369298', 'c1', 'q', 'a', 'CONNECT', '5|c2|3')"
	try fetch --from 1795369298 --to 1795369299 'sql:P?table=onedata&layout=asterisk-data'
	ev '1795369298 P c1 q a CONNECT|5|c2|3' | assert_output
}

# As text 1795369298 is less than 946684800: a period that began before 2001 gave an empty report.
@test "sql: seconds as text, and a period that begins or ends when they had nine digits" {
	local from
	mysql_table onedata asterisk-data
	mysql_sql "INSERT INTO onedata (time, callid, queuename, agent, event, data) VALUES
		('999999999', 'c1', 'q', 'a', 'X', ''), ('1795369298', 'c2', 'q', 'a', 'Y', '')"
	for from in 2000 999999999 0; do
		try fetch --from $from --to 2027 'sql:P?table=onedata&layout=asterisk-data'
		assert_status 0
		ev '1795369298 P c2 q a Y' >want
		tail -n 1 "$TRY/out" | assert_same want -
	done
	try fetch --from 999999998 --to 1000000000 'sql:P?table=onedata&layout=asterisk-data'
	ev '999999999 P c1 q a X' | assert_output
	try fetch --from 1795369298 --agents-from 2000 'sql:P?table=onedata&layout=asterisk-data'
	ev '1795369298 P c2 q a Y' | assert_output
}

@test "sql: the oldest script's table has no id, and columns of a fixed length" {
	mysql_table old contrib
	mysql_sql "INSERT INTO old (time, callid, queuename, agent, event, data1) VALUES
		('2026-11-22 17:41:40', 'c3', 'q', 'a', 'Y', 1), ('2026-11-22 17:41:38', 'c1', 'q', 'a', 'X', 2),
		('2026-11-22 17:41:38', 'c2', 'q', 'a', 'X', 3)"
	try fetch 'sql:P?table=old&layout=asterisk&zone=UTC'
	assert_status 0
	ev <<-'END' | assert_output
		1795369298 P c1 q a X|2
		1795369298 P c2 q a X|3
		1795369300 P c3 q a Y|1
	END
}

@test "sql: columns by other names, a timestamp, decimals, NULL" {
	mysql_sql "CREATE TABLE odd (server varchar(20), ts decimal(17,6), cid text, q varchar(20), who varchar(20),
		what varchar(20), d1 varchar(20), n bigint, KEY k (server, ts, n)) ENGINE=InnoDB;
		INSERT INTO odd VALUES ('P', 10.5, 'c', NULL, 'a', 'CONNECT', 'x', 1), ('P', 10, NULL, 'q', NULL, 'CONNECT', NULL, 2),
		('P', 11.250000, 'c', 'q', 'a', 'CONNECT', 'x', 3)"
	local where='sql:P?table=odd&partition=server&time=ts&id=n&data1=d1&data2=&data3=&data4=&data5='
	try fetch --column callid=cid --column queue=q --column agent=who --column verb=what "$where"
	assert_status 0
	{ ev 10 P '' q '' CONNECT; ev 10.5 P c '' a CONNECT x; ev 11.25 P c q a CONNECT x; } | assert_output
	try fetch --column callid=cid --column queue=q --column agent=who --column verb=what -a '' "$where"
	ev 10 P '' q '' CONNECT | assert_output
	try fetch --column callid=cid --column queue=q --column agent=who --column verb=what --from 10.25 --to 11 "$where"
	ev 10.5 P c '' a CONNECT x | assert_output
	mysql_sql "SET time_zone='+05:00'; CREATE TABLE stamps (time timestamp(3), callid int, queuename int, agent int, event int,
		data1 int, data2 int, data3 int, data4 int, data5 int, id int PRIMARY KEY);
		INSERT INTO stamps VALUES ('2026-11-22 22:41:38.125', 1, 2, 3, 4, 5, 6, 7, 8, 9, 1)"
	try fetch --from 1795369298 --to 1795369299 'sql:P?table=stamps&layout=asterisk'
	assert_status 0
	ev '1795369298.125 P 1 2 3 4|5|6|7|8|9' | assert_output
}

@test "sql: rows that cannot be events are named, and the others come" {
	mysql_table bad
	{ ev 10 P c q a CONNECT; ev 11 P c q a ''; ev 12 P c q a CONNECT; } | mysql_insert bad
	try fetch 'sql:P?table=bad'
	assert_status 1
	assert_err_has 'qlfetch: sql:P?table=bad: row of time 11: its verb is empty'
	{ ev 10 P c q a CONNECT; ev 12 P c q a CONNECT; } | assert_output
	try fetch -v 'sql:P?table=bad&shift=-11'
	assert_status 1
	assert_err_has '3 lines read = 1 passed + 0 filtered + 2 refused'
	ev 1 P c q a CONNECT | assert_output
}

@test "sql: more rows of one second than a page holds, and keys that are not unique" {
	local t engine
	python3 -c '
for i in range(40000):
    print("%d\tP\tc%d\tq\ta\tX\t\t\t\t\t" % (100 + (i > 10) + (i > 39000), i))' >want
	for engine in MyISAM InnoDB; do
		mysql_table many queuemetrics $engine
		mysql_insert many <want
		fetch 'sql:P?table=many' >got
		assert_same want got
		fetch -c c5,c20000,c39999 'sql:P?table=many' >got
		qlfilter -c c5,c20000,c39999 want | assert_same - got
	done
	mysql_sql 'ALTER TABLE many DROP KEY urc, MODIFY unique_row_count int unsigned NOT NULL; UPDATE many SET unique_row_count = 1'
	fetch 'sql:P?table=many' | sort >got
	sort want | assert_same - got
}

@test "sql: --dry-run writes the SQL and reads nothing" {
	try fetch --dry-run -q sales --from 1795369400 'sql:A?table=inno'
	assert_status 0
	# shellcheck disable=SC2016 # names
	assert_output 'SELECT `time_id`, `call_id`, `queue`, `agent`, `verb`, `data1`, `data2`, `data3`, `data4`, `data5` FROM `inno` FORCE INDEX (`idx_sel`) WHERE `partition` = '"'A' AND BINARY \`partition\` = 'A'"' AND `time_id` >= 1795369400 AND (BINARY `queue` IN ('"'sales'"')) ORDER BY `time_id`, `unique_row_count` LIMIT 16384;'
	try fetch --dry-run "$LOG/A"
	assert_status 2
}

@test "sql: --list names the partitions" {
	try fetch --list
	assert_status 0
	printf '%s\n' 'partition first last rows engine' 'A 1795369298 1795369620 1160 MyISAM' \
		'B 1795369298 1795369619 1099 MyISAM' 'C 1795369298 1795369620 1066 MyISAM' | tr ' ' '\t' | assert_output
	try fetch --list 'sql:B?table=inno'
	printf '%s\n' 'partition first last rows engine' 'B 1795369298 1795369619 1099 InnoDB' | tr ' ' '\t' | assert_output
	try fetch --list 'sql:?table=nosuch'
	assert_status 2
}

@test "sql: --newest is the time of the newest row, whatever the layout" {
	try fetch --newest sql:B
	assert_status 0
	assert_output 1795369619
	try fetch --newest 'sql:B?table=inno&shift=-1h'
	assert_output 1795366019
	mysql_sql "CREATE TABLE new LIKE queue_log; INSERT INTO new (\`partition\`, time_id, verb, call_id, queue)
		VALUES ('A', 100, 'INFO', '', ''), ('A', 90, 'INFO', '', ''), ('a', 200, 'INFO', '', ''),
		('A', 4000000000, 'INFO', '', '')"
	try fetch --newest 'sql:A?table=new'
	assert_output 100
	mysql_sql "DELETE FROM new WHERE time_id < 1000"
	try fetch --newest 'sql:A?table=new'
	assert_status 2
	assert_output ''
	try fetch --newest 'sql:nosuch'
	assert_status 2
	mysql_table ast asterisk
	mysql_table con contrib
	mysql_table dat asterisk-data
	for t in ast con dat; do
		n=asterisk
		[[ $t != dat ]] || n=asterisk-data
		mysql_sql "INSERT INTO $t (time, event) VALUES ('2026-07-01 12:00:00', 'INFO'), ('2026-10-25 02:30:00', 'INFO')"
		# shown twice: the second, so that nothing looks older than it may be
		try fetch --newest "sql:P?table=$t&layout=$n&zone=Europe/Rome"
		assert_output 1792891800
		mysql_sql "INSERT INTO $t (time, event) VALUES ('2026-10-25 12:00:00', 'INFO')"
		try fetch --newest "sql:P?table=$t&layout=$n" --input-zone Europe/Rome
		assert_output 1792926000
	done
	try fetch --newest "$LOG/A"
	assert_status 2
	try fetch --newest sql:A sql:B
	assert_status 2
	mysql_sql 'DROP TABLE new, ast, con, dat'
}

# bats test_tags=nosan
@test "sql: no statement makes the server read a whole table" {
	local t sql plan n=0
	mysql_table ast asterisk
	mysql_table ast_inno asterisk InnoDB
	mysql_table dat asterisk-data
	mysql_table con contrib
	mysql_table con_inno contrib InnoDB
	for t in ast ast_inno con con_inno; do
		mysql_sql "INSERT INTO $t (time, callid, queuename, agent, event)
			SELECT FROM_UNIXTIME(time_id), call_id, queue, agent, verb FROM queue_log ORDER BY time_id, unique_row_count"
	done
	mysql_sql "INSERT INTO dat (time, callid, queuename, agent, event, data)
		SELECT FROM_UNIXTIME(time_id), call_id, queue, agent, verb, data1 FROM queue_log; ANALYZE TABLE queue_log, inno, ast, ast_inno, con, con_inno" >/dev/null
	mysql_sql "SET GLOBAL general_log_file = '$MY_DIR/general', GLOBAL general_log = ON"
	for t in queue_log inno; do
		fetch "sql:A?table=$t" >/dev/null
		fetch "sql:B?table=$t" -q sales -e CONNECT,ABANDON --class call --from 1795369400 --to 1795369500 >/dev/null
		fetch "sql:B?table=$t" --from 1795369400 --agents-from 1795369300 -a NONE >/dev/null
		fetch "sql:B?table=$t" -c MANAGER >/dev/null
		fetch --list "sql:?table=$t" >/dev/null
		fetch --newest "sql:B?table=$t" >/dev/null
		try fetch "sql:nosuch?table=$t"
	done
	for t in ast ast_inno con con_inno dat; do
		n=asterisk
		[[ $t != dat ]] || n=asterisk-data
		fetch "sql:A?table=$t&layout=$n&zone=Europe/Rome" >/dev/null
		fetch "sql:A?table=$t&layout=$n&zone=Europe/Rome" -q sales --from 1795365800 --to 1795365900 >/dev/null
	done
	mysql_sql 'SET GLOBAL general_log = OFF'
	sed -n 's/.*\(Query\|Execute\)\t\(SELECT .*\)/\2/p' "$MY_DIR/general" | sort -u >statements
	[[ $(wc -l <statements) -ge 30 ]]
	while IFS= read -r sql; do
		mysql_sql "EXPLAIN $sql" >plan
		# ALL is a whole table; an index read from end to end is right where all of it is asked for, or
		# where there is none on the time, as in Asterisk's own tables
		if awk -F'\t' '$4 == "ALL" { exit 1 }' plan && { [[ $sql != *WHERE* && $sql == *' ORDER BY '*LIMIT* ]] ||
			[[ $sql == *' FORCE INDEX (`PRIMARY`) '*' ORDER BY `id` LIMIT '* ]] ||
			awk -F'\t' '$4 == "index" { exit 1 }' plan; }; then
			continue
		fi
		echo "$sql"
		cat plan
		return 1
	done <statements
	# and what is read in order is not sorted
	grep -h 'ORDER BY .time' statements | grep -v 'ql_name' | while IFS= read -r sql; do
		if mysql_sql "EXPLAIN $sql" | grep filesort; then
			echo "$sql"
			return 1
		fi
	done
}

@test "sql: all pages are of one instant on InnoDB" {
	python3 -c '
for i in range(100000):
    print("%d\tP\tc%d\tq\ta\tX\t%s\t\t\t\t" % (1000 + i, i, "x" * 60))' >want
	mysql_table snap queuemetrics InnoDB
	mysql_insert snap <want
	mkfifo pipe
	fetch 'sql:P?table=snap' >pipe &
	exec 4<pipe
	IFS= read -r -u 4 first
	mysql_sql "DELETE FROM snap WHERE time_id > 90000; UPDATE snap SET queue = 'changed' WHERE time_id > 50000;
		INSERT INTO snap (\`partition\`, time_id, call_id, queue, verb) VALUES ('P', 200000, 'late', 'q', 'X')"
	{ printf '%s\n' "$first"; cat <&4; } >got
	exec 4<&-
	wait $!
	assert_same want got
}

@test "sql: a writer of a MyISAM table is not kept waiting by a slow reader" {
	python3 -c '
for i in range(60000):
    print("%d\tP\tc%d\tq\ta\tX\t%s\t\t\t\t" % (1000 + i, i, "x" * 60))' >want
	mysql_table slow
	mysql_insert slow <want
	# a hole in the table: from then on readers and writers lock each other out
	mysql_sql 'DELETE FROM slow WHERE time_id = 2000'
	mkfifo pipe
	fetch 'sql:P?table=slow' >pipe &
	exec 4<pipe
	IFS= read -r -u 4 _
	timeout 10 "$(command -v mariadb mysql | head -n 1)" --defaults-file="$MY_CNF" ql -e \
		"INSERT INTO slow (\`partition\`, time_id, call_id, queue, verb) VALUES ('P', 900, 'early', 'q', 'X')"
	[[ $(cat <&4 | wc -l) == 59998 ]]
	exec 4<&-
	wait $!
}

@test "sql: whoever stops reading is no error" {
	python3 -c '
for i in range(100000):
    print("%d\tP\tc%d\tq\ta\tX\t%s\t\t\t\t" % (1000 + i, i, "x" * 60))' >want
	mysql_table pipe queuemetrics InnoDB
	mysql_insert pipe <want
	{ fetch 'sql:P?table=pipe' 2>err || echo $? >status; } | head -n 1 >got
	head -n 1 want | assert_same - got
	[[ ! -s err ]]
	[[ $(<status) == 141 ]]
	{ fetch -q q 'sql:P?table=pipe' 2>err || echo $? >status; } | head -n 1 >got
	[[ ! -s err && $(<status) == 141 ]]
}

@test "sql: qlcluster on a database" {
	cp "$MY_CNF" "$HOME/.my.cnf"
	qlcluster 'cluster:A|B|C' >got
	qlmerge <(seconds "$LOG/A") <(seconds "$LOG/B") <(seconds "$LOG/C") >want
	assert_same want got
	qlcluster 'cluster:*' >got
	assert_same want got
	qlcluster 'cluster:A|B-' >got
	qlmerge <(seconds "$LOG/A") <(seconds "$LOG/B" | qlfilter --class call,system) | assert_same - got
	qlcluster 'cluster:A|B|C' -- qlcalls >got
	qlcalls want | assert_same - got
	printf '%s\n' "A.defaults-file = $MY_CNF" "B.source = sql:B?table=inno" "B.defaults-file = $MY_CNF" >cluster.conf
	rm "$HOME/.my.cnf"
	qlcluster --config cluster.conf 'cluster:A|B' >got
	qlmerge <(seconds "$LOG/A") <(seconds "$LOG/B") | assert_same - got
	try qlcluster --config cluster.conf 'cluster:*'
	assert_status 0
	assert_same got "$TRY/out"
	echo 'B.source = sql:B?table=nosuch' >>cluster.conf
	sed -i 2d cluster.conf
	try qlcluster --config cluster.conf 'cluster:A|B' -- qlcalls
	assert_status 2
	assert_err_has B
}

@test "sql: qlcluster --fresh names partitions whose newest row is old" {
	printf '%s\n' "A.source = sql:A" "A.defaults-file = $MY_CNF" "B.source = sql:B?table=inno" \
		"B.defaults-file = $MY_CNF" 'B.shift = +1h' 'C.source = sql:C' "C.defaults-file = $PWD/none" >cluster.conf
	try qlcluster --config cluster.conf --to 1795373300 --fresh 1h 'cluster:A|B' -- true
	assert_status 1
	assert_err 'qlcluster: A: nothing since 2026-11-22 17:47:00'
	try qlcluster --config cluster.conf --to 1795373220 --fresh 1h 'cluster:A|B' -- true
	assert_status 0
	# who reads it says so
	try qlcluster --config cluster.conf --to 1795373220 C
	assert_status 2
	[ "$(grep -c none "$TRY/err")" = 1 ]
}
