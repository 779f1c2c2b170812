# qlfilter: which events pass, and what becomes of those that do not.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	ev >events <<-'END'
		10 A c1 sales NONE ENTERQUEUE||061|1
		11 A c1 sales Agent/101 CONNECT|1|x|2
		12.5 B c1 support Agent/102 COMPLETECALLER|1|5|1
		13 B NONE NONE Agent/102 AGENTLOGIN|SIP/1
		14 A NONE NONE NONE QUEUESTART
		15 A c2 sales NONE DIVERT_CA_RATIO
		16|C|c3|Te\tch|a b|heartbeat|a\0b|é
		17 B NONE NONE NONE SOURCEDOWN|killed by signal 9
	END
}

# passed LINE...: just these lines of events came out.
passed() {
	local n
	for n; do sed -n "${n}p" events; done | assert_output
}

@test "qlfilter: without conditions everything passes, as it is" {
	try qlfilter events
	assert_status 0
	assert_same events "$TRY/out"
	assert_err ''
	try qlfilter <events
	assert_same events "$TRY/out"
	try qlfilter - <events
	assert_same events "$TRY/out"
}

@test "qlfilter: each predicate, and SOURCEDOWN whatever is asked" {
	try qlfilter -q sales events
	passed 1 2 6 8
	try qlfilter -a Agent/102 events
	passed 3 4 8
	try qlfilter -e CONNECT,AGENTLOGIN events
	passed 2 4 8
	try qlfilter -c c1 events
	passed 1 2 3 8
	try qlfilter -p B,C events
	passed 3 4 7 8
	try qlfilter --class agent events
	passed 4 8
	try qlfilter --class call,system events
	passed 1 2 3 5 6 7 8
	try qlfilter --not --class call,system,agent events
	passed 8
	assert_status 0
}

@test "qlfilter: all conditions must hold, of a list one; --not turns the whole round" {
	try qlfilter -q sales,support -c c1 -e CONNECT,COMPLETECALLER events
	passed 2 3 8
	try qlfilter --not -q sales,support -c c1 -e CONNECT,COMPLETECALLER events
	passed 1 4 5 6 7 8
	try qlfilter -q sales -q support events
	passed 1 2 3 6 8
}

@test "qlfilter: predicates are literal: -q drops QUEUESTART and logins" {
	try qlfilter -q sales events
	run ! grep -qE 'QUEUESTART|AGENTLOGIN' "$TRY/out"
}

@test "qlfilter: names from a file, as raw bytes" {
	printf 'sales\r\n\nTe\tch\n' >names
	try qlfilter -q @names events
	passed 1 2 6 7 8
	try qlfilter -q $'Te\tch' events
	passed 7 8
	try qlfilter -a 'a b' events
	passed 7 8
	try qlfilter -q @missing events
	assert_status 2
	assert_output ''
	assert_err_has 'qlfilter: -q: missing: No such file or directory'
	: >empty
	try qlfilter -q @empty events
	assert_status 2
	assert_output ''
}

@test "qlfilter: times are half open, local in the zone wherever -z stands" {
	try qlfilter -f 11 -t 13 events
	passed 2 3 8
	try qlfilter --from 12.5 --to 12.500001 events
	passed 3 8
	try qlfilter --from '1970-01-01 01:00:14' --to '1970-01-01 01:00:16' -z CET-1 events
	passed 5 6 8
	try qlfilter --day 1970-01-01 events
	assert_same events "$TRY/out"
	try qlfilter --day 1970-01-01 -z XYZ+1 events
	passed 8
	try qlfilter --month 1970-01 events
	assert_same events "$TRY/out"
	try qlfilter --month 1970-02 events
	passed 8
	TZ=CET-1 try qlfilter --from '1970-01-01 01:00:14' --to '1970-01-01 01:00:16' events
	passed 5 6 8
}

@test "qlfilter: --agents-from: class agent and QUEUESTART from before the period" {
	try qlfilter -f 15 --agents-from 13 events
	passed 4 5 6 7 8
	try qlfilter -f 15 --agents-from 13.5 -t 16 events
	passed 5 6 8
	try qlfilter --agents-from 13 events
	assert_status 2
	assert_err_has 'qlfilter: --agents-from: only with --from'
	try qlfilter -f 15 --agents-from never events
	assert_status 2
}

@test "qlfilter: adjoining windows are the whole" {
	try qlfilter -t 12.5 events
	cat "$TRY/out" >parts
	try qlfilter -f 12.5 -t 15 events
	cat "$TRY/out" >>parts
	try qlfilter -f 15 events
	cat "$TRY/out" >>parts
	{ grep -v SOURCEDOWN events; for _ in 1 2 3; do grep SOURCEDOWN events; done; } | sort >want
	sort parts >got
	assert_same want got
}

