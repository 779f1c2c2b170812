# qlmerge: event streams to one, in the order of time.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	local p
	for p in A B C; do qlfetch -p $p "$DATA/asterisk22/$p" >$p; done
}

# by_time FILE...: cat and a stable sort by time, the plain meaning of a merge.
by_time() {
	cat "$@" | sort -s -t $'\t' -k 1,1n
}

# down P: the last event says that P is not whole.
down() {
	[[ $(tail -n 1 "$TRY/out" | cut -f 2-6) == "$1"$'\tNONE\tNONE\tNONE\tSOURCEDOWN' ]]
}

# soon FILE TEXT: it stands in it before the test ends what writes it.
soon() {
	eventually grep -qF "$2" "$1"
}

@test "qlmerge: cat and a stable sort by time, ties in the order of the operands" {
	try qlmerge A B C
	assert_status 0
	by_time A B C | assert_output
	assert_err ''
	try qlmerge C A B
	by_time C A B | assert_output
	qlmerge A B C | cmp -s - "$TRY/out" && return 1
	qlmerge A B C | sort >want
	sort "$TRY/out" >got
	assert_same want got
}

@test "qlmerge: equal times: all of the first input, then the second" {
	for p in X Y; do for n in 1 2 3; do ev "10 $p c$n q a V"; done; done >both
	grep X both >x
	grep Y both >y
	try qlmerge x y
	assert_same both "$TRY/out"
	try qlmerge y x
	cat y x | assert_output
	# fractions count
	ev '10.5 X c q a V' >x
	ev '10.25 Y c q a V' >y
	try qlmerge x y
	cat y x | assert_output
	ev '10.250001 X c q a V' >x
	try qlmerge x y
	cat y x | assert_output
}

@test "qlmerge: the same bytes whenever and however it is run" {
	qlmerge A B C >want
	try qlmerge -x 'cat A' B <(cat C)
	assert_status 0
	assert_same want "$TRY/out"
	try qlmerge A - C <B
	assert_same want "$TRY/out"
	gzip -k A C
	try qlmerge A.gz B - <C.gz
	assert_same want "$TRY/out"
	try qlmerge <(qlmerge A B) C
	assert_same want "$TRY/out"
	try qlmerge A <(qlmerge B C)
	assert_same want "$TRY/out"
	try qlmerge -x "qlfetch -p A '$DATA/cluster/A'" -x "qlfetch -p B '$DATA/cluster/B'" \
		--exec="qlfetch -p C '$DATA/cluster/C'"
	assert_same want "$TRY/out"
}

@test "qlmerge: merging the splits of a stream gives it back" {
	local n p
	qlmerge A B C >all
	# by partition
	try qlmerge <(qlfilter -p A all) <(qlfilter -p B all) <(qlfilter -p C all)
	assert_same all "$TRY/out"
	# by time, in any order of the operands
	for ((n = 0; n < 9; n++)); do
		qlfilter -f $((1795369290 + n * 40)) -t $((1795369330 + n * 40)) all >part.$n
	done
	try qlmerge part.{8,3,1,0,2,7,6,5,4}
	assert_status 0
	assert_same all "$TRY/out"
	# dealt out anyhow: the same events, each partition's in its order
	awk '{ print >("dealt." (NR * 7919 % 11)) }' all
	try qlmerge dealt.*
	assert_status 0
	sort all >want
	sort "$TRY/out" >got
	assert_same want got
	cut -f 1 all >want
	cut -f 1 "$TRY/out" >got
	assert_same want got
}

@test "qlmerge: one input, no input, empty inputs" {
	try qlmerge A
	assert_same A "$TRY/out"
	try qlmerge <A
	assert_same A "$TRY/out"
	: >empty
	try qlmerge empty A /dev/null
	assert_status 0
	assert_same A "$TRY/out"
	try qlmerge empty empty
	assert_status 0
	assert_output ''
	try qlmerge </dev/null
	assert_status 0
	assert_output ''
}

