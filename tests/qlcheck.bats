# qlcheck: each kind of finding by a log made for it, and the genuine logs.

bats_require_minimum_version 1.5.0

setup() { load helper; }

# check ARGUMENT...: qlcheck without heading. found LINE...: these are the findings, columns by |.
check() { try qlcheck -N "$@"; }
found() {
	assert_status 1
	printf '%s\n' "$@" | tr '|' '\t' | assert_output
}
nothing() {
	assert_status 0
	assert_output ''
	assert_err_has 'nothing found'
}

@test "qlcheck: a healthy log has no findings" {
	ev <<-'END' | try qlcheck
		1000000000 A NONE  NONE  NONE QUEUESTART
		1000000001 A CLI   sales a    ADDMEMBER
		1000000002 A 1000000002.1 sales NONE ENTERQUEUE||0551|1
		1000000002 A 1000000002.2 sales NONE ENTERQUEUE||0552|2
		1000000005 A 1000000002.1 sales a    RINGNOANSWER|1000
		1000000005 A 1000000002.1 sales a    RINGNOANSWER|0
		1000000006 A 1000000002.1 sales a    CONNECT|4|u|1
		1000000007 A 1000000002.2 sales NONE ABANDON|1|2|5
		1000000009 A 1000000002.1 sales a    COMPLETEAGENT|4|3|1
		1000000010 A 1000000010.3 sales NONE ENTERQUEUE||0551|1
		1000000011 A 1000000010.3 sales NONE EXITEMPTY|1|1|1
		1000000011 A 1000000010.3 sales NONE LEAVEEMPTY
		1000000012 A NONE  sales a    PAUSE|lunch
		1000000014 A NONE  sales a    UNPAUSE
		1000200000 A CLI   sales a    REMOVEMEMBER
	END
	assert_status 0
	assert_output 'kind	partition	time	callid	queue	agent	detail'
	assert_err 'qlcheck: nothing found
qlcheck: A: 15 events, longest silence 199986 s from 2001-09-09 01:46:54'
}

@test "qlcheck: what is open at the beginning and at the end is no finding" {
	ev <<-'END' | check
		1000 A c1 sales a    COMPLETEAGENT|4|30|1
		1002 A c2 sales a    CONNECT|4|u|1
		1003 A c3 sales NONE ABANDON|1|1|9
		1005 A c4 sales NONE ENTERQUEUE||0551|1
	END
	assert_status 1 # a took calls and was never on
	found 'never|A|1000||sales|a|took 2 calls, was never added and never logged in'
}

@test "qlcheck: doubled, connect: ends and connects logged twice" {
	ev <<-'END' >log
		1000 A c1 sales NONE ENTERQUEUE||0551|1
		1004 A c1 sales a    CONNECT|4|u|1
		1005 A c1 sales a    CONNECT|4|u|1
		1009 A c1 sales a    ATTENDEDTRANSFER|BRIDGE|x|4|5|1
		1009 A c1 sales a    COMPLETEAGENT|4|5|1
	END
	check --kinds doubled,connect log
	found 'connect|A|1005|c1|sales|a|CONNECT: they were connected already' \
		'doubled|A|1009|c1|sales|a|COMPLETEAGENT: the end was logged already'
	assert_err 'qlcheck: doubled: 1
qlcheck: connect: 1
qlcheck: A: 5 events, longest silence 4 s from 1970-01-01 00:16:40'
	mv "$TRY/out" both
	check --kinds connect --kinds doubled log
	assert_same "$TRY/out" both
}

