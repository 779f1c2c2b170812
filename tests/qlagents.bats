# qlagents: events to a row for each interval of agents' time. The rules are tested by
# tests/unit/t_agent.c and tests/reference.bats.

bats_require_minimum_version 1.5.0

HEAD='kind|agent|partition|queue|start|end|seconds|reason|ended|flags'

setup() {
	load helper
	ev >events <<-'END'
		11000 A MANAGER  sales   Agent/101 ADDMEMBER
		11000 A MANAGER  support Agent/101 ADDMEMBER
		11010 A c1       sales   NONE      ENTERQUEUE||0551|1
		11012 A c1       sales   Agent/102 RINGNOANSWER|1999
		11015 A c1       sales   Agent/101 CONNECT|5|u|3
		11020 A NONE     NONE    Agent/101 PAUSEALL|lunch
		11020 A NONE     sales   Agent/101 PAUSE|lunch
		11030 A c1       sales   Agent/101 COMPLETECALLER|5|15|1
		11040 A NONE     NONE    Agent/101 UNPAUSEALL|lunch
		11050 A c2       NONE    Agent/103 AGENTLOGIN|SIP/3
		11060 A MANAGER  sales   Agent/101 REMOVEMEMBER
		11070 A NONE     NONE    NONE      HEARTBEAT
	END
}

# rows LINE...: the table has these rows below its heading; columns by |.
rows() {
	{
		echo "$HEAD"
		for row; do echo "$row"; done
	} | tr '|' '\t' | assert_output
}

RING2='ring|Agent/102|A|sales|11011|11012|1||ringnoanswer|'
RING1='ring|Agent/101|A|sales|11012|11015|3||connect|'
TALK='talk|Agent/101|A|sales|11015|11030|15||completecaller|'
QP1='qpause|Agent/101|A|sales|11020|11040|20|lunch|unpauseall|'
QP2='qpause|Agent/101|A|support|11020|11040|20|lunch|unpauseall|'
PAUSE='pause|Agent/101|A||11020|11040|20|lunch|unpauseall|'
MEM1='member|Agent/101|A|sales|11000|11060|60||removemember|'
MEM2='member|Agent/101|A|support|11000|11070|70|||>'
SES='session|Agent/101|A||11000|11070|70|||>'
MEM3='member|Agent/103|A|NONE|11050|11070|20|||>'
SES3='session|Agent/103|A||11050|11070|20|||>'

@test "qlagents: every kind of row, as it becomes certain" {
	try qlagents events
	assert_status 0
	rows "$RING2" "$RING1" "$TALK" "$PAUSE" "$QP1" "$QP2" "$MEM1" "$MEM2" "$SES" "$MEM3" "$SES3"
	assert_err 'qlagents: intervals that were not over at its end (>): 4'
}

@test "qlagents: --sort end, -N, csv" {
	try qlagents --sort end events
	rows "$RING2" "$RING1" "$TALK" "$PAUSE" "$QP1" "$QP2" "$MEM1" "$MEM2" "$SES" "$MEM3" "$SES3"
	{
		ev '11000 A NONE sales Agent/101 WRAPUPSTART|500'
		cat events
	} >late
	try qlagents -N late
	[ "$(head -n 1 "$TRY/out" | cut -f 1,6)" = "wrap	11500" ]
	try qlagents -N --sort end late
	[ "$(tail -n 1 "$TRY/out" | cut -f 1,6)" = "wrap	11500" ]
	try qlagents --sort begin events
	assert_status 2
	assert_output ''
	assert_err_has 'qlagents: --sort: begin: no such column'
	try qlagents -F csv -N -a Agent/103 events
	assert_output_has 'session,Agent/103,A,,11050,11070,20,,,>'
}

@test "qlagents: --sort by any columns, then end, start, kind, agent, partition, queue; -n" {
	try qlagents --sort -seconds,agent events
	rows "$MEM2" "$SES" "$MEM1" "$PAUSE" "$QP1" "$QP2" "$MEM3" "$SES3" "$TALK" "$RING1" "$RING2"
	try qlagents --sort -kind,queue -n 3 events
	rows "$TALK" "$SES" "$SES3"
	try qlagents -n 2 events
	rows "$RING2" "$RING1"
}

