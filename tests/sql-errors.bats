#!/usr/bin/env bats
# Whatever a server refuses, and at whichever statement: a load recovers, or ends with 2 and says why;
# never is a status of 0 with rows missing.

setup_file() {
	load mysql
	mysql_need || return 0
	PORT=$(free_port) || return 1
	mysql_start --port="$PORT" || return 1
	MY_PORT=$PORT
	mysql_sql "CREATE USER 'ql'@'127.0.0.1'; GRANT ALL ON ql.* TO 'ql'@'127.0.0.1'"
}

teardown_file() { mysql_stop; }

setup() {
	load helper
	load mysql
	mysql_or_skip
	need python3
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# log PARTITION: 60 events in 20 s, every fifth twice.
log() {
	awk -v p="$1" 'BEGIN {
		OFS = "\t"
		for (i = 0; i < 60; i++) {
			if (i % 5 != 4)
				line = 100 + int(i / 3) OFS p OFS "c." i OFS "q" OFS "Agent/" i % 7 OFS "RINGNOANSWER" OFS i OFS OFS OFS OFS
			else
				sub(/^[0-9]+/, 100 + int(i / 3), line)
			print line
		}
	}'
}

# Connects through port N of the proxy.
through() {
	printf '[client]\nhost=127.0.0.1\nport=%s\nprotocol=tcp\nuser=ql\n[ql]\ndatabase=ql\n' "$1" >"$2"
	chmod 600 "$2"
}

# whole PARTITION: the table has the log, each event once.
whole() {
	log "$1" >want
	qlfetch --defaults-file="$MY_CNF" "sql:$1" >got
	assert_same want got
}

# goes_wrong HOW STATEMENTS: one load for each of so many statements, that one going wrong. Half of
# the log is stored before. Leaves the statuses in `statuses`.
goes_wrong() {
	local how=$1 most=$2 ports n p pids=() proxy
	python3 "$ROOT/tests/tools/proxy.py" 0 "$MY_PORT" error "$how" "$most" >ports 3>&- &
	proxy=$!
	eventually bash -c "((\$(wc -l <ports) == $most))"
	mapfile -t ports <ports
	for ((n = 1; n <= most; n++)); do
		p=P$n
		log $p | head -n 30 >>half
		through "${ports[n - 1]}" $p.cnf
	done
	mysql_insert queue_log <half
	for ((n = 1; n <= most; n++)); do
		(
			log P$n | qlload --defaults-file=P$n.cnf --retry-for 20 sql:P$n 2>P$n.said
			echo $? >P$n.status
		) 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	kill "$proxy"
	wait "$proxy" || :
	statuses=''
	for ((n = 1; n <= most; n++)); do
		statuses+=$(<P$n.status)
		case $(<P$n.status) in
		0) whole P$n ;;
		2) grep -v 'to widen' P$n.said | grep -q '^qlload: sql:P.*: .*' ;;
		*) false ;;
		esac || { echo "$how at statement $n: status $(<P$n.status)"; cat P$n.said; return 1; }
		# and it can always be healed
		log P$n | qlload --defaults-file="$MY_CNF" sql:P$n 2>/dev/null && whole P$n || return 1
	done
	# it came to the statement, and most of it is overcome
	tail -n 1 ports
	[[ $statuses == *0* && $(tail -n 1 ports) -ge $most ]]
}

# at_any ENGINE HOW...
at_any() {
	local how engine=$1 most=20
	shift
	[[ $engine == InnoDB ]] || most=18 # no transaction
	for how; do
		rm -f half
		mysql_table queue_log queuemetrics "$engine"
		goes_wrong "$how" $most || return 1
	done
}

@test "a load, InnoDB: an error of the server at any statement" {
	at_any InnoDB 1205 1213 1290 1114 1153
}

@test "a load, MyISAM: an error of the server at any statement" {
	at_any MyISAM 1114
}

@test "a load: a statement lost, or its reply" {
	at_any InnoDB request reply
	at_any MyISAM request reply
}

@test "a load: a table that is full is said, and filled later" {
	mysql_sql 'SET GLOBAL max_heap_table_size = 65536'
	mysql_table queue_log queuemetrics MEMORY
	mysql_sql 'SET GLOBAL max_heap_table_size = DEFAULT'
	log A >in
	try qlload --defaults-file="$MY_CNF" -v --retry-for 2 sql:A in
	assert_status 2
	assert_err_has "qlload: sql:A: The table 'queue_log' is full (error 1114)"
	mysql_sql 'ALTER TABLE queue_log ENGINE = MEMORY MAX_ROWS = 1000'
	try qlload --defaults-file="$MY_CNF" --retry-for 2 sql:A in
	assert_status 0
	whole A
}

@test "a load: rows that another session has locked are waited for" {
	local other
	mysql_table queue_log queuemetrics InnoDB
	log A >in
	head -n 30 in | mysql_insert queue_log
	mysql_sql 'SET GLOBAL innodb_lock_wait_timeout = 1'
	mysql_sql 'BEGIN; SELECT * FROM queue_log FOR UPDATE; SELECT SLEEP(3)' >/dev/null 3>&- &
	other=$!
	eventually bash -c "[[ \$(mariadb --defaults-file='$MY_CNF' -BNe 'SHOW PROCESSLIST') == *SLEEP\(* ]]"
	try qlload --defaults-file="$MY_CNF" sql:A in
	assert_status 0
	assert_err_has 'Lock wait timeout exceeded; try restarting transaction (error 1205); trying again'
	whole A
	wait "$other"
	mysql_sql 'SET GLOBAL innodb_lock_wait_timeout = DEFAULT'
}
