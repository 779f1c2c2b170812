# qltop: the board of an instant, of a stream that goes on, and on a terminal.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	need python3
	ev >events <<-'END'
		86340 A NONE    NONE    NONE      QUEUESTART
		86341 A MANAGER sales   Agent/101 ADDMEMBER
		86342 A MANAGER support Agent/101 ADDMEMBER
		86343 A MANAGER sales   Agent/102 ADDMEMBER
		86344 B MANAGER support Agent/103 ADDMEMBER
		86345 B NONE    NONE    Agent/103 PAUSEALL|lunch
		86390 A c0      sales   NONE      ENTERQUEUE||0550|1
		86410 A c1      sales   NONE      ENTERQUEUE||0612345678|1
		86412 A c0      sales   Agent/102 CONNECT|22|u|2
		86415 A c1      sales   Agent/101 CONNECT|5|u|3
		86420 B c1      support NONE      ENTERQUEUE||0687654321|1
		86425 A c1      sales   Agent/101 COMPLETECALLER|5|10|1
		86430 A c2      sales   NONE      ENTERQUEUE||0601|1
		86431 B c3      support NONE      ENTERQUEUE||0602|2
		86432 A c4      support NONE      CALLOUTBOUND||0603|1
		86433 A c4      support Agent/101 CONNECT|1||1
		86440 B NONE    NONE    NONE      CONFIGRELOAD
	END
}

# field FILTER...: python is asked what of the JSON in $TRY/out is there: an expression over `v`.
field() {
	python3 -c 'import json, sys
v = json.load(open(sys.argv[1]))
def queue(name): return next(q for q in v["queues"] if q["queue"] == name)
def agent(name): return next(a for a in v["agents"] if a["agent"] == name)
for e in sys.argv[2:]: print(eval(e))' "$TRY/out" "$@"
}

is() {
	local got
	got=$(field "$1") || return
	[[ $got == "$2" ]] || { echo "$1: $got, not $2"; return 1; }
}

@test "qltop: --once, a frame for people" {
	try qltop --once events
	assert_status 0
	assert_err ''
	assert_output <<-'END'
		1970-01-02 00:00:40 UTC0   A B

		queue    on  ready  paused  busy  waiting  longest  in  out  offered  answered%  lost  sla:20  slo:20
		sales     2      0       0     2        1       10   1    0        2      50.00     0  100.00   50.00
		support   2      0       1     1        2       20   0    1        2       0.00     0            0.00
		all       3      0       1     2        3       20   1    1        4      25.00     0  100.00   25.00

		queue    caller             entered  waiting  talking  agent      partition
		support  0687654321        00:00:20       20                      B
		sales    0601              00:00:30       10                      A
		support  0602              00:00:31        9                      B
		sales    0550        01-01 23:59:50       22       28  Agent/102  A
		support  0603              00:00:32        1        7  Agent/101  A

		agent      state             since  for  queues         partition      last  reason
		Agent/101  talking        00:00:33    7  sales,support  A          00:00:25
		Agent/102  talking        00:00:12   28  sales          A
		Agent/103  paused   01-01 23:59:05   95  (support)      B                    lunch
	END
}

@test "qltop: today is since midnight in the zone, and begins anew at the next" {
	try qltop -F json -z UTC --at 86399 events
	is 'queue("sales")["offered"]' 1
	try qltop -F json -z UTC --at 86409 events
	is 'queue("sales")["offered"], queue("sales")["waiting"], v["day"]' '(0, 1, 86400)'
	try qltop -F json -z XXX-1 --once events
	is 'queue("sales")["offered"], v["day"]' '(3, 82800)'
}

@test "qltop: today's figures are those of qlstats" {
	local t m=offered,answered,answered%,abandoned,lost,waiting,in:5,sla:20,slo:20,sle:20,sli:20
	for p in A B C; do qlfetch -p $p "$DATA/asterisk22/$p" >$p.ev; done
	qlmerge A.ev B.ev C.ev >all.ev
	for t in 1795369340 1795369437 1795369505 1795369507 1795369560 1795369700; do
		awk -F '\t' -v t=$t '$1 <= t' all.ev >until.ev
		qlstats -g queue -m $m -F json --until $t until.ev >want.json 2>/dev/null
		try qltop -m $m -F json --at $t all.ev
		assert_status $((t >= 1795369437)) # members added again
		python3 - want.json "$TRY/out" <<-'END'
			import json, sys
			want = [json.loads(line) for line in open(sys.argv[1])]
			got = {q['queue']: q for q in json.load(open(sys.argv[2]))['queues']}
			assert len(want) > 5
			for w in want:
			    assert w.items() <= got[w['queue']].items(), (w, got[w['queue']])
		END
	done
}