@test "qlcheck: orphan: ends without an entry or a CONNECT" {
	ev <<-'END' | check --kinds orphan
		1000 A CLI sales a    ADDMEMBER
		1100 A c1  sales a    COMPLETEAGENT|4|30|1
		1101 A c2  sales a    CONNECT|4|u|1
		1102 A c3  sales NONE ENTERQUEUE||0551|1
		1110 A c3  sales a    COMPLETECALLER|4|4|1
		1120 A c4  sales a    COMPLETECALLER
		1121 A c5  sales NONE SYSCOMPAT
		1122 A c6  sales NONE ABANDON|1|1|200
		1123 A c7  sales NONE ABANDON|1|1|20
	END
	found 'orphan|A|1100|c1|sales|a|COMPLETEAGENT: the entry was not logged' \
		'orphan|A|1101|c2|sales|a|CONNECT: the entry was not logged' \
		'orphan|A|1110|c3|sales|a|COMPLETECALLER: the CONNECT was not logged' \
		'orphan|A|1120|c4|sales|a|COMPLETECALLER: nothing of this call was logged' \
		'orphan|A|1121|c5|sales||SYSCOMPAT: nothing of this call was logged' \
		'orphan|A|1123|c7|sales||ABANDON: the entry was not logged'
}

@test "qlcheck: unended: restart, reentered, expired" {
	ev >events <<-'END'
		1000 A c1 sales NONE ENTERQUEUE||0551|1
		1001 A c2 sales NONE ENTERQUEUE||0552|2
		1001 B c2 sales NONE ENTERQUEUE||0552|2
		1002 A c2 sales a    CONNECT|1|u|1
		1003 A c1 sales NONE ENTERQUEUE||0551|2
		1010 A NONE NONE NONE QUEUESTART
		1020 A c3 sales NONE ENTERQUEUE||0553|1
		1100 A CLI sales a ADDMEMBER
	END
	check --kinds unended events
	found 'unended|A|1003|c1|sales||reentered: waited since 1970-01-01 00:16:40' \
		'unended|A|1003|c2|sales|a|restart: talked since 1970-01-01 00:16:42' \
		'unended|A|1003|c1|sales||restart: waited since 1970-01-01 00:16:43'
	check --kinds unended --max-open 60 -c c3 events
	found 'unended|A|1080|c3|sales||expired: waited since 1970-01-01 00:17:00'
	check -z Asia/Kolkata --max-open 60 events
	assert_output_has 'expired: waited since 1970-01-01 05:47:00'
}

@test "qlcheck: refused lines by file and line" {
	{
		raw '1000 c1 sales NONE ENTERQUEUE||0551|1'
		echo nonsense
		raw '1001 c1 sales NONE ABANDON|1|1|1'
		raw '10x1 c1 sales NONE ABANDON|1|1|1'
	} >queue_log
	check -I queuelog -p A --rejects bad queue_log
	found 'refused|A|||||queue_log:2: no time from 0 to 2^33' \
		'refused|A|||||queue_log:4: no time from 0 to 2^33'
	[ "$(<bad)" = $'nonsense\n10x1|c1|sales|NONE|ABANDON|1|1|1' ]
	assert_err 'qlcheck: refused: 2
qlcheck: A: 2 events, longest silence 1 s from 1970-01-01 00:16:40'
	echo 'a b' | check
	assert_status 1
	assert_output_has 'stdin:1: '
}

# Without -I queuelog each line of a log is refused; whoever gave -p for it is not told that it is sound.
@test "qlcheck: what is selected hides no refused line" {
	raw '1000 c1 sales NONE ENTERQUEUE||0551|1' >queue_log
	for args in '-p A' '-q sales' '-a a' '-c c1' '-f 2000'; do
		# shellcheck disable=SC2086 # words
		check $args queue_log
		assert_status 1
		assert_output_has 'queue_log:1: fewer than 11 fields'
		assert_err 'qlcheck: refused: 1'
	done
	check --kinds unended -p A queue_log
	assert_status 1
	assert_output ''
	assert_err 'qlcheck: refused: 1, none shown'
}

@test "qlcheck: a raw log wants its partition, and one" {
	raw '1000 c1 sales NONE ENTERQUEUE||0551|1' >queue_log
	check -I queuelog queue_log
	assert_status 2
	check -I queuelog -p A,B queue_log
	assert_status 2
	assert_output ''
}

