# qlmerge --follow: event streams that go on to one, as they come.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	local p
	for p in A B C; do qlfetch -p $p "$DATA/asterisk22/$p" >$p; done
	pids=()
}

teardown() {
	local pid
	for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	sanitized
}

# live [OPTION...]: qlmerge --follow of the FIFOs a and b, which are open as 5 and 6; to out and err.
live() {
	mkfifo a b
	qlmerge --follow "$@" a b >out 2>err &
	pid=$!
	pids+=("$pid")
	exec 5<>a 6<>b
}

# ended STATUS: `pid` ended with it.
ended() {
	local status=0
	wait "$pid" || status=$?
	[[ $status == "$1" ]] && return
	echo "status $status, not $1"
	cat err
	return 1
}

has() { eventually grep -qF -e "$2" "$1"; }
tsv() { [[ $(cut -f "$1" out | tr '\n\t' ' :') == "$2" ]] && return; cat -T out; return 1; }

# gone FILE: the process whose number stands in it has ended.
gone() { [[ -s $1 ]] && ! kill -0 "$(<"$1")" 2>/dev/null; }

@test "qlmerge --follow: finished inputs: the bytes, the words and the status of the batch" {
	local how
	gzip -k B
	# with steps back, what is not canonical, blank lines, marks of a stream that was followed
	{ ev '9 D c q a V'; ev '12 D c q a V'; ev '11 D c q a V'; } >back
	printf '012.50\tE\tc\tq\\N\ta\tV\t\t\t\t\t\n\n13\tE\tc\tq\ta\tV\t\t\t\t\t\nrubbish\n' >odd
	{ head -n 90 C; ev '1795369290 C NONE NONE NONE SOURCEDOWN|x'; tail -n +91 C; } >down
	qlfilter -F json A >A.json
	for how in 'A B C' 'C A B' '-x "cat A" B.gz -x "cat C"' '- B C <A' '<(cat A) <(cat B) C' 'A A A' \
		'back A odd B' 'down A B' 'A back' 'A missing B' '-x "cat A; exit 3" B C' '-x "cat A; kill -9 \$\$" B' \
		'-x "cat A; exit 1" B' '/dev/null A' '</dev/null' '-x "qlfetch -p A $DATA/cluster/A" -x "sleep 0.2; cat B"' \
		'-F json A B' '-F csv A odd' '-F queuelog B C' '-I json A.json'; do
		eval "try qlmerge $how"
		cp "$TRY/out" want
		cp "$TRY/err" want.err
		status=$(<"$TRY/status")
		eval "try qlmerge --follow --wait 1h $how"
		echo "$how"
		assert_same want "$TRY/out"
		assert_same want.err "$TRY/err"
		assert_status "$status"
	done
}

@test "qlmerge --follow: an event goes out when the others have shown its time" {
	live --wait 1h --stale 0
	ev '10 A c1 q a V' >&5
	ev '10.5 B c2 q a V' >&6
	has out c1
	ev '10.5 A c3 q a V' >&5
	has out c3 # the same time is enough of one that stands behind
	run ! grep -q c2 out
	ev '11 A NONE NONE NONE TICK' >&5
	has out c2
	ev '12 B NONE NONE NONE TICK' >&6
	has out $'11\tA\tNONE\tNONE\tNONE\tTICK'
	# half a line holds nobody back
	printf '12.5\tA\tc' >&5
	ev '12.25 B c4 q a V' >&6
	printf '5\tq\ta\tV\t\t\t\t\t\n' >&5
	has out c4
	exec 5>&- 6>&-
	ended 0
	tsv 1,2,3 '10:A:c1 10.5:A:c3 10.5:B:c2 11:A:NONE 12:B:NONE 12.25:B:c4 12.5:A:c5 '
	[[ ! -s err ]]
}

