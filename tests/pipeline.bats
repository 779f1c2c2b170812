# Pipelines: what must be true of several commands together.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	LOGS=$DATA/asterisk22
}

# The commands that end a pipeline with a report, as far as they are there.
folds() {
	local f
	for f in qlcalls qlagents 'qlstats -r overview' 'qlstats -r agents' 'qlstats -r servers' \
		'qltop --once'; do
		[[ ! -x $QL_BIN/${f%% *} ]] || printf '%s\n' "$f"
	done
}

# all P: its events.
all() {
	qlfetch -p "$1" "$LOGS/$1"
}

# named P: the last report says that P is not whole, with status 2 and no file.
named() {
	assert_status 2
	assert_output ''
	grep -qE "^ql[a-z]+: $1: the source is down" "$TRY/err"
	[[ ! -e report ]]
}

@test "pipeline: a merge is one cat and a stable sort by time" {
	qlmerge <(all A) <(all B) <(all C) >merged
	{ all A; all B; all C; } | sort -s -t $'\t' -k 1,1n >want
	assert_same want merged
	qlmerge -x "qlfetch -p A $LOGS/A" -x "qlfetch -p B $LOGS/B" -x "qlfetch -p C $LOGS/C" >got
	assert_same want got
	qlmerge <(qlmerge <(all A) <(all B)) <(all C) >got
	assert_same want got
}

@test "pipeline: reports of gzip are those of plain" {
	local f p
	for p in A B C; do
		qlfetch -p $p "$LOGS/$p" >$p
		qlfetch -p $p "$DATA/cluster/$p" >$p.gz
	done
	folds >folds
	while read -r f; do
		# shellcheck disable=SC2086 # words
		qlmerge A B C | $f >want 2>want.err || (($? == 1))
		# shellcheck disable=SC2086
		qlmerge A.gz B.gz C.gz | $f >got 2>got.err || (($? == 1))
		[[ -s want ]]
		assert_same want got
		assert_same want.err got.err
	done <folds
}

@test "pipeline: filter then merge is merge then filter" {
	local o p
	qlmerge <(all A) <(all B) <(all C) >merged
	for o in '-q support' '--class agent' '-e CONNECT,ABANDON' '--not -e CONNECT' '-f 1795369400 -t 1795369500' \
		'--match agent~^Agent/'; do
		# shellcheck disable=SC2086 # words
		qlfilter $o merged >want
		# shellcheck disable=SC2086
		try qlmerge <(all A | qlfilter $o) <(all B | qlfilter $o) <(qlfetch -p C $o "$LOGS/C")
		assert_status 0
		assert_same want "$TRY/out"
	done
}

@test "pipeline: adjoining windows together are the whole, as a multiset" {
	local n t window
	qlmerge <(all A) <(all B) <(all C) | sort >want
	: >got
	for ((n = 0; n < 12; n++)); do
		t=$((1795369290 + n * 30))
		window="-f $t -t $((t + 30))"
		# shellcheck disable=SC2086 # words
		qlmerge <(qlfetch -p A $window "$LOGS/A") <(qlfetch -p B $window "$LOGS/B") \
			<(all C | qlfilter $window) >>got
	done
	sort got -o got
	assert_same want got
}

@test "pipeline: JSON and back, and through a merge of JSON: the same bytes" {
	local p
	# all bytes that a stream may hold
	awk 'BEGIN { for (i = 1; i < 256; i++) if (i != 10) printf "%d|c%c|q%c%c|a|V|%c\n", i, i, i, i, i }' >bytes
	qlfetch -p A bytes >A 2>/dev/null || true
	(($(wc -l <A) > 240))
	all B >B
	qlmerge A B >want
	qlmerge -I json <(qlfilter -F json A) <(qlfilter -F json B) >got
	assert_same want got
	qlmerge -F json A B | qlfilter -I json >got
	assert_same want got
}

@test "pipeline: a log comes back from events as it was" {
	local p f
	for p in A B; do
		for f in "$LOGS/$p"/queue_log*; do
			qlfetch -p $p "$f" | qlmerge | qlfilter -F queuelog >back
			assert_same "$f" back
		done
	done
	# and from a merged stream, each server's
	qlmerge <(all A) <(all B) >merged
	for p in A B; do
		qlfilter -p $p -F queuelog merged >got
		qlfetch -p $p -F queuelog "$LOGS/$p" >want
		assert_same want got
	done
}