@test "qltop: who waits is what qlcalls makes of it" {
	local t
	qlfetch -p B "$DATA/asterisk22/B" >events
	qlcalls events >calls 2>/dev/null
	for t in $(seq 1795369310 15 1795369610); do
		qltop -F json --at "$t" events 2>/dev/null || (($? == 1))
		awk -F '\t' -v t="$t" 'NR > 1 && $6 <= t && t < $6 + $11 && $8 != "refused" { n++ }
			END { print t, n + 0 }' calls >&4
	done >frames 4>want
	python3 -c 'import json, sys
for line in sys.stdin:
	v = json.loads(line)
	print(v["time"], v["total"]["waiting"])' <frames >got
	assert_same want got
	[ "$(cut -d ' ' -f 2 want | sort -u | wc -l)" -gt 4 ]
}

@test "qltop: on, paused and on the phone, as the servers' own counters said" {
	local t p
	for p in A B C; do
		qlfetch -p $p "$DATA/asterisk22/$p" | qlrewrite --local-to-agent --login-to-agent >$p.ev
		for t in $(seq 1795369310 10 1795369615); do
			printf '%s\t' $p
			qltop --no-persistent B --at "$t" -F json $p.ev 2>/dev/null
		done
	done >frames
	try python3 "$ROOT/tests/ref/board.py" "$DATA/asterisk22" frames
	assert_status 0
	assert_output <<-END
		ok on 516
		ok paused 526
		ok in 294
	END
}

@test "qltop: the last counters that the servers gave" {
	local p
	for p in A B C; do
		qlfetch -p $p "$DATA/asterisk22/$p" | qlrewrite --local-to-agent --login-to-agent >$p.ev
		qltop --no-persistent B --at 1795369614 -F json $p.ev 2>/dev/null |
			python3 -c 'import json, sys
for q in json.load(sys.stdin)["queues"]: print(sys.argv[1], q["queue"], q["on"], q["waiting"], sep="\t")' $p
	done | sort >all
	# static members of Tech Support are in no log, and two of C's ring-all could not be reached
	grep -v -e 'Tech Support' -e '^C.ring-all' all >got
	sed -n 's/^\(.\)\tQueueSummary\t\([^\t]*\)\tLoggedIn=\([0-9]*\)\t.*Callers=\([0-9]*\)\t.*/\1\t\2\t\3\t\4/p' \
		"$DATA/asterisk22/queuestatus.tsv" >counters
	[ "$(wc -l <got)" -eq 16 ]
	run ! grep -vxFf counters got
}

@test "qltop: a restart empties its own part only, an agent of before midnight is on" {
	{
		cat events
		ev '86450 B NONE NONE NONE QUEUESTART'
	} >again
	try qltop --once -F json again
	is 'queue("support")["waiting"], queue("support")["lost"], queue("support")["on"]' '(0, 2, 2)'
	is 'queue("sales")["waiting"], queue("sales")["lost"], v["total"]["in"]' '(1, 0, 1)'
	is 'agent("Agent/103")["state"]' paused
	try qltop --once -F json --no-persistent B again
	is 'queue("support")["on"], queue("sales")["on"]' '(1, 2)'
	is '[a["agent"] for a in v["agents"]]' "['Agent/101', 'Agent/102']"
}

@test "qltop: what is open for too long is stale, and in no figure" {
	ev '90100 A x x x INFO' | cat events - >later
	try qltop --once -F json later
	is 'queue("support")["waiting"], queue("support")["stale"], queue("support")["offered"]' '(0, 2, 0)'
	is 'queue("sales")["stale"], queue("sales")["in"]' '(1, 1)'
	is '[c["caller"] for c in v["calls"]]' "['0550', '0603']"
	try qltop --once -F json later --max-talk 3687s
	is 'queue("sales")["stale"], queue("sales")["in"], queue("sales")["busy"]' '(2, 0, 1)'
	is 'agent("Agent/102")["state"]' ready
	try qltop --once later
	assert_output_has 'out  stale  offered'
	try qltop --once -F json later --max-wait 2h
	is 'v["total"]["stale"], v["total"]["longest"]' '(0, 3680)'
}

