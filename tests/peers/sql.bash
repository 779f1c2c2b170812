# shellcheck shell=bash
# The part of bench that wants a database: a partition read and loaded, against the server's own client,
# on a private server. Sourced by scripts/bench; sets nothing that it reads but `status`.

# On a busy server the wall clock says little: the server's CPU time is shown beside the client's.
sql_server_cpu() {
	local stat
	stat=$(cat "/proc/$(cat "$MY_DIR/process")/stat" 2>/dev/null) || stat=') S 0 0 0 0 0 0 0 0 0 0 0 0'
	# shellcheck disable=SC2086 # fields
	set -- ${stat##*) }
	echo $((${12} + ${13}))
}

# sql_run NAME COMMAND: times one run.
sql_run() {
	local before
	before=$(sql_server_cpu)
	cost "$2" >answer 2>messages || { cat messages >&2; die "sql: $1: status $?"; }
	printf '%s\t%s\t%s\n' "$1" "$cost" "$(($(sql_server_cpu) - before))" >>runs
}

sql_heading() {
	if [[ $markdown ]]; then
		echo '| work | by | runs | wall s | client CPU s | server CPU s | peak MB | ratio of wall |'
		echo '|---|---|--:|--:|--:|--:|--:|--:|'
	else
		printf '    %-24s %4s %8s %8s %8s %8s %6s\n' '' runs 'wall s' 'client' 'server' 'peak MB' ratio
	fi
}

# sql_show TITLE: medians; ratio is the peer's wall time to ql's.
sql_show() {
	sort -s -t $'\t' -k 1,1 runs | awk -F'\t' -v title="$1" -v markdown="$markdown" -v hz="$(getconf CLK_TCK)" '
		function median(c,    i, j, t, n, a) {
			for (i = 1; i <= runs; i++) a[++n] = value[i, c]
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && a[j] < a[j - 1]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
			return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
		}
		function show() {
			wall[name] = median(2)
			line[name] = sprintf(markdown ? "| %d | %.3f | %.3f | %.2f | %.1f |" : "%4d %8.3f %8.3f %8.2f %8.1f",
				runs, wall[name], median(3), median(5) / hz, median(4) / 1024)
			order[++names] = name
		}
		name != $1 { if (runs) show(); name = $1; runs = 0 }
		{ runs++; for (i = 2; i <= 5; i++) value[runs, i] = $i }
		END {
			show()
			if (!markdown) print title
			for (i = names; i >= 1; i--) { # ql stands last in the order of names
				n = order[i]
				printf markdown ? "| %s | %s %s %.2f |\n" : "%.0s    %-24s %s %6.2f\n",
					n == "ql" ? title : "", markdown && n == "ql" ? "**ql**" : n, line[n], wall[n] / wall["ql"]
			}
		}'
	: >runs
}

# sql_check WHAT: the answer is A's events.
sql_check() {
	cmp -s "$1" A.events && return
	say "sql: $2: other events than those of the log"
	status=1
}

sql_fetch() {
	local i select
	# shellcheck disable=SC2016 # names
	select='SELECT time_id, `partition`, call_id, queue, agent, verb, data1, data2, data3, data4, data5
		FROM queue_log FORCE INDEX (partizione_b) WHERE `partition` = "A" ORDER BY time_id, unique_row_count'
	for ((i = 0; i < pairs; i++)); do
		sql_run ql "qlfetch --defaults-file=$MY_CNF sql:A"
		sql_check answer qlfetch
		sql_run 'MySQL --quick --batch' "mariadb --defaults-file=$MY_CNF --default-character-set=binary --quick --batch --skip-column-names ql -e '$select'"
		sql_check answer 'the client'
	done
	sql_show "S1: read a partition of $lines rows, InnoDB"
}

# sql_table ENGINE: InnoDB as --create makes it; MyISAM as the product has it.
sql_table() {
	if [[ $1 == InnoDB ]]; then
		mysql_sql 'DROP TABLE IF EXISTS queue_log'
		qlload --defaults-file="$MY_CNF" --create sql:A /dev/null
	else
		mysql_table queue_log queuemetrics MyISAM
	fi
}

sql_load() {
	local i load
	# shellcheck disable=SC2016 # names
	load='LOAD DATA LOCAL INFILE "A.events" INTO TABLE queue_log CHARACTER SET binary
		(time_id, `partition`, call_id, queue, agent, verb, data1, data2, data3, data4, data5)'
	for ((i = 0; i < pairs; i++)); do
		sql_table "$1"
		sql_run ql "qlload --defaults-file=$MY_CNF sql:A A.events"
		qlfetch --defaults-file="$MY_CNF" sql:A >answer
		sql_check answer "qlload, $1"
		sql_table "$1"
		sql_run 'LOAD DATA LOCAL' "mariadb --defaults-file=$MY_CNF --local-infile=1 ql -e '$load'"
		qlfetch --defaults-file="$MY_CNF" sql:A >answer
		sql_check answer "LOAD DATA, $1"
	done
	sql_show "$2: load $lines rows into an empty table, $1"
}

# sql_works: those that are wanted, if there is a server.
sql_works() {
	local work
	[[ -z $wanted || $wanted\  == *' S'[1-3]' '* ]] || return 0
	# shellcheck source=tests/mysql.bash
	. "$root/tests/mysql.bash"
	if ! work=$(mysql_need); then
		say "S1, S2, S3: left out: $work"
		return 0
	fi
	mysql_start >&2 || die 'sql: no server'
	trap mysql_stop EXIT
	trap 'exit 2' HUP INT TERM
	echo
	sql_heading
	: >runs
	for work in S1 S2 S3; do
		[[ -z $wanted || "$wanted " == *" $work "* ]] || continue
		case $work in
		S1)
			sql_table InnoDB
			qlload --defaults-file="$MY_CNF" sql:A A.events
			sql_fetch
			;;
		S2) sql_load InnoDB S2 ;;
		S3) sql_load MyISAM S3 ;;
		esac
	done
	mysql_stop
}