@test "pipeline: a leg that is cut: the report names the partition, status 2, no file" {
	local f leg
	gzip -nc "$LOGS/B/queue_log.0" | head -c 3000 >cut.gz
	folds >folds
	while read -r f; do
		# a source that knows it
		leg='qlfetch -p B cut.gz'
		# shellcheck disable=SC2086 # words
		$leg 2>/dev/null | try $f -o report
		named B
		# shellcheck disable=SC2086
		try $f -o report <(qlmerge <(all A) <($leg))
		named B
		# shellcheck disable=SC2086
		qlmerge -x "qlfetch -p A $LOGS/A" -x "$leg" 2>/dev/null | try $f -o report
		named B
		# a log that is not there
		leg="qlfetch -p B $LOGS/B/queue_log missing"
		# shellcheck disable=SC2086
		qlmerge <(all A) <($leg 2>/dev/null) | try $f -o report
		named B
		# whoever carries it cuts a line in two
		# shellcheck disable=SC2086
		all B | head -c 5000 | try $f -o report
		named B
		# shellcheck disable=SC2086
		qlmerge <(all A) <(all B | head -c 5000) 2>/dev/null | try $f -o report
		named B
		# shellcheck disable=SC2086
		qlmerge <(all A) -x "qlfetch -p B $LOGS/B | head -c 5000" 2>/dev/null | try $f -o report
		named B
	done <folds
}

@test "pipeline: a leg that is killed or ends with 2: the same" {
	local f end
	folds >folds
	while read -r f; do
		for end in 'kill -9 $$' 'exit 2' 'exit 255' 'exec no-such-command 2>/dev/null'; do
			# shellcheck disable=SC2086 # words
			qlmerge -x "qlfetch -p A $LOGS/A" -x "qlfetch -p B $LOGS/B; $end" 2>/dev/null |
				try $f -o report
			named B
		done
		# before it said a word: the partition of its own -p
		# shellcheck disable=SC2086
		qlmerge <(all A) -x "no-such-command -p B $LOGS/B" 2>/dev/null | try $f -o report
		named B
	done <folds
}

@test "pipeline: a filter in between passes the bad news, whatever it selects" {
	local f
	gzip -nc "$LOGS/B/queue_log.0" | head -c 3000 >cut.gz
	folds >folds
	while read -r f; do
		# shellcheck disable=SC2086 # words
		qlfetch -p B cut.gz 2>/dev/null | qlfilter -q support -e CONNECT -f 10 -t 20 | try $f -o report
		named B
		# shellcheck disable=SC2086
		qlfetch -p B -e NONE cut.gz 2>/dev/null | qlmerge - <(all A) | qlfilter -p A | try $f -o report
		named B
	done <folds
}

@test "pipeline: --incomplete reports all the same" {
	local f
	gzip -nc "$LOGS/B/queue_log.0" | head -c 3000 >cut.gz
	folds >folds
	while read -r f; do
		rm -f report
		# shellcheck disable=SC2086 # words
		qlmerge <(all A) <(qlfetch -p B cut.gz 2>/dev/null) | try $f --incomplete -o report
		assert_status 1
		grep -qE '^ql[a-z]+: B: ' "$TRY/err"
		[[ -s report ]]
	done <folds
}

@test "pipeline: every line is accounted for, from one end to the other" {
	local n read passed
	cat "$LOGS"/A/queue_log* | python3 "$ROOT/tests/tools/mutate.py" 11 20000 >log
	n=$(awk '{ sub(/\r$/, "") } !/^[ \t]*$/' log | wc -l)
	qlfetch -v -p A --rejects rejects log 2>fetch >events || true
	qlmerge -v events <(all B) 2>merge >merged || true
	qlfilter -v --class call merged 2>filter >calls || true
	[[ $(sed -n 's/^qlfetch: \([0-9]*\) lines read = .*/\1/p' fetch) == "$n" ]]
	((n == $(wc -l <events) + $(wc -l <rejects)))
	read=$(sed -n 's/^qlmerge: \([0-9]*\) lines read = .*/\1/p' merge)
	passed=$(sed -n 's/^qlmerge: .* = \([0-9]*\) passed .* 0 repeats dropped + 0 refused/\1/p' merge)
	((read == $(all B | wc -l) + $(wc -l <events) && read == passed))
	[[ $(sed -n 's/^qlfilter: \([0-9]*\) lines read = \([0-9]*\) passed.* + 0 refused/\1 \2/p' filter) == \
		"$read $(wc -l <calls)" ]]
}

