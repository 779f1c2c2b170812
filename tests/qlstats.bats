# qlstats: reports over small days whose figures are counted by hand, and over genuine logs whose
# truth was counted from elsewhere.
load helper

# A morning of two servers, in UTC. 1700000000 is 2023-11-14 22:13:20, a Tuesday.
morning() {
	ev <<-END
		1700000000 A c1 sales   NONE    ENTERQUEUE||0551|1
		1700000004 B c1 sales   NONE    ENTERQUEUE||0662|1
		1700000005 A c2 support NONE    ENTERQUEUE||0551|1
		1700000006 A c1 sales   Agent/1 RINGNOANSWER|3000
		1700000010 A c1 sales   Agent/1 CONNECT|10|x|4
		1700000015 A c2 support NONE    ABANDON|1|1|10
		1700000029 B c1 sales   Agent/2 CONNECT|25|x|2
		1700000070 A c1 sales   Agent/1 COMPLETEAGENT|10|60|1
		1700000089 B c1 sales   Agent/2 COMPLETECALLER|25|60|1
		1700000100 B c3 sales   NONE    ENTERQUEUE|||2
		1700000130 B c3 sales   NONE    EXITWITHTIMEOUT|1|2|30
		1700000200 B c4 sales   NONE    ENTERQUEUE||0773|1
	END
}

@test "qlstats: queues and measures, counted by hand" {
	morning | try qlstats -g queue -m offered,answered,unanswered,waiting,in:20,sla:20,slo:20,wait:avg,wait:max,talk
	assert_status 0
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
		queue offered answered unanswered waiting in:20 sla:20 slo:20 wait:avg wait:max talk \
		sales 4 2 1 1 1 50.00 25.00 17.50 25 120 \
		support 1 0 1 0 0 '' 0.00 '' '' 0 | assert_output
}

@test "qlstats: without -m and -r it is the overview" {
	morning | try qlstats
	mv "$TRY/out" default
	morning | try qlstats -r overview
	assert_same "$TRY/out" default
	[[ $(head -n 1 default) == $'queue\toffered\tanswered\tunanswered\tlost\twaiting\t'* ]]
}

@test "qlstats: -r, -g and -m given again add to their lists" {
	morning | try qlstats -g queue,partition -m offered,answered
	mv "$TRY/out" once
	morning | try qlstats -g queue -m offered -g partition -m answered
	assert_same "$TRY/out" once
	morning | try qlstats -r overview,servers
	mv "$TRY/out" once
	morning | try qlstats -r overview -r servers
	assert_same "$TRY/out" once
}

@test "qlstats: -s leaves short unanswered visits out of all but short" {
	local o
	for o in '-s 20' '--short 20s'; do
		# shellcheck disable=SC2086
		morning | try qlstats $o -g queue -m offered,unanswered,short,callers -N
		assert_output $'sales\t4\t1\t0\t3\nsupport\t0\t0\t1\t0'
	done
}

@test "qlstats: no keys, one row" {
	morning | try qlstats -m offered,callers,callids
	assert_output $'offered\tcallers\tcallids\n5\t3\t5'
	# a callid that comes back after 1800 s is another, one that comes back before is not
	for t in 1000 2810 4620 4700; do
		printf '%s\tA\tc1\tsales\tNONE\tENTERQUEUE\t\t\t\t\t\n' $t
		printf '%s\tA\tc1\tsales\tNONE\tABANDON\t1\t1\t5\t\t\n' $((t + 5))
	done | try qlstats -N -m offered,callids
	assert_output $'4\t3'
}

@test "qlstats: an empty stream gives headings, and one row of nothing without keys" {
	try qlstats -g queue -m offered,wait:avg </dev/null
	assert_status 0
	assert_output $'queue\toffered\twait:avg'
	try qlstats -m offered,wait:avg,sla:20,queued:max,queued:avg </dev/null
	assert_output $'offered\twait:avg\tsla:20\tqueued:max\tqueued:avg\n0\t\t\t0\t'
	local r
	for r in $(qlstats --help-reports | awk 'NR > 1 { print $1 }'); do
		try qlstats -r "$r" </dev/null
		assert_status 0
		assert_err ''
	done
}

@test "qlstats: a stream of QUEUESTART alone is a legal, empty report" {
	ev '1700000000 A NONE NONE NONE QUEUESTART' | try qlstats -r overview -N
	assert_status 0
	assert_output ''
	ev '1700000000 A NONE NONE NONE QUEUESTART' | try qlstats -r servers -N
	assert_output $'A\t0\t0\t0\t0\t\t0\t0'
}

@test "qlstats: a total row at the end" {
	morning | try qlstats -g queue -m offered,wait:p50,callers --total -N
	assert_output $'sales\t4\t10\t3\nsupport\t1\t\t1\ntotal\t5\t10\t3'
	morning | try qlstats -m offered --total -N
	assert_output 5
}

