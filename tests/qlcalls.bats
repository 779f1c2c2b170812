# qlcalls: events to a row for each visit; which rules make them is tested by tests/reference.bats.

bats_require_minimum_version 1.5.0

HEAD='partition|callid|visit|queue|direction|enter|end|outcome|cause|agent|wait|talk|ring|missed|ringmissed|caller|did|url|position_in|position_out|key|target|status|flags'

setup() {
	load helper
	ev >events <<-'END'
		11000 A c1 NONE  NONE      DID|800
		11000 A c1 sales NONE      ENTERQUEUE|http://x|0551|2
		11010 A c1 sales Agent/101 RINGNOANSWER|3999
		11015 A c1 sales Agent/102 CONNECT|15|u|4
		11020 A c2 sales NONE      ENTERQUEUE||0552|1
		11030 A c2 sales NONE      EXITWITHKEY|7|1|1|10
		11045 A c1 sales Agent/102 BLINDTRANSFER|602|ctx|15|30|2
		11050 A c1 sales Agent/102 CALLSTATUS|SALE
		11060 B c1 help  NONE      ENTERQUEUE||0553|1
		11070 B c3 help  Agent/103 COMPLETEAGENT|5|20|1
		11100 B c4 help  NONE      JOINEMPTY
	END
}

# many N: as many calls, each over within its second
many() {
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++) {
			t = 100000 + i
			printf "%d\tA\tc%d\tsales\tNONE\tENTERQUEUE\t\t06%d\t1\t\t\n", t, i, i
			printf "%d\tA\tc%d\tsales\tAgent/101\tCONNECT\t0\tu\t1\t\t\n", t, i
			printf "%d\tA\tc%d\tsales\tAgent/101\tCOMPLETECALLER\t0\t0\t1\t\t\n", t, i
		}
	}'
}

# rows LINE...: the table has these rows below its heading; columns by |.
rows() {
	{
		echo "$HEAD"
		for row; do echo "$row"; done
	} | tr '|' '\t' | assert_output
}

C1='A|c1|1|sales|in|11000|11045|answered|blind|Agent/102|15|30|4|1|3|0551|800|http://x|2|||602|SALE|'
C2='A|c2|1|sales|in|11020|11030|key|||10|||0|0|0552|||1|1|7|||'
B1='B|c1|1|help|in|11060|11100|waiting|||40|||0|0|0553|||1|||||>'
B3='B|c3|1|help|in|11045|11070|answered|agent|Agent/103|5|20||0|0||||1|||||<'
B4='B|c4|1|help|in|11100|11100|refused|joinempty||0|||0|0|||||||||'

@test "qlcalls: a row for each visit, in the order of their ends" {
	try qlcalls events
	assert_status 0
	rows "$C2" "$C1" "$B3" "$B4" "$B1"
	assert_err 'qlcalls: visits that began before the input (<): 1
qlcalls: visits that were not over at its end (>): 1'
}

@test "qlcalls: --status-wait 0 gives a row at once, before its status comes" {
	try qlcalls --status-wait 0 events
	rows "$C2" "${C1/SALE/}" "$B3" "$B4" "$B1"
	try qlcalls --status-wait 4 events
	rows "$C2" "${C1/SALE/}" "$B3" "$B4" "$B1"
	try qlcalls --status-wait 5 events
	rows "$C2" "$C1" "$B3" "$B4" "$B1"
}

@test "qlcalls: --until measures what is open" {
	try qlcalls --until 12000 -p B --outcome waiting events
	rows 'B|c1|1|help|in|11060|12000|waiting|||940|||0|0|0553|||1|||||>'
}

@test "qlcalls: --max-open ends what was never ended" {
	try qlcalls --max-open 30 -p B -c c1 events
	rows 'B|c1|1|help|in|11060|11090|lost|expired||30|||0|0|0553|||1|||||'
}