@test "qlcheck: twin: an equal line in the same second of the same partition" {
	ev <<-'END' | check
		1000 A c1 sales NONE ENTERQUEUE||0551|1
		1000 B c1 sales NONE ENTERQUEUE||0551|1
		1000 A c2 sales NONE ENTERQUEUE||0552|1
		1000 A NONE sales NONE INFO|x
		1000 A NONE sales NONE INFO|x
		1000 A NONE sales NONE INFO|x
		1001 A NONE sales NONE INFO|x
	END
	found 'twin|A|1000||sales||INFO: the same line again' 'twin|A|1000||sales||INFO: the same line again'
}

@test "qlcheck: back: steps of a second and more, by partition" {
	ev <<-'END' | check
		1000 A NONE NONE NONE CONFIGRELOAD
		1000 B NONE NONE NONE CONFIGRELOAD
		999  B NONE q    NONE INFO|y
		1010.5 A NONE q  NONE INFO|1
		1010.2 A NONE q  NONE INFO|2
		1000.2 A NONE q  NONE INFO|3
		1011 A NONE NONE NONE CONFIGRELOAD
		500  A 5 x NONE HEARTBEAT
	END
	found 'back|B|999||q||INFO: back from 1970-01-01 00:16:40, 1 s' 'back|A|1000.2||q||INFO: back from 1970-01-01 00:16:50, 10 s'
}

@test "qlcheck: silence: by --silence, and of office hours" {
	ev >events <<-'END'
		1000000000 A NONE NONE NONE CONFIGRELOAD
		1000007200 A NONE NONE NONE CONFIGRELOAD
		1000007300 A NONE q    NONE INFO
		1000007200 B NONE NONE NONE CONFIGRELOAD
		1000011000 A NONE q    NONE INFO
	END
	check events
	nothing
	assert_err_has 'A: 4 events, longest silence 7200 s from 2001-09-09 01:46:40'
	assert_err_has 'B: 1 events, longest silence 3800 s from 2001-09-09 03:46:40'
	check --silence 1h events
	found 'silence|A|1000000000||||nothing for 7200 s, until CONFIGRELOAD' \
		'silence|A|1000007300||||nothing for 3700 s, until INFO' \
		'silence|B|1000007200||||nothing for 3800 s, until the end of the input'
	check --silence 3800 events
	found 'silence|A|1000000000||||nothing for 7200 s, until CONFIGRELOAD'
	check --until 1000611000 -p B events
	found 'silence|B|1000007200||||nothing for 603800 s, until the end of the input'
	# 1000000000 is 01:46:40 on a Sunday
	check --hours 01:00-03:30 events
	found 'silence|A|1000000000||||nothing for 6200 s, until CONFIGRELOAD'
	check --hours 03:00-04:30 events
	nothing
	check --days mon-fri events
	nothing
}

@test "qlcheck: a HEARTBEAT that is late" {
	for t in 0 60 120 181 240 300 360 480 900 960; do
		ev "$((1000 + t)) A NONE NONE NONE HEARTBEAT"
	done | check
	found 'heartbeat|A|1480||||the next one 420 s later, usually 68 s'
}

@test "qlcheck: verb, case: first time and how often, by partition" {
	ev <<-'END' | check
		1000 A c1 sales NONE FOO|1
		1001 A c1 sales NONE heartbeat
		1002 A c1 sales NONE FOO|2
		1003 B c1 sales NONE FOO|3
		1004 A c1 sales NONE DIVERT_X
		1005 A c1 sales NONE Connect|3
	END
	found 'verb|A|1000||||FOO: 2 events' 'case|A|1001||||heartbeat: 1 event, known in capitals only' \
		'verb|B|1003||||FOO: 1 event' 'case|A|1005||||Connect: 1 event, known in capitals only'
}