@test "qlstats: --top: the greatest first, the others as one row, and the total" {
	morning >events
	try qlstats -g caller -m allwait,offered,wait:p50,callers --top 1 --total events
	assert_output $'caller\tallwait\toffered\twait:p50\tcallers\n\t30\t1\t\t0\nother\t45\t4\t10\t3\ntotal\t75\t5\t10\t3'
	# equal figures: by the keys
	try qlstats -g caller,queue -m offered --top 2 -N events
	assert_output $'\tsales\t1\n0551\tsales\t1\nother\t\t3'
	# nothing is left out
	try qlstats -g queue -m offered --top 2 -N events
	assert_output $'sales\t4\nsupport\t1'
	try qlstats -m offered --top 2 -N events
	assert_output 5
	# shares stay shares of all; an empty figure is below 0
	try qlstats -g queue -m wait:min,share:offered --top 1 -N events
	assert_output $'sales\t10\t80.00\nother\t\t20.00'
	# a call in two of the others is one; a silence of several is not known
	ev '1700000300 A c1 support NONE ENTERQUEUE||0551|1' >>events
	try qlstats -g queue -m waiting,callids --top 1 -N events
	assert_output $'sales\t1\t4\nother\t1\t2'
	ev '1700000300 A c1 third NONE ENTERQUEUE||0551|1' >>events
	try qlstats -g queue -m offered,callids --top 1 -N events
	assert_output $'sales\t4\t4\nother\t3\t2'
	try qlstats -r servers --top 1 -N events
	assert_output $'A\t4\t1\t1\t0\t57.14\t1\t230\nother\t3\t1\t1\t0\t42.86\t1\t'
	try qlstats -g queue -m offered --top 0 events
	assert_status 2
}

@test "qlstats: --top: the others are what a run of the others alone says in all" {
	genuine >events
	# KEYS MEASURES N OPTION: the others selected by that option
	others() {
		local keys=$1 measures=$2 n=$3 option=$4 rest
		qlstats -g "$keys" -m "$measures" --top "$n" -N events >top 2>/dev/null || [ $? = 1 ]
		[[ $(wc -l <top) == $((n + 1)) && $(tail -n 1 top) == other* ]]
		rest=$(qlstats -g "$keys" -m "$measures" -N events 2>/dev/null | cut -f 1 |
			grep -vxFf <(head -n "$n" top | cut -f 1) | paste -sd, -)
		qlstats -g "$keys" -m "$measures" "$option" "$rest" --total -N events 2>/dev/null |
			tail -n 1 | sed 's/^total/other/' >want
		tail -n 1 top >have
		assert_same want have
	}
	others queue offered,answered,in:5,sla:20,wait:p90,talk:p33.3,callers,callids,queued:max,missed:avg,pos:max 2 -q
	others partition offered,wait:p50,queued:max,callers,agents,first,last 1 -p
	others agent logon,sessions,pause,pauses,talk:p90,idle,occupancy,billable,agents:max,missed,seen 4 -a
	others queue logon,sessions,pause,pauses,idle,offtalk,talk,pause%,agents:max 3 -q
	others partition logon:max,sessions,pause,idle,utilization,paid,agents:max,agents:min 1 -p
}