@test "qlmerge --follow: after --wait an event goes out; what was late is passed and counted: status 1" {
	live -v --wait 1 --stale 0
	ev '20 A c1 q a V' >&5
	has out c1
	ev '19 B c2 q a V' >&6
	has out c2
	ev '18 B c3 q a V' >&6
	has out c3
	ev '21 B c4 q a V' >&6
	ev '20.5 A c5 q a V' >&5
	has out c5
	has out c4
	exec 5>&- 6>&-
	ended 1
	tsv 3 'c1 c2 c3 c5 c4 '
	has err 'qlmerge: 2 events came late'
	has err 'qlmerge: 5 lines read = 5 passed + 0 ticks left out + 0 refused'
}

@test "qlmerge --follow: an input that is silent is SOURCEDOWN, and SOURCEUP when it speaks" {
	live --wait 0 --stale 1
	ev '10 A c1 q a V' >&5
	ev '10 B c2 q a V' >&6
	has out c2
	# A goes on, B does not
	for n in {1..60}; do
		ev "$((10 + n)) A NONE NONE NONE TICK" >&5
		grep -q SOURCEDOWN out && break
		sleep 0.1
	done
	grep SOURCEDOWN out >got
	ev '10 B NONE NONE NONE SOURCEDOWN|silent for 1 s' >want
	assert_same want got
	has err 'qlmerge: B: silent'
	ev '70 B c3 q a V' >&6
	has out c3
	ev '70 B NONE NONE NONE SOURCEUP' >want
	grep -B 1 c3 out | head -n 1 >got
	assert_same want got
	has err 'qlmerge: B: speaks again'
	# one that says itself that it is down is not said down twice, and holds back nothing
	ev '71 B NONE NONE NONE SOURCEDOWN|x' >&6
	for n in {61..75}; do
		ev "$((10 + n)) A NONE NONE NONE TICK" >&5
		sleep 0.1
	done
	(($(grep -c $'B\t.*SOURCEDOWN' out) == 2))
	has out $'85\tA\tNONE\tNONE\tNONE\tTICK'
	exec 5>&- 6>&-
	ended 0
}

@test "qlmerge --follow: nobody is silent while it does not listen" {
	live --wait 0 --stale 1
	ev '10 A c1 q a V' >&5
	ev '10 B c2 q a V' >&6
	has out c2
	kill -STOP "$pid"
	ev '11 A c3 q a V' >&5
	ev '12 B c4 q a V' >&6
	sleep 1.5
	ev '13 A c5 q a V' >&5
	kill -CONT "$pid"
	has out c5
	run ! grep -q SOURCE out
	tsv 3 'c1 c2 c3 c4 c5 '
	exec 5>&- 6>&-
	ended 0
}

@test "qlmerge --follow: an input that is silent before it has said anything has the name of its command" {
	qlmerge --follow --wait 0 --stale 1 -x 'sleep 30 # qlfetch -p A' -x 'exec sleep 30 # sql:B?x=1' \
		-x 'exec sleep 31' >out 2>err &
	pid=$!
	pids+=("$pid")
	has out $'0\tA\tNONE\tNONE\tNONE\tSOURCEDOWN\tsilent for 1 s'
	has out $'0\tB\tNONE\tNONE\tNONE\tSOURCEDOWN\tsilent for 1 s'
	has err 'qlmerge: exec sleep 31: silent'
	kill "$pid"
	ended 143
}

@test "qlmerge --follow: by a signal what waits is written, and its commands end" {
	local sig
	for sig in TERM HUP; do
		qlmerge --follow --wait 1h -x 'echo $$ >leg; cat A; exec sleep 300' -x 'exec sleep 301' >out 2>err &
		pid=$!
		pids+=("$pid")
		# once all of A is read, nothing of it has gone out
		eventually test -s leg
		eventually eval '[[ $(tr "\0" " " <"/proc/$(<leg)/cmdline") == "sleep 300 " ]]'
		[[ ! -s out ]]
		kill "-$sig" "$pid" 2>/dev/null
		ended $((128 + $(kill -l $sig)))
		assert_same A out
		eventually gone leg
		[[ ! -s err ]]
	done
}