@test "pipeline: 100,000 mutated events, and objects: each passes, or is refused" {
	local all f
	{ all A; all B; all C; } >events
	tr '\t' '|' <events | python3 "$ROOT/tests/tools/mutate.py" 3 100000 | tr '|' '\t' >mutated
	qlfilter -F json events | python3 "$ROOT/tests/tools/mutate.py" 3 100000 >mutated.json
	for f in mutated 'mutated.json -I json'; do
		all=$(awk '{ sub(/\r$/, "") } !/^$/' "${f%% *}" | wc -l)
		# shellcheck disable=SC2086 # words
		try qlfilter -v $f
		assert_status 1
		(($(wc -l <"$TRY/out") > 5000))
		grep -qE "^qlfilter: $all lines read = $(wc -l <"$TRY/out") passed \+ 0 filtered" "$TRY/err"
		cp "$TRY/out" "good.${f%% *}"
		qlfilter "good.${f%% *}" >again
		assert_same "good.${f%% *}" again
		# shellcheck disable=SC2086
		qlmerge $f 2>/dev/null >again || (($? == 1))
		assert_same "good.${f%% *}" again
	done
	# whatever is in them, nothing falls over it
	folds >folds
	echo 'qlrewrite --by-partition --strip-channel --local-to-agent --login-to-agent --hotdesk' >>folds
	while read -r f; do
		# shellcheck disable=SC2086 # words
		try $f <good.mutated
		[[ $(<"$TRY/status") == [012] ]]
	done <folds
}

@test "pipeline: one name asked for: what a look at each line finds" {
	local option column name n=0
	python3 "$ROOT/tests/tools/mutate.py" 7 20000 <"$ROOT/tests/data/cluster/C/queue_log" >mutated
	cat <(all A) <(all B) <(all C) <(qlfetch -p a-partitions-name.1 mutated 2>/dev/null || (($? == 1))) >events
	while read -r option column; do
		cut -f "$column" events | sort | uniq -c | sort -rn | sed -E 's/^ *[0-9]+ //' |
			awk '!/[\\,"]/ && $0 !~ /^@|^$/ && (NR <= 3 || NR % 97 == 0 || length > 24 && ++long <= 3)' >names
		while IFS= read -r name; do
			for when in '' '-f 1795369400 -t 1795369450'; do
				awk -F '\t' -v c="$column" -v name="$name" -v when="$when" '
					BEGIN { split(when, w, " "); if (when == "") { w[2] = -1; w[4] = 2 ^ 40 } }
					$c "" == name "" && $1 >= w[2] && $1 < w[4]' events >expected
				# shellcheck disable=SC2086
				qlfilter "$option" "$name" $when events >got
				assert_same expected got
				# shellcheck disable=SC2086
				qlfilter "$option" "$name,no.such.name" $when events >got
				assert_same expected got
			done
			((n += 1))
		done <names
	done <<-'END'
		-p 2
		-c 3
		-q 4
		-a 5
	END
	((n > 30))
}

@test "pipeline: a pipe that somebody made non-blocking is waited for" {
	for _ in 1 2 3 4 5 6 7 8; do all A; all B; done >events
	python3 - events >got <<-'END'
		import os, subprocess, sys, time
		r, w = os.pipe()
		os.set_blocking(w, False)
		p = subprocess.Popen(['qlfilter', '-e', 'ENTERQUEUE,CONNECT', sys.argv[1]], stdout=w)
		os.close(w)
		while True:
		    time.sleep(0.01)
		    b = os.read(r, 16384)
		    if not b:
		        break
		    os.write(1, b)
		sys.exit(p.wait())
	END
	qlfilter -e ENTERQUEUE,CONNECT events | assert_same - got
}

@test "pipeline: whoever reads a pipe that is not blocking sleeps until something comes" {
	all A >events
	for name in qlfilter qlrewrite qlmerge qlstats qlcalls qlagents qlcheck 'qltop --once'; do
		# shellcheck disable=SC2086 # a command and its option
		python3 - $name <<-'END'
			import os, subprocess, sys, time
			def work(p):
			    used = os.wait4(p.pid, 0)[2]
			    return used.ru_utime + used.ru_stime
			def start(f, out):
			    return subprocess.Popen(sys.argv[1:], stdin=f, stdout=open(out, 'wb'))
			lines = open('events', 'rb').readlines()
			least = work(start(open('events'), 'want'))
			r, w = os.pipe()
			os.set_blocking(r, False)
			p = start(r, 'got')
			for line in lines[:2]:
			    os.write(w, line)
			    time.sleep(0.25)
			with open(w, 'wb') as f:
			    f.writelines(lines[2:])
			if work(p) > least + 0.2:
			    sys.exit('%s does not sleep' % sys.argv[1])
		END
		[[ $name == 'qltop --once' ]] || assert_same want got
	done
}