@test "qlstats: -N, -F csv, json, html, table" {
	morning | try qlstats -g queue -m offered,sla:20 -N
	assert_output $'sales\t4\t50.00\nsupport\t1\t'
	morning | try qlstats -g queue -m offered,sla:20 -F csv
	assert_output $'queue,offered,sla:20\r\nsales,4,50.00\r\nsupport,1,\r'
	morning | try qlstats -g queue -m offered,sla:20 -F json
	assert_output $'{"queue":"sales","offered":4,"sla:20":50.00}\n{"queue":"support","offered":1,"sla:20":null}'
	morning | try qlstats -g queue -m offered,sla:20 -F table
	assert_output <<-END
		zone UTC0
		events from 2023-11-14 22:13:20 to 2023-11-14 22:16:40
		queue    offered  sla:20
		sales          4   50.00
		support        1
		sla:T: in:T / answered (QueueMetrics, Wazo, Asterisk's ServicelevelPerf)
	END
	morning | try qlstats -g queue -m offered -F html
	assert_output_has '<tr><td>sales</td><td class="n">4</td></tr>'
	morning | try qlstats -m talk,wait:avg --durations hms -N
	assert_output $'0:02:00\t0:00:18'
}

@test "qlstats: what callers send is harmless in every form" {
	caller=$'=cmd|<script>\e[2J'
	{
		ev 1700000000 A c1 sales NONE ENTERQUEUE '' "$caller" 1
		ev 1700000001 A c1 sales NONE ABANDON 1 1 1
	} >events
	try qlstats -g caller -m offered -N -F csv events
	assert_output $'\'=cmd|<script>\e[2J,1\r'
	try qlstats -g caller -m offered -N -F html events
	assert_output_has '<td>=cmd|&lt;script&gt;\x1B[2J</td>'
	try qlstats -g caller -m offered -N -F table events
	assert_output_has '=cmd|<script>\x1B[2J  1'
	try qlstats -g caller -m offered -N -F json events
	assert_output '{"caller":"=cmd|<script>\u001b[2J","offered":1}'
}

@test "qlstats: an explicit --direction stands, also with the key" {
	{
		morning
		ev '1700000400 A c9 out Agent/1 OUTCALL|ANSWER|50'
	} >events
	try qlstats -g direction -m offered,talk -N events
	assert_output $'in\t5\t120\nout\t1\t50'
	try qlstats -g direction -m offered,talk -N --direction out events
	assert_output $'out\t1\t50'
	try qlstats -m offered,calls,taken,made -N events
	assert_output $'5\t3\t2\t1'
}

@test "qlstats: handle is talk and the wrap-up of --wrapup" {
	morning | try qlstats -g queue -m talk,handle,handle:max --wrapup sales=30 -N
	assert_output $'sales\t120\t180\t90\nsupport\t0\t0\t'
	morning | try qlstats -m handle --wrapup sales -N
	assert_status 2
	assert_err 'qlstats: --wrapup: sales: not QUEUE=SECONDS'
}

@test "qlstats: several reports, named and separated; json has a key for it" {
	morning | try qlstats -r visits,directions -N
	assert_output $'visits\n1\t5\t2\t2\t100.00\n\ndirections\nin\t5\t2\t2\t100.00'
	morning | try qlstats -r visits,directions -F json
	assert_output_has '{"report":"visits","visit":1,'
	assert_output_has '{"report":"directions","direction":"in",'
	morning | try qlstats -r visits -N
	assert_output $'1\t5\t2\t2\t100.00'
}

@test "qlstats: -o FILE and -o DIR/" {
	morning | try qlstats -m offered -N -o out.tsv
	assert_status 0
	assert_output ''
	[[ $(<out.tsv) == 5 ]]
	morning | try qlstats -r overview,servers -F csv -o reports/
	assert_status 0
	[[ $(ls reports) == $'overview.csv\nservers.csv' ]]
	[[ $(sed -n 2p reports/servers.csv) == A,2,1,1,0,40.00,1,* ]]
	morning | try qlstats -m offered -o reports
	[[ $(<reports/report.tsv) == $'offered\n5' ]]
	: >file
	morning | try qlstats -m offered -o file/
	assert_status 2
	morning | try qlstats -m offered -o nowhere/below/
	assert_status 2
}

@test "qlstats: a partition that is down: named, status 2, no file, no table" {
	{
		morning
		ev 1700000300 B '' '' '' SOURCEDOWN cut
		ev 1700000300 B '' '' '' SOURCEDOWN 'status 2'
	} >events
	try qlstats -m offered -o out.tsv events
	assert_status 2
	assert_err_has 'qlstats: B: the source is down: cut'
	[[ ! -e out.tsv ]]
	try qlstats -m offered events
	assert_status 2
	assert_output ''
	try qlstats -m offered -N -o out.tsv --incomplete events
	[[ $(<out.tsv) == 5 ]]
}

@test "qlstats: a source that was down from the beginning is no event of 1970" {
	{
		ev '0 B NONE NONE NONE SOURCEDOWN gone'
		morning
	} >events
	try qlstats --incomplete -m queued:avg -N events
	assert_status 1
	morning | qlstats -m queued:avg -N | assert_output
}

@test "qlstats: servers: a row each, also of one without calls; agents seen; silence" {
	{
		morning
		ev '1700000230 C NONE NONE NONE CONFIGRELOAD'
		ev '1700000250 C NONE NONE NONE CONFIGRELOAD'
		ev '1700000300 D NONE NONE NONE HEARTBEAT'
	} >events
	try qlstats -r servers -N events
	# the last event of all is of 250 s; A's last of 70 s
	assert_output $'A\t2\t1\t1\t0\t40.00\t1\t230\nB\t3\t1\t1\t0\t60.00\t1\t100\nC\t0\t0\t0\t0\t0.00\t0\t50'
}

@test "qlstats: seen, first, last: events that name the agent" {
	morning | try qlstats -g agent -m seen,first,last -N
	assert_output $'Agent/1\t64\t1700000006\t1700000070\nAgent/2\t60\t1700000029\t1700000089'
}

@test "qlstats: seen: an event that names nobody makes no row" {
	morning | try qlstats -g queue -m seen -N
	# support has events, but none of an agent
	assert_output $'sales\t124'
	morning | try qlstats -g queue -m seen,agents -N
	assert_output $'sales\t124\t2\nsupport\t0\t0'
}

@test "qlstats: agents: time of their own, both directions, cut at --from and --to" {
	{
		ev '1700000000 A NONE sales Agent/1 ADDMEMBER'
		ev '1700000100 A c1 sales NONE ENTERQUEUE||0551|1'
		ev '1700000110 A c1 sales Agent/1 CONNECT|10|x|4'
		ev '1700000200 A NONE sales Agent/1 PAUSE|lunch'
		ev '1700000210 A c1 sales Agent/1 COMPLETEAGENT|10|100|1'
		ev '1700000300 A NONE sales Agent/1 UNPAUSE'
		ev '1700000400 A c2 out Agent/1 OUTCALL|ANSWER|50'
		ev '1700001000 A NONE sales Agent/1 REMOVEMEMBER'
	} >events
	try qlstats -g agent -m logon,sessions,pause,talk,calls,taken,made,idle,occupancy,utilization -N events
	assert_output $'Agent/1\t1000\t1\t100\t150\t2\t1\t1\t760\t16.48\t15.00'
	try qlstats -g agent -m logon,pause,talk,idle -N --from 1700000150 --to 1700000250 events
	assert_output $'Agent/1\t100\t50\t60\t0'
	try qlstats -r pauses -N events
	assert_output $'lunch\t1\t100\t100.00\t100.00'
	printf 'lunch\tunpaid\tbillable\n' >reasons
	try qlstats -g agent -m paid,billable --pauses reasons -N events
	assert_output $'Agent/1\t900\t250'
	try qlstats -g agent -m wrap,occupancy --wrapup sales=20 -N events
	assert_output $'Agent/1\t20\t18.28'
	printf 'lunch unpaid\n' >reasons
	try qlstats -g agent -m paid --pauses reasons -N events
	assert_status 2
	assert_err 'qlstats: reasons:1: not a reason, TAB, paid or unpaid, TAB, billable or nonbillable'
}

@test "qlstats: a missed attempt over the border of two periods counts once" {
	{
		ev '1700000000 A NONE sales Agent/1 ADDMEMBER'
		ev '1700000010 A c1 sales NONE ENTERQUEUE||0551|1'
		ev '1700000020 A c1 sales Agent/1 RINGNOANSWER|10000'
		ev '1700000100 A NONE sales Agent/1 REMOVEMEMBER'
	} >events
	try qlstats -g agent -m missed,ringmissed -N --to 1700000015 events
	assert_output $'Agent/1\t0\t0'
	try qlstats -g agent -m missed,ringmissed -N --from 1700000015 events
	assert_output $'Agent/1\t1\t5'
}

@test "qlstats: a day of 25 hours, and one of 23" {
	export TZ=CET-1CEST,M3.5.0,M10.5.0/3
	# 2026-10-25, from midnight to midnight
	{
		ev '1792879200 A NONE sales Agent/1 ADDMEMBER'
		ev '1792889990 A c1 sales NONE ENTERQUEUE||1|1'   # 02:59:50
		ev '1792890010 A c1 sales NONE ABANDON|1|1|20'    # 02:00:10 again
		ev '1792890020 A c2 sales NONE ENTERQUEUE||1|1'
		ev '1792890025 A c2 sales NONE ABANDON|1|1|5'
		ev '1792969200 A NONE sales Agent/1 REMOVEMEMBER'
	} >autumn
	try qlstats -g day -m offered,logon,queued:max -N autumn
	assert_output $'2026-10-25\t2\t90000\t1'
	try qlstats -g hour -m offered,logon,queued:max -N autumn
	[[ $(wc -l <"$TRY/out") == 25 ]]
	[[ $(awk '{ n += $3 } END { print n }' "$TRY/out") == 90000 ]]
	assert_output_has $'02\t1\t3600\t1'
	assert_output_has $'02b\t1\t3600\t1'
	try qlstats -g slot -m logon -N autumn
	[[ $(wc -l <"$TRY/out") == 100 ]]
	# 2026-03-29
	{
		ev '1774738800 A NONE sales Agent/1 ADDMEMBER'
		ev '1774821600 A NONE sales Agent/1 REMOVEMEMBER'
	} >spring
	try qlstats -g day -m logon -N spring
	assert_output $'2026-03-29\t82800'
	try qlstats -g hour -m logon -N spring
	[[ $(wc -l <"$TRY/out") == 23 ]]
	run ! grep '^02' "$TRY/out"
}

@test "qlstats: a clock at 1970: of an interval longer than ten years, the last ten are counted" {
	{
		ev '5 A NONE sales Agent/1 ADDMEMBER'
		ev '1700000000 A c1 sales NONE ENTERQUEUE||0551|1'
		ev '1700000009 A c1 sales NONE ABANDON|1|1|9'
		ev '1700003600 A NONE sales Agent/1 REMOVEMEMBER'
	} >events
	try qlstats -g slot -m logon,agents:avg,agents:max --slot 15m -N events
	assert_status 1
	assert_err 'qlstats: Agent/1: an interval longer than ten years, of which the last ten are counted: was a clock wrong?'
	[[ $(wc -l <"$TRY/out") == 96 ]]
	[[ $(awk '{ n += $2 } END { printf "%d", n / 86400 }' "$TRY/out") == 3660 ]]
	# the same by all keys, and none
	try qlstats -m logon -N events
	assert_output 316224000
	try qlstats -g day -m logon -N events
	[[ $(wc -l <"$TRY/out") == 3661 ]]
	# cut to hours there are 3660 pieces, and no more
	try qlstats -m logon,sessions --hours 08:00-16:00 --days mon-sun -N events
	assert_status 1
	assert_output $'105408000\t3660'
	assert_err_has 'qlstats: Agent/1: an interval longer than ten years, of which --hours and --days cut the last ten: was a clock wrong?'
	# with a period it is cut to that, and there is nothing to be said
	try qlstats -g hour -m logon --from 1700000000 -N events
	assert_status 0
	assert_output $'22\t2800\n23\t800'
	# a logged wait of thousands of years counts as such, but the queue was not that long
	{
		ev '1700000000 A c1 sales NONE ENTERQUEUE||0551|1'
		ev '1700000009 A c1 sales Agent/1 CONNECT|1000000000|u|1'
		ev '1700000019 A c1 sales Agent/1 COMPLETEAGENT|1000000000|10|1'
		ev '1700000020 A c2 sales Agent/1 COMPLETEAGENT|1000000000|10|1'
	} >events
	try qlstats -g slot -m wait:max,queued:max -N events
	assert_status 0
	[[ $(wc -l <"$TRY/out") == 96 ]]
}

@test "qlstats: sla:@FILE, each queue's own threshold" {
	printf '# comment\nsales\t10\n\nsupport\t5\n' >t
	morning | try qlstats -g queue -m in:@t,sla:@t,slo:@t -N
	assert_status 0
	assert_output $'sales\t1\t50.00\t25.00\nsupport\t0\t\t0.00'
	printf 'support\t5\n' >t
	morning | try qlstats -g queue -m sla:@t -N
	assert_status 1
	assert_err_has 'qlstats: t: no threshold of queue sales: none of its calls counts as in time'
	printf 'sales 10\n' >t
	morning | try qlstats -m sla:@t
	assert_status 2
	assert_err 'qlstats: t:1: not a queue, TAB, seconds, each queue once'
}

@test "qlstats: the length of the queue over time" {
	# 2 wait from 5 to 10; 0..10, 4..29, 5..15, 100..130, 200..200 of 200 s
	morning | try qlstats -m queued:max,queued:avg -N
	assert_output $'3\t0.38'
	morning | try qlstats -g queue -m queued:max,queued:avg --from 1700000000 --to 1700000100 -N
	assert_output $'sales\t2\t0.35\nsupport\t1\t0.10'
}

@test "qlstats: the refused have positions, too, and no share is above 100" {
	{
		ev '1700000000 A c1 sales NONE ENTERQUEUE||0551|4'
		ev '1700000005 A c1 sales NONE FULL'
		ev '1700000006 A c2 sales NONE ENTERQUEUE||0552|2'
		ev '1700000007 A c2 sales NONE ABANDON|1|2|1'
		ev '1700000008 A c3 sales NONE JOINEMPTY'
	} >events
	try qlstats -m offered,refused,pos:avg,pos:count,pos% -N events
	assert_output $'1\t2\t3.00\t2\t100.00'
}

@test "qlstats: averages over time are of what lies in the period" {
	# on and waiting since long before the first event
	{
		ev '1700000000 A u NONE Agent/1 AGENTLOGOFF|SIP/1|500'
		ev '1700000000 A c1 sales NONE ABANDON|1|1|500'
		ev '1700000050 A u NONE Agent/1 AGENTLOGIN|SIP/1'
		ev '1700000100 A u NONE Agent/1 AGENTLOGOFF|SIP/1|50'
	} >events
	try qlstats -m logon,agents:max,agents:avg,peragent,queued:max,queued:avg -N events
	assert_output $'550\t1\t0.50\t0.00\t1\t0.00'
	# in the hours asked for: 22:13:20 to 22:14, of a wait that goes on for long
	{
		ev '1700000000 A c1 sales NONE ENTERQUEUE||0551|1'
		ev '1700000500 A c1 sales NONE ABANDON|1|1|500'
	} >events
	try qlstats -g hour -m offered,queued:max,queued:avg --hours 22:13-22:14 -z UTC -N events
	assert_output $'22\t1\t1\t1.00'
	# a wait that is longer than the log is
	{
		ev '1700000000 A c1 sales NONE ENTERQUEUE||0551|1'
		ev '1700000100 A c1 sales Agent/1 CONNECT|500|u|1'
	} >events
	try qlstats -m queued:avg -N events
	assert_output 1.00
}

@test "qlstats: wrong use is named, status 2" {
	local args
	for args in '-g que -m offered' '-g queue -m offred' '-g queue -m wait:median' '-g queue -m sla' \
		'-r overviews' '-g queue' '-r overview -m offered' '-m logon -g outcome' '--slot 7m' \
		'--direction up' '-F xml' '-I queuelog' '--pauses /nowhere' '-m sla:@/nowhere'; do
		# shellcheck disable=SC2086
		try qlstats $args </dev/null
		assert_status 2
		assert_output ''
		assert_err_has 'qlstats: '
	done
	try qlstats -g queue,colour -m offered </dev/null
	assert_err 'qlstats: -g: colour: no such key (see --help-measures)'
}

@test "qlstats: --help-measures and --help-reports name everything there is" {
	try qlstats --help-measures
	assert_status 0
	assert_output_has 'sla:T            in:T / answered'
	run ! grep '.\{80\}' "$TRY/out"
	try qlstats --help-reports
	assert_output_has 'overview '
	run ! grep '.\{80\}' "$TRY/out"
	# each measure that is named so is taken so
	local m
	for m in $(qlstats --help-measures | sed -n '/^Measures/,$p' | awk '/^  [^ ]/ { print $1 }'); do
		m=${m//:T/:20} m=${m//:S-T/:5-10} m=${m//:F/:avg} m=${m//:M/:offered}
		try qlstats -m "$m" </dev/null
		assert_status 0
	done
	for m in $(qlstats --help-measures | sed -n '/^Keys/,/^$/p' | awk '/^  [^ ]/ { print $1 }'); do
		try qlstats -g "${m//:N/:3}" -m pauses </dev/null
		[[ $(<"$TRY/status") == 0 ]] || {
			try qlstats -g "${m//:N/:3}" -m offered </dev/null
			assert_status 0
		}
	done
}

@test "qlstats: completion knows every report, key and measure" {
	local names want
	completes() { # OPTION: each of $names, cut off where its parameter begins, and nothing else
		tabs qlstats "$1" '' | sed 's/:.*/:/' | sort -u >have
		sed 's/\([:[]\).*/\1/; s/^share:.*/share:/' <<<"$names" | sort -u >want
		assert_same want have
	}
	names=$(qlstats --help-reports | awk 'NR > 1 { print $1 }')
	completes -r
	names=$(qlstats --help-measures | sed -n '/^Keys/,/^$/p' | awk '/^  [^ ]/ { print $1 }')
	completes -g
	names=$(qlstats --help-measures | sed -n '/^Measures/,$p' | awk '/^  [^ ]/ { print $1 }')
	completes -m
	# and what it offers is taken
	for want in $(tabs qlstats -m '' | sed 's/^\(in\|sl.\|delta\):$/\1:10-20/; s/^share:$/&offered/; s/\[$/[x]/'); do
		[[ $want == delta:* ]] || want=${want%-20}
		qlstats -m "$want" </dev/null >/dev/null
	done
}

genuine() {
	qlmerge <(qlfetch -p A "$DATA/asterisk22/A") <(qlfetch -p B "$DATA/asterisk22/B") \
		<(qlfetch -p C "$DATA/asterisk22/C")
}

# truth METRIC...: of truth.tsv, sorted: server TAB queue TAB the metrics; * is all queues of a server.
truth() {
	awk -F '\t' -v list="$*" '
		NR > 1 { v[$1 "\t" $2 "\t" $3] = $4; row[$1 "\t" $2] }
		END {
			n = split(list, metric, " ")
			for (r in row) {
				if (!v[r "\t" "offered"]) continue # refused on joining: no line in a log
				line = r
				for (i = 1; i <= n; i++) line = line "\t" v[r "\t" metric[i]]
				print line
			}
		}' "$DATA/asterisk22/truth.tsv" | sort
}

# stats MEASURE...: the same of the genuine logs; cells that are empty as 0.
stats() {
	local IFS=,
	{
		qlstats -g partition,queue -m "$*" -N events
		qlstats -g partition -m "$*" -N events | sed 's/\t/\t*\t/'
	} 2>/dev/null | awk 'BEGIN { FS = OFS = "\t" } { for (i = 3; i <= NF; i++) if ($i == "") $i = 0 } 1' | sort
}

@test "qlstats: genuine logs agree with what was counted while the calls ran" {
	genuine >events
	truth offered answered answered_within_5s hold_sum hold_max >want
	stats offered answered in:5 wait wait:max >have
	assert_same want have
	truth abandoned_hangup exit_timeout exit_empty exit_key withdrawn >want
	stats abandoned timeout empty key withdrawn >have
	assert_same want have
	truth completed_with_end_event talk_sum talk_max >want
	stats talk:count talk talk:max >have
	assert_same want have
}

@test "qlstats: genuine logs: how calls ended" {
	genuine >events
	truth ended_by_caller ended_by_agent ended_by_transfer |
		awk -F '\t' '$2 != "*"' >want
	qlstats -g partition,queue,cause -m answered -N events 2>/dev/null |
		awk -F '\t' '{ k = $1 "\t" $2; row[k]
			if ($3 == "caller" || $3 == "agent") v[k, $3] += $4
			if ($3 == "transfer" || $3 == "blind" || $3 == "attended") v[k, "t"] += $4 }
			END { for (k in row) print k "\t" v[k, "caller"] + 0 "\t" v[k, "agent"] + 0 "\t" v[k, "t"] + 0 }' |
		sort >have
	assert_same want have
}

@test "qlstats: genuine logs: offered is the sum of its parts in every row, and rows add up" {
	genuine >events
	local keys
	for keys in queue partition agent caller hour slot outcome cause position visit missed \
		partition,queue,hour area:2 did key target; do
		qlstats -g "$keys" -m offered,answered,unanswered,lost,waiting,abandoned,timeout,key,empty,withdrawn,syscompat -N events >rows 2>/dev/null
		awk -F '\t' '{ n = NF - 10; if ($n != $(n+1) + $(n+2) + $(n+3) + $(n+4)) bad = 1
			if ($(n+2) != $(n+5) + $(n+6) + $(n+7) + $(n+8) + $(n+9) + $(n+10)) bad = 1
			sum += $n } END { print bad + 0, sum }' rows >sum
		[[ $(<sum) == '0 945' ]] || { echo "$keys: $(<sum)"; false; }
	done
}

