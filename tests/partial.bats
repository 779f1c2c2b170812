# Partial results of qlstats: counted apart, put together, and the same bytes as one run.
load helper

U=1795369700

# The genuine logs: A.ev, B.ev, C.ev and all of them.
genuine() {
	local p
	for p in A B C; do qlfetch -p $p "$DATA/asterisk22/$p" >$p.ev; done
	qlmerge A.ev B.ev C.ev >all.ev
}

# part NAME [OPTION...]: NAME.part of NAME.ev.
part() {
	local name=$1
	shift
	qlstats --partial --until $U "$@" -o "$name.part" "$name.ev" 2>/dev/null
}

all_reports() {
	qlstats --help-reports | awk 'NR > 1 { print $1 }' | paste -sd, -
}

@test "partial: genuine logs, all reports, every grouping and order" {
	genuine
	local r g h
	r=$(all_reports)
	qlstats --until $U -r "$r" all.ev >want 2>/dev/null || [ $? = 1 ]
	qlmerge A.ev B.ev >AB.ev
	qlmerge A.ev C.ev >AC.ev
	qlmerge B.ev C.ev >BC.ev
	cp all.ev ABC.ev
	for g in A B C AB AC BC ABC; do part $g -r "$r"; done
	for g in 'A B C' 'A C B' 'B A C' 'B C A' 'C A B' 'C B A' 'AB C' 'C AB' 'AC B' 'B AC' 'BC A' 'A BC' ABC; do
		# shellcheck disable=SC2046,SC2086
		qlstats --combine --expect A,B,C $(printf '%s.part ' $g) >have 2>/dev/null || [ $? = 1 ]
		assert_same want have
	done
	# put together in steps, which are parts again: those that one run would have made
	for g in 'A B' 'A C' 'B C'; do
		h=${g/ /}
		# shellcheck disable=SC2046,SC2086
		qlstats --combine --partial $(printf '%s.part ' $g) >"$h.again"
		assert_same "$h.part" "$h.again"
	done
	qlstats --combine C.part AB.again >have 2>/dev/null || [ $? = 1 ]
	assert_same want have
}

@test "partial: the form of the table is asked when they are put together" {
	genuine
	local p
	for p in A B C; do part $p -r overview,agents; done
	qlstats --until $U -r overview,agents -F csv --durations hms -o want/ all.ev 2>/dev/null || [ $? = 1 ]
	qlstats --combine -F csv --durations hms -o have/ ./?.part 2>/dev/null || [ $? = 1 ]
	assert_same want/overview.csv have/overview.csv
	assert_same want/agents.csv have/agents.csv
	qlstats --until $U -r overview -F html all.ev >want.html
	for p in A B C; do part $p -r overview; done
	qlstats --combine -F html ./?.part >have.html
	assert_same want.html have.html
}

@test "partial: what is said of the agents is said when they are put together" {
	genuine
	local p
	for p in A B C; do part $p -r agents; done
	try qlstats --combine ./?.part
	mv "$TRY/err" have
	assert_status 1
	try qlstats --until $U -r agents all.ev
	assert_status 1
	# but for the ends logged twice: each part says its own when it is made
	grep -v 'logged twice' "$TRY/err" >want
	assert_same want have
	try qlstats --partial --until $U -r agents A.ev
	assert_err 'qlstats: ends logged twice, counted once: 1'
}

@test "partial: as one run, of nasty streams of up to 8 partitions, in any groups and order" {
	need python3
	TZ=UTC run -0 python3 "$ROOT/tests/ref/partials.py" 1 8 150
	[[ $output == *' reports, 0 differ' && $output != 0* ]]
}