@test "qlcalls: facts are selected, not events" {
	try qlcalls -q help events
	rows "$B3" "$B4" "$B1"
	try qlcalls -p A events
	rows "$C2" "$C1"
	try qlcalls -a Agent/103,Agent/102 events
	rows "$C1" "$B3"
	try qlcalls -c c1 events
	rows "$C1" "$B1"
	try qlcalls --outcome key,refused events
	rows "$C2" "$B4"
	try qlcalls --outcome key --outcome refused events
	rows "$C2" "$B4"
	try qlcalls --outcome unanswered events
	rows "$C2"
	printf 'help\n' >names
	try qlcalls -q @names -c c4 events
	rows "$B4"
	assert_status 0
}

@test "qlcalls: names asked for of which there is nothing are told" {
	try qlcalls -p A,C -q sales,Sales -a Agent/102,102 -c c1,c9 events
	assert_status 0
	assert_err 'qlcalls: -p: there is nothing of C
qlcalls: -q: there is nothing of Sales
qlcalls: -a: there is nothing of 102
qlcalls: -c: there is nothing of c9'
	try qlcalls --join -q sales,Sales events
	assert_err_has 'qlcalls: -q: there is nothing of Sales'
	# that of a quiet time is known
	try qlcalls -f 12000 -q sales -p B events
	assert_status 0
	! grep nothing "$TRY/err"
	try qlcalls -c a,b,d,e,f,g events
	assert_err_has 'qlcalls: -c: there is nothing of a, b, d, e, f, ...'
	# of agents, what names the queue counts, and who has not talked
	ev <<-'END' >members
		10 A NONE sales Agent/7 ADDMEMBER
		20 A NONE help  Agent/7 PAUSE
	END
	try qlagents -q sales,help,none -a Agent/7,7 -p A,B members
	assert_err_has 'qlagents: -q: there is nothing of none'
	assert_err_has 'qlagents: -a: there is nothing of 7'
	assert_err_has 'qlagents: -p: there is nothing of B'
	try qlstats -g agent -m logon -a Agent/7,7 members
	assert_err_has 'qlstats: -a: there is nothing of 7'
	# whoever counts one of several partitions does not know
	try qlstats --partial --until 100 -r agents -q none -z UTC members
	! grep nothing "$TRY/err"
}

@test "qlcalls: --from and --to take visits by their entry, whole" {
	try qlcalls --from 11020 --to 11060 events
	rows "$C2" "$B3"
	try qlcalls --from 11000 --to 11001 events
	rows "$C1"
	# what is not selected is not spoken of
	assert_err ''
}

@test "qlcalls: --min-wait, --max-wait, --min-talk: where it is known" {
	try qlcalls --min-wait 15 events
	rows "$C1" "$B1"
	try qlcalls --max-wait 10s events
	rows "$C2" "$B3" "$B4"
	try qlcalls --min-wait 5 --max-wait 15 events
	rows "$C2" "$C1" "$B3"
	try qlcalls --min-talk 21 events
	rows "$C1"
	try qlcalls --min-talk 0 events
	rows "$C1" "$B3"
	ev '100 A c9 sales Agent/101 OUTCALL|ANSWERED|30' >unknown
	try qlcalls -N --max-wait 1h unknown
	assert_output ''
	try qlcalls --min-wait x events
	assert_status 2
}

