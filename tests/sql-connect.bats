# Connections to a database: what happens when they are lost, TLS, servers that are none.
load helper
load mysql

setup_file() {
	mysql_need || return 0
	mysql_start
	mysql_table
	mysql_table inno queuemetrics InnoDB
	python3 -c '
for i in range(60000):
    print("%d\tA\tc%d\tq\ta\tX\t%s\t\t\t\t" % (1000 + i // 3, i, "x" * 60))' >"$BATS_FILE_TMPDIR/all"
	mysql_insert queue_log <"$BATS_FILE_TMPDIR/all"
	mysql_insert inno <"$BATS_FILE_TMPDIR/all"
}

teardown_file() { mysql_stop; }

setup() { mysql_or_skip; }

# bats test_tags=nosan
@test "connect: a server killed in mid-read leaves no short report" {
	local t ok first
	for t in inno queue_log; do
		mkfifo "pipe.$t"
		{ qlfetch --defaults-file "$MY_CNF" "sql:A?table=$t" 2>err || echo $? >status; } >"pipe.$t" &
		exec 4<"pipe.$t"
		IFS= read -r -u 4 first
		mysql_down KILL
		{ printf '%s\n' "$first"; cat <&4; } >got
		exec 4<&-
		wait $!
		mysql_up
		[[ $(<status) == 2 ]]
		grep -q "qlfetch: sql:A?table=$t: " err
		[[ $(wc -l <err) == 1 ]]
		tail -n 1 got | cut -f 2,6 | grep -qx "A$(printf '\t')SOURCEDOWN"
		head -n -1 got >rows
		cmp <(head -n "$(wc -l <rows)" "$BATS_FILE_TMPDIR/all") rows
		[[ -s rows && $(wc -l <rows) -lt 60000 ]]
		# a fold downstream refuses to make a report of it
		try qlcalls got
		assert_status 2
	done
}

@test "connect: a connection that is killed, and a query that is" {
	local how
	for how in CONNECTION QUERY; do
		rm -f pipe status
		mkfifo pipe
		{ qlfetch --defaults-file "$MY_CNF" 'sql:A?table=inno' 2>err || echo $? >status; } >pipe &
		exec 4<pipe
		IFS= read -r -u 4 _
		mysql_sql "SELECT CONCAT('KILL $how ', id, ';') FROM information_schema.processlist WHERE id <> CONNECTION_ID()" >kill
		mysql_sql "$(<kill)"
		cat <&4 >got
		exec 4<&-
		wait $!
		# a query that was already done when it was to be killed is none
		if [[ $how == CONNECTION || -s status ]]; then
			[[ $(<status) == 2 ]]
			tail -n 1 got | grep -q SOURCEDOWN
			grep -q 'qlfetch: sql:A?table=inno: ' err
		fi
	done
}

@test "connect: TLS asked of a server that has none" {
	local key
	mysql_sql "SET GLOBAL general_log_file = '$MY_DIR/general', GLOBAL general_log = ON"
	for key in ssl ssl=1 ssl-mode=REQUIRED ssl-mode=VERIFY_IDENTITY ssl-verify-server-cert ssl_cipher=AES256-SHA; do
		{ mysql_cnf root; printf '[client]\n%s\n' "$key"; } >tls.cnf
		try qlfetch --defaults-file tls.cnf sql:A
		assert_status 2
		assert_err_has 'qlfetch: sql:A: '
		ev 0 A NONE NONE NONE SOURCEDOWN 'not read to its end' | assert_output
	done
	mysql_sql 'SET GLOBAL general_log = OFF'
	run ! grep -q 'Query.*\(SET NAMES\|queue_log\)' "$MY_DIR/general"
	{ mysql_cnf root; printf '[client]\nssl\n[ql]\nskip-ssl\n'; } >tls.cnf
	qlfetch --defaults-file tls.cnf --to 1000000000 sql:A | wc -l | grep -qx 60000
}

# bats test_tags=nosan
@test "connect: TLS with a certificate that is good, and with those that are not" {
	need openssl
	local port
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=ca' -keyout ca.key -out ca.pem 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=other' -keyout other.key -out other.pem 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$MY_DIR/s.key" -out s.csr 2>/dev/null
	openssl x509 -req -in s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
		-extfile <(echo subjectAltName=DNS:localhost) -out "$MY_DIR/s.pem" 2>/dev/null
	mysql_down
	mysql_up --port="$port" --ssl-cert="$MY_DIR/s.pem" --ssl-key="$MY_DIR/s.key"
	mysql_sql "CREATE OR REPLACE USER tls IDENTIFIED BY 'pw' REQUIRE SSL; GRANT SELECT ON ql.* TO tls"
	conf() { printf '[client]\nuser=tls\npassword=pw\nhost=%s\nport=%s\nprotocol=tcp\n%b[ql]\ndatabase=ql\n' "$1" "$port" "$2" >tls.cnf; }
	conf localhost "ssl-ca=$PWD/ca.pem\n"
	qlfetch --defaults-file tls.cnf --to 1000000000 sql:A >got
	cmp "$BATS_FILE_TMPDIR/all" got
	conf localhost "ssl-ca=$PWD/other.pem\n"
	try qlfetch --defaults-file tls.cnf sql:A
	assert_status 2
	# the certificate is localhost's
	conf 127.0.0.1 "ssl-ca=$PWD/ca.pem\n"
	try qlfetch --defaults-file tls.cnf sql:A
	assert_status 2
	conf 127.0.0.1 "ssl-mode=REQUIRED\n"
	try qlfetch --defaults-file tls.cnf --to 1500 -n 1 sql:A
	conf 127.0.0.1 'ssl\nskip-ssl-verify-server-cert\n'
	qlfetch --defaults-file tls.cnf --to 1000000000 sql:A >got
	cmp "$BATS_FILE_TMPDIR/all" got
	conf localhost ''
	try qlfetch --defaults-file tls.cnf sql:A
	assert_status 2
	mysql_down
	mysql_up
}

@test "connect: a server that asks for a file gets nothing" {
	need python3
	echo 'a secret' >secret
	printf '[client]\nsocket=%s\nuser=u\npassword=p\nlocal-infile=1\n[ql]\ndatabase=ql\nlocal_infile=1\n' "$PWD/fake" >fake.cnf
	python3 "$ROOT/tests/tools/fakesql.py" "$PWD/fake" "$PWD/secret" >heard 3>&- &
	eventually test -S fake
	try qlfetch --defaults-file fake.cnf sql:A
	assert_status 2
	ev 0 A NONE NONE NONE SOURCEDOWN 'not read to its end' | assert_output
	wait $!
	grep -q 'SET NAMES' heard
	run ! grep -q 'a secret' heard
}

@test "connect: something that is no server" {
	python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("none"); s.listen(1)
c, _ = s.accept()
c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
c.close()' 3>&- &
	eventually test -S none
	printf '[client]\nsocket=%s\n[ql]\ndatabase=ql\n' "$PWD/none" >none.cnf
	try qlfetch --defaults-file none.cnf sql:A
	assert_status 2
	wait $!
}

@test "connect: one that answers nothing is given up" {
	python3 -c '
import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind("mute"); s.listen(1)
c, _ = s.accept()
time.sleep(20)' 3>&- &
	eventually test -S mute
	printf '[client]\nsocket=%s\nconnect-timeout=1\n[ql]\ndatabase=ql\n' "$PWD/mute" >mute.cnf
	SECONDS=0
	try qlfetch --defaults-file mute.cnf sql:A
	assert_status 2
	((SECONDS < 10))
	kill $!
}