@test "pipeline: a file that is written to is not read as well: that would never end" {
	local args
	all A >events
	while read -ra args; do
		{ cat events; "${args[@]}" events; } >want
		cat events >same
		cp same it
		try timeout 20 bash -c 'exec "$@" it >>it' - "${args[@]}"
		assert_status 2
		assert_err "${args[0]}: it: is where the output goes"
		{ cat same; ev "0 unknown NONE NONE NONE SOURCEDOWN|not read to its end"; } | assert_same - it
		cp same it
		try timeout 20 bash -c 'exec "$@" <it >>it' - "${args[@]}"
		assert_status 2
		assert_err "${args[0]}: stdin: is where the output goes"
	done <<-'END'
		qlfilter
		qlfilter -q sales
		qlrewrite --by-partition
		qlmerge
		qlmerge --follow
	END
	# one that is empty is not to blame
	try bash -c ': >it; qlfilter events it >it'
	assert_status 0
	assert_same events it
}

@test "pipeline: it ends quietly when its reader has gone" {
	{ yes '1795369299|c|q|a|V' | qlfetch -p A | qlmerge - <(all B) | qlfilter --not -e NONE; } 2>err |
		head -n 1 >out
	[[ ! -s err ]]
	(($(wc -l <out) == 1))
}

# 331,000 seconds of calls, about a million events: 50 agents, who come and go every eight hours.
busy() {
	awk 'BEGIN {
		for (i = 1; i <= 331000; i++) {
			t = 1795369298 + i
			printf "%d\tA\tc%d\tq%d\tNONE\tENTERQUEUE\t\t06%d\t1\t\t\n", t, i, i % 7, i % 1000
			if (i > 20)
				printf "%d\tA\tc%d\tq%d\tAgent/%d\tCONNECT\t20\tx\t3\t\t\n", t, i - 20, (i - 20) % 7, (i - 20) % 50
			if (i > 50)
				printf "%d\tA\tc%d\tq%d\tAgent/%d\tCOMPLETECALLER\t20\t30\t1\t\t\n", t, i - 50, (i - 50) % 7, (i - 50) % 50
			if (i % 100 == 0)
				printf "%d\tA\tNONE\tNONE\tAgent/%d\tPAUSEALL\tx\t\t\t\t\n", t, i / 100 % 50
			if (i % 100 == 50)
				printf "%d\tA\tNONE\tNONE\tAgent/%d\tUNPAUSEALL\t\t\t\t\t\n", t, int(i / 100) % 50
			verb = i % 28800 == 300 ? "ADDMEMBER" : i % 28800 == 28000 ? "REMOVEMEMBER" : ""
			for (k = 0; verb && k < 350; k++)
				printf "%d\tA\tMANAGER\tq%d\tAgent/%d\t%s\t\t\t\t\t\n", t, k % 7, int(k / 7), verb
		}
	}'
}

# peaks TIMES WHICH: the most memory, in KiB, that each line of `commands` takes for a million events
# moved on in time so often; into peak.WHICH, in their order.
peaks() {
	local f n=0 fifos=() pids=()
	while read -r f; do
		mkfifo "fifo.$n"
		# shellcheck disable=SC2086 # words
		/usr/bin/time -f %M -o "peak.$n" $f <"fifo.$n" >/dev/null 2>&1 &
		pids+=($!)
		fifos+=("fifo.$((n++))")
	done <commands
	for ((n = 0; n < $1; n++)); do
		qlrewrite --shift "A=+$((n * 400000))s" million
	done | tee "${fifos[@]}" >/dev/null
	wait "${pids[@]}"
	for ((n = 0; n < ${#fifos[@]}; n++)); do tail -n 1 "peak.$n"; done >"peaks.$2"
	rm "${fifos[@]}"
}

# A tenth more is allowed, and half a megabyte.
# bats test_tags=nosan
@test "pipeline: memory does not grow with the number of lines: 1 million, 10 million" {
	[[ -x /usr/bin/time ]] || skip 'no /usr/bin/time'
	[[ -x $QL_BIN/qlrewrite ]] || skip 'no qlrewrite yet'
	busy >million
	(($(wc -l <million) > 1000000))
	{
		printf '%s\n' 'qlfilter -e CONNECT' 'qlmerge - /dev/null' 'qlrewrite --strip-channel' \
			'qlfetch events:-'
		folds
	} >commands
	peaks 1 small
	peaks 10 large
	paste commands peaks.small peaks.large
	paste peaks.small peaks.large | awk '$1 < 1000 || $2 > 1.1 * $1 + 512 { bad = 1 } END { exit bad || !NR }'
	qlfilter -F queuelog million >log
	for n in 1 10; do
		while ((n-- > 0)); do cat log; done |
			/usr/bin/time -f %M -a -o raw qlfetch -p A -e CONNECT >/dev/null
	done
	paste -s raw
	paste -s raw | awk '{ exit $2 > 1.1 * $1 + 512 }'
}
