# qlrewrite: agents and queues renamed, times shifted.

bats_require_minimum_version 1.5.0

setup() {
	load helper
}

# rewrites OPTIONS: the events of stdin above a line `--` become those below it, and once more nothing.
rewrites() {
	awk -v RS='' '1' >both
	sed '/^--$/,$d' both | ev >in
	sed '1,/^--$/d' both | ev >want
	try qlrewrite "$@" in
	assert_status 0
	assert_err ''
	assert_same want "$TRY/out"
	try qlrewrite "$@" want
	assert_same want "$TRY/out"
}

@test "qlrewrite: without options nothing changes, however it is written" {
	qlfetch -p B "$DATA/asterisk22/B" >in
	try qlrewrite in
	assert_status 0
	assert_same in "$TRY/out"
	try qlrewrite <in
	assert_same in "$TRY/out"
	try qlrewrite -F json in
	qlrewrite -I json "$TRY/out" >back
	assert_same in back
}

@test "qlrewrite: --by-partition: the partition before the name of an agent" {
	rewrites --by-partition <<-'END'
		10 A c1 sales Agent/101 CONNECT|1|x|2
		10 B c1 sales Agent/101 CONNECT|1|Agent/101|2
		11 A c1 sales SIP/101 COMPLETEAGENT|1|2|1
		11 A c1 sales PJSIP/101 COMPLETEAGENT|1|2|1
		12 A NONE sales Local/101@agents/n PENALTY|3
		12 A NONE NONE 101 AGENTLOGIN|SIP/101
		13 A c1 sales NONE ENTERQUEUE||061|1
		13 A|c1|sales||INFO|x
		14 A NONE NONE Agent/101 HOTDESK|SIP/7
		15 A.b-1:c c1 sales Agent/101 CONNECT
		--
		10 A c1 sales Agent/A-101 CONNECT|1|x|2
		10 B c1 sales Agent/B-101 CONNECT|1|Agent/101|2
		11 A c1 sales SIP/A-101 COMPLETEAGENT|1|2|1
		11 A c1 sales PJSIP/A-101 COMPLETEAGENT|1|2|1
		12 A NONE sales Local/A-101@agents/n PENALTY|3
		12 A NONE NONE A-101 AGENTLOGIN|SIP/101
		13 A c1 sales NONE ENTERQUEUE||061|1
		13 A|c1|sales||INFO|x
		14 A NONE NONE Agent/A-101 HOTDESK|SIP/A-7
		15 A.b-1:c c1 sales Agent/A.b-1:c-101 CONNECT
	END
}

@test "qlrewrite: --by-partition on real logs: as awk does it, twice is once" {
	qlmerge <(qlfetch -p A "$DATA/asterisk22/A") <(qlfetch -p B "$DATA/asterisk22/B") >in
	try qlrewrite --by-partition in
	awk -F'\t' -v OFS='\t' '
		$5 != "NONE" && $5 != "" {
			at = index($5, "@") ? index($5, "@") : length($5) + 1
			head = substr($5, 1, at - 1); rest = substr($5, at)
			n = match(head, /[^\/]*$/)
			$5 = substr(head, 1, n - 1) $2 "-" substr(head, n) rest
		} 1' in >want
	assert_same want "$TRY/out"
	run ! cmp -s in want
	qlrewrite --by-partition "$TRY/out" >twice
	assert_same want twice
}

@test "qlrewrite: --strip-channel takes off what Asterisk adds, and no more" {
	rewrites --strip-channel <<-'END'
		10 A c1 sales SIP/101-0a2b CONNECT|1|SIP/101-0a2b|2
		10 A c1 sales PJSIP/team-101-0000001f CONNECT
		10 A c1 sales SIP/team-green CONNECT
		10 A c1 sales Agent/team-0a2b CONNECT
		10 A c1 sales team-0a2b CONNECT
		10 A c1 sales Local/101@ctx-0a2b;1 CONNECT
		10 A c1 sales Local/101@ctx/n CONNECT
		10 A c1 sales SIP/101 HOTDESK|SIP/101-0a2b
		--
		10 A c1 sales SIP/101 CONNECT|1|SIP/101-0a2b|2
		10 A c1 sales PJSIP/team-101 CONNECT
		10 A c1 sales SIP/team-green CONNECT
		10 A c1 sales Agent/team-0a2b CONNECT
		10 A c1 sales team-0a2b CONNECT
		10 A c1 sales Local/101@ctx CONNECT
		10 A c1 sales Local/101@ctx/n CONNECT
		10 A c1 sales SIP/101 HOTDESK|SIP/101
	END
	rewrites --strip-channel --by-partition <<-'END'
		10 A c1 sales SIP/1001-0a2b CONNECT
		--
		10 A c1 sales SIP/A-1001 CONNECT
	END
}

