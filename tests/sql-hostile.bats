# qlfetch sql: of tables that nobody wrote with good will.

setup_file() {
	load mysql
	mysql_need || return 0
	mysql_start
}

teardown_file() { mysql_stop; }

setup() {
	load helper
	load mysql
	mysql_or_skip
	need python3
}

@test "sql: odd rows of odd types under odd names come as the events that they are, or are refused" {
	for seed in 1 2 3; do
		python3 "$ROOT/tests/tools/hostile.py" "$MY_CNF" $seed || { echo "seed $seed"; return 1; }
	done
}

fetch() { qlfetch --defaults-file "$MY_CNF" "$@"; }

# rows N TABLE COLUMNS VALUES: N rows; in VALUES {} is the number.
rows() {
	python3 - "$@" <<-'END' | "$(command -v mariadb mysql | head -n 1)" --defaults-file="$MY_CNF" --default-character-set=binary ql
		import sys
		n, table, columns, values = int(sys.argv[1]), *sys.argv[2:]
		for i in range(0, n, 1000):
		    print(f'INSERT INTO {table} ({columns}) VALUES ' + ','.join('(' + values.replace('{}', '%07d' % k) + ')' for k in range(i, min(n, i + 1000))) + ';')
	END
}

@test "sql: read by an id of text, whatever stands in it, page by page" {
	mysql_table texts asterisk InnoDB
	mysql_sql 'ALTER TABLE texts MODIFY id varbinary(60)'
	# as a number, and a condition that would let all pass, or none
	rows 40000 texts id,time,callid,event "'{} OR \'1\'=\'1\' -- ', '2026-11-22 17:41:38', 'c{}', 'INFO'"
	try fetch 'sql:P?table=texts&layout=asterisk&zone=UTC'
	assert_status 0
	assert_err ''
	python3 -c '
for i in range(40000):
    print("1795369298\tP\tc%07d\t\t\tINFO\t\t\t\t\t" % i)' | assert_same - "$TRY/out"
}

@test "sql: a key that may be NULL orders nothing, but all rows come" {
	mysql_table nulls asterisk
	mysql_sql 'ALTER TABLE nulls DROP PRIMARY KEY, MODIFY id bigint NULL, ADD UNIQUE (id)'
	rows 20000 nulls id,time,callid,event "NULL, '2026-11-22 17:41:38', 'c{}', 'INFO'"
	rows 20000 nulls id,time,callid,event "{}, '2026-11-22 17:41:38', 'd{}', 'INFO'"
	try fetch 'sql:P?table=nulls&layout=asterisk&zone=UTC'
	assert_status 0
	[[ $(sort -u "$TRY/out" | wc -l) == 40000 && $(wc -l <"$TRY/out") == 40000 ]]
}

@test "sql: more rows without a time than a page holds are refused, each once" {
	local engine
	for engine in MyISAM InnoDB; do
		mysql_table none queuemetrics $engine
		mysql_sql 'ALTER TABLE none MODIFY time_id bigint NULL'
		# shellcheck disable=SC2016 # a name
		rows 20000 none '`partition`,time_id,call_id,queue,verb' "'P', NULL, 'c{}', 'q', 'INFO'"
		# shellcheck disable=SC2016 # a name
		rows 20000 none '`partition`,time_id,call_id,queue,verb' "'P', {}, 'd{}', 'q', 'INFO'"
		for args in '' '-q q'; do
			# shellcheck disable=SC2086 # words
			try fetch -v $args 'sql:P?table=none'
			assert_status 1
			assert_err_has '40000 lines read = 20000 passed + 0 filtered + 20000 refused'
			[[ $(wc -l <"$TRY/out") == 20000 ]]
		done
	done
}

@test "sql: a time that is rounded is no time" {
	mysql_table floats
	mysql_sql "ALTER TABLE floats MODIFY time_id float; INSERT INTO floats (\`partition\`, time_id, call_id, queue, verb)
		VALUES ('P', 1795369298, 'c', 'q', 'INFO')"
	try fetch 'sql:P?table=floats'
	assert_status 2
	assert_err 'qlfetch: sql:P?table=floats: column time_id is of no type that times have'
}

@test "sql: a column of wide characters is refused, since its bytes are no text" {
	local charset
	for charset in ucs2 utf16 utf16le utf32; do
		mysql_table wide
		mysql_sql "INSERT INTO wide (\`partition\`, time_id, call_id, queue, verb) VALUES ('P', 10, 'c', 'q', 'INFO');
			ALTER TABLE wide MODIFY verb varchar(30) CHARACTER SET $charset"
		try fetch 'sql:P?table=wide'
		assert_status 2
		assert_err "qlfetch: sql:P?table=wide: column verb: character set $charset is not one that is read"
	done
}

@test "sql: two tables whose names differ in case only" {
	mysql_table Twice queuemetrics MyISAM
	mysql_table twice queuemetrics InnoDB
	local t
	for t in Twice twice; do
		mysql_sql "INSERT INTO $t (\`partition\`, time_id, call_id, queue, verb) VALUES ('P', 10, '$t', 'q', 'INFO')"
	done
	fetch --list 'sql:?table=Twice' | grep -q MyISAM
	fetch --list 'sql:?table=twice' | grep -q InnoDB
}

@test "sql: a row of more bytes than a line may have is refused, those that are less come" {
	mysql_table huge queuemetrics InnoDB
	mysql_sql "ALTER TABLE huge MODIFY data1 longblob;
		INSERT INTO huge (\`partition\`, time_id, call_id, queue, verb, data1) VALUES ('P', 10, 'c1', 'q', 'INFO', REPEAT('x', 1000000)),
		('P', 11, 'c2', 'q', 'INFO', REPEAT('x', 3000000)), ('P', 12, 'c3', 'q', 'INFO', REPEAT('\\t', 1100000))"
	try fetch 'sql:P?table=huge'
	assert_status 1
	assert_err_has 'qlfetch: sql:P?table=huge: row of time 11: longer than a line may be'
	cut -f 1,3 "$TRY/out" | tr '\t\n' '= ' >got
	[[ $(<got) == '10=c1 ' ]]
	qlfilter "$TRY/out" >again
	assert_same "$TRY/out" again
	try fetch --max-line 999 'sql:P?table=huge'
	assert_err_has 'row of time 10'
}