@test "qlstats: genuine logs: the overview" {
	genuine >events
	try qlstats -r overview events
	assert_status 0
	awk '{ gsub(/ *[|] */, "\t") } 1' >want <<-'END'
		queue | offered | answered | unanswered | lost | waiting | answered% | unanswered% | wait:avg | wait:max | talk:avg | talk:max | in:20 | sla:20 | slo:20
		Tech Support | 71 | 40 | 31 | 0 | 0 | 56.34 | 43.66 | 5.25 | 19 | 6.25 | 15 | 40 | 100.00 | 56.34
		delayq | 44 | 31 | 13 | 0 | 0 | 70.45 | 29.55 | 10.10 | 25 | 4.29 | 14 | 28 | 90.32 | 63.64
		emptyq | 6 | 0 | 6 | 0 | 0 | 0.00 | 100.00 | | | | | 0 | | 0.00
		ring-all | 154 | 80 | 73 | 1 | 0 | 51.95 | 47.40 | 9.43 | 29 | 8.45 | 122 | 66 | 82.50 | 42.86
		sales | 312 | 189 | 117 | 6 | 0 | 60.58 | 37.50 | 3.75 | 22 | 7.32 | 41 | 188 | 99.47 | 60.26
		support | 334 | 177 | 157 | 0 | 0 | 52.99 | 47.01 | 6.83 | 30 | 7.40 | 40 | 160 | 90.40 | 47.90
		tiny | 24 | 0 | 23 | 1 | 0 | 0.00 | 95.83 | | | | | 0 | | 0.00
	END
	assert_same want "$TRY/out"
}