@test "partial: what is wrong with a part is said by its name, status 2" {
	genuine
	local p
	for p in A B; do part $p -r agents -z UTC; done
	refused() { # MESSAGE FILE...
		local want=$1
		shift
		try qlstats --combine "$@"
		assert_status 2
		assert_output ''
		assert_err "qlstats: $want"
	}
	refused 'C: is missing: no part is of it' --expect A,B,C A.part B.part
	refused 'B.part: partition B is not expected' --expect A A.part B.part
	refused 'B.part: partition B twice: it is in B.part too' A.part B.part B.part
	qlstats --combine --partial A.part B.part >AB.part
	refused 'AB.part: partition A twice: it is in A.part too' A.part AB.part
	head -n 20 B.part >torn
	refused 'torn: cut off: it has no end line' A.part torn
	head -c -1 B.part >torn
	refused 'torn: cut off: it has no end line' A.part torn
	head -c 1000 B.part >torn
	refused 'torn: cut off: it has no end line' A.part torn
	: >torn
	refused 'torn: cut off, or no partial result: it is empty' A.part torn
	sed 's/ADDMEMBER/REMOVEMEMBER/' B.part >changed
	refused 'changed: damaged: its lines are not those that were written' A.part changed
	sed 30d B.part >changed
	refused 'changed: damaged: its lines are not those that were written' A.part changed
	cat B.part A.part >changed
	refused 'changed: damaged: its lines are not those that were written' A.part changed
	{ cat B.part && echo more; } >changed
	refused 'changed: cut off: it has no end line' A.part changed
	refused 'A.ev: no partial result of qlstats' A.ev B.part
	refused 'nowhere: No such file or directory' A.part nowhere
	sed '1s/\t1\t.*/\t1\t0.0/' B.part >other
	refused "other: made by version 0.0, and this is $(qlstats -V | sed 's/.* //')" A.part other
	sed '1s/\t1\t/\t9\t/' B.part >other
	refused 'other: a partial result of another form' A.part other
}

# signed: the part on stdin, with an end line that is right.
signed() {
	python3 -c '
import sys, zlib
body = b"".join(line for line in sys.stdin.buffer if not line.startswith(b"end\t"))
sys.stdout.buffer.write(body + b"end\t%d\t%08x\n" % (body.count(b"\n"), zlib.crc32(body)))'
}

@test "partial: lines that are none are found, also where the end line is right" {
	need python3
	genuine
	local change
	none() {
		for change in "$@"; do
			sed "$change" A.part | signed >changed
			run ! cmp -s A.part changed
			try qlstats --combine changed
			[[ $(<"$TRY/status") == 2 ]] || { echo "$change"; false; }
			assert_output ''
		done
	}
	part A -r agents,by-hour,servers
	signed <A.part >again
	assert_same A.part again
	none 's/^row\t34$/row\tx/' 's/^row.*/&\t9/' 's/^n\t.*/&\t999:1/' 's/^n\t.*/&\t1:x/' \
		's/^n\t.*/&\t1:999999999999999999/' 's/^h\t0/h\t99/' 's/^q\t.*/&\t-5:1/' 's/^s\t.*/s\t1/' \
		's/^report\t1/report\t7/' 's/^t\t.*/t\tx/' 's/^c\t.*/c\t\t1\tsales/' 's/^e\t.*/e\t\tnothing/' \
		's/^persons/person/' 's/^flags.*/flags\t1/' 's/^events.*/events\tx\ty/' 's/^slot.*/slot\t7/' \
		's/^max-open/most-open/' '/^row/d'
	part A -g queue -m wait:p90,callers
	none 's/^\(h\t0\t[0-9]*\)\t[0-9]*/\1\t9223372036854775807/'
	none 's/^v\t.*/&\t5/' 's/^v\t.*/&\t5:-1/' 's/^v\t.*/&\t5:5000000000/' 's/^d\t1/d\tx/' 's/^d\t1/d\t-1/' \
		's/^d\t\([0-9]*\).*/v\t\1\t999999:1/' 's/^v\t\([0-9]*\).*/d\t\1\tx/' \
		's/^h\t\([0-9]*\)\t[0-9]*/h\t\1\t-1/' 's/^events.*/events\t-9223372036854775808\t9223372036854775807/'
	part A -g outcome,direction -m wait:p90
	none 's/^row\t[0-9]*/row\t999999/' 's/^\(row\t[0-9]*\).*/\1\t2/'
	part A -r agents,by-hour,servers
	none 's/^q\t.*/&\t1795369699000000:1/' \
		's/^q\t.*/&\t1795369699000000:-1/' 's/^q\t\([0-9]*\):.*/&\t\1:1\t1795369699000000:-1/' \
		's/^flags.*/flags\t-1\t0/' 's/^n\t\([0-9]*\).*/&\t\1:-1/'
	none 's/^q\t.*/&\t9223372036854775807:1/' 's/^s\t.*/s\t-9223372036854775808\t9223372036854775807\t1/' \
		's/^c\t\t[0-9.]*/c\t9000000000000/' 's/^\(t\t.*\t\)[0-9]*\(\tcomplete.*\)/\1999999999999999\2/'
}