@test "qlcalls: --sort by value or by bytes, up or down, equal ones as they came; -n" {
	try qlcalls --sort wait events
	rows "$B4" "$B3" "$C2" "$C1" "$B1"
	try qlcalls --sort -wait -n 2 events
	rows "$B1" "$C1"
	# empty comes last either way
	try qlcalls --sort talk events
	rows "$B3" "$C1" "$C2" "$B4" "$B1"
	try qlcalls --sort caller events
	rows "$C1" "$C2" "$B1" "$B3" "$B4"
	try qlcalls --sort -caller events
	rows "$B1" "$C2" "$C1" "$B3" "$B4"
	try qlcalls --sort -talk,queue,-enter events
	rows "$C1" "$B3" "$B4" "$B1" "$C2"
	try qlcalls --sort partition events
	rows "$C2" "$C1" "$B3" "$B4" "$B1"
	try qlcalls -n 2 events
	rows "$C2" "$C1"
	try qlcalls --sort -enter --durations hms -F csv -n 1 events
	assert_output_has 'B,c4,1,help,in,11100,11100,refused,joinempty,,0:00:00,,'
	try qlcalls --sort -enter --times iso -z Europe/Rome -F json -n 1 events
	assert_output_has '"enter":"1970-01-01T04:05:00+01:00","end":"1970-01-01T04:05:00+01:00"'
	local bad
	for bad in '--sort way' '--sort wait,' '--sort -' '-n 0' '-n x'; do
		# shellcheck disable=SC2086
		try qlcalls $bad events
		[[ $bad == '--sort wait,' ]] || assert_status 2
	done
	try qlcalls --sort wait /nowhere
	assert_status 2
}

@test "qlcalls: --sort is sort's, and -n its head, whatever the number of rows" {
	qlfetch -p A "$DATA/cluster/A" | qlcalls -N >as 2>/dev/null
	sort -s -t '	' -k 11,11nr -k 4,4 as >want
	local n
	qlfetch -p A "$DATA/cluster/A" | qlcalls -N --sort -wait,queue >got 2>/dev/null
	awk -F '\t' '$11 != ""' want >known
	awk -F '\t' '$11 != ""' got >some
	assert_same known some
	for n in 1 2 7 100 5000; do
		qlfetch -p A "$DATA/cluster/A" | qlcalls -N --sort -wait,queue -n "$n" 2>/dev/null >first
		head -n "$n" got | assert_same - first
	done
}

@test "qlcalls: --join: a row for each call" {
	ev <<-'END' >stints
		90  A c1 NONE    NONE      DID|800
		100 A c1 sales   NONE      ENTERQUEUE|http://x|0551|4
		129 A c1 sales   Agent/102 RINGNOANSWER|2000
		130 A c1 sales   NONE      EXITWITHTIMEOUT|1|4|30
		131 A c1 support NONE      ENTERQUEUE||0551|1
		141 A c1 support Agent/101 CONNECT|10|u|3
		161 A c1 support Agent/101 BLINDTRANSFER|600|ctx|10|20|1
		161 A c1 sales   NONE      ENTERQUEUE||0551|2
		165 A c1 sales   Agent/102 RINGNOANSWER|3000
		170 A c1 sales   NONE      EXITWITHKEY|7|1|2|9
		200 B c1 sales   NONE      ENTERQUEUE||0552|1
	END
	try qlcalls --join stints
	rows 'A|c1|1|sales|in|100|170|key||Agent/101|49|20|3|2|5|0551|800|http://x|4|1|7|||' \
		'B|c1|1|sales|in|200|200|waiting|||0|||0|0|0552|||1|||||>'
	try qlcalls --join --min-wait 49 --sort -wait stints
	rows 'A|c1|1|sales|in|100|170|key||Agent/101|49|20|3|2|5|0551|800|http://x|4|1|7|||'
	try qlcalls --join -q support stints
	rows
	try qlcalls --join -a Agent/101 stints
	rows
	# where every call has one visit, nothing changes but the order
	qlcalls -N --sort callid,partition events >want 2>/dev/null
	qlcalls -N --sort callid,partition --join events >got 2>/dev/null
	assert_same want got
}

@test "qlcalls: the zone counts wherever it stands" {
	try qlcalls --from '1970-01-01 04:03:30' -z CET-1 events
	rows "$C2" "$B3" "$B4" "$B1"
	try qlcalls -z CET-1 --from '1970-01-01 04:03:30' events
	rows "$C2" "$B3" "$B4" "$B1"
	try qlcalls --from 0 -z Nowhere/Land events
	assert_status 2
	assert_output ''
}