@test "qlrewrite: --local-to-agent, --login-to-agent" {
	rewrites --local-to-agent --login-to-agent <<-'END'
		10 A NONE sales Local/101@agents/n ADDMEMBER
		10 A NONE sales Local/101@agents PENALTY|2
		10 A c1 sales Local/101@agents-0a2b;2 CONNECT
		11 A c2 NONE 101 AGENTLOGIN|SIP/101
		12 A c2 NONE 101 AGENTLOGOFF|SIP/101|60
		12 A NONE sales 101 PAUSE
		--
		10 A NONE sales Agent/101 ADDMEMBER
		10 A NONE sales Agent/101 PENALTY|2
		10 A c1 sales Agent/101 CONNECT
		11 A c2 NONE Agent/101 AGENTLOGIN|SIP/101
		12 A c2 NONE Agent/101 AGENTLOGOFF|SIP/101|60
		12 A NONE sales 101 PAUSE
	END
}

@test "qlrewrite: --hotdesk: the extension is who sits there, on that partition" {
	rewrites --hotdesk <<-'END'
		10 A c1 sales SIP/202 CONNECT
		11 A NONE NONE Agent/101 HOTDESK|SIP/202
		12 A c2 sales SIP/202 CONNECT
		12 B c2 sales SIP/202 CONNECT
		13 A NONE NONE NONE QUEUESTART
		14 A c3 sales SIP/202 CONNECT
		15 A NONE NONE Agent/102 HOTDESK|SIP/202
		16 A c4 sales SIP/202 CONNECT
		17 A NONE NONE Agent/102 HOTDESK
		18 A c5 sales SIP/202 CONNECT
		--
		10 A c1 sales SIP/202 CONNECT
		11 A NONE NONE Agent/101 HOTDESK|SIP/202
		12 A c2 sales Agent/101 CONNECT
		12 B c2 sales SIP/202 CONNECT
		13 A NONE NONE NONE QUEUESTART
		14 A c3 sales Agent/101 CONNECT
		15 A NONE NONE Agent/102 HOTDESK|SIP/202
		16 A c4 sales Agent/102 CONNECT
		17 A NONE NONE Agent/102 HOTDESK
		18 A c5 sales SIP/202 CONNECT
	END
}

@test "qlrewrite: --agents and --queues by files, several old for one new" {
	printf 'SIP/101\tAgent/101\r\n\nJane Roe\tAgent/102\n' >agents
	printf 'sales\tall\nsupport\tall\nw\\x\ty\\z\n' >queues
	rewrites --agents agents --queues queues <<-'END'
		10|A|c1|sales|SIP/101|CONNECT|SIP/101
		10|A|c1|support|Jane Roe|CONNECT|sales
		10|A|c1|w\\x|SIP/102|CONNECT
		10|A|c1|NONE|NONE|QUEUESTART
		--
		10|A|c1|all|Agent/101|CONNECT|SIP/101
		10|A|c1|all|Agent/102|CONNECT|sales
		10|A|c1|y\\z|SIP/102|CONNECT
		10|A|c1|NONE|NONE|QUEUESTART
	END
}

@test "qlrewrite: a bad line in a file of names: file and line, status 2, nothing written" {
	local bad
	ev '10 A c1 sales NONE ENTERQUEUE' >in
	for bad in 'x' 'x\t' '\tx' 'x\ty\tz' 'NONE\tx' 'x\tNONE' 'a\tc'; do
		printf 'a\tb\n%b\n' "$bad" >names
		for what in agents queues; do
			try qlrewrite --$what names in
			assert_status 2
			assert_output ''
			assert_err_has 'qlrewrite: names:2: '
		done
	done
	try qlrewrite --agents missing in
	assert_status 2
	assert_err_has 'qlrewrite: missing: No such file or directory'
}

@test "qlrewrite: the order of the rewrites is fixed, whatever that of the options" {
	printf 'Agent/101\tJane\n' >agents
	printf 'sales\tall\n' >queues
	ev <<-'END' >in
		10 A NONE NONE Agent/101 HOTDESK|SIP/202-0a2b
		11 A c1 sales SIP/202-0a2c CONNECT
		12 A c1 sales Local/101@ctx/n CONNECT
		13 A c1 NONE 101 AGENTLOGIN
	END
	ev <<-'END' >want
		13 A NONE NONE A-Jane HOTDESK|SIP/A-202
		14 A c1 all A-Jane CONNECT
		15 A c1 all A-Jane CONNECT
		16 A c1 NONE A-Jane AGENTLOGIN
	END
	try qlrewrite --shift A=3 --by-partition --queues queues --agents agents --hotdesk \
		--login-to-agent --local-to-agent --strip-channel in
	assert_same want "$TRY/out"
	try qlrewrite --strip-channel --local-to-agent --login-to-agent --hotdesk --agents agents \
		--queues queues --by-partition --shift A=3 in
	assert_same want "$TRY/out"
}

