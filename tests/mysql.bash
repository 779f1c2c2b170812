# shellcheck shell=bash
# A MariaDB (or MySQL) server of a test's own: private data directory and socket, nothing on the
# network unless asked for, never a service of the system. `load mysql` behind `load helper` in a
# .bats file; other scripts source it.
#
#     setup_file() { mysql_need || return 0; mysql_start; ... }
#     teardown_file() { mysql_stop; }
#     setup() { mysql_or_skip; }
#
# Sets and exports
#     MY_DIR      its directory        MY_SOCKET   its socket
#     MY_CNF      an option file for root, with the socket and the database `ql`
#     MY_PORT     0 without network
# Its process is in $MY_DIR/process.
# Each start is a server without tables; mysql_table makes one.

# mysql_need: is there all that it takes? Else MY_WHY says what is missing.
mysql_need() {
	local why=
	MY_SERVER=$(PATH=$PATH:/usr/sbin:/sbin command -v mariadbd mysqld | head -n 1)
	[[ $MY_SERVER ]] || why='no mariadbd or mysqld (Debian: mariadb-server-core)'
	[[ $why ]] || command -v mariadb mysql >/dev/null || why='no mariadb client (Debian: mariadb-client)'
	if [[ -z $why ]] && qlfetch sql:A 2>&1 >/dev/null | grep -q 'built without MySQL'; then
		why='built without MySQL (Debian: default-libmysqlclient-dev)'
	fi
	export MY_WHY=$why
	[[ -z $why ]] || echo "$why"
	[[ -z $why ]]
}

# mysql_or_skip: skips a test where mysql_need said no.
mysql_or_skip() {
	[[ -z ${MY_WHY-} ]] || skip "$MY_WHY"
}

