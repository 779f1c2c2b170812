# qlcluster --follow: a pipeline that goes on, until it is ended.

load helper

setup() {
	load helper
	pids=()
	mkdir -p root/{A,B,C}
	for p in A B C; do : >root/$p/queue_log; done
}

teardown() {
	local pid
	for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	sanitized
}

# live [ARGUMENT...]: qlcluster --follow in the background, to out and err; all its processes in `all`.
live() {
	qlcluster --root root --follow "$@" >out 2>err &
	pid=$!
	pids+=("$pid")
}

children() { pgrep -P "$pid" -a; }
child() { children | grep -F -e "$1" | cut -d' ' -f1 | grep .; }

# legs N: so many processes run, and are remembered.
legs() {
	running() { children | cut -d' ' -f1 >all && (($(wc -l <all) == $1)); }
	eventually running "$1"
}

# nobody: none of those remembered is left.
nobody() {
	gone() { local n; while read -r n; do ! kill -0 "$n" 2>/dev/null || return 1; done <all; }
	eventually gone
}

ended() {
	local status=0
	wait "$pid" || status=$?
	[[ $status == "$1" ]] && return
	echo "status $status, not $1"
	cat err
	return 1
}

has() { eventually grep -qF -e "$2" "$1"; }

# say P CALLID: an event of now in the log of P.
say() { raw "$(date +%s) $2 q NONE ENTERQUEUE||1|1" >>root/$1/queue_log; }