@test "qltop: -p -q -a select what is shown and not what is known" {
	try qltop --once -F json -q sales events
	is '[q["queue"] for q in v["queues"]]' "['sales']"
	is '[a["agent"] for a in v["agents"]]' "['Agent/101', 'Agent/102']"
	# on the phone in another queue
	is 'agent("Agent/101")["state"], queue("sales")["busy"], len(v["calls"])' "('talking', 2, 2)"
	try qltop --once -F json -p B events
	is '[q["queue"] for q in v["queues"]], v["total"]["on"], len(v["calls"])' "(['support'], 1, 2)"
	try qltop --once -F json -a Agent/102 events
	is '[a["agent"] for a in v["agents"]], len(v["calls"]), v["total"]["on"]' "(['Agent/102'], 1, 1)"
	try qltop --once -p A,X events
	assert_status 1
	assert_err 'qltop: X: nothing was ever heard of it'
}

@test "qltop: a static member on the phone, wrap-up, a pause in one of two queues" {
	{
		ev '100 A MANAGER sales a ADDMEMBER'
		ev '100 A MANAGER support a ADDMEMBER'
		ev '101 A NONE sales a PAUSE|coffee'
		ev '102 A c1 sales NONE ENTERQUEUE||1|1'
		ev '103 A c1 sales b CONNECT|1'
		ev '104 A c2 support NONE ENTERQUEUE||2|1'
		ev '105 A c2 support a CONNECT|1'
		ev '109 A c2 support a COMPLETEAGENT|1|4|1'
		ev '115 A x x x INFO'
	} >events
	try qltop --once -F json events
	is '[a["agent"] for a in v["agents"] if a["on"]], queue("sales")["ready"]' "(['a'], 0)"
	is 'agent("b")["state"], agent("b")["since"], agent("b")["on"]' "('talking', 103, False)"
	is 'agent("a")["state"], agent("a")["since"], agent("a")["last"], agent("a")["last_queue"]' \
		"('ready', 109, 109, 'support')"
	is '[s["paused"] for s in agent("a")["queues"]]' '[True, False]'
	try qltop --once -F json --wrapup support=7 events
	is 'agent("a")["state"], agent("a")["since"], queue("support")["busy"]' "('wrapup', 109, 1)"
	try qltop --once -F json --wrapup support=6 events
	is 'agent("a")["state"], agent("a")["since"]' "('ready', 115)"
}

@test "qltop: alarms, by ! and in JSON" {
	try qltop --once --alarm 'waiting>=2,longest>15s' --alarm 'answered%<50' events
	assert_output_has 'support   2      0       1     1       !2      !20   0    1        2      !0.00'
	try qltop --once -F json --alarm 'waiting>=2,longest>15s' --alarm 'answered%<50,sla:20<99' events
	is 'queue("support")["alarms"]' "['waiting', 'longest', 'answered%']"
	is 'queue("sales")["alarms"]' '[]'
	for bad in waiting 'waiting>' 'waiting>x' 'none>1' 'queue>1' 'sla:20<1.234' 'longest>1y' '>1'; do
		try qltop --once --alarm "$bad" events
		assert_status 2 && assert_err_has "qltop: --alarm: $bad: " || { echo "$bad"; return 1; }
	done
}

@test "qltop: --sort, -n, --callers, --durations" {
	try qltop --once --sort -waiting,calls:-caller,agents:state -n 1 --callers last3 --durations hms events
	assert_output <<-'END'
		1970-01-02 00:00:40 UTC0   A B

		queue    on  ready  paused  busy  waiting  longest  in  out  offered  answered%  lost  sla:20  slo:20
		support   2      0       1     1        2  0:00:20   0    1        2       0.00     0            0.00
		all       3      0       1     2        3  0:00:20   1    1        4      25.00     0  100.00   25.00
		... 1 more

		queue    caller   entered  waiting  talking  agent  partition
		support  ...321  00:00:20  0:00:20                  B
		... 4 more

		agent      state       since      for  queues         partition      last  reason
		Agent/101  talking  00:00:33  0:00:07  sales,support  A          00:00:25
		... 2 more
	END
	try qltop --once -F json --callers none events
	is '"caller" in v["calls"][0]' False
	try qltop --once -F json -m level=sla:30,abandoned --alarm 'level>50' --sort -level events
	is 'queue("sales")["level"], queue("sales")["alarms"], v["queues"][0]["queue"]' "(100.0, ['level'], 'sales')"
	try qltop --once --sort none events
	assert_status 2
	assert_err_has 'qltop: --sort: none: no such column of queues'
	try qltop --once --sort calls:on events
	assert_status 2
}