# Each line is possible; what they say together is not, and would begin anew below 0 if it were added up.
@test "partial: sums that no number can hold are refused, also where the end line is right" {
	need python3
	genuine
	local change
	# often PATTERN LINE: so many more lines behind the first that fits
	often() {
		awk -v line="$2" -v at="$1" '{ print } !n && $0 ~ at { while (n++ < 70000) print line }' A.part |
			signed >forged
		try qlstats --combine forged
		assert_status 2
		assert_output ''
		assert_err 'qlstats: forged: damaged: a line is none'
	}
	part A -g queue -m offered,wait:p90,wait:sum,queued:max,queued:avg
	often '^n' "$(printf 'n\t0:281474976710655')"
	often '^h\t0' "$(printf 'h\t0\t1\t8589934591000000000\t1\t8589934591000000000')"
	often '^v\t0' "$(printf 'v\t0\t1:4294967295')"
	often '^q\t' "$(printf 'q\t1795369600000000:281474976710655')"
	for change in 's/^q\t.*/q\t1:200000000000000\t8000000000000000:-200000000000000/' \
		's/^q\t.*/q\t1:99000\t8000000000000000:-99000/'; do
		sed "$change" A.part | signed >forged
		try qlstats --combine forged
		assert_status 2
		assert_output ''
		assert_err 'qlstats: forged: damaged: a line is none'
	done
}

@test "partial: parts that were asked otherwise are refused, and what differs is named" {
	genuine
	printf 'sales\t10\n' >levels
	part A -g queue -m offered,sla:@levels -z UTC --from 1795369300
	other() { # WHAT OPTION...
		local what=$1
		shift
		part B "$@"
		try qlstats --combine A.part B.part
		assert_status 2
		assert_output ''
		assert_err "qlstats: B.part: does not fit to A.part: it was asked otherwise ($what)"
	}
	other measures -g queue -m offered -z UTC --from 1795369300
	other keys -g queue,hour -m offered,sla:@levels -z UTC --from 1795369300
	other reports -r overview -z UTC --from 1795369300
	other from -g queue -m offered,sla:@levels -z UTC --from 1795369301
	other zone -g queue -m offered,sla:@levels -z Europe/Rome --from 1795369300
	other short -g queue -m offered,sla:@levels -z UTC --from 1795369300 --short 3
	other queue -g queue -m offered,sla:@levels -z UTC --from 1795369300 -q sales
	other until -g queue -m offered,sla:@levels -z UTC --from 1795369300 --until 1795369800
	printf 'sales\t11\n' >levels
	other within -g queue -m offered,sla:@levels -z UTC --from 1795369300
	# the same in other words is the same; files are in the parts, and need not be there any more
	printf '# again\nsales\t10\n' >levels
	part B -m offered,sla:@levels -g queue -z UTC --from '2026-11-22 17:41:40'
	rm levels
	qlstats --combine A.part B.part >/dev/null 2>&1
}