@test "qlcheck: name: one person under two names at one partition" {
	ev >events <<-'END'
		1000 A CLI sales Local/101@agents/n ADDMEMBER
		1000 A CLI sales SIP/102            ADDMEMBER
		1000 A CLI sales DAHDI/104          ADDMEMBER
		1001 A c1  sales NONE      ENTERQUEUE||0551|1
		1002 A c1  sales Agent/101 CONNECT|1|u|1
		1003 A c1  sales Agent/101 COMPLETEAGENT|1|1|1
		1004 A NONE sales Agent/101 PAUSE
		1005 A NONE sales SIP/102-0a2b PAUSE
		1006 B NONE NONE 101 AGENTLOGIN
		1007 A NONE NONE 101 AGENTLOGIN
		1008 A NONE NONE 102 AGENTLOGIN
		1009 A NONE NONE 104 AGENTLOGIN
	END
	check --kinds name,never,static events
	found 'name|A|1002|c1|sales|Agent/101|CONNECT: also Local/101@agents/n' \
		'static|A|1005||sales|SIP/102-0a2b|paused, but never added: a static member, or one of before' \
		'name|A|1007|||101|AGENTLOGIN: also Local/101@agents/n' \
		'name|A|1008|||102|AGENTLOGIN: also SIP/102'
}

@test "qlcheck: --suggest-agents: pairs that qlrewrite reads, and then one name is left" {
	ev >events <<-'END'
		1000 A CLI sales Local/101@agents/n ADDMEMBER
		1000 A CLI sales SIP/102            ADDMEMBER
		1000 A CLI sales Agent/103          ADDMEMBER
		1000 A CLI sales Agent\\x           ADDMEMBER
		1001 A c1  sales NONE      ENTERQUEUE||0551|1
		1002 A c1  sales 101       RINGNOANSWER|1000
		1002 A c1  sales Agent/101 CONNECT|1|u|1
		1003 A c1  sales Agent/101 COMPLETEAGENT|1|1|1
		1004 A c2  sales 103       RINGNOANSWER|1000
		1005 A NONE sales 102 PAUSE
		1006 B NONE sales PJSIP/101 PAUSE
	END
	try qlcheck --suggest-agents events
	assert_status 0
	assert_err ''
	printf '101\tAgent/101\nLocal/101@agents/n\tAgent/101\nAgent/103\t103\n' | assert_output
	cp "$TRY/out" agents
	qlrewrite --agents agents events | check --kinds name
	found 'name|A|1005||sales|102|PAUSE: also SIP/102'
}

@test "qlcheck: again, unless members are known to end with a restart" {
	ev >events <<-'END'
		1000 A CLI  sales a    ADDMEMBER
		1001 A CLI  help  b    ADDMEMBER
		1002 A NONE NONE  NONE QUEUESTART
		1003 A CLI  sales a    ADDMEMBER
		1004 A CLI  sales a    ADDMEMBER
	END
	check events
	found 'again|A|1003||sales|a|members do not outlive a restart here: say --no-persistent A'
	check --no-persistent A events
	nothing
}

@test "qlcheck: static, never: members that no log names, unless a roster does" {
	ev >events <<-'END'
		1000 A CLI  sales a    ADDMEMBER
		1001 A NONE help  a    PAUSE|x
		1002 A NONE help  a    UNPAUSE
		1003 A NONE help  a    PAUSE|x
		1004 A c1   help  NONE ENTERQUEUE||0551|1
		1005 A c1   help  b    CONNECT|1|u|1
		1009 A c1   help  b    COMPLETECALLER|1|4|1
	END
	check events
	found 'static|A|1001||help|a|paused, but never added: a static member, or one of before' \
		'never|A|1009||help|b|took 1 calls, was never added and never logged in'
	printf 'a\tA\thelp\t\t\nb\tA\thelp\t\t\n' >roster
	check --roster roster events
	nothing
}