@test "qlmerge: an input that runs backwards is named, with line and times, and goes on: status 1" {
	{
		ev '10 A c1 q a V'
		echo
		ev '12.5 A c2 q a V'
		ev '11 A c3 q a V'
		ev '11 A c4 q a V'
		ev '9.25 A c5 q a V'
	} >back
	ev '11.5 B c q a V' >other
	try qlmerge back other
	assert_status 1
	assert_err <<-'END'
		qlmerge: back:4: A goes back in time, from 12.5 to 11
		qlmerge: back:6: A goes back in time, from 11 to 9.25
	END
	# its order is never changed
	grep -P '\tA\t' "$TRY/out" >got
	grep . back >want
	assert_same want got
	[[ $(cut -f 3 "$TRY/out" | tr '\n' ' ') == 'c1 c c2 c3 c4 c5 ' ]]
	try qlmerge -x 'cat back' other
	assert_err_has 'qlmerge: cat back:4: A goes back in time, from 12.5 to 11'
	# the first ten, then how many
	for n in {1..30}; do ev "$((100 - n)) A c q a V"; done >back
	try qlmerge back
	assert_status 1
	(($(wc -l <"$TRY/err") == 11))
	assert_err_has 'qlmerge: back:11: A goes back in time, from 90 to 89'
	assert_err_has 'qlmerge: 29 steps back in time in all'
}