@test "qltop: a partition that is down is shown, named, and status 2" {
	ev '86441 B NONE NONE NONE SOURCEDOWN|not read to its end' | cat events - >down
	try qltop --once down
	assert_status 2
	assert_err 'qltop: B: the source is down: not read to its end'
	assert_output_has '1970-01-02 00:00:41 UTC0   A B DOWN'
	assert_output_has 'B DOWN since 1970-01-02 00:00:41: not read to its end'
	assert_output_has '(support)      B DOWN '
	try qltop --once --incomplete down
	assert_status 1
	try qltop --once -F json -o file down
	assert_status 2
	[[ ! -e file ]]
	try qltop --once -F json --incomplete -o file down
	cp file "$TRY/out"
	is '[(p["partition"], p["down"], p["reason"]) for p in v["partitions"]]' \
		"[('A', False, None), ('B', True, 'not read to its end')]"
	ev '86442 B NONE NONE NONE SOURCEUP' | cat down - >up
	try qltop --once up
	assert_status 0
	! grep -q DOWN "$TRY/out"
}

@test "qltop: prom is what Prometheus reads" {
	try qltop --once -F prom --alarm 'waiting>1' events
	assert_status 0
	assert_output_has 'ql_queue_waiting{queue="support"} 2'
	assert_output_has 'ql_queue_longest_seconds{queue="support"} 20'
	assert_output_has 'ql_queue_sla_20_percent{queue="sales"} 100.00'
	assert_output_has 'ql_queue_alarm{queue="support"} 1'
	assert_output_has 'ql_partition_up{partition="B"} 1'
	assert_output_has 'ql_agents{state="paused"} 1'
	! grep -q 'ql_queue_sla_20_percent{queue="support"}' "$TRY/out"
	{
		cat events
		ev 86441 A c9 $'a"b\\\\c\\n\e\xff' NONE ENTERQUEUE '' 1 1
	} >nasty
	try qltop --once -F prom nasty
	python3 - "$TRY/out" <<-'END'
		import re, sys
		name, label = r'[a-zA-Z_:][a-zA-Z0-9_:]*', r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
		sample = re.compile(r'(%s)(?:\{%s\})? (-?[0-9]+(?:\.[0-9]+)?)$' % (name, label))
		typed, seen = set(), set()
		for line in open(sys.argv[1], encoding='utf-8').read().split('\n')[:-1]:
		    if line.startswith('# TYPE '):
		        assert line.split()[2] not in typed, line
		        typed.add(line.split()[2])
		    elif not line.startswith('# HELP '):
		        m = sample.match(line)
		        assert m and m.group(1) in typed, line
		        assert line.rsplit(' ', 1)[0] not in seen, line
		        seen.add(line.rsplit(' ', 1)[0])
		assert len(seen) > 30
	END
	assert_output_has '{queue="a\"b\\c\\x0A\\x1B\\xFF"} 1'
}

@test "qltop: hostile names are text in every form" {
	{
		ev 100 A MANAGER $'q\e[31m\\t' $'\x9b2J' ADDMEMBER
		ev 101 A c1 $'q\e[31m\\t' NONE ENTERQUEUE '' $'\e]0;x\a' 1
		ev 102 A NONE $'q\e[31m\\t' $'\x9b2J' PAUSE $'\r\e[H\xc2\x9b'
	} | sed 's/\r/\\r/' >hostile
	for form in table json prom; do
		try qltop --once -F $form hostile
		assert_status 0
		! LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]' "$TRY/out" || { echo $form; return 1; }
		! LC_ALL=C grep -nP '(?<![\xc2-\xf4])[\x80-\xbf]|\xc2[\x80-\x9f]' "$TRY/out" || { echo $form; return 1; }
	done
	try qltop --once -F json hostile
	is 'v["queues"][0]["queue"].encode()' "b'q\\x1b[31m\\t'"
	is 'v["calls"][0]["caller"].encode()' "b'\\x1b]0;x\\x07'"
	printf '100\tA\tc\tq\tNONE\tENTERQUEUE\t\t%s\t\t\t\n' "$(printf 'x%.0s' $(seq 200))" |
		try qltop --once
	assert_output_has 'xxxxx~  '
}