@test "qlcheck: system, mixed: system names of call ids" {
	ev <<-'END' | check
		1000 A x-1000000000.1 sales NONE ENTERQUEUE||0551|1
		1001 B y-1000000001.1 sales NONE ENTERQUEUE||0552|1
		1002 B x-1000000002.1 sales NONE ENTERQUEUE||0553|1
		1003 B y-1000000003.1 sales NONE ENTERQUEUE||0554|1
		1004 A 1000000004.1   sales NONE ENTERQUEUE||0555|1
		1005 A custom-id      sales NONE ENTERQUEUE||0556|1
		1006 A custom.id-7.1  sales NONE ENTERQUEUE||0557|1
	END
	found 'mixed|B|1002|x-1000000002.1|sales||system name x, before y' \
		'system|B|1002|x-1000000002.1|sales||system name x, as at A' \
		'mixed|A|1004|1000000004.1|sales||system name none, before x'
}

# transfers N SECONDS: N callers, each transferred from A to B, where the clock is so much ahead.
transfers() {
	for ((i = 0; i < $1; i++)); do
		t=$((100000 + i * 100))
		ev <<-END
			$t          A a$i sales NONE ENTERQUEUE||06$i$i$i|1
			$((t + 1))  A a$i sales x    CONNECT|1|u|1
			$((t + 50)) A a$i sales x    BLINDTRANSFER|1|ctx|1|49|1
			$((t + 51 + $2 + i % 2)) B b$i help NONE ENTERQUEUE||06$i$i$i|1
			$((t + 60 + $2)) B b$i help NONE ABANDON|1|1|9
		END
	done | sort -s -n -k 1,1
}

@test "qlcheck: clock: callers enter one server before they leave the other" {
	transfers 6 -40 | check --kinds clock
	found 'clock|B|100512||||callers transferred from A enter here about 38 s before they leave there, 6 of 6: this clock is behind'
	transfers 4 -40 | check --kinds clock
	nothing
	transfers 6 0 | check --kinds clock
	nothing
	# an announcement may lie between
	transfers 6 40 | check --kinds clock
	nothing
	# callers who called B once, and A later, are no evidence
	for i in 1 2 3 4 5 6 7; do transfers 1 "-$((i * 60))" | sed "s/06000/0600$i/;s/\([ab]\)0/\1$i/"; done |
		sort -s -n -k 1,1 | check --kinds clock
	nothing
}

@test "qlcheck: -n limits each kind, and what is more is counted" {
	for i in {1..12}; do ev "$((1000000000 + i)) A c$i sales NONE SYSCOMPAT"; done >events
	check events
	[ "$(wc -l <"$TRY/out")" -eq 10 ]
	assert_status 1
	assert_err_has 'qlcheck: orphan: 12, 2 more than shown'
	check -n 0 events
	[ "$(wc -l <"$TRY/out")" -eq 12 ]
	assert_err_has 'qlcheck: orphan: 12'
	check -n 1 -f 1000000005 -t 1000000008 events
	found 'orphan|A|1000000005|c5|sales||SYSCOMPAT: nothing of this call was logged'
	assert_err_has 'qlcheck: orphan: 3, 2 more than shown'
	check -q help events
	nothing
	check -c c7,c9 -p A,B events
	[ "$(cut -f 4 "$TRY/out" | tr '\n' ' ')" = 'c7 c9 ' ]
}

@test "qlcheck: --kinds, --help-kinds" {
	try qlcheck --help-kinds
	assert_status 0
	while read -r kind _; do
		qlcheck --kinds "$kind" /dev/null
	done <"$TRY/out"
	check --kinds back,forth /dev/null
	assert_status 2
	assert_err_has 'qlcheck: --kinds: back,forth: no such kind; see --help-kinds'
	# the page has them all
	sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' "$ROOT/man/qlcheck.1" | sort >page
	qlcheck --help-kinds | cut -d ' ' -f 1 | sort >kinds
	assert_same kinds page
}