@test "qlmerge: 300 and 600 inputs, files and commands" {
	local n
	mkdir in
	awk '{ file = "in/" (NR % 600); print >>file; close(file) }' <(qlmerge A B C)
	ulimit -Sn 64
	(($(ls in | wc -l) == 600))
	by_time in/{?,??,[12]??} >want
	try qlmerge in/{?,??,[12]??}
	assert_status 0
	assert_same want "$TRY/out"
	by_time in/* >want
	try qlmerge in/*
	assert_status 0
	assert_same want "$TRY/out"
	local args=()
	for n in {0..299}; do args+=(-x "cat in/$n"); done
	by_time in/{{0..9},{10..99},{100..299}} >want
	try qlmerge "${args[@]}"
	assert_status 0
	assert_same want "$TRY/out"
}

@test "qlmerge: where more inputs are given than can be open, it says so" {
	ulimit -n 20
	mkdir in
	for n in {1..30}; do cp A in/$n; done
	try qlmerge in/*
	assert_status 2
	assert_err_has 'Too many open files'
}

@test "qlmerge: --dedup keeps of each line what the input has that has most" {
	local n
	# two collectors of one log, each with a gap; and two equal events in one second
	{ ev '10 A c1 q a V'; ev '10 A c1 q a V'; ev '11 A c2 q a V'; ev '13 A c4 q a V'; } >one
	{ ev '10 A c1 q a V'; ev '12 A c3 q a V'; ev '13 A c4 q a V'; ev '13 A c4 q a V'; } >two
	try qlmerge -v --dedup one two
	assert_status 0
	for n in '10 A c1' '10 A c1' '11 A c2' '12 A c3' '13 A c4' '13 A c4'; do ev "$n q a V"; done | assert_output
	assert_err 'qlmerge: 8 lines read = 6 passed + 2 repeats dropped + 0 refused'
	try qlmerge --dedup one two # what is left out is said, also where no counts are asked for
	assert_status 0
	assert_err 'qlmerge: repeats dropped: 2'
	try qlmerge one two
	by_time one two | assert_output
	assert_err ''
	# a log and its parts
	awk 'NR % 3' A >part1
	awk '(NR + 1) % 3' A >part2
	awk '(NR + 2) % 5' A >part3
	try qlmerge --dedup part1 part2 part3
	sort A >want
	sort "$TRY/out" >got
	assert_same want got
	try qlmerge --dedup A A A
	assert_same A "$TRY/out"
	# within one input nothing is a repeat
	awk '{ print; print }' A >twice
	try qlmerge --dedup twice A
	assert_same twice "$TRY/out"
	# what is not written alike but is the same
	printf '010\tA\tc\tq\ta\tV\\N\t\t\t\t\t\n' >one
	ev '10 A c q a V' >two
	try qlmerge --dedup one two
	assert_same two "$TRY/out"
}

@test "qlmerge: --dedup and inputs that are not there" {
	try qlmerge -v --dedup missing1 missing2
	assert_status 2
	(($(grep -c SOURCEDOWN "$TRY/out") == 2))
	assert_err_has 'qlmerge: 0 lines read = 0 passed + 0 repeats dropped + 0 refused'
}

@test "qlmerge: a missing input: the others are merged, SOURCEDOWN, status 2" {
	try qlmerge A missing C
	assert_status 2
	assert_err 'qlmerge: missing: No such file or directory'
	(($(grep -c SOURCEDOWN "$TRY/out") == 1))
	grep -v SOURCEDOWN "$TRY/out" >got
	by_time A C >want
	assert_same want got
	try qlmerge A . C
	assert_status 2
	assert_err 'qlmerge: .: Is a directory: its raw logs are read by qlfetch -p NAME'
}

@test "qlmerge: bad lines are named by their input and line: status 1" {
	{ head -n 3 B; echo rubbish; tail -n +4 B; } >b
	printf 'x\n' >c
	try qlmerge -v A b c
	assert_status 1
	by_time A B | assert_output
	assert_err_has 'qlmerge: b:4: fewer than 11 fields'
	assert_err_has 'qlmerge: c:1: fewer than 11 fields'
	assert_err_has "qlmerge: $(($(cat A b c | wc -l))) lines read = $(cat A B | wc -l) passed + 0 repeats dropped + 2 refused"
	# those of a command by the command, as all that is said of it
	try qlmerge -x 'cat b' -x 'gzip -c A | head -c 50' -x 'printf "x y z"'
	assert_status 2
	assert_err_has 'qlmerge: cat b:4: fewer than 11 fields'
	assert_err_has 'qlmerge: printf "x y z":1: ends inside a line: its writer was cut off'
	grep -q '^qlmerge: gzip -c A | head -c 50: byte 50: gzip: ' "$TRY/err"
	try qlmerge --follow -x 'cat b'
	assert_status 1
	assert_err 'qlmerge: cat b:4: fewer than 11 fields'
}

@test "qlmerge: what is not canonical is, when it has gone through" {
	printf '10\tA\tc\\bx\tq\\N\ta\tV\t\t\t\t\t\n12.0\tA\tc\tq\ta\tV\t\t\t\t\t\n' >one
	printf '0011.50\tB\tc\tq\ta\tV\t\t\t\t\t\n13\tB\tc\\f\tq\ta\tV\t\t\t\t\t\n' >two
	try qlmerge one two
	assert_status 0
	printf '10\tA\tc\bx\tq\ta\tV\t\t\t\t\t\n11.5\tB\tc\tq\ta\tV\t\t\t\t\t\n12\tA\tc\tq\ta\tV\t\t\t\t\t\n13\tB\tc\f\tq\ta\tV\t\t\t\t\t\n' |
		assert_output
	# many of them, from inputs that refill at different times
	awk -v OFS='\t' '{ $1 = "0" $1; print }' FS='\t' <(for n in {1..20}; do cat A; done) >one
	for n in {1..20}; do cat A; done >want
	qlmerge <(cat one) 2>/dev/null >got || true
	assert_same want got
}

@test "qlmerge: -x: a command's output is an input" {
	try qlmerge -x 'cat A' B -x 'qlfilter --class agent C | cat'
	assert_status 0
	by_time A B <(qlfilter --class agent C) | assert_output
	try qlmerge -x 'exit 0' A
	assert_status 0
	assert_same A "$TRY/out"
}

@test "qlmerge: -x: a command that ends badly has its partition named: SOURCEDOWN, status 2" {
	local c
	for c in 'exit 3' 'exit 2' 'kill -9 $$' 'kill -TERM $$' 'exec 2>&-; no-such-command' '/ 2>&-'; do
		try qlmerge B -x "cat A; $c"
		assert_status 2
		assert_err_has "qlmerge: A: cat A; $c: "
		grep -v SOURCEDOWN "$TRY/out" >got
		by_time B A >want
		assert_same want got
		[[ $(grep SOURCEDOWN "$TRY/out" | cut -f 1,2) == "$(tail -n 1 A | cut -f 1,2)" ]]
	done
	assert_err_has '/ 2>&-: status 126'
	try qlmerge -x 'no-such-command -p B' A
	assert_err_has 'qlmerge: B: no-such-command -p B: status 127'
	assert_status 2
	[[ $(head -n 1 "$TRY/out" | cut -f 1,2,6) == $'0\tB\tSOURCEDOWN' ]]
	try qlmerge -x 'cat A; kill -9 $$'
	assert_err_has 'killed by signal 9'
}

@test "qlmerge: -x: a command with status 1 makes status 1, and that is said" {
	try qlmerge A -x 'cat B; exit 1'
	assert_status 1
	assert_err 'qlmerge: cat B; exit 1: status 1: done, with remarks'
	by_time A B | assert_output
}

@test "qlmerge: -x: a command that has said so itself is not said down twice" {
	gzip -nc "$DATA/asterisk22/A/queue_log" | head -c 2000 >cut.gz
	try qlmerge -v -x 'qlfetch -p A cut.gz' B
	assert_status 2
	(($(grep -c SOURCEDOWN "$TRY/out") == 1))
	assert_err_has "qlmerge: $(wc -l <"$TRY/out") lines read = $(wc -l <"$TRY/out") passed + 0 "
	assert_err_has 'qlfetch: cut.gz: byte 2000: gzip: cut off'
	assert_err_has 'qlmerge: A: qlfetch -p A cut.gz: status 2'
}

@test "qlmerge: -x: a command cut off inside a line" {
	try qlmerge -x 'head -c 3000 A; exit 1'
	assert_status 2
	(($(grep -c SOURCEDOWN "$TRY/out") == 1))
	down A
	head -c 3000 A >cut
	head -n "$(wc -l <cut)" A >want
	grep -v SOURCEDOWN "$TRY/out" >got
	assert_same want got
	try qlmerge -x 'head -c 3000 A; kill -9 $$'
	assert_status 2
	(($(grep -c SOURCEDOWN "$TRY/out") == 1))
}

@test "qlmerge: -x: status 1 of a command is status 1 of the merge" {
	{ cat "$DATA/asterisk22/A/queue_log"; echo rubbish; } >log
	try qlmerge -x 'qlfetch -p A log' B
	assert_status 1
	run ! grep -q SOURCEDOWN "$TRY/out"
	assert_err_has 'qlfetch: log:250: '
}

@test "qlmerge: -x: a command does not take what is on stdin" {
	try qlmerge -x 'cat; cat A' - <B
	assert_status 0
	by_time A B | assert_output
}

@test "qlmerge: a torn stream, however it comes: SOURCEDOWN, status 2" {
	head -c 3000 A >torn
	for how in 'qlmerge torn B' 'qlmerge - B' 'qlmerge <(cat torn) B'; do
		eval "try $how" <torn
		assert_status 2
		(($(grep -c SOURCEDOWN "$TRY/out") == 1))
		[[ $(grep SOURCEDOWN "$TRY/out" | cut -f 2) == A ]]
		assert_err_has 'ends inside a line: its writer was cut off'
	done
}

@test "qlmerge: the stream's own events pass" {
	{ ev '10 A c q a V'; ev '11 A NONE NONE NONE TICK'; ev '12 A NONE NONE NONE SOURCEDOWN|x'; ev '13 A NONE NONE NONE SOURCEUP'; } >one
	ev '11.5 B c q a V' >two
	try qlmerge one two
	assert_status 0
	by_time one two | assert_output
	# they are no steps back of their server
	{ ev '10 A c q a V'; ev '9 A NONE NONE NONE TICK'; ev '10 A c q a V'; } >one
	try qlmerge one
	assert_status 0
	assert_err ''
}

@test "qlmerge: an event is passed on before the next one is there" {
	mkfifo in
	qlmerge in >out &
	local pid=$!
	exec 7>in
	ev '10 A c1 q a V' >&7
	soon out c1
	ev '11 A c2 q a V' >&7
	soon out c2
	exec 7>&-
	wait "$pid"
	(($(wc -l <out) == 2))
}

@test "qlmerge: -F and -I" {
	qlmerge A B C >want
	for p in A B C; do qlfilter -F json $p >$p.json; done
	try qlmerge -I json A.json B.json C.json
	assert_status 0
	assert_same want "$TRY/out"
	try qlmerge -F json -I json A.json B.json C.json
	qlfilter -F json want | assert_output
	try qlmerge -F csv A B C
	qlfilter -F csv want | assert_output
	try qlmerge -F queuelog A
	qlfilter -F queuelog A | assert_output
	try qlmerge -I queuelog "$DATA/asterisk22/A/queue_log"
	assert_status 2
	assert_output ''
	assert_err "qlmerge: -I: queuelog: raw logs have no partition here: use qlfetch -p
qlmerge: try 'qlmerge --help'"
}

@test "qlmerge: -o comes into place when all was read" {
	qlmerge A B >want
	try qlmerge -o file A B
	assert_status 0
	assert_output ''
	assert_same want file
	try qlmerge -o file A missing
	assert_status 2
	assert_same want file
	try qlmerge -o file -x 'cat A; exit 2'
	assert_status 2
	assert_same want file
}

@test "qlmerge: --newest says how far each partition came" {
	try qlmerge --newest 7 A B C 7>newest
	assert_status 0
	for p in A B C; do printf '%s\t%s\n' $p "$(tail -n 1 $p | cut -f 1)"; done >want
	sort newest >got
	assert_same want got
	try qlmerge --newest 9 A 9>&-
	assert_status 2
}

@test "qlmerge: --newest writes all of it, whatever the pipe takes at once" {
	awk 'BEGIN { for (n = 10000; n < 20000; n++) printf "%d\tP%d\tc\tq\tNONE\tENTERQUEUE\t\t\t\t\t\n", n, n }' >many
	cut -f 1,2 many | awk '{ print $2 "\t" $1 }' >want
	python3 - many >got <<-'END'
		import os, subprocess, sys, time
		r, w = os.pipe()
		os.set_blocking(w, False)
		p = subprocess.Popen(['qlmerge', '--newest', str(w), sys.argv[1]], stdout=subprocess.DEVNULL, pass_fds=[w])
		os.close(w)
		while True:
		    time.sleep(0.01)
		    b = os.read(r, 10000)
		    if not b:
		        break
		    os.write(1, b)
		sys.exit(p.wait())
	END
	assert_same want got
	[[ -c /dev/full ]] || skip "no /dev/full"
	try qlmerge --newest 7 many 7>/dev/full
	assert_status 2
	assert_err 'qlmerge: --newest: 7: No space left on device'
}

@test "qlmerge: a closed pipe ends it quietly, and its commands with it" {
	local status
	# more than a pipe holds
	awk 'BEGIN { for (n = 1; n < 200000; n++) printf "%d\tA\tc\tq\tNONE\tENTERQUEUE\t\t\t\t\t\n", n }' >long
	{ status=0; qlmerge long B 2>err || status=$?; echo "$status" >status; } | head -n 1 >/dev/null
	[[ ! -s err ]]
	[[ $(<status) == 141 ]]
	{ qlmerge -x 'cat long' -x 'cat B' 2>err || true; } | head -n 1 >/dev/null
	[[ ! -s err ]]
	(trap '' PIPE; qlmerge long B 2>err; echo $? >status) | head -n 1 >/dev/null
	[[ ! -s err ]]
}