@test "qlstats: --join measures calls, not visits" {
	ev <<-'END' >events
		100 A c1 sales   NONE      ENTERQUEUE||0551|1
		130 A c1 sales   NONE      EXITWITHTIMEOUT|1|1|30
		131 A c1 support NONE      ENTERQUEUE||0551|1
		141 A c1 support Agent/101 CONNECT|10|u|3
		161 A c1 support Agent/101 BLINDTRANSFER|600|ctx|10|20|1
		161 A c1 sales   NONE      ENTERQUEUE||0551|2
		170 A c1 sales   NONE      ABANDON|1|2|9
		200 B c1 sales   NONE      ENTERQUEUE||0552|1
		205 B c1 sales   Agent/102 CONNECT|5|u|3
		215 B c1 sales   Agent/102 COMPLETECALLER|5|10|1
	END
	local m=offered,answered,abandoned,timeout,wait,allwait,talk:sum,talk:count,callids
	try qlstats -N -g queue -m $m events
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
		sales 3 1 1 1 5 44 10 1 2 support 1 1 0 0 10 10 20 1 1 | assert_output
	try qlstats -N --join -g queue -m $m events
	printf 'sales\t2\t1\t1\t0\t5\t54\t30\t2\t2\n' | assert_output
	# agents' calls are visits all the same
	try qlstats -N --join -g agent -m calls events
	printf 'Agent/101\t1\nAgent/102\t1\n' | assert_output
	# selected as a call, and forgotten as one: half an hour later the id is another's
	try qlstats -N --join --outcome abandoned -q sales -m $m events
	printf '1\t0\t1\t0\t0\t49\t20\t1\t1\n' | assert_output
	ev 2100 A c1 sales NONE ENTERQUEUE '' 0553 1 >>events
	try qlstats -N --join -g partition -m offered,waiting events
	printf 'A\t2\t1\nB\t1\t0\n' | assert_output
}

