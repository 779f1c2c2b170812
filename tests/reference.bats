# The folds against an independent reference, slow and written from the design alone (tests/ref), and
# both against what was counted while the calls ran.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	need python3
	REF=$ROOT/tests/ref
}

# the genuine logs as one stream
genuine() {
	local p
	for p in A B C; do qlfetch -p $p "$DATA/asterisk22/$p" >$p.ev; done
	qlmerge A.ev B.ev C.ev >all.ev
}

# same COMMAND WHAT [OPTION...]: the command makes of all.ev what the reference does.
same() {
	local command=$1 what=$2
	shift 2
	python3 "$REF/qlref.py" "$what" "$@" all.ev >want 2>want.err
	try "$command" "$@" all.ev
	assert_same want "$TRY/out"
}

@test "reference: the genuine logs, calls" {
	genuine
	same qlcalls calls
	[ "$(wc -l <want)" -eq 948 ]
	same qlcalls calls --status-wait 0
	same qlcalls calls --from 1795369400 --to 1795369500 -q sales
	same qlcalls calls -p C --outcome lost,answered
}

@test "reference: the genuine logs, agents" {
	genuine
	same qlagents agents
	same qlagents agents --no-persistent B
	same qlagents agents --no-persistent B --sort end
	same qlagents agents --login-decides --wrapup sales=10 --from 1795369400 --to 1795369500
}

@test "reference: what was counted while the calls ran" {
	genuine
	qlcalls all.ev >calls 2>/dev/null
	qlagents --no-persistent B all.ev >agents 2>/dev/null
	try python3 "$REF/truth.py" "$DATA/asterisk22" calls agents
	assert_status 0
	run ! grep -v '^ok' "$TRY/out"
	[ "$(wc -l <"$TRY/out")" -eq 24 ]
}

# any_order SEED: calls of which each line has any time within an hour and a half
any_order() {
	awk -v x="$1" 'function dice(n) { x = x * 16807 % 2147483647; return x % n }
		BEGIN {
			OFS = "\t"
			n = split("DID ENTERQUEUE ENTERQUEUE CONNECT CONNECT COMPLETEAGENT COMPLETECALLER " \
				  "BLINDTRANSFER ABANDON EXITEMPTY LEAVEEMPTY RINGNOANSWER CALLSTATUS", verb, " ")
			for (i = 0; i < 600; i++) {
				split("", data)
				for (k = 1; k <= 5; k++) data[k] = dice(4) ? dice(90) : ""
				print 1795369000 + dice(5400), dice(2) ? "A" : "B", "c" dice(150), "q" dice(2), \
					"a" dice(3), verb[1 + dice(n)], data[1], data[2], data[3], data[4], data[5]
			}
		}' >all.ev
}

@test "reference: times in any order" {
	local seed
	for seed in 11 12 13; do
		any_order $seed
		same qlcalls calls
		same qlcalls calls --status-wait 0 --max-open 600
		same qlagents agents --sort end
	done
}

@test "reference: 100 nasty streams" {
	try python3 "$REF/compare.py" 1 100 400
	assert_output '100 streams, 0 differ'
	assert_status 0
}

@test "reference: another 100" {
	try python3 "$REF/compare.py" 1001 1100 400
	assert_output '100 streams, 0 differ'
	assert_status 0
}

@test "reference: 20 long ones" {
	try python3 "$REF/compare.py" 10061 10080 2000
	assert_output '20 streams, 0 differ'
	assert_status 0
}