@test "qlcheck: forms, and what a log may hold is harmless in them" {
	ev '1000 A c1 <b> =1+1 FOO' '' >events
	ev '1001 A c1 <b> =1+1 SYSCOMPAT' >>events
	check -F json --kinds orphan events
	assert_output '{"kind":"orphan","partition":"A","time":1001,"callid":"c1","queue":"<b>","agent":"=1+1","detail":"SYSCOMPAT: nothing of this call was logged"}'
	check -F csv --kinds orphan -o file events
	assert_status 1
	assert_output ''
	[ "$(tr -d '\r' <file)" = "orphan,A,1001,c1,<b>,'=1+1,SYSCOMPAT: nothing of this call was logged" ]
	check -F html events
	assert_output_has '&lt;b&gt;'
}

# What had no room stood below all findings, so that nobody saw which detail was whose.
@test "qlcheck: on a terminal that is too narrow a finding goes on below itself" {
	need python3
	ev <<-'END' >events
		1000 A c1 q NONE SYSCOMPAT
		1500 A NONE Kunden-Ü Agent/202 PAUSE
		1800 A C-1795369345.201 ring-all Local/101@agents/n SYSCOMPAT
	END
	export TZ=UTC TERM=xterm
	try python3 "$ROOT/tests/tools/terminal.py" 'see C-1795; wide 80; end 1' \
		sh -c 'stty cols 80 <&1; qlcheck events 2>/dev/null'
	assert_status 0
	assert_output <<-'END'
		zone UTC
		kind    partition  time                 callid            queue
		        agent               detail
		orphan  A          1970-01-01 00:16:40  c1                q
		                            SYSCOMPAT: nothing of this call was logged
		static  A          1970-01-01 00:25:00                    Kunden-Ü
		        Agent/202           paused, but never added: a static member, or one of
		                            before
		orphan  A          1970-01-01 00:30:00  C-1795369345.201  ring-all
		        Local/101@agents/n  SYSCOMPAT: nothing of this call was logged
	END
	try python3 "$ROOT/tests/tools/terminal.py" 'see C-1795; end 1' \
		sh -c 'stty cols 150 <&1; qlcheck events 2>/dev/null'
	qlcheck -F table events 2>/dev/null | assert_same - "$TRY/out"
	[ "$(wc -l <"$TRY/out")" -eq 5 ]
}

@test "qlcheck: a source that is down is not a healthy one" {
	ev '1000 A NONE NONE NONE SOURCEDOWN|gone' >events
	check -o file events
	assert_status 2
	assert_err_has 'A: the source is down: gone'
	[ ! -e file ]
	check --incomplete events
	assert_status 1
	check /nonexistent
	assert_status 2
}

@test "qlcheck: the genuine logs" {
	for p in A B C; do
		check -n 0 -I queuelog -p $p "$DATA/cluster/$p"
		assert_status 1
		cp "$TRY/out" $p
	done
	kinds() { cut -f 1 "$1" | sort | uniq -c | awk '{ printf "%s%s %d", n++ ? ", " : "", $2, $1 }'; }
	[ "$(kinds A)" = 'doubled 1, name 1, never 1' ]
	[ "$(kinds B)" = 'again 20, case 1, name 1' ]
	[ "$(kinds C)" = 'doubled 1, name 11, never 3, unended 15, verb 1' ]
	# the crash: eight waited, seven talked
	[ "$(grep -c 'restart: waited' C)" -eq 8 ]
	[ "$(grep -c 'restart: talked' C)" -eq 7 ]
	# merged, or one after the other, the same
	for p in A B C; do qlfetch -p $p "$DATA/cluster/$p" >$p.events; done
	sort A B C >want
	qlmerge A.events B.events C.events | check -n 0
	sort "$TRY/out" >got
	assert_same want got
	check -n 0 A.events B.events C.events
	sort "$TRY/out" >got
	assert_same want got
}