@test "qlfilter: --match looks for an expression in the raw bytes of a field" {
	try qlfilter --match 'agent~^Agent/10[0-9]$' events
	passed 2 3 4 8
	try qlfilter --match 'verb~START|CONNECT' events
	passed 2 5 8
	try qlfilter --match 'data2~.' --match 'data3~1' events
	passed 1 3 8
	try qlfilter --match $'queue~^Te\tch$' events
	passed 7 8
	try qlfilter --match 'data2~^é$' events
	passed 7 8
	try qlfilter --not --match 'data1~.' events
	passed 1 5 6 8
	try qlfilter --match 'data1~^a.?b' events # a dot is no NUL
	passed 8
}

@test "qlfilter: what is asked wrongly is refused before anything is read" {
	local arg words
	for arg in --match=data1 --match=data6~x '--match=data1~(' --class=calls --class= -p-A -p. \
		--from=never --to= --zone=Nowhere --not --day=2026-11 --month=2026-11-22 -Fxml -Ixml \
		--no-such '-f11 -t11' '-f12 -t11' '--day=today --from=1'; do
		read -ra words <<<"$arg"
		try qlfilter "${words[@]}" events
		assert_status 2
		assert_output ''
		grep -q '^qlfilter: -' "$TRY/err"
	done
	try qlfilter '--match=data1~(' events
	assert_err_has 'qlfilter: --match: data1~(: '
	try qlfilter --class calls events
	assert_err_has 'qlfilter: --class: calls: not one of call, agent, system'
}

@test "qlfilter: -F writes each form" {
	try qlfilter -c c3 -p C --match 'verb~heart' -F json events
	assert_output <<-'END'
		{"time":16,"partition":"C","callid":"c3","queue":"Te\tch","agent":"a b","verb":"heartbeat","data1":"a\u0000b","data2":"é","data3":"","data4":"","data5":""}
		{"time":17,"partition":"B","callid":"NONE","queue":"NONE","agent":"NONE","verb":"SOURCEDOWN","data1":"killed by signal 9","data2":"","data3":"","data4":"","data5":""}
	END
	try qlfilter -q support -F csv events
	printf '%s\r\n' time,partition,callid,queue,agent,verb,data1,data2,data3,data4,data5 \
		12.5,B,c1,support,Agent/102,COMPLETECALLER,1,5,1,, \
		'17,B,NONE,NONE,NONE,SOURCEDOWN,killed by signal 9,,,,' | assert_output
	try qlfilter -q sales -F queuelog events
	assert_output <<-'END'
		10|c1|sales|NONE|ENTERQUEUE||061|1
		11|c1|sales|Agent/101|CONNECT|1|x|2
		15|c2|sales|NONE|DIVERT_CA_RATIO|
	END
	try qlfilter -q sales -F tsv events
	passed 1 2 6 8
}

@test "qlfilter: a NUL cannot stand in a queue_log: a space, and it is said" {
	try qlfilter -F queuelog -p C events
	assert_status 1
	printf '16|c3|Te\tch|a b|heartbeat|a b|é\n' | assert_output
	assert_err 'qlfilter: -F queuelog: a byte that no value can hold there became a space in 1 line'
}

@test "qlfilter: a log comes back byte for byte through a stream, JSON too" {
	local p=B f
	for f in "$DATA/asterisk22/$p"/queue_log*; do
		qlfetch -p $p "$f" | qlfilter -F queuelog >back
		assert_same "$f" back
		qlfetch -p $p "$f" >stream
		qlfilter -F json stream | qlfilter -I json >back
		assert_same stream back
	done
	qlfilter -F json events | qlfilter -I json >back
	assert_same events back
}

@test "qlfilter: -I json takes keys in any order and names what is no event" {
	printf '%s\n' '{"verb":"V","partition":"A","time":"1.50","data1":7}' '{"time":1}' '[' |
		try qlfilter -I json
	assert_status 1
	ev 1.5 A '' '' '' V 7 | assert_output
	assert_err_has 'qlfilter: stdin:2: no valid name of a partition'
	assert_err_has 'qlfilter: stdin:3: not a JSON object'
}