# These were shown by --help and offered by shells, and refused when they were given.
@test "qlagents: what selects calls is refused with a reason, and not shown" {
	local option
	qlagents --help >help
	for option in -c --callid --outcome --min-wait --max-wait --min-talk --status-wait; do
		try qlagents $option 5 events
		assert_status 2
		printf 'qlagents: %s\n' "$option: is about calls: use qlcalls" "try 'qlagents --help'" | assert_err
		run ! grep -qe " $option[ ,]" help
		run ! grep -qe "$option\$" <(tabs qlagents "$option")
	done
	run ! grep -q 'callid\|outcome\|-wait' <(qlagents --completion zsh) <(qlagents --completion fish)
}

# the rest of the order is plain bytes, where an empty name comes first
@test "qlagents: --sort end with a slot of the empty queue" {
	ev <<-'END' | try qlagents -N --sort end
		10000 A x sales Agent/101 ADDMEMBER
		10000|A|x||Agent/101|ADDMEMBER
		10010 A x sales Agent/101 REMOVEMEMBER
		10010|A|x||Agent/101|REMOVEMEMBER
	END
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/101|A||10000|10010|10||removemember|
		member|Agent/101|A|sales|10000|10010|10||removemember|
		session|Agent/101|A||10000|10010|10||removemember|
	END
}

@test "qlagents: facts are selected: -q the rows of a queue and its agents' sessions and pauses" {
	try qlagents -q sales events
	rows "$RING2" "$RING1" "$TALK" "$PAUSE" "$QP1" "$MEM1" "$SES"
	try qlagents -q nowhere events
	rows
	try qlagents -a Agent/103 events
	rows "$MEM3" "$SES3"
	try qlagents -p A,B -a Agent/102 events
	rows "$RING2"
	try qlagents -p B events
	rows
}

@test "qlagents: -p takes a row of several partitions where one is asked for" {
	ev <<-'END' | try qlagents -N -p B
		10000 A x sales Agent/101 ADDMEMBER
		10001 B x sales Agent/101 ADDMEMBER
		10010 A x sales Agent/101 REMOVEMEMBER
		10020 B x sales Agent/101 REMOVEMEMBER
	END
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/101|B|sales|10001|10020|19||removemember|
		session|Agent/101|A,B||10000|10020|20||removemember|
	END
}

@test "qlagents: --from and --to cut; reason and flags stay" {
	try qlagents --from 11025 --to 11065 events
	rows 'talk|Agent/101|A|sales|11025|11030|5||completecaller|' \
		'pause|Agent/101|A||11025|11040|15|lunch|unpauseall|' \
		'qpause|Agent/101|A|sales|11025|11040|15|lunch|unpauseall|' \
		'qpause|Agent/101|A|support|11025|11040|15|lunch|unpauseall|' \
		'member|Agent/101|A|sales|11025|11060|35||removemember|' \
		'member|Agent/101|A|support|11025|11065|40|||>' \
		'session|Agent/101|A||11025|11065|40|||>' \
		'member|Agent/103|A|NONE|11050|11065|15|||>' \
		'session|Agent/103|A||11050|11065|15|||>'
}

@test "qlagents: --hours and --days cut, a piece for each stretch" {
	ev <<-'END' >week # Thursday 1 January 1970, 22:00, to Saturday, 10:00
		79200  A x sales Agent/101 ADDMEMBER
		208800 A x sales Agent/101 REMOVEMEMBER
	END
	try qlagents -N --hours 09:00-18:00 week
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/101|A|sales|118800|151200|32400|||
		member|Agent/101|A|sales|205200|208800|3600||removemember|
		session|Agent/101|A||118800|151200|32400|||
		session|Agent/101|A||205200|208800|3600||removemember|
	END
	try qlagents -N --days fri --hours 22:00-06:00 week
	cut -f 1,5,6 "$TRY/out" | tr '\t' ' ' >got
	printf '%s\n' 'member 86400 108000' 'member 165600 172800' 'session 86400 108000' \
		'session 165600 172800' >want
	assert_same want got
}