@test "qlcalls: --hours and --days, by entry" {
	try qlcalls --hours 03:04-3:05 events
	rows "$B3" "$B1"
	try qlcalls --hours 3:05-03:04 events
	rows "$C2" "$C1" "$B4"
	try qlcalls --days thu events # 1970-01-01
	rows "$C2" "$C1" "$B3" "$B4" "$B1"
	try qlcalls --days fri-wed events
	rows
	for bad in --hours=9 --hours=9-9 --hours=09:60-10 --hours=9-25:00 --days=xyz --days=mon- --outcome=none; do
		try qlcalls "$bad" events
		assert_status 2
	done
	assert_err_has '--outcome: none: no such outcome (answered abandoned '
	try qlcalls --sort waits events
	assert_status 2
	assert_err_has '--sort: waits: no such column (partition callid '
}

@test "qlcalls: -N, csv, json" {
	try qlcalls -N -c c2 events
	tr '|' '\t' <<<"$C2" | assert_output
	try qlcalls -F csv -c c2 events
	assert_output_has 'A,c2,1,sales,in,11020,11030,key,,,10,,,0,0,0552,,,1,1,7,,,'
	try qlcalls -F json -c c2 events
	assert_output_has '"callid":"c2","visit":1,"queue":"sales","direction":"in","enter":11020,"end":11030,"outcome":"key"'
	assert_output_has '"talk":null'
}

@test "qlcalls: a partition that is down: named, status 2, no file; --incomplete" {
	{
		cat events
		ev '11200 B NONE NONE NONE SOURCEDOWN|killed by signal 9'
	} >down
	try qlcalls -o table down
	assert_status 2
	assert_err_has 'qlcalls: B: the source is down: killed by signal 9'
	[ ! -e table ]
	try qlcalls --incomplete -o table down
	assert_status 1
	assert_err_has 'qlcalls: B: the source is down, this is not whole: killed by signal 9'
	[ "$(wc -l <table)" -eq 6 ]
	ev '11201 B NONE NONE NONE SOURCEUP' >>down
	try qlcalls -o table2 down
	assert_status 0
	[ "$(wc -l <table2)" -eq 6 ]
}

@test "qlcalls: a leg that fails or a file that is missing is never a short report" {
	try qlcalls -o table events missing
	assert_status 2
	[ ! -e table ]
	assert_err_has 'missing'
	qlmerge -x 'cat events' -x 'exit 3' 2>/dev/null | try qlcalls -o table
	assert_status 2
	[ ! -e table ]
	head -c 300 events >short
	try qlcalls -o table short
	assert_status 2
	[ ! -e table ]
}

@test "qlcalls: bad lines are refused and named, the rest is done" {
	{
		echo 'no event'
		cat events
	} >bad
	try qlcalls bad
	assert_status 1
	rows "$C2" "$C1" "$B3" "$B4" "$B1"
	assert_err_has 'bad:1: '
}

@test "qlcalls: a log of nothing but restarts is an empty report, status 0" {
	ev '10 A NONE NONE NONE QUEUESTART' >few
	try qlcalls few
	assert_status 0
	rows
	assert_err ''
	: >none
	try qlcalls none
	assert_status 0
	rows
}

@test "qlcalls: the same callid on two servers is two calls, and a restart is one server's" {
	ev <<-'END' | try qlcalls
		10 A c1 sales NONE ENTERQUEUE||061|1
		10 B c1 sales NONE ENTERQUEUE||062|1
		12 A c1 sales Agent/101 CONNECT|2|u|1
		15 B NONE NONE NONE QUEUESTART
		20 A c1 sales Agent/101 COMPLETECALLER|2|8|1
	END
	rows 'B|c1|1|sales|in|10|10|lost|restart||0|||0|0|062|||1|||||' \
		'A|c1|1|sales|in|10|20|answered|caller|Agent/101|2|8|1|0|0|061|||1|||||'
	assert_status 0
}