@test "qlfilter: -I queuelog stamps raw lines with -p" {
	raw '10 c1 sales NONE ENTERQUEUE||061|1' >log
	raw '11 c1 other NONE ENTERQUEUE||061|1' >>log
	try qlfilter -I queuelog -p A -q sales log
	assert_status 0
	passed 1
	try qlfilter -p A --not -I queuelog -q sales log
	ev '11 A c1 other NONE ENTERQUEUE||061|1' | assert_output
	try qlfilter -I queuelog log
	assert_status 2
	assert_err_has 'qlfilter: -I queuelog: -p must give the name of the one partition'
	try qlfilter -I queuelog -p A,B log
	assert_status 2
}

@test "qlfilter: bad lines are named by file and line, the others done, status 1" {
	{
		sed -n 1p events
		echo rubbish
		sed -n 2p events
		sed -n 3p events | sed 's/^12.5/-1/'
		sed -n 4p events | cut -f 1-10
		sed -n 6p events | sed 's/c2/c\\2/'
	} >bad
	try qlfilter -v -e CONNECT bad
	assert_status 1
	passed 2
	assert_err_has 'qlfilter: bad:2: fewer than 11 fields'
	assert_err_has 'qlfilter: bad:4: '
	assert_err_has 'qlfilter: bad:5: fewer than 11 fields'
	assert_err_has 'qlfilter: bad:6: '
	assert_err_has 'qlfilter: 6 lines read = 1 passed + 1 filtered + 4 refused'
	try qlfilter -v bad
	assert_err_has 'qlfilter: 6 lines read = 2 passed + 0 filtered + 4 refused'
}

@test "qlfilter: a missing file is named, the others done, and the stream says so: status 2" {
	try qlfilter -q sales -v missing events
	assert_status 2
	assert_err_has 'qlfilter: missing: No such file or directory'
	assert_err_has 'qlfilter: 8 lines read = 4 passed + 4 filtered + 0 refused'
	head -n 4 "$TRY/out" >first
	for n in 1 2 6 8; do sed -n "${n}p" events; done >want
	assert_same want first
	tail -n 1 "$TRY/out" | grep -q SOURCEDOWN
}

@test "qlfilter: the lines of a log that is all accounted for" {
	qlfetch -p B "$DATA/asterisk22/B" >b
	try qlfilter -v --class agent b
	n=$(wc -l <"$TRY/out") all=$(wc -l <b)
	assert_err "qlfilter: $all lines read = $n passed + $((all - n)) filtered + 0 refused"
	try qlfilter --not --class agent b
	cat "$TRY/out" >rest
	qlfilter --class agent b | sort - rest >both
	sort b >want
	assert_same want both
}

@test "qlfilter: an escape that is not ours is rewritten" {
	printf "1\tA\tc\\\\bx\tq\\\\N\ta\\\\'\tV\\\\f\\\\v\t\t\t\t\t\n" | try qlfilter
	assert_status 0
	printf "1\tA\tc\bx\tq\ta'\tV\f\v\t\t\t\t\t\n" | assert_output
}

@test "qlfilter: -o appears when it is whole, and only then" {
	echo old >out
	try qlfilter -q sales -o out events
	assert_status 0
	assert_output ''
	for n in 1 2 6 8; do sed -n "${n}p" events; done >want
	assert_same want out
	echo old >out
	try qlfilter -o out events missing
	assert_status 2
	echo old >want
	assert_same want out
	try qlfilter -o none/out events
	assert_status 2
	assert_err_has 'qlfilter: none/out: No such file or directory'
	run ls
	[[ $output == $'events\nout\nwant' ]]
}

@test "qlfilter: a full disk is 2, in every form" {
	local form
	[[ -w /dev/full ]] || skip 'no /dev/full'
	for form in tsv queuelog json csv; do
		status=0
		qlfilter -F $form events >/dev/full 2>err || status=$?
		[[ $status == 2 ]]
		grep -q '^qlfilter: stdout: No space left on device$' err
	done
	status=0
	qlfilter --help >/dev/full 2>err || status=$?
	[[ $status == 2 ]]
}

@test "qlfilter: a closed pipe ends it quietly, also where SIGPIPE was ignored" {
	for ((n = 0; n < 14; n++)); do cat events events >twice && mv twice events; done
	(trap '' PIPE; qlfilter -q sales events 2>err || echo $? >status) | head -n 1 >/dev/null
	[[ ! -s err ]]
	[[ $(<status) == 141 ]]
}

@test "qlfilter: a | inside a value is not written into a queue_log as two" {
	printf '5\tA\tc\tq|x\ta\tV\t1\t2\t3\t\tp|q\n' >bar
	try qlfilter -F queuelog bar
	assert_status 1
	assert_output '5|c|q x|a|V|1|2|3||p|q'
}