@test "qlmerge --follow: a reader that has gone ends it, also when idle, and its commands" {
	local ends
	mkfifo to
	qlmerge --follow -x 'echo $$ >leg; exec sleep 300' >to 2>err &
	pid=$!
	pids+=("$pid")
	exec 7<to
	eventually test -s leg
	exec 7<&-
	ended 141
	eventually gone leg
	[[ ! -s err ]]
	# and while it writes
	cat >endless <<-'END'
		echo $$ >leg
		exec awk 'BEGIN { for (;;) printf "%d\tA\tc\tq\tNONE\tENTERQUEUE\t\t\t\t\t\n", ++n }'
	END
	qlmerge --follow -x 'sh endless' 2>err | head -n 1 >/dev/null
	eventually gone leg
	[[ ! -s err ]]
}

@test "qlmerge --follow: a command that dies ends it: SOURCEDOWN, 2; one that is done is over" {
	qlmerge --follow --wait 1h -x 'cat A; echo $$ >one; exec sleep 300' -x 'cat B' \
		-x 'cat C; echo $$ >three; exec sleep 302' >out 2>err &
	pid=$!
	pids+=("$pid")
	eventually test -s one -a -s three
	kill -KILL "$(<three)"
	ended 2
	has err 'qlmerge: C: cat C; echo $$ >three; exec sleep 302: killed by signal 9'
	eventually gone one
	grep -v SOURCEDOWN out >got
	cat A B C | sort -s -t $'\t' -k 1,1n >want
	assert_same want got
	[[ $(grep SOURCEDOWN out | cut -f 2) == C ]]
}

@test "qlmerge --follow: one that is stopped delays the others no longer than --wait; nothing is lost" {
	qlmerge --follow --wait 1 --stale 0 \
		-x 'echo $$ >one; n=0; while :; do n=$((n + 1)); printf "$n\tA\t$n\tq\ta\tV\t\t\t\t\t\n"; sleep 0.1; done' \
		-x 'n=0; while :; do n=$((n + 1)); printf "$n\tB\t$n\tq\ta\tV\t\t\t\t\t\n"; sleep 0.1; done' \
		>out 2>err &
	pid=$!
	pids+=("$pid")
	has out $'\tA\t10\t'
	has out $'\tB\t10\t'
	kill -STOP "$(<one)"
	local n
	n=$(grep -c $'\tA\t' out)
	has out $'\tB\t'$((n + 15))$'\t'
	kill -CONT "$(<one)"
	has out $'\tA\t'$((n + 20))$'\t'
	kill "$pid"
	ended 143
	for p in A B; do
		grep $'\t'$p$'\t' out | cut -f 3 >got
		seq "$(wc -l <got)" >want
		assert_same want got
	done
	has err 'came late'
}

# bats test_tags=nosan
@test "qlmerge --follow: what waits is bounded, and all of it comes" {
	local n before=x at=y
	for n in {1..400}; do cat A B C; done >long
	(($(wc -c <long) > 30000000))
	for n in 1 2 3 4; do cat long; done >longer
	mkfifo b
	(ulimit -v 100000 && exec qlmerge --follow --wait 1h --stale 0 longer b) >out 2>err &
	pid=$!
	pids+=("$pid")
	exec 6<>b
	# until it reads no more
	stalled() {
		at=$(sed -n 's/^pos:\t//p' /proc/$pid/fdinfo/* | sort -n | tail -n 1)
		[[ $at == "$before" ]] && return
		before=$at
		sleep 0.3
		return 1
	}
	eventually stalled
	[[ ! -s out ]] && ((at > 10000000 && at < 60000000))
	exec 6>&-
	ended 1
	assert_same longer out
}

@test "qlmerge --follow: what makes no sense with it is refused" {
	try qlmerge --follow --dedup A B
	assert_status 2
	assert_err 'qlmerge: --dedup: not with --follow'
	try qlmerge --follow --newest 1 A B
	assert_status 2
	try qlmerge --wait 3 A B
	assert_status 2
	assert_err 'qlmerge: --wait: only with --follow'
	try qlmerge --stale 3 A B
	assert_status 2
	try qlmerge --follow --wait soon A B
	assert_status 2
	try qlmerge --follow A B >/dev/full
	try bash -c 'qlmerge --follow A B >/dev/full'
	assert_status 2
	assert_err 'qlmerge: stdout: No space left on device'
}