@test "qlcalls: what is odd is counted" {
	ev <<-'END' | try qlcalls -N
		10 A c1 sales Agent/101 COMPLETECALLER|2|8|1
		10 A c1 sales Agent/101 ATTENDEDTRANSFER|BRIDGE|x|2|8|1
		11 A c2 sales NONE SYSCOMPAT
	END
	assert_status 0
	assert_err_has 'ends logged twice, counted once: 1'
	assert_err_has 'ends of calls that were never seen, counted nowhere: 1'
}

@test "qlcalls: while the input is silent, what there is has been written" {
	mkfifo pipe
	qlcalls --status-wait 0 -o /dev/stdout <pipe >live &
	local pid=$!
	exec 5>pipe
	cat events >&5
	eventually grep -q "	c2	1	sales	in" live
	exec 5>&-
	wait "$pid"
	[ "$(wc -l <live)" -eq 6 ]
}

@test "qlcalls: full disk, closed pipe, raw logs" {
	try sh -c 'qlcalls events >/dev/full'
	assert_status 2
	try sh -c 'qlcalls --help >/dev/full'
	assert_status 2
	many 50000 >calls
	# shellcheck disable=SC2016 # for that bash
	try bash -c 'qlcalls calls | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"'
	assert_output 141
	assert_err ''
	try qlcalls -I queuelog events
	assert_status 2
	assert_output ''
}

# bats test_tags=nosan
@test "qlcalls: memory does not grow with the number of lines" {
	many 200000 | (ulimit -v 40000 && qlcalls -o table)
	[ "$(wc -l <table)" -eq 200001 ]
	many 200000 | (ulimit -v 40000 && qlcalls --sort -enter -n 10 -o table)
	[ "$(wc -l <table)" -eq 11 ]
	# sorting all of them is another matter, and out of memory is told
	many 200000 >all
	try sh -c 'ulimit -v 40000 && qlcalls --sort -enter -o table2 all'
	assert_status 2
	assert_err_has 'out of memory'
	[ ! -e table2 ]
}

@test "qlcalls: --times, in every form" {
	local form cell
	while IFS='|' read -r form cell; do
		# shellcheck disable=SC2086
		try qlcalls -z Europe/Rome --sort enter -n 1 $form events
		assert_status 0
		grep -qF -e "$cell" "$TRY/out" || { echo "$form: no $cell"; cat "$TRY/out"; false; }
	done <<-'END'
		-F csv|,in,11000,11045,
		-F csv --times epoch|,in,11000,11045,
		-F csv --times local|,in,1970-01-01 04:03:20,1970-01-01 04:04:05,
		-F csv --times iso|,in,1970-01-01T04:03:20+01:00,1970-01-01T04:04:05+01:00,
		-F json --times epoch|"enter":11000,"end":11045,
		-F json --times local|"enter":"1970-01-01 04:03:20",
		-F html|<td>1970-01-01 04:03:20</td>
		-F html --times epoch|<td>11000</td>
		-F table --times iso|  1970-01-01T04:03:20+01:00  1970-01-01T04:04:05+01:00  
		-F table|  1970-01-01 04:03:20  1970-01-01 04:04:05  
	END
	try qlcalls --times GMT events
	assert_status 2
	assert_err <<-'END'
		qlcalls: --times: GMT: none of epoch, local, iso
		qlcalls: try 'qlcalls --help'
	END
}

@test "qlcalls: bash completes columns to sort by, also descending" {
	tabs qlcalls --sort en | paste -sd ' ' >have
	echo 'enter end' | assert_same - have
	tabs qlcalls --sort queue,-posi | paste -sd ' ' >have
	echo 'queue,-position_in queue,-position_out' | assert_same - have
	qlcalls -N </dev/null --sort "$(tabs qlcalls --sort '' | sed 's/^/-/' | head -n 16 | paste -sd,)"
}