@test "follow = batch: three genuine logs, rotated three ways while they are written" {
	local p writers=()
	for p in A B C; do say $p first-$p; cat root/$p/queue_log >$p; done
	live --wait 60 'cluster:A|B|C'
	legs 4
	eventually grep -q first-B out
	for p in A:rename B:copytruncate C:gzip; do
		python3 "$ROOT/tests/tools/writer.py" root/${p%:*}/queue_log ${p#*:} \
			"$DATA/asterisk22/${p%:*}/queue_log" >>${p%:*} &
		writers+=($!)
	done
	wait "${writers[@]}"
	for p in A B C; do qlfetch -p $p $p; done >all.events
	(($(wc -l <all.events) > 300))
	whole() { grep -v TICK out >got; (($(wc -l <got) >= $(wc -l <all.events))); }
	eventually whole || true
	qlmerge <(qlfetch -p A A) <(qlfetch -p B B) <(qlfetch -p C C) >want
	assert_same want got
	grep -q $'\tA\t.*TICK' out
	[[ ! -s err ]]
	kill $pid
	ended 143
	nobody
}

@test "one leg that is stopped: the others go on, it is down and up, and nothing is lost or twice" {
	live --wait 1 --stale 2 'cluster:A|B|C'
	legs 4
	say A a1
	say B b1
	say C c1
	has out c1
	kill -STOP "$(child '-p B ')"
	local begin=$SECONDS
	say A a2
	say B b2
	say C c2
	has out a2
	has out c2
	has out $'\tB\tNONE\tNONE\tNONE\tSOURCEDOWN\tsilent for 2 s'
	has err 'qlmerge: B: silent'
	say A a3
	has out a3
	kill -CONT "$(child '-p B ')"
	has out b2
	has out $'\tB\tNONE\tNONE\tNONE\tSOURCEUP'
	say B b3
	has out b3
	[[ $(grep -v NONE.NONE.NONE out | cut -f 3 | sort | tr '\n' ' ') == 'a1 a2 a3 b1 b2 b3 c1 c2 ' ]]
	kill $pid
	ended 143
	nobody
}

@test "one leg that dies ends the whole with 2: it is named, and its partition is down" {
	local p
	for p in A C; do
		: >err
		live "cluster:A|B|C"
		legs 4
		say $p x$p
		has out x$p
		kill -KILL "$(child "-p $p ")"
		ended 2
		nobody
		grep -q "^qlcluster: $p: .*qlfetch: killed by signal 9" err
		(($(wc -l <err) == 1))
		[[ $(grep SOURCEDOWN out | cut -f 2) == "$p" ]]
	done
}

@test "the merge, or a filter, that dies ends the whole with 2" {
	live "clustrw:A|B"
	legs 4
	kill -KILL "$(child qlmerge)"
	ended 2
	nobody
	grep -q 'qlmerge: killed by signal 9' err
	live 'cluster:A|B' -- sh -c 'exec sleep 300'
	legs 4
	kill -KILL "$(child sleep)"
	ended 2
	nobody
	grep -q 'sh: killed by signal 9' err
	# one that will not end when the others have
	live 'cluster:A|B' -- sh -c 'trap "" TERM; while :; do sleep 1; done'
	legs 4
	kill -KILL "$(child qlmerge)"
	eventually nobody
	ended 2
}

@test "a signal ends all; nothing is left behind, not even by -9" {
	local sig
	for sig in TERM HUP KILL; do
		live 'cluster:A|B|C' -- qlrewrite --by-partition
		legs 5
		say A a$sig
		kill -$sig $pid
		ended $((128 + $(kill -l $sig)))
		nobody
		[[ ! -s err ]]
		run ! grep -q SOURCEDOWN out
	done
}

@test "a command that ends, and a reader that goes, end it quietly, also when nothing comes" {
	say A a1
	say A a2
	live 'cluster:A|B' -- grep -m 2 -v TICK
	ended 0
	[[ $(cut -f 3 out | tr '\n' ' ') == 'a1 a2 ' ]]
	[[ ! -s err ]]
	live 'cluster:A|B' -- sh -c 'exit 3'
	ended 2
	mkfifo to
	# a filter between, which is told nothing
	qlcluster --root root --follow 'cluster:A|B' -- qlfilter -e NONE >to 2>err &
	pid=$!
	pids+=("$pid")
	exec 7<to
	legs 4
	exec 7<&-
	ended 141
	nobody
	[[ ! -s err ]]
}

@test "--dry-run is what is run, and can be pasted" {
	local now from before
	sed_bin() { sed "s,$QL_BIN/,,g" "$TRY/out"; }
	try qlcluster --root root --follow --wait 3 --stale 1m --dry-run 'clustrw:A|B-'
	assert_status 0
	sed_bin >got
	cat >want <<-'END'
		qlmerge --follow --wait 3 --stale 1m \
		    -x 'qlfetch --follow --tick 1 -p A root/A' \
		    -x 'qlfetch --follow --tick 1 -p B --class call,system root/B' |
		qlrewrite --by-partition
	END
	assert_same want got
	say A a1
	say B b1
	bash -c "$(<"$TRY/out")" 2>err | grep -m 2 -v TICK | cut -f 3 | sort >got
	printf '%s\n' a1 b1 >want
	assert_same want got
	# a wallboard knows who came last week
	try qlcluster --root root --follow --dry-run 'cluster:A|B' -- qltop -q sales
	now=$(date +%s)
	from=$(sed -n 's/.*-p A .*--from \([0-9]*\).*/\1/p' "$TRY/out")
	before=$(sed -n 's/.*-p B .*--agents-from \([0-9]*\).*/\1/p' "$TRY/out")
	((from <= now - 86400 && from >= now - 86400 - 60 && before == from - 35 * 86400))
	sed_bin | tail -n 1 >got
	echo 'qltop -q sales' >want
	assert_same want got
	try qlcluster --root root --follow --lookback 1h --lookback-agents 0 -f 1795369440 --dry-run A -- qltop
	sed_bin | head -n 1 >got
	echo "qlfetch --follow --tick 1 -p A --from $((1795369440 - 3600)) root/A |" >want
	assert_same want got
	try qlcluster --root root --follow --poll 5 --dry-run A
	sed_bin >got
	echo 'qlfetch --follow --tick 1 --poll 5 -p A root/A' >want
	assert_same want got
	# of a database
	try qlcluster --follow --stale 1000 --dry-run A
	sed_bin >got
	echo 'qlfetch --follow --tick 1 --stale 1000 sql:A' >want
	assert_same want got
	try qlcluster --follow --stale 0 --poll 1h --dry-run A
	sed_bin >got
	echo 'qlfetch --follow --tick 1 --poll 1h --stale 0 sql:A' >want
	assert_same want got
}

@test "what makes no sense with --follow is refused" {
	local args
	for args in '--to now A' '--day today A' '--month 2026-11 A' 'A -- qlstats' 'A -- qlcalls' 'A -- qlagents' \
		'A -- qltop --once' 'A -- qltop --at now' '--poll 0.01 A' '--poll 30 A' \
		'--stale 5 --poll 5.5 A' '--wait x A'; do
		try qlcluster --root root --follow $args
		assert_status 2
		assert_output ''
	done
	assert_err_has '--wait: x: not a duration'
	try qlcluster --root root --wait 3 A
	assert_status 2
	assert_err 'qlcluster: --wait: only with --follow'
	try qlcluster --root root --poll 3 A
	assert_status 2
	assert_err 'qlcluster: --poll: only with --follow'
	try qlcluster --root root --follow --poll 1m A
	assert_err 'qlcluster: --poll: 1m: who is silent for so long is down: say --stale, and more'
	try qlcluster --root root --follow --poll 2h A
	assert_err_has 'qlcluster: --poll: 2h: not from 0.1s to 1h'
}

@test "a wallboard: qltop at its end, a frame in a file; who came last week is on" {
	local day=86400 now
	now=$(date +%s)
	{
		raw "$((now - 40 * day)) MANAGER q Agent/40 ADDMEMBER|"
		raw "$((now - 7 * day)) MANAGER q Agent/7 ADDMEMBER|"
		raw "$((now - 2 * day)) old q NONE ENTERQUEUE||1|1"
	} >root/A/queue_log
	live --wait 1 'cluster:A|B' -- qltop -F json -o board
	legs 4
	eventually grep -q Agent/7 board
	run ! grep -q Agent/40 board
	say A caller-1
	shown() { [[ -s board ]] && grep -q "$1" board; }
	eventually shown '"waiting": *1'
	raw "$(date +%s) caller-1 q NONE ABANDON|1|1|1" >>root/A/queue_log
	eventually shown '"waiting": *0'
	kill $pid
	ended 143
	nobody
}

@test "the unit of a wallboard is locked up well" {
	need systemd-analyze
	run systemd-analyze security --offline=true "$ROOT/scripts/ql-wallboard@.service"
	echo "$output"
	[[ $output =~ 'exposure level for ql-wallboard@i.service: '([0-9])\.([0-9]) ]] ||
		skip 'this systemd-analyze cannot tell'
	((BASH_REMATCH[1] * 10 + BASH_REMATCH[2] <= 20))
}