@test "qltop: garbage is refused, named and counted" {
	{
		echo 'no event'
		cat events
		printf '\xff\xfe\x00\n'
	} >bad
	try qltop --once bad
	assert_status 1
	assert_err <<-END
		qltop: bad:1: fewer than 11 fields
		qltop: bad:19: fewer than 11 fields
	END
	assert_output_has 'support   2      0'
	printf 'garbage without end' | try qltop --once
	assert_status 2
	try qltop --once /dev/null
	assert_status 0
	assert_output_has 'nothing yet'
	for args in '--every 0' '--every x' '-F csv' '-m talk:avg' '-m none' '--at x' '--callers half' '-n 0' \
		'-I queuelog' '--durations x' '-f 2026' '--max-open 0'; do
		# shellcheck disable=SC2086 # words
		try qltop $args events
		assert_status 2 && assert_output '' || { echo "$args"; return 1; }
	done
}

# stream: opens FIFO `in` for the test to write at fd 8, and starts qltop with these options.
stream() {
	rm -f in
	mkfifo in
	exec 8<>in
	qltop "$@" <in >out 2>err 8>&- 3>&- &
	pid=$!
}

# last EXPRESSION TEXT: of the last frame of `out`.
last() {
	tail -n 1 "${live_file:-out}" >"$TRY/out"
	[[ -s $TRY/out && $(field "$1" 2>/dev/null) == "$2" ]]
}

finish() {
	exec 8>&-
	local status=0
	wait $pid || status=$?
	[[ $status == "$1" ]] || { echo "status $status, not $1"; cat err; return 1; }
}

@test "qltop: live, a line of JSON each second, and waits that grow by themselves" {
	stream -F json --stale 0
	cat events >&8
	eventually last 'v["total"]["waiting"], v["total"]["on"]' '(3, 3)'
	eventually last 'v["total"]["longest"] > 20 and v["time"] > 86440' True
	ev '86441 A c2 sales Agent/102 CONNECT|11' >&8
	eventually last 'v["total"]["waiting"], v["total"]["in"]' '(2, 2)'
	finish 0
	[[ $(wc -l <out) -ge 3 ]]
	python3 -c 'import json, sys
times = [json.loads(line)["time"] for line in sys.stdin]
assert times == sorted(times) or times[-1] >= 86441' <out
}

@test "qltop: live, half a line is no reason not to show a frame" {
	stream -F json --stale 0
	cat events >&8
	printf '86441\tA\tc' >&8
	eventually last 'v["total"]["waiting"], v["time"] > 86441' '(3, True)'
	printf '5\tsales\tNONE\tENTERQUEUE\t\t1\t1\t\t\n' >&8
	eventually last 'v["total"]["waiting"]' 4
	finish 0
}

@test "qltop: live, who says nothing is down, who speaks is not" {
	stream -F json --stale 1 -p A,B,C
	cat events >&8
	eventually last '[p["partition"] for p in v["partitions"] if p["down"]]' "['A', 'B', 'C']"
	is 'v["partitions"][2]["reason"], v["total"]["waiting"]' "('nothing ever came from it', 3)"
	while ev '86450 B NONE NONE NONE TICK' >&8 && sleep 0.1; do :; done &
	local ticker=$!
	eventually last '[p["partition"] for p in v["partitions"] if p["down"]]' "['A', 'C']"
	kill $ticker
	wait $ticker || true
	eventually last 'len([p for p in v["partitions"] if p["down"]])' 3
	finish 1
}

@test "qltop: live, a frozen source is down, also while qltop cannot read half of a line" {
	mkfifo in
	# its last write ends inside a line
	{ cat events; printf '86441\tA'; exec sleep 60; } >in 8>&- &
	local source=$!
	qltop -F json --stale 1 <in >out 2>err &
	pid=$!
	eventually last 'v["total"]["waiting"], len([p for p in v["partitions"] if p["down"]])' '(3, 2)'
	kill $source
	wait $source || true
	# cut inside a line
	finish 2
	grep -q 'ends inside a line' err
}

