#!/usr/bin/env bats
# qlcluster --follow over logs and a partition of a database whose server dies.

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
	mkdir -p root/{A,B,C}
	for p in A B C; do say $p first-$p; done
	cat >conf <<-END
		A.source = root/A
		B.source = sql:B
		B.defaults-file = $MY_CNF
		C.source = root/C
	END
}

teardown() {
	local pid
	for pid in ${pid-} ${loader-}; do kill -KILL "$pid" 2>/dev/null || true; done
	sanitized
}

say() { raw "$(date +%s) $2 q NONE ENTERQUEUE||1|1" >>root/$1/queue_log; }
has() { eventually grep -qF -e "$2" "$1"; }
load_b() {
	qlload --defaults-file="$MY_CNF" --follow --from all sql:B root/B/queue_log >>load.err 2>&1 3>&- &
	loader=$!
}

@test "one of three is a database that dies and comes back: the others go on, nothing is lost or twice" {
	load_b
	qlcluster --config conf --follow --wait 1 'cluster:A|B|C' >out 2>err 3>&- &
	pid=$!
	for p in A B C; do has out first-$p; done
	say B b1
	has out b1
	mysql_down
	has out $'\tB\tNONE\tNONE\tNONE\tSOURCEDOWN'
	say A a2
	say B b2
	say C c2
	has out a2
	has out c2
	run ! grep -q b2 out
	mysql_up
	kill -0 "$loader" 2>/dev/null || load_b
	has out b2 || has out b2 || has out b2 # whoever waits to try again
	has out $'\tB\tNONE\tNONE\tNONE\tSOURCEUP'
	say B b3
	has out b3
	say A a3
	has out a3
	[[ $(grep -v 'TICK\|SOURCE' out | cut -f 3 | sort | tr '\n' ' ') == 'a2 a3 b1 b2 b3 c2 first-A first-B first-C ' ]]
	kill $pid
	wait $pid || [[ $? == 143 ]]
}