@test "qlagents: --until" {
	try qlagents -N --until 12000 -a Agent/103 events
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/103|A|NONE|11050|12000|950|||>
		session|Agent/103|A||11050|12000|950|||>
	END
}

@test "qlagents: --wrapup after each talk" {
	try qlagents --wrapup sales=20 -N -a Agent/101 events
	assert_output_has "wrap	Agent/101	A	sales	11030	11050	20"
	try qlagents --wrapup support=20 -N events
	run ! grep -q wrap "$TRY/out"
	try qlagents --wrapup x=1,sales=1m --wrapup y=2 -N events
	assert_output_has "wrap	Agent/101	A	sales	11030	11090	60"
	for bad in sales sales= =3 sales=x; do
		try qlagents --wrapup "$bad" events
		assert_status 2
		assert_err_has '--wrapup'
	done
}

# B restarts at 10060, and its members are added anew.
restart() {
	ev <<-'END'
		10000 A x sales Agent/101 ADDMEMBER
		10000 B x sales Agent/201 ADDMEMBER
		10000 B x sales Agent/202 ADDMEMBER
		10050 B x NONE  NONE      CONFIGRELOAD
		10060 B x NONE  NONE      QUEUESTART
		10070 B x sales Agent/201 ADDMEMBER
		10070 B x sales Agent/202 ADDMEMBER
		10080 A x NONE  NONE      CONFIGRELOAD
	END
}

@test "qlagents: members live through a restart, and what speaks against it is said" {
	restart | try qlagents -N
	assert_status 1
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/101|A|sales|10000|10080|80|||>
		member|Agent/201|B|sales|10000|10080|80|||>
		member|Agent/202|B|sales|10000|10080|80|||>
		session|Agent/101|A||10000|10080|80|||>
		session|Agent/201|B||10000|10080|80|||>
		session|Agent/202|B||10000|10080|80|||>
	END
	[ "$(grep -c 'added again after a restart' "$TRY/err")" -eq 1 ]
	assert_err_has 'still on: 2; if members do not outlive a restart there, say --no-persistent B'
}

@test "qlagents: --no-persistent: they end at the last event before it" {
	restart | try qlagents -N --no-persistent B,C -p B
	assert_status 0
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/201|B|sales|10000|10050|50||restart|
		member|Agent/202|B|sales|10000|10050|50||restart|
		session|Agent/201|B||10000|10050|50||restart|
		session|Agent/202|B||10000|10050|50||restart|
		member|Agent/201|B|sales|10070|10080|10|||>
		member|Agent/202|B|sales|10070|10080|10|||>
		session|Agent/201|B||10070|10080|10|||>
		session|Agent/202|B||10070|10080|10|||>
	END
}

@test "qlagents: --login-decides" {
	ev <<-'END' >logins
		10000 A x sales Agent/101 ADDMEMBER
		10010 A x NONE  Agent/101 AGENTLOGIN|SIP/1
		10020 A x NONE  Agent/101 AGENTLOGOFF|SIP/1|10
		10030 A x sales Agent/101 REMOVEMEMBER
	END
	try qlagents -N logins
	assert_output_has "session	Agent/101	A		10000	10030	30"
	try qlagents -N --login-decides logins
	assert_output_has "session	Agent/101	A		10000	10020	20"
}