@test "qltop: -o is replaced by each frame, whole" {
	live_file=file
	stream -F json --stale 0 -o file
	cat events >&8
	eventually last 'v["total"]["waiting"]' 3
	[[ $(wc -l <file) == 1 ]]
	eventually last 'v["total"]["longest"] > 20' True
	ln file first
	for _ in {1..100}; do
		[[ file -ef first ]] || break
		sleep 0.1
	done
	[[ ! file -ef first && $(stat -c %a file) == 644 ]]
	finish 0
	[[ ! -s out && $(echo file*) == file ]]
}

@test "qltop: -o where nothing can be written, a full disk, a reader that is gone" {
	try qltop --once -o none/file events
	assert_status 2
	assert_err_has 'qltop: none/file: No such file or directory'
	for to in none/file /dev/full; do
		stream -o $to
		cat events >&8
		finish 2
		grep -q "^qltop: $to: " err
		[[ $(wc -l <err) == 1 ]]
	done
	mkfifo pipe
	exec 8<>in
	{ qltop -F json --stale 0 <in 2>err || echo $? >status; } >pipe 8>&- 3>&- &
	cat events >&8
	head -n 1 pipe >/dev/null
	eventually test -s status
	[[ $(<status) == 141 && ! -s err ]]
	exec 8>&-
}

@test "qltop: a dumb terminal, and none: frames one after the other" {
	need script
	export TERM=dumb
	script -qec 'qltop --stale 0 events' /dev/null >out </dev/null
	! grep -q $'\e' out
	grep -q '^support ' out
	stream --stale 0
	cat events >&8
	eventually grep -q '^1970-01-02 00:00:42' out
	finish 0
	! grep -q $'\e' out
	[[ $(grep -c '^support ' out) -gt 2 && $(grep -c '^$' out) -gt 6 ]]
}

# terminal STEPS ARGUMENT...: qltop on a terminal, fed by events and then by nothing for a while.
terminal() {
	local steps=$1
	shift
	mkfifo in 2>/dev/null || true
	{ cat events; exec sleep 60; } >in 3>&- &
	local source=$!
	TERM=xterm try python3 "$ROOT/tests/tools/terminal.py" "$steps" qltop "$@" <in
	kill $source
	wait $source || true
}

@test "qltop: on a terminal, drawn, resized, left by q as it was" {
	terminal 'see Agent/103; raw; see 1970-01-02 00:00:42; size 50 14; wide 50; see more; miss Agent/103;
		size 120 40; see Agent/103; key x; key >; key >; key r; key q; end 0; main; cooked' --stale 0
	assert_status 0
	assert_output ''
	assert_err ''
}

# Half of a column's name fits in four; what finds no room even then is named.
@test "qltop: on a narrow terminal headings are cut, then columns left out, which it says" {
	terminal 'see slo:20; size 80 24; wide 80; see answe lost sla:20 slo:20; miss no room;
		size 50 14; wide 50; see no room for answered% lost sla:20 slo:20; miss answe lost' --stale 0
	assert_status 0
}

@test "qltop: keys where the terminal is stdin and the events are not" {
	mkfifo in
	exec 8<>in
	cat events >&8
	TERM=xterm try python3 "$ROOT/tests/tools/terminal.py" -t 'see Agent/103; raw; key q; end 0; cooked' \
		qltop in 8>&-
	exec 8>&-
	assert_status 0
	TERM=xterm try python3 "$ROOT/tests/tools/terminal.py" -t 'see nothing yet; cooked; kill TERM; end 143' qltop
	assert_status 0
}

@test "qltop: signals leave the terminal as it was" {
	local sig
	for sig in 'INT 130' 'TERM 143' 'HUP 129'; do
		terminal "see Agent/103; raw; kill ${sig% *}; end ${sig#* }; main; cooked"
		assert_status 0 || { echo "$sig"; return 1; }
	done
	terminal 'see Agent/103; raw; kill TSTP; stopped; main; cooked; cont; see Agent/103; raw; key q; end 0; cooked'
	assert_status 0
}

@test "qltop: what it has to say does not disturb the board" {
	echo 'no event' >>events
	terminal 'see qltop: stdin:18: fewer than 11 fields; see Agent/103; key q; end 1; main;
		see qltop: stdin:18: fewer than 11 fields'
	assert_status 0
	assert_output 'qltop: stdin:18: fewer than 11 fields'
}

