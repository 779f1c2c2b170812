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