# What can be told of a line before it is cut is told so, and lines go out as they are; -F json cuts all.
@test "qlfilter: the same events whichever way they are told" {
	awk 'BEGIN {
		srand(3); split("A B pbx-1 a.longer.partition:1", p, " ")
		split("NONE Agent/7 SIP/12 Agent/a-name-of-more-than-24-bytes NON", a, " "); a[6] = ""
		split("CONNECT ENTERQUEUE PAUSE HEARTBEAT DIVERT_X OWN ABANDON QUEUESTART TICK SOURCEUP", v, " ")
		for (i = 0; i < 30000; i++)
			printf "%d%s\t%s\tc%d\tq%d\t%s\t%s\t%s\t\t\t\t\n", 1700000000 + i, rand() < 0.1 ? ".5" : "",
				p[1 + int(4 * rand())], 9 * rand(), 3 * rand(), a[1 + int(6 * rand())],
				v[1 + int(10 * rand())], rand() < 0.1 ? "a\\tb" : rand() < 0.1 ? "a\\bb" : "x"
	}' >in
	local asked n=0
	while read -r asked; do
		# shellcheck disable=SC2086
		try qlfilter -v $asked in
		assert_status 0
		cp "$TRY/err" said
		cp "$TRY/out" lines
		# shellcheck disable=SC2086
		qlfilter -v $asked -F json in 2>err | qlfilter -I json >want
		assert_same want lines
		assert_same err said
		[[ -s lines ]]
		((n += 1))
	done <<-'END'
		-q q1
		-q q1,q2
		-q q1 -a NONE
		-a Agent/a-name-of-more-than-24-bytes
		-a Agent/a-name-of-more-than-24-bytes -e CONNECT
		-p A -e CONNECT,OWN
		-e DIVERT_X,PAUSE -f 1700010000 -t 1700020000
		-c c3 --class agent
		--class call
		--class agent,system -f 1700010000.5 -t 1700020000
		-f 1700020000 --agents-from 1700010000
		-f 1700010000 -t 1700020000 --match data1~x
		--not -q q1
		-t 1700000000
		-p pbx-1
	END
	((n == 15))
}

# Verbs are an open set, so a typing error selects nothing and is none; it used to be silent.
@test "qlfilter: -e asks whether a known verb is meant, and does as it was told" {
	local asked meant
	while read -r asked meant; do
		try qlfilter -e "CONNECT,$asked" </dev/null
		assert_status 0
		assert_err "qlfilter: -e: $asked: not a verb that is known: is $meant meant?"
	done <<-END
		ENTERQEUE ENTERQUEUE
		ENTERQUEEUE ENTERQUEUE
		ENTERQUEUR ENTERQUEUE
		ENTEQRUEUE ENTERQUEUE
		enterqueue ENTERQUEUE
		PAUSED PAUSE
		enter_queue ENTERQUEUE
		Enter-Queue ENTERQUEUE
		ENTER ENTERQUEUE
		AGENTLOGOUT AGENTLOGOFF
		COMPLTECALER COMPLETECALLER
		ABANDONED ABANDON
		CONNECTED CONNECT
		TRANSFERRED TRANSFER
		BLINDTRANSFERRED BLINDTRANSFER
		WITHDRAWN WITHDRAW
		PAUSEDALL PAUSEALL
		COMPLETE COMPLETEAGENT or COMPLETECALLER
		COMPLETED COMPLETEAGENT or COMPLETECALLER
		HANGUP COMPLETEAGENT or COMPLETECALLER
		EXIT EXITEMPTY, EXITWITHKEY or EXITWITHTIMEOUT
		EXITED EXITEMPTY, EXITWITHKEY or EXITWITHTIMEOUT
		TIMEOUT EXITWITHTIMEOUT
		KEY EXITWITHKEY
		NOANSWER RINGNOANSWER
		Login AGENTLOGIN or AGENTCALLBACKLOGIN
		LOGOUT AGENTLOGOFF or AGENTCALLBACKLOGOFF
		ANSWERED CONNECT
		answer CONNECT
		JOINED ENTERQUEUE
		ABONDONED ABANDON
		QUEUE ENTERQUEUE or QUEUESTART
	END
	try qlfilter -e ENTERQUEUE,DIVERT_X,DIVERT_,UNPAUSE,ACDPOSITION,X,-,ABC,VOICEMAIL,CALLBACKREQUEST,é </dev/null
	assert_err ''
	ev '10 A c1 q NONE enterqueue' | try qlfilter -e enterqueue
	assert_status 0
	ev '10 A c1 q NONE enterqueue' | assert_output
	tabs qlfilter -e EXITW >have
	printf 'EXITWITHKEY\nEXITWITHTIMEOUT\n' | assert_same - have
}