@test "qlstats: as the slow reference, on nasty streams" {
	need python3
	TZ=UTC run -0 python3 "$ROOT/tests/ref/compare_stats.py" 1 12
	[[ $output == '72 reports, 0 differ' ]]
}

@test "qlstats: any split of the servers adds up to the whole" {
	genuine >events
	local m=offered,answered,in:20,wait,talk,missed p
	for p in A B C; do qlstats -m "$m" -N -p "$p" events 2>/dev/null; done |
		awk '{ for (i = 1; i <= NF; i++) n[i] += $i } END { for (i = 1; i < 6; i++) printf "%d\t", n[i]; print n[6] }' >sum
	qlstats -m "$m" -N events 2>/dev/null >whole
	assert_same whole sum
}

@test "qlstats: /dev/full is no success" {
	[[ -w /dev/full ]] || skip "no /dev/full"
	morning >events
	local args
	for args in '-r overview' --help-measures --help-reports; do
		# shellcheck disable=SC2086
		run -2 bash -c 'qlstats "$@" >/dev/full' _ $args events
	done
}

# Sums of what is above all sense stay at the greatest number that there is, instead of beginning anew below 0.
@test "qlstats: forty thousand agents who are on for thirty years" {
	awk 'BEGIN { for (i = 0; i < 80000; i++) printf "%d\tA\tCLI\tsales\tSIP/%d\t%s\t\t\t\t\t\n",
		i < 40000 ? 1000 : 1000000000, i % 40000, i < 40000 ? "ADDMEMBER" : "REMOVEMEMBER" }' >old.ev
	try qlstats -m sessions,idle,occupancy,agents:max,peragent -N old.ev
	assert_status 1
	assert_err_has 'an interval longer than ten years'
	printf '40000\t576460752303\t0.00\t40000\t0.00\n' | assert_output
	try qlstats -g agent -m idle,agents:avg --top 1 --total -N old.ev
	assert_status 1
}