@test "qlrewrite: --shift moves the times of a partition" {
	ev <<-'END' >in
		10 A c q a V
		10.5 B c q a V
		10 C c q a V
		11 A NONE NONE NONE TICK
	END
	try qlrewrite --shift A=+3s --shift B=-1500ms in
	assert_status 0
	ev <<-'END' | assert_output
		13 A c q a V
		9 B c q a V
		10 C c q a V
		14 A NONE NONE NONE TICK
	END
	qlrewrite --shift A=+3s --shift B=-1500ms in | qlrewrite --shift A=-3s --shift B=+1.5 >back
	assert_same in back
}

@test "qlrewrite: what would leave the range of times is refused, named and counted" {
	ev <<-'END' >in
		1 A c q a V
		4 A c q a V
		2 A NONE NONE NONE SOURCEDOWN|x
	END
	try qlrewrite -v --shift A=-3s in
	assert_status 1
	ev <<-'END' | assert_output
		1 A c q a V
		0 A NONE NONE NONE SOURCEDOWN|x
	END
	assert_err <<-'END'
		qlrewrite: in:1: 1: shifted out of the range 0 to 2^33
		qlrewrite: 3 lines read = 2 passed + 1 refused; 2 rewritten
	END
	for ((n = 0; n < 12; n++)); do ev '1 A c q a V'; done >in
	try qlrewrite --shift A=-3s in
	assert_status 1
	[[ $(wc -l <"$TRY/err") == 11 ]]
	assert_err_has 'qlrewrite: 12 events shifted out of range in all'
	# each by its own line, wherever it stands among others: also one with a fraction, or an escape to be
	# mended
	{
		for n in {1..4}; do ev "1795369298 A c$n q a V"; done
		ev '1795369298 B c q a V'
		for n in {6..9}; do ev "1795369298 A c$n q a V"; done
		ev '1795369298.5 B c q a V'
		ev '1795369298 B c\bx q a V'
		for n in {12..19}; do ev "1795369298 A c$n q a V"; done
		ev '1795369298 B c q a V'
	} >in
	try qlrewrite --shift B=-1795369300s in
	assert_err <<-'END'
		qlrewrite: in:5: 1795369298: shifted out of the range 0 to 2^33
		qlrewrite: in:10: 1795369298.5: shifted out of the range 0 to 2^33
		qlrewrite: in:11: 1795369298: shifted out of the range 0 to 2^33
		qlrewrite: in:20: 1795369298: shifted out of the range 0 to 2^33
	END
}

@test "qlrewrite: options that make no sense" {
	local arg words
	ev '10 A c1 sales NONE ENTERQUEUE' >in
	for arg in --shift=A --shift=A=x --shift=-A=1 '--shift=A=1 --shift=A=2' --by-partition=x --no-such \
		'-I queuelog' '-p A' -Fxml; do
		read -ra words <<<"$arg"
		try qlrewrite "${words[@]}" in
		assert_status 2
		assert_output ''
		grep -q '^qlrewrite: ' "$TRY/err"
	done
}

@test "qlrewrite: raw lines too, and every form out" {
	raw '10 c1 sales Agent/1 CONNECT|1|x|2' >log
	try qlrewrite -I queuelog -p A --by-partition -F queuelog log
	raw '10 c1 sales Agent/A-1 CONNECT|1|x|2' | assert_output
	try qlrewrite -I queuelog -p A --by-partition -F json log
	assert_output '{"time":10,"partition":"A","callid":"c1","queue":"sales","agent":"Agent/A-1","verb":"CONNECT","data1":"1","data2":"x","data3":"2","data4":"","data5":""}'
	try qlrewrite -I queuelog -p A --by-partition -F csv log
	printf '%s\r\n' time,partition,callid,queue,agent,verb,data1,data2,data3,data4,data5 \
		10,A,c1,sales,Agent/A-1,CONNECT,1,x,2,, | assert_output
}