@test "qlagents: --roster opens slots for static members" {
	tr '|' '\t' >roster <<-'END'
		Agent/102|A|sales|11005|11065
		Agent/104|B|sales||1970-01-01 03:04:00

		Agent/105|A|sales|11065|
		Agent/106|A|sales|11900|
	END
	try qlagents -N --roster roster events
	for row in 'member|Agent/102|A|sales|11005|11065|60||roster|r' 'session|Agent/102|A||11005|11065|60||roster|r' \
		'session|Agent/104|B||11000|11040|40||roster|<r' 'session|Agent/105|A||11065|11070|5|||>r'; do
		assert_output_has "$(tr '|' '\t' <<<"$row")"
	done
	run ! grep -q Agent/106 "$TRY/out"
	# a restart ends them as all others, and they are there again when the server is
	restart >again
	printf 'Agent/301\tB\tsales\t10000\t\n' >roster
	try qlagents -N --roster roster --no-persistent B -a Agent/301 again
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/301|B|sales|10000|10050|50||restart|r
		session|Agent/301|B||10000|10050|50||restart|r
		member|Agent/301|B|sales|10060|10080|20|||>r
		session|Agent/301|B||10060|10080|20|||>r
	END
	try qlagents -N --roster roster again
	assert_err_has 'still on: 2;'
	for bad in 'Agent/1' 'Agent/1|A|sales|x|' 'Agent/1|A-|sales||' 'Agent/1|A|sales|20000|10000' '|A|sales||'; do
		printf 'Agent/1\tA\tsales\t\t\n%s\n' "$bad" | tr '|' '\t' >wrong
		try qlagents --roster wrong events
		assert_status 2
		assert_output ''
		assert_err_has 'wrong:2: '
	done
	try qlagents --roster missing events
	assert_status 2
}

@test "qlagents: --roster: who has no beginning was there since the first event, after who has one" {
	printf '%s\n' 'Agent/7|A|late||' 'Agent/7|A|early|10000|' 'Agent/8|A|early||10500' | tr '|' '\t' >roster
	{
		ev '11000 A NONE NONE NONE CONFIGRELOAD'
		ev '11100 A NONE NONE NONE CONFIGRELOAD'
	} >events
	try qlagents -N --roster roster events
	tr '|' '\t' <<-'END' | assert_output
		member|Agent/7|A|early|10000|11100|1100|||>r
		session|Agent/7|A||10000|11100|1100|||>r
		member|Agent/7|A|late|11000|11100|100|||<>r
	END
	# that a source was down from the beginning, which it says at time 0, is no event of a server
	{
		ev '0 B NONE NONE NONE SOURCEDOWN|gone'
		cat events
	} >down
	cp "$TRY/out" whole
	try qlagents -N --incomplete --roster roster down
	assert_output <whole
}

@test "qlagents: agents who took calls without any session are named" {
	for n in 1 2 3 4 5 6 7; do
		ev "1000$n A c$n sales Agent/$n CONNECT|1|u|1"
		ev "1000$n A c$n sales Agent/$n COMPLETEAGENT|1|0|1"
	done >static
	try qlagents static
	assert_err_has 'qlagents: agents who took calls without any session: 7 (Agent/1, Agent/2, Agent/3, Agent/4, Agent/5, ...)'
}

@test "qlagents: a partition that is down: named, status 2, no file" {
	{
		cat events
		ev '11100 B NONE NONE NONE SOURCEDOWN|killed by signal 9'
	} >down
	try qlagents -o table down
	assert_status 2
	assert_err_has 'qlagents: B: the source is down: killed by signal 9'
	[ ! -e table ]
	try qlagents --incomplete --sort end -o table down
	assert_status 1
	[ -s table ]
}

@test "qlagents: an empty log, a full disk" {
	: >none
	try qlagents none
	assert_status 0
	rows
	try sh -c 'qlagents --sort end events >/dev/full'
	assert_status 2
	try sh -c 'qlagents events >/dev/full'
	assert_status 2
}

# bats test_tags=nosan
@test "qlagents: memory does not grow with the number of lines" {
	awk 'BEGIN {
		for (i = 0; i < 200000; i++) {
			t = 100000 + i * 2
			printf "%d\tA\tx\tq%d\tAgent/%d\tADDMEMBER\t\t\t\t\t\n", t, i % 10, i % 100
			printf "%d\tA\tx\tq%d\tAgent/%d\tPAUSE\tlunch\t\t\t\t\n", t, i % 10, i % 100
			printf "%d\tB\tx\tq%d\tAgent/%d\tREMOVEMEMBER\t\t\t\t\t\n", t + 1, i % 7, i % 100
			printf "%d\tA\tx\tq%d\tAgent/%d\tREMOVEMEMBER\t\t\t\t\t\n", t + 1, i % 10, i % 100
		}
	}' | (ulimit -v 40000 && qlagents --no-persistent A,B -o table)
	[ "$(wc -l <table)" -gt 400000 ]
}