# mysql_start [OPTION...]: with the server's own options; --port=N lets it listen on 127.0.0.1 too.
mysql_start() {
	mysql_need || return
	MY_DIR=$(mktemp -d "${BATS_FILE_TMPDIR:-${TMPDIR:-/tmp}}/ql-mysql.XXXXXX") || return
	# A socket's path holds some hundred bytes only.
	if ((${#MY_DIR} > 80)); then
		rmdir "$MY_DIR"
		MY_DIR=$(mktemp -d /tmp/ql-mysql.XXXXXX) || return
	fi
	MY_SOCKET=$MY_DIR/sock MY_CNF=$MY_DIR/root.cnf MY_PORT=0
	export MY_DIR MY_SOCKET MY_CNF MY_PORT MY_SERVER
	mkdir "$MY_DIR/data"
	mysql_cnf root >"$MY_CNF"
	if ! _mysql_install; then
		echo 'the server cannot be set up:'
		tail -n 20 "$MY_DIR/log"
		rm -rf "$MY_DIR"
		return 1
	fi
	mysql_up "$@"
}

# The system tables.
_mysql_install() {
	local as=() install
	((EUID != 0)) || as=(--user=root)
	if "$MY_SERVER" --version | grep -q MariaDB; then
		install=$(command -v mariadb-install-db mysql_install_db | head -n 1)
		"${install:-mariadb-install-db}" --no-defaults "${as[@]}" --datadir="$MY_DIR/data" \
			--auth-root-authentication-method=normal --skip-test-db \
			--innodb-log-file-size=8M >"$MY_DIR/log" 2>&1
	else
		"$MY_SERVER" --no-defaults "${as[@]}" --datadir="$MY_DIR/data" --initialize-insecure \
			>"$MY_DIR/log" 2>&1
	fi
}

# mysql_up [OPTION...]: starts it (again) on the same data, and waits until it answers.
mysql_up() {
	local as=() net=(--skip-networking) option pid n
	((EUID != 0)) || as=(--user=root)
	for option; do
		case $option in --port=*) net=(--bind-address=127.0.0.1) MY_PORT=${option#*=} ;; esac
	done
	# fd 3 is bats' own: a server that held it would keep bats from ending.
	"$MY_SERVER" --no-defaults "${as[@]}" --datadir="$MY_DIR/data" --tmpdir="$MY_DIR" \
		--socket="$MY_SOCKET" --pid-file="$MY_DIR/pid" "${net[@]}" \
		--innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=2 \
		--key-buffer-size=16M --performance-schema=OFF --skip-log-bin --skip-name-resolve \
		--secure-file-priv="$MY_DIR" "$@" >>"$MY_DIR/log" 2>&1 3>&- </dev/null &
	pid=$!
	echo "$pid" >"$MY_DIR/process"
	disown "$pid" 2>/dev/null
	_mysql_watch "${BATS_ROOT_PID:-$$}" "$pid" "$MY_DIR" >/dev/null 2>&1 3>&- </dev/null &
	disown $! 2>/dev/null
	for ((n = 0; n < 600; n++)); do
		if ! kill -0 "$pid" 2>/dev/null; then break; fi
		if mysql_sql 'CREATE DATABASE IF NOT EXISTS ql' mysql >/dev/null 2>&1; then return 0; fi
		sleep 0.05
	done
	echo 'the server does not answer:'
	tail -n 20 "$MY_DIR/log"
	mysql_stop
	return 1
}

# Nobody stops the server of a test that is killed.
_mysql_watch() {
	trap - EXIT
	while kill -0 "$2" 2>/dev/null; do
		if ! kill -0 "$1" 2>/dev/null; then
			kill -KILL "$2"
			rm -rf "$3"
			return
		fi
		sleep 1
	done
}

# mysql_down [SIGNAL]: ends the process and keeps the data.
mysql_down() {
	local n pid
	pid=$(cat "$MY_DIR/process" 2>/dev/null) || return 0
	kill "-${1:-TERM}" "$pid" 2>/dev/null || :
	for ((n = 0; n < 400; n++)); do
		kill -0 "$pid" 2>/dev/null || break
		((n != 300)) || kill -KILL "$pid" 2>/dev/null || :
		sleep 0.05
	done
	rm -f "$MY_DIR/process"
}

# mysql_stop: ends it, whatever state it is in, and removes its directory. Also for a trap.
mysql_stop() {
	mysql_down KILL
	if [[ ${MY_DIR-} ]]; then rm -rf "$MY_DIR"; fi
	MY_DIR=
}

# mysql_cnf USER [PASSWORD]: an option file on stdout.
mysql_cnf() {
	printf '[client]\nsocket=%s\nuser=%s\n' "$MY_SOCKET" "$1"
	if (($# > 1)); then printf 'password="%s"\n' "$2"; fi
	printf '[ql]\ndatabase=ql\n'
}

# mysql_sql SQL [DATABASE]: runs it as root; rows by TAB, without headings, on stdout.
mysql_sql() {
	"$(command -v mariadb mysql | head -n 1)" --defaults-file="$MY_CNF" --batch --raw \
		--skip-column-names --default-character-set=binary -e "$1" "${2-ql}"
}

# mysql_table [NAME [LAYOUT [ENGINE [CHARSET]]]]: an empty table. LAYOUT: queuemetrics, with the keys
# of the product, none of them unique (of InnoDB and MEMORY one more, which their auto_increment needs); asterisk
# and asterisk-data, as Asterisk's migrations make them; contrib, its older script.
mysql_table() {
	local name=${1:-queue_log} layout=${2:-queuemetrics} engine=${3:-MyISAM} charset=${4:-latin1}
	local id='unique_row_count int(10) unsigned NOT NULL auto_increment' key data='' n type=200
	local kind="ENGINE=$engine DEFAULT CHARSET=$charset"
	[[ $layout != contrib ]] || type=50
	for n in 1 2 3 4 5; do data+="data$n varchar($type) NOT NULL default '',"; done
	# shellcheck disable=SC2016 # names, not commands
	case $layout:$engine in
	queuemetrics:InnoDB | queuemetrics:MEMORY) key='KEY idx_sel (`partition`, time_id, unique_row_count), KEY urc (unique_row_count)' ;;
	*) key='KEY idx_sel (`partition`, time_id, unique_row_count)' ;;
	esac
	case $layout in
	queuemetrics)
		mysql_sql "DROP TABLE IF EXISTS $name; CREATE TABLE $name (
			\`partition\` varchar(20) NOT NULL default '',
			time_id int(11) unsigned NOT NULL default 0,
			call_id varchar(200) NOT NULL, queue varchar(200) NOT NULL,
			agent varchar(30) NOT NULL default '', verb varchar(30) NOT NULL default '',
			$data serverid varchar(10) NOT NULL default '', $id,
			$key, KEY by_hotdesk (verb, time_id)) $kind"
		;;
	asterisk)
		mysql_sql "DROP TABLE IF EXISTS $name; CREATE TABLE $name (
			id bigint NOT NULL auto_increment PRIMARY KEY, time datetime(6),
			callid varchar(80), queuename varchar(256), agent varchar(80),
			event varchar(32), ${data%,}) $kind"
		;;
	asterisk-data)
		mysql_sql "DROP TABLE IF EXISTS $name; CREATE TABLE $name (
			id bigint NOT NULL auto_increment PRIMARY KEY, time char(26),
			callid varchar(80), queuename varchar(256), agent varchar(80),
			event varchar(32), data varchar(500)) $kind"
		;;
	contrib)
		mysql_sql "DROP TABLE IF EXISTS $name; CREATE TABLE $name (
			time datetime, callid char(50) NOT NULL default '',
			queuename char(50) NOT NULL default '', agent char(50) NOT NULL default '',
			event char(20) NOT NULL default '', ${data}
			KEY bydate (time), KEY qname (queuename, time)) $kind"
		;;
	esac
}

# mysql_insert TABLE: event lines on stdin become rows of the layout queuemetrics, by plain INSERTs.
mysql_insert() {
	# shellcheck disable=SC2016 # names, not commands
	python3 -c '
import sys
def raw(s):
    out = bytearray()
    i = 0
    while i < len(s):
        if s[i] == 92:
            i += 1
            out += {116: b"\t", 110: b"\n", 114: b"\r", 92: b"\\", 48: b"\0"}[s[i]]
        else:
            out.append(s[i])
        i += 1
    return bytes(out)
def literal(s):
    return b"\x27%s\x27" % s.replace(b"\\", b"\\\\").replace(b"\x27", b"\\\x27").replace(b"\0", b"\\0")
rows = []
def flush():
    if rows:
        sys.stdout.buffer.write(b"INSERT INTO %s (time_id, `partition`, call_id, queue, agent, verb, data1, data2,"
            b" data3, data4, data5) VALUES " % sys.argv[1].encode() + b",".join(rows) + b";\n")
        rows.clear()
for line in sys.stdin.buffer:
    f = [raw(x) for x in line[:-1].split(b"\t")]
    f[0] = f[0].split(b".")[0]
    rows.append(b"(" + b",".join(literal(x) for x in f) + b")")
    if len(rows) == 500:
        flush()
flush()' "$1" |
		"$(command -v mariadb mysql | head -n 1)" --defaults-file="$MY_CNF" \
			--default-character-set=binary --binary-mode ql
}