@test "qlrewrite: TICK, SOURCEDOWN and SOURCEUP pass as they are" {
	rewrites --by-partition --hotdesk --strip-channel --local-to-agent --login-to-agent <<-'END'
		10 A NONE NONE NONE TICK
		10 A NONE NONE Agent/1 SOURCEDOWN|killed
		10 A NONE NONE Agent/1 SOURCEUP
		--
		10 A NONE NONE NONE TICK
		10 A NONE NONE Agent/1 SOURCEDOWN|killed
		10 A NONE NONE Agent/1 SOURCEUP
	END
}

@test "qlrewrite: bad lines are named, a missing file ends with 2 and SOURCEDOWN" {
	{ ev '10 A c q a V'; echo x; ev '11 A c q a V'; } >in
	try qlrewrite -v --by-partition in
	assert_status 1
	{ ev '10 A c q A-a V'; ev '11 A c q A-a V'; } | assert_output
	assert_err_has 'qlrewrite: in:2: fewer than 11 fields'
	assert_err_has 'qlrewrite: 3 lines read = 2 passed + 1 refused; 2 rewritten'
	ev '10 A c q a V' >in
	try qlrewrite --by-partition missing in
	assert_status 2
	tail -n 1 "$TRY/out" | grep -q SOURCEDOWN
}

@test "qlrewrite: a full disk is 2, a closed pipe quiet, -o whole or not at all" {
	ev '10 A c q a V' >in
	status=0
	qlrewrite --by-partition in >/dev/full 2>err || status=$?
	[[ $status == 2 ]]
	grep -q '^qlrewrite: stdout: No space left on device$' err
	try qlrewrite --by-partition -o out in
	assert_status 0
	ev '10 A c q A-a V' >want
	assert_same want out
	try qlrewrite -o out in missing
	assert_status 2
	assert_same want out
	for ((n = 0; n < 16; n++)); do cat in in >twice && mv twice in; done
	(trap '' PIPE; qlrewrite --by-partition in 2>err || echo $? >status) | head -n 1 >/dev/null
	[[ ! -s err ]]
	[[ $(<status) == 141 ]]
}

# bats test_tags=nosan
@test "qlrewrite: channels that differ with each call take no memory" {
	command -v /usr/bin/time >/dev/null || skip '/usr/bin/time is not installed'
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "%d\tA\tc\tq\tSIP/%d-%08x\tCONNECT\t\t\t\t\t\n", i, i % 50, i }' >in
	/usr/bin/time -f %M -o few qlrewrite --strip-channel --by-partition <(head -n 1000 in) >/dev/null
	/usr/bin/time -f %M -o many qlrewrite --strip-channel --by-partition in >out
	[[ $(cut -f 5 out | sort -u | wc -l) == 50 ]]
	(($(<many) < $(<few) + 1500))
}

# Short lines with one new name are put out in pieces; -F json knows no such way.
@test "qlrewrite: the same lines whichever way they go" {
	awk 'BEGIN {
		srand(5); split("A B pbx-1 a.longer.partition:1", p, " ")
		split("NONE NONE NONE Agent/7 SIP/12 x Agent/a-name-of-more-than-24-bytes Local/3@ctx/n NON NONEX none", a, " "); a[12] = ""
		split("CONNECT HOTDESK PAUSE HEARTBEAT RINGNOANSWER ABANDON QUEUESTART", v, " ")
		for (i = 0; i < 30000; i++) {
			data = ""; n = rand() < 0.1 ? 200 * rand() : 5 * rand()
			while (n-- > 0) data = data sprintf("%c", 97 + int(26 * rand()))
			printf "%d\t%s\tc%d\tq\t%s\t%s\t%s\t%s\t%s\t\t\n", 1700000000 + i, p[1 + int(4 * rand())], i,
				a[1 + int(12 * rand())], v[1 + int(7 * rand())], rand() < .2 ? "a\\tb" : "SIP/9", data,
				rand() < 0.5 ? "NONE" : data
		}
	}' >in
	try qlrewrite -v --by-partition in
	assert_status 0
	grep -q '^qlrewrite: 30000 lines read = 30000 passed + 0 refused; [0-9]* rewritten$' "$TRY/err"
	cp "$TRY/out" lines
	qlrewrite --by-partition -F json in | qlfilter -I json >want
	assert_same want lines
	[[ $(diff in lines | grep -c '^<') == $(sed -n 's/.*; \([0-9]*\) rewritten$/\1/p' "$TRY/err") ]]
	grep -q $'\tNONE\tHOTDESK\tSIP/A-9\t' lines
	qlrewrite -v --by-partition --hotdesk in 2>err >lines
	qlrewrite --by-partition --hotdesk -F json in | qlfilter -I json >want
	assert_same want lines
	cat in in in in in in in in >more
	status=0
	qlrewrite --by-partition more >/dev/full 2>err || status=$?
	[[ $status == 2 ]]
}