@test "qlstats: for people a share says what it is a share of" {
	morning >events
	qlstats -r directions -F table events 2>/dev/null | tail -n 1 >have
	qlstats -g queue -m share:offered,share:lost -F table events 2>/dev/null | tail -n 2 >>have
	assert_same - have <<-'END'
		% is share:offered: offered / the sum of offered over all rows
		share:offered: offered / the sum of offered over all rows
		share:lost: lost / the sum of lost over all rows
	END
}

@test "qlstats: on a terminal that is too narrow columns stand below, behind the keys again" {
	need python3
	morning >events
	TERM=xterm try python3 "$ROOT/tests/tools/terminal.py" 'see slo:20; wide 100; end 0' qlstats -r overview events
	assert_status 0
	grep -v -e '^ *$' -e '^qlstats: ' "$TRY/out" >have
	qlstats -r overview -N events | cut -f 1 >queues
	# the same cells as in one piece
	awk '/^queue /{ n++ } n == 2 && !/:/ { print $1 }' have | assert_same queues -
	[[ $(grep -c '^queue ' have) == 2 ]]
	qlstats -r overview -F table events | grep -c . >lines
	[[ $(wc -l <have) == $(($(<lines) + $(wc -l <queues) + 1)) ]]
}

# Logins are in no queue: they made rows of nothing, and of a queue NONE that nobody has.
@test "qlstats: a queue that somebody called NONE has its calls all the same" {
	{
		ev '10 A c1 NONE NONE ENTERQUEUE||06|1'
		ev '12 A c1 NONE Agent/1 CONNECT|2|x|1'
		ev '47 A c1 NONE Agent/1 COMPLETEAGENT|2|35|1'
	} >events
	try qlstats -r agents-calls -N events
	assert_output $'Agent/1\tNONE\t1\t100.00\t35\t35.00\t2.00'
}

@test "qlstats: reports of queues know no login" {
	ev >events <<-'END'
		10 A l1 NONE 171 AGENTLOGIN|SIP/1
		20 A c1 sales NONE ENTERQUEUE||1|1
		25 A c1 sales 171 CONNECT|5|x|2
		35 A c1 sales 171 COMPLETEAGENT|5|10|1
		90 A l1 NONE 171 AGENTLOGOFF|SIP/1|80
	END
	for r in agents-calls attempts-queue; do
		qlstats -N -r $r events >"$r"
		[[ $(wc -l <"$r") == 1 ]]
		run ! grep NONE "$r"
	done
	[[ $(qlstats -N -g queue -m logon,attempts --total events | cut -f 1,2 | paste -sd ,) == $'NONE\t80,sales\t0,total\t80' ]]
}