# bats test_tags=nosan
@test "qltop: behind followers of two logs, one of which is frozen for a while" {
	local now fetch_a fetch_b merge
	mkfifo a b in
	: >A.log
	: >B.log
	qlfetch --follow --tick 1 -p A A.log >a 3>&- &
	fetch_a=$!
	qlfetch --follow --tick 1 -p B B.log >b 3>&- &
	fetch_b=$!
	qlmerge --follow --wait 1 a b >in 3>&- &
	merge=$!
	qltop -F json --stale 2 <in >out 2>err 3>&- &
	pid=$!
	eventually last 'len(v["partitions"]), any(p["down"] for p in v["partitions"])' '(2, False)'
	now=$(date +%s)
	raw "$now c1 sales NONE ENTERQUEUE||1|1" >>A.log
	raw "$now c1 sales NONE ENTERQUEUE||2|1" >>B.log
	eventually last 'v["total"]["waiting"]' 2
	kill -STOP $fetch_b
	eventually last '[p["partition"] for p in v["partitions"] if p["down"]], v["total"]["waiting"]' "(['B'], 2)"
	raw "$(date +%s) c1 sales NONE ABANDON|1|1|5" >>A.log
	eventually last 'v["total"]["waiting"]' 1
	kill -CONT $fetch_b
	eventually last '[p["partition"] for p in v["partitions"] if p["down"]]' '[]'
	kill $fetch_a $fetch_b $merge
	wait $fetch_a || true
	wait $fetch_b || true
	wait $merge || true
	wait $pid || true
}

@test "qltop: a clock that is far ahead moves nothing but its own events" {
	{
		cat events
		ev '8000000000 B NONE NONE NONE CONFIGRELOAD'
		ev '86441 A c9 sales NONE ENTERQUEUE||1|1'
	} >ahead
	stream -F json --stale 0
	cat ahead >&8
	eventually last 'v["time"] < 90000, queue("sales")["waiting"]' '(True, 2)'
	finish 1
	grep -q '^qltop: B: an event of 8000000000, far ahead' err
}

@test "qltop: at the end of the stream a terminal keeps the last frame as text" {
	TERM=xterm try python3 "$ROOT/tests/tools/terminal.py" 'end 0; main; cooked' qltop events </dev/null
	assert_status 0
	assert_output_has 'support  2     0      1    1       2      20'
	terminal 'see DOWN since; see nothing comes from it; key q; end 0' --stale 1
	assert_status 0
}

@test "qltop: colours on a terminal, unless NO_COLOR is set" {
	need script
	export TERM=xterm
	script -qec "qltop --once --alarm 'waiting>1' events" /dev/null >out </dev/null
	grep -q $'\e\\[1;41;37m!2' out
	NO_COLOR=1 script -qec "qltop --once --alarm 'waiting>1' events" /dev/null >out </dev/null
	! grep -q $'\e' out
	grep -q '!2' out
}

@test "qltop: behind a cluster" {
	try qlcluster --root "$DATA/cluster" --fresh 0 -z UTC -t '2026-11-22 17:44' 'cluster:A|B' -- \
		qltop -F json -q sales
	is 'v["time"], v["total"]["on"], len(v["partitions"])' '(1795369439.999999, 11, 2)'
	try qlcluster --root "$DATA/cluster" -f 2026-11-22 -z UTC --dry-run 'cluster:A' -- qltop -n 3
	assert_output_has 'qltop --zone UTC -n 3'
}

@test "qltop: on the last day that there is, which does not end, times have their dates" {
	ev >far <<-'END'
		8589934592 A c1 sales NONE ENTERQUEUE - 5 1
	END
	try qltop --once -z UTC0 far
	assert_status 0
	assert_output_has '2242-03-16 12:56:32 UTC0   A'
	assert_output_has '03-16 12:56:32'
}

@test "qltop: of an input that cannot be opened there is no time, least of all 1970" {
	try qltop --once none
	assert_status 2
	head -n 2 "$TRY/out" >have
	assert_same - have <<-END
		nothing yet UTC0   unknown DOWN
		unknown DOWN: not read to its end
	END
	assert_err 'qltop: none: No such file or directory'
}