@test "partial: options of facts go with the parts, files too" {
	genuine
	local o p
	printf 'lunch\tunpaid\tbillable\n' >pauses
	printf 'Agent/7\tA\tsales\t\t\nAgent/8\tB\tTech Support\t1795369350\t1795369400\n' >roster
	printf 'sales=20\nTech Support=5\n' >wraps
	while read -r o; do
		# shellcheck disable=SC2086
		qlstats --until $U $o all.ev >want 2>/dev/null || [ $? = 1 ]
		for p in A B C; do
			# shellcheck disable=SC2086
			part $p $o
		done
		mkdir elsewhere
		mv ./?.part elsewhere
		(cd elsewhere && qlstats --combine ./*.part >../have 2>/dev/null) || [ $? = 1 ]
		rm -r elsewhere
		[[ -s want ]]
		assert_same want have
	done <<-END
		-g agent -m paid,billable,occupancy --pauses pauses
		-g agent,hour -m logon,idle --roster roster
		-g agent -m wrap,utilization,handle --wrapup @wraps -q sales
		-g agent -m logon,sessions --no-persistent B,A --login-decides
		-g queue -m offered,queued:max,queued:avg,callers -a Agent/101,Agent/102
		-m agents:max,agents:avg,peragent,callids --hours 17:42-17:45 --days sun -z UTC
		-g partition -m silence,agents,seen,offered -f 1795369400 -t 1795369500
		-g cause -m answered,share:answered --outcome answered,lost --join --total
		-g caller -m offered,talk:p90 --direction both --min-wait 2 --max-wait 20 --min-talk 1 --slot 5m
		-g queue -m logon,pause,agents:max --total
	END
}

@test "partial: --top is asked when they are put together" {
	genuine
	local p
	for p in A B C; do part $p -g caller -m offered,talk:p90,callers; done
	qlstats --until $U -g caller -m offered,talk:p90,callers --top 3 all.ev >want
	qlstats --combine --top 3 ./?.part >have
	assert_same want have
	for p in A B C; do part $p -r agents,servers --no-persistent B; done
	qlstats --until $U -r agents,servers --top 1 --no-persistent B all.ev >want
	qlstats --combine --top 1 ./?.part >have
	assert_same want have
	for p in A B C; do part $p -g queue -m callids; done
	try qlstats --combine --top 3 ./?.part
	assert_status 2
	assert_err 'qlstats: --top: callids of several rows together are not known by the parts: send the events'
}

@test "partial: of a partition that logged nothing there may be a part" {
	genuine
	part A -r servers
	qlstats --partial --until $U -r servers --expect B </dev/null >B.part
	try qlstats --combine --expect A,B -N A.part B.part
	assert_status 0
	qlstats --until $U -r servers -N A.ev | assert_output
	try qlstats --partial --until $U --expect B A.ev
	assert_status 2
	assert_err_has 'qlstats: A: an event of a partition that is not expected'
}

@test "partial: what sticks out of the input is told of all parts together" {
	ev >a.ev <<-END
		100 A c1 sales Agent/1 CONNECT|5|x|1
		120 A c1 sales Agent/1 COMPLETECALLER|5|20|1
		130 A c2 sales NONE ENTERQUEUE||1|1
	END
	ev >b.ev <<-END
		101 B c1 sales Agent/1 CONNECT|5|x|1
		121 B c1 sales Agent/1 COMPLETECALLER|5|20|1
	END
	local p
	for p in a b; do qlstats --partial --until 200 -z UTC -m offered $p.ev >$p.part; done
	try qlstats --combine a.part b.part
	assert_status 0
	assert_err_has 'visits that began before the input (<): 2'
	assert_err_has 'visits that were not over at its end (>): 1'
}

@test "partial: from gzip and from a pipe" {
	genuine
	part A -r agents
	part B -r agents
	qlstats --combine A.part B.part >want 2>/dev/null || [ $? = 1 ]
	gzip B.part
	qlstats --combine - B.part.gz <A.part >have 2>/dev/null || [ $? = 1 ]
	assert_same want have
	qlstats --combine <A.part >have 2>/dev/null || [ $? = 1 ]
}

@test "partial: what cannot be put together is refused with the reason" {
	genuine
	no() { # MESSAGE OPTION...
		local want=$1
		shift
		try qlstats "$@"
		assert_status 2
		assert_output ''
		assert_err "qlstats: $want"
	}
	no '--partial: needs --until, the same for all partitions: what goes on is measured to it' --partial A.ev
	no '--partial: silence of several servers together is not known by the parts: add the key partition, or send the events' \
		--partial --until $U -g queue -m silence A.ev
	no '--partial: silence of several servers together is not known by the parts: leave out --total, or send the events' \
		--partial --until $U -r servers --total A.ev
	no '--incomplete: a partial result is whole' --partial --until $U --incomplete A.ev
	no '--partial: has a form of its own: -F, -N, --durations, --times and --top are for --combine' --partial --until $U -F csv A.ev
	no '--expect: is for --partial and --combine' --expect A A.ev
	no '-r: --combine has it from the files' --combine -r overview A.part
	no '--until: --combine has it from the files' --combine --until $U A.part
	{ cat A.ev && ev "$U B '' '' '' SOURCEDOWN gone"; } >down.ev
	sed -i "s/''//g" down.ev
	try qlstats --partial --until $U -o down.part down.ev
	assert_status 2
	[[ ! -e down.part ]]
}

@test "partial: /dev/full is no success" {
	[[ -w /dev/full ]] || skip "no /dev/full"
	genuine
	run -2 bash -c 'qlstats --partial --until 1795369700 A.ev >/dev/full'
	part A -r agents
	run -2 bash -c 'qlstats --combine A.part >/dev/full'
	run -2 bash -c 'qlstats --combine --partial A.part >/dev/full'
}

# The sessions that were over when an event named the agent with the queue first were counted by chance: if
# that event came right behind them, and so in a part, which leaves out what is between.
@test "partial: whose time is a queue's is the same in a part" {
	local name want=$'agent\tlogon\tsessions\nAgent/1\t100\t1'
	{
		ev '1700000000 A c1 NONE Agent/1 AGENTLOGOFF|1@x|8'
		ev '1700000050 A c2 sales NONE ENTERQUEUE||1|1'
		ev '1700000100 A MANAGER support Agent/1 REMOVEMEMBER'
	} >x.ev
	grep -v ENTERQUEUE x.ev >y.ev
	for name in x y; do
		try qlstats --until $U -q support -g agent -m logon,sessions $name.ev
		assert_output "$want"
		part $name -q support -g agent -m logon,sessions
		try qlstats --combine $name.part
		assert_output "$want"
	done
}
