# qlfetch: a server's log, from whatever files it is in, as events.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	A=$DATA/asterisk22/A
	# its parts in the order in which they were written, which is not that of their names
	parts=("$A/queue_log.0" "$A/queue_log.1" "$A/queue_log.2" "$A/queue_log")
}

# events P <LOG: what a well-formed log should become.
events() {
	sed 's/\\/\\\\/g' | awk -F'|' -v OFS='\t' -v p="$1" '{
		for (i = 11; i <= NF; i++) $10 = $10 "|" $i
		print $1, p, $2, $3, $4, $5, $6, $7, $8, $9, $10
	}'
}

# member LINE...: a gzip member of some lines.
member() {
	raw "$@" | gzip -n
}

# down P: the last event says that P is not whole.
down() {
	[[ $(tail -n 1 "$TRY/out" | cut -f 2-6) == "$1"$'\tNONE\tNONE\tNONE\tSOURCEDOWN' ]]
}

# equation READ: with -v, read = passed + filtered + refused, and passed is what came out.
equation() {
	awk -v read="$1" -v out="$(($(wc -l <"$TRY/out") - ${2:-0}))" '
		/ lines read = / {
			ok = $2 == read && $2 == $6 + $9 + $12 && $6 == out
			print
		}
		END { exit !ok }
	' "$TRY/err"
}

# How many lines were read and how many refused, as -v said to a file.
counted() { awk '/ lines read = / { print $2, $12 }' "$1"; }

@test "qlfetch: each line of a log becomes an event" {
	local p f
	for p in A B C; do
		for f in "$DATA/asterisk22/$p"/queue_log*; do
			try qlfetch -p $p "$f"
			assert_status 0
			events $p <"$f" | assert_output
			assert_err ''
			try qlfetch -p $p <"$f"
			events $p <"$f" | assert_output
		done
	done
	try qlfetch -p A --partition=B - <"$f"
	events B <"$f" | assert_output
}

@test "qlfetch: without -p, or with a bad one, nothing is read" {
	local p
	try qlfetch "$A"
	assert_status 2
	assert_output ''
	assert_err_has 'a raw log wants the partition it is of: -p NAME'
	for p in '' . A- 'A B' A/B é ABCDEFGHIJKLMNOPQRSTU; do
		try qlfetch -p "$p" "$A"
		assert_status 2
		assert_output ''
		assert_err "qlfetch: -p: $p: not a name of a partition"
	done
	try qlfetch -p pbx-1.example:5_b "$A/queue_log"
	assert_status 0
}

@test "qlfetch: gzip is plain, by its bytes and not by its name" {
	local p
	for p in A B C; do
		qlfetch -p $p "$DATA/asterisk22/$p" >want
		try qlfetch -p $p "$DATA/cluster/$p"
		assert_status 0
		assert_same want "$TRY/out"
	done
	gzip -c "$A/queue_log" >log
	cp "$A/queue_log" log.gz
	events A <"$A/queue_log" >want
	try qlfetch -p A log
	assert_same want "$TRY/out"
	try qlfetch -p A <log
	assert_same want "$TRY/out"
	try qlfetch -p A log.gz
	assert_same want "$TRY/out"
	assert_status 0
	# several members, one of them cut inside a line
	{ head -c 5000 "$A/queue_log" | gzip -1; printf '' | gzip; tail -c +5001 "$A/queue_log" | gzip -9; } >log
	try qlfetch -p A log
	assert_status 0
	assert_same want "$TRY/out"
}

@test "qlfetch: a rotated log is read in the order in which it was written" {
	cat "${parts[@]}" | events A >want
	try qlfetch -p A "$A"
	assert_status 0
	assert_same want "$TRY/out"
	try qlfetch -p A "$A/"
	assert_same want "$TRY/out"
	cat "$DATA/asterisk22/C"/queue_log.* "$DATA/asterisk22/C/queue_log" | events C >want
	try qlfetch -p C "$DATA/asterisk22/C"
	assert_same want "$TRY/out"
	cat "$DATA/asterisk22/B"/queue_log.{1,0} "$DATA/asterisk22/B/queue_log" | events B >want
	try qlfetch -p B "$DATA/asterisk22/B"
	assert_same want "$TRY/out"
}

@test "qlfetch: in whatever order the parts are given, and whatever they are called" {
	local a b c d n=0
	cat "${parts[@]}" | events A >want
	for a in 0 1 2 3; do
		for b in 0 1 2 3; do
			for c in 0 1 2 3; do
				d=$((6 - a - b - c))
				((a != b && a != c && b != c)) || continue
				n=$((n + 1))
				qlfetch -p A "${parts[a]}" "${parts[b]}" "${parts[c]}" "${parts[d]}" >got
				assert_same want got
				mkdir dir
				cp "${parts[0]}" "dir/queue_log.$a"
				gzip -c "${parts[1]}" >"dir/queue_log-$b.old"
				cp "${parts[2]}" "dir/queue_log$c"
				cp "${parts[3]}" "dir/queue_log.1999-01-0$d"
				qlfetch -p A dir >got
				assert_same want got
				rm -r dir
			done
		done
	done
	((n == 24))
	# a directory and a file of the same log
	mkdir dir
	cp "${parts[@]:0:3}" dir
	try qlfetch -p A "${parts[3]}" dir
	assert_status 0
	assert_same want "$TRY/out"
}

@test "qlfetch: only what is called queue_log is taken from a directory" {
	mkdir -p dir/queue_log.d
	cp "$A/queue_log" dir
	raw '1 c q a V' | tee dir/messages >dir/old.queue_log
	ln -s "$A/queue_log.2" dir/queue_log.link
	cat "$A/queue_log.2" "$A/queue_log" | events A >want
	try qlfetch -p A dir
	assert_status 0
	assert_same want "$TRY/out"
}

@test "qlfetch: a copy of a part, or its beginning, is left out and named: status 1" {
	local f
	cat "${parts[@]}" | events A >want
	mkdir dir
	cp "${parts[@]}" dir
	cp "$A/queue_log.1" dir/queue_log.copy
	try qlfetch -v -p A dir
	assert_status 1
	assert_same want "$TRY/out"
	grep -qxE 'qlfetch: dir/queue_log.(copy|1): skipped: the same log as dir/queue_log.(copy|1)' "$TRY/err"
	equation "$(wc -l <want)"

	gzip -c "$A/queue_log.1" >dir/queue_log.copy
	try qlfetch -p A dir
	assert_status 1
	assert_same want "$TRY/out"

	# what was copied while it was still written to
	for f in 'head -n 100' 'head -c 9999' 'head -n 1'; do
		$f "$A/queue_log" >dir/queue_log.copy
		try qlfetch -p A dir
		assert_status 1
		assert_same want "$TRY/out"
		assert_err 'qlfetch: dir/queue_log.copy: skipped: the beginning of dir/queue_log'
		try qlfetch -p A dir/queue_log.copy dir/queue_log dir/queue_log.{1,2,0}
		assert_status 1
		assert_same want "$TRY/out"
		assert_err 'qlfetch: dir/queue_log.copy: skipped: the beginning of dir/queue_log'
		gzip dir/queue_log.copy
		try qlfetch -p A dir/*
		assert_status 1
		assert_same want "$TRY/out"
		assert_err 'qlfetch: dir/queue_log.copy.gz: skipped: the beginning of dir/queue_log'
		rm dir/queue_log.copy.gz
	done
	try qlfetch -p A "$A/queue_log" "$A/queue_log" "$A/queue_log"
	assert_status 1
	events A <"$A/queue_log" | assert_output
	(($(wc -l <"$TRY/err") == 2))
}

@test "qlfetch: parts that only begin alike are no copies" {
	raw '10 c1 q NONE ENTERQUEUE|1' >one
	cp one two
	raw '11 c1 q NONE ABANDON|1' >>one
	raw '12 c1 q NONE ABANDON|2' >>two
	try qlfetch -p A two one
	assert_status 0
	cat one two | events A | assert_output
	# no bytes, no copy
	: >empty
	cp empty void
	try qlfetch -p A void empty one
	assert_status 0
	events A <one | assert_output
}

@test "qlfetch: a pipe among the parts: they stay in the order given" {
	cat "$A/queue_log" "$A/queue_log.2" | events A >want
	try qlfetch -p A <(cat "$A/queue_log") "$A/queue_log.2"
	assert_status 0
	assert_same want "$TRY/out"
	try qlfetch -p A - "$A/queue_log.2" <"$A/queue_log"
	assert_same want "$TRY/out"
}

@test "qlfetch: a missing file: the others are done, SOURCEDOWN, status 2" {
	try qlfetch -p A missing "$A/queue_log"
	assert_status 2
	assert_err 'qlfetch: missing: No such file or directory'
	{
		events A <"$A/queue_log"
		ev '1795369620 A NONE NONE NONE SOURCEDOWN|not read to its end'
	} | assert_output
	try qlfetch -p A -v -e ABANDON "$A/queue_log" missing "$A/queue_log.0"
	assert_status 2
	down A
	(($(grep -c ABANDON "$TRY/out") == $(cat "$A"/queue_log{,.0} | grep -c ABANDON)))
	equation "$(cat "$A"/queue_log{,.0} | wc -l)" 1
	[[ $(tail -n 1 "$TRY/out" | cut -f 1) == 1795369620 ]]
	try qlfetch -p A missing
	assert_status 2
	down A
	(($(wc -l <"$TRY/out") == 1))
}

@test "qlfetch: a directory without logs, and one that is no log" {
	mkdir dir
	: >dir/messages
	try qlfetch -p A dir "$A/queue_log"
	assert_status 2
	assert_err 'qlfetch: dir: no file in it whose name begins with queue_log'
	down A
	(($(wc -l <"$TRY/out") == $(wc -l <"$A/queue_log") + 1))
	try qlfetch -p A dir
	assert_status 2
	down A
}

@test "qlfetch: empty logs, and one of restarts only, are legal" {
	: >empty
	try qlfetch -v -p A empty
	assert_status 0
	assert_output ''
	equation 0
	gzip -c empty >packed.gz
	try qlfetch -p A packed.gz
	assert_status 0
	assert_output ''
	try qlfetch -p A </dev/null
	assert_status 0
	for n in 10 20 30; do raw "$n NONE NONE NONE QUEUESTART|"; done >log
	try qlfetch -v -p A log
	assert_status 0
	events A <log | assert_output
	equation 3
}

@test "qlfetch: an empty file called .gz is an archive that was lost" {
	: >queue_log.1.gz
	try qlfetch -p A queue_log.1.gz
	assert_status 2
	down A
}

@test "qlfetch: CRLF, blank lines, a byte order mark, blanks before the time, fractions" {
	local n
	n=$(wc -l <"$A/queue_log")
	events A <"$A/queue_log" >want
	sed 's/$/\r/' "$A/queue_log" >log
	try qlfetch -v -p A log
	assert_status 0
	assert_same want "$TRY/out"
	assert_err_has "0 blank, $n with CR"
	{ printf '\xef\xbb\xbf'; sed 's/^/ /; s/$/\n\n  /' "$A/queue_log"; } >log
	try qlfetch -v -p A log
	assert_status 0
	assert_same want "$TRY/out"
	equation "$n"
	raw '1795369298.50 c q a V' >log
	try qlfetch -p A log
	ev '1795369298.5 A c q a V' | assert_output
}

@test "qlfetch: 5 fields, 12 fields, verbs that nobody knows" {
	{
		echo '10|c|q|a|V'
		echo '11|c|q|a|V|1|2|3|4|5|6|7'
		echo '12|c|q|a|some new verb|x|'
		echo '13|c|q|a|heartbeat'
	} >log
	try qlfetch -v -p A log
	assert_status 0
	{
		ev '10 A c q a V'
		ev 11 A c q a V 1 2 3 4 '5|6|7'
		ev 12 A c q a 'some new verb' x
		ev '13 A c q a heartbeat'
	} | assert_output
	equation 4
}

@test "qlfetch: bytes that are escaped, and those that are not" {
	printf '10|c\tc|q\\q|a\0a|V|\\t|\xff\x01|\n' >log
	try qlfetch -p A log
	assert_status 0
	printf '10\tA\tc\\tc\tq\\\\q\ta\\0a\tV\t\\\\t\t\xff\x01\t\t\t\n' | assert_output
}

@test "qlfetch: each refused line is named by file and line, the rest is done: status 1" {
	local n
	{
		raw '10 c q a V'
		echo rubbish
		raw '11 c q a'
		echo
		raw '12 c q a V'
		raw 13 c q a '' x
		raw '8589934593 c q a V'
		printf '14|c\0\0|q|a|V\n'
		raw '15 c q a TICK'
		raw '16 c q a V'
	} >log
	try qlfetch -v -p A "$A/queue_log.0" log
	assert_status 1
	{ for n in 10 12 16; do ev "$n A c q a V"; done; events A <"$A/queue_log.0"; } | assert_output
	for n in '2: no time from 0 to 2^33' '3: fewer than 5 fields' '6: an empty verb' \
		'7: no time from 0 to 2^33' '8: a run of NULs' '9: a verb that no server writes'; do
		assert_err_has "qlfetch: log:$n"
	done
	equation $((9 + $(wc -l <"$A/queue_log.0")))
}

@test "qlfetch: the first ten refused lines are named, then their number" {
	{ seq 10; raw '10 c q a V'; } >one
	seq 1000 | sed 's/^/x/' >two
	try qlfetch -p A one two
	assert_status 1
	(($(wc -l <"$TRY/err") == 11))
	assert_err_has 'qlfetch: one:10: fewer than 5 fields'
	assert_err_has 'qlfetch: 1010 lines refused in all'
	try qlfetch -p A one
	(($(wc -l <"$TRY/err") == 10))
}

@test "qlfetch: --rejects has them byte for byte" {
	{
		printf '\xef\xbb\xbfbad\r\n'
		raw '10 c q a V'
		printf 'a\0\0b\\\t|\n \xff\n'
		head -c 3000000 /dev/zero | tr '\0' y
		printf '\n11|c\n'
		raw '12 c q a V'
		printf 'last'
	} >log
	{
		printf '\xef\xbb\xbfbad\r\n'
		printf 'a\0\0b\\\t|\n \xff\n'
		head -c 3000000 /dev/zero | tr '\0' y
		printf '\n11|c\nlast'
	} >want
	try qlfetch -v -p A --rejects rejected log
	assert_status 1
	{ ev '10 A c q a V'; ev '12 A c q a V'; } | assert_output
	assert_same want rejected
	equation 8
	try qlfetch -v -p A --rejects rejected -e V log
	assert_same want rejected
	equation 8
	gzip log
	try qlfetch -p A --rejects rejected log.gz
	assert_same want rejected
	cat log.gz | try qlfetch -p A --rejects rejected
	assert_same want rejected
	try qlfetch -p A --rejects none/rejected log.gz
	assert_status 2
	assert_output ''
	try qlfetch -p A --rejects /dev/full log.gz
	assert_status 2
}

@test "qlfetch: binary rubbish is refused line by line" {
	local n
	# no archive, no text
	gzip -c "$A"/queue_log* | tail -c +50 >log
	try qlfetch -v -p A --rejects rejected log
	assert_status 1
	assert_output ''
	assert_same log rejected
	grep -q '^qlfetch: log:1: ' "$TRY/err"
	for n in $(seq 200); do printf '\x7fELF\0\1\2\3\n'; head -c 300 /dev/zero; printf '|||||\n'; done >log
	try qlfetch -v -p A --rejects rejected log
	assert_status 1
	assert_output ''
	equation 400
}

@test "qlfetch: 100,000 mutated lines: each is accepted, or named" {
	local all refused n why
	cat "$A"/queue_log* | python3 "$ROOT/tests/tools/mutate.py" 7 100000 >log
	try qlfetch -v -p A --rejects rejected log
	assert_status 1
	all=$(awk '{ sub(/\r$/, "") } !/^[ \t]*$/' log | wc -l)
	equation "$all"
	refused=$(wc -l <rejected)
	((refused > 10000 && refused < 60000))
	assert_err_has "qlfetch: $refused lines refused in all"
	(($(wc -l <"$TRY/out") + refused == all))
	# what was accepted are events, the whole and nothing but
	awk -F'\t' 'NF != 11 || $1 !~ /^[0-9]+(\.[0-9]*[1-9])?$/ || $2 != "A" || $6 == "" || /\r/ { exit 1 }' "$TRY/out"
	qlfilter "$TRY/out" >again
	assert_same "$TRY/out" again
	mv "$TRY/out" accepted
	# the ten that were named are those
	sed -n 's/^qlfetch: log:\([0-9]*\): .*/\1/p' "$TRY/err" >numbers
	(($(wc -l <numbers) == 10))
	while read -r n; do sed -n "${n}p" log; done <numbers >want
	head -n 10 rejected >got
	assert_same want got
	# without them nothing is refused
	awk 'NR == FNR { bad[NR] = $0; n = NR; next } i < n && $0 == bad[i + 1] { i++; next } 1' rejected log >good
	try qlfetch -p A good
	assert_status 0
	assert_same accepted "$TRY/out"
	# filtered ones are counted apart, and as a predicate asks for each event they go another way
	try qlfetch -v -p A -e CONNECT log
	equation "$all"
	assert_err_has "$refused refused"
	(($(wc -l <"$TRY/out") == $(cut -f 6 accepted | grep -cx CONNECT)))
	try qlfetch -v -p A --match 'time~.' log
	equation "$all"
	assert_same accepted "$TRY/out"
}

@test "qlfetch: other packers are named: status 2, and the others are done" {
	local f
	printf 'BZh91AY&SY' >queue_log.bz2
	printf '\xfd7zXZ\0\0' >queue_log.xz
	printf '\x28\xb5\x2f\xfd\x04\0' >queue_log.zst
	for f in 'queue_log.bz2 bzip2' 'queue_log.xz xz' 'queue_log.zst zstd'; do
		try qlfetch -p A "${f% *}" "$A/queue_log"
		assert_status 2
		assert_err "qlfetch: ${f% *}: compressed in a way that is not read: use ${f#* } -dc"
		down A
		(($(wc -l <"$TRY/out") == $(wc -l <"$A/queue_log") + 1))
	done
}

# A cut where a member ends leaves a whole archive: nobody could know that there was more.
@test "qlfetch: a gzip of three members cut at any byte never ends with 0" {
	local n whole=() status
	member '10 c1 q NONE ENTERQUEUE|1' >log.gz
	whole+=("$(stat -c %s log.gz)")
	member '11 c2 q NONE ENTERQUEUE|2' >>log.gz
	whole+=("$(stat -c %s log.gz)")
	member '12 c3 q NONE ENTERQUEUE|3' >>log.gz
	whole+=("$(stat -c %s log.gz)")
	gzip -dc log.gz | events A >all
	for ((n = 0; n <= whole[2]; n++)); do
		head -c $n log.gz >cut.gz
		status=0
		qlfetch -p A cut.gz >out 2>err || status=$?
		mapfile -t out <out
		case " ${whole[*]} " in
		*" $n "*)
			((status == 0))
			[[ ! -s err ]]
			;;
		*)
			((status == 2))
			[[ -s err && ${out[-1]} == *$'\tA\tNONE\tNONE\tNONE\tSOURCEDOWN\t'* ]]
			unset 'out[-1]'
			;;
		esac
		# the lines of it, from the first on, and nothing else
		((${#out[@]} == 0)) || [[ $(<all)$'\n' == "$(printf '%s\n' "${out[@]}")"$'\n'* ]]
	done
	((${#out[@]} == 3))
	# as a stream there is no name, only bytes: nothing at all is an empty log
	for ((n = 0; n <= whole[2]; n += 5)); do
		status=0
		head -c $n log.gz | qlfetch -p A >out 2>err || status=$?
		case " 0 ${whole[*]} " in
		*" $n "*) ((status == 0)) ;;
		*) ((status == 2)) ;;
		esac
	done
}

@test "qlfetch: a gzip with a wrong sum, a wrong length, or something behind it: status 2" {
	local what
	gzip -nc "$A/queue_log" >good.gz
	for what in -8 -1 ; do
		{
			head -c "$what" good.gz
			tail -c "${what#-}" good.gz | head -c 1 | tr '\0-\377' '\1-\377\0'
			tail -c "$((${what#-} - 1))" good.gz
		} >bad.gz
		(($(stat -c %s bad.gz) == $(stat -c %s good.gz)))
		try qlfetch -p A bad.gz
		assert_status 2
		down A
		assert_err_has 'qlfetch: bad.gz: byte '
		assert_err_has 'gzip: corrupt'
	done
	{ cat good.gz; raw '10 c q a V'; } >bad.gz
	try qlfetch -p A bad.gz "$A/queue_log.0"
	assert_status 2
	down A
	assert_err_has 'gzip: something that is no gzip behind the end'
	(($(wc -l <"$TRY/out") == $(cat "$A"/queue_log{,.0} | wc -l) + 1))
}

@test "qlfetch: the last line without LF: taken if complete, else refused" {
	printf '10|c|q|a|V|\n11|c|q|a|V|1' >log
	try qlfetch -p A log
	assert_status 0
	{ ev '10 A c q a V'; ev 11 A c q a V 1; } | assert_output
	printf '10|c|q|a|V|\n11|c|q' >log
	try qlfetch -p A log
	assert_status 1
	ev '10 A c q a V' | assert_output
	assert_err 'qlfetch: log:2: fewer than 5 fields'
}

@test "qlfetch: events:FILE is a stream, and keeps its partitions" {
	qlfetch -p B "$DATA/asterisk22/B" >b
	try qlfetch events:b
	assert_status 0
	assert_same b "$TRY/out"
	gzip -k b
	try qlfetch -p A "$A/queue_log" events:b.gz
	assert_status 0
	{ events A <"$A/queue_log"; cat b; } | assert_output
	try qlfetch events:- <b
	assert_same b "$TRY/out"
	try qlfetch -I events b
	assert_same b "$TRY/out"
	try qlfetch events:missing
	assert_status 2
	down unknown
}

# It was passed over, so a server that is kept in a stream with others came with all of them.
@test "qlfetch: -p selects from streams, where no log is there to be stamped" {
	{ ev '1 A c q a V'; ev '2 B c q a V'; ev '3 C c q a V'; ev '4 C NONE NONE NONE SOURCEDOWN|x'; } >all
	{ ev '2 B c q a V'; ev '4 C NONE NONE NONE SOURCEDOWN|x'; } >want
	try qlfetch -v -p B events:all
	assert_status 0
	assert_same want "$TRY/out"
	assert_err_has '4 lines read = 2 passed + 2 filtered + 0 refused'
	try qlfetch -p B -I events <all
	assert_same want "$TRY/out"
	qlfilter -F json all | try qlfetch -p B -I json
	assert_same want "$TRY/out"
	try qlfetch -p A,B events:all
	assert_status 2
	assert_err 'qlfetch: -p: A,B: not a name of a partition'
	printf 'A.source = events:all\nB.source = events:all\n' >conf
	sed -i '$d' all
	try qlcluster --config conf 'cluster:A|B'
	head -n 2 all | assert_output
}

@test "qlfetch: a stream that stops inside a line was cut off: status 2, SOURCEDOWN" {
	local n first
	ev '10 A c q a V' >stream
	first=$(stat -c %s stream)
	ev '11 B c q a V' >>stream
	for ((n = first + 1; n < 2 * first; n++)); do
		head -c $n stream >torn
		try qlfetch -v events:torn
		assert_status 2
		{ ev '10 A c q a V'; ev '10 A NONE NONE NONE SOURCEDOWN|not read to its end'; } | assert_output
		assert_err_has 'qlfetch: torn:2: ends inside a line'
		equation 2 1
	done
	# however long the line
	{ cat stream; head -c 3000000 /dev/zero | tr '\0' x; } >torn
	try qlfetch -v events:torn
	assert_status 2
	down B
	assert_err_has 'qlfetch: torn:3: ends inside a line'
}

@test "qlfetch: a SOURCEDOWN of its own comes where time has come to, whatever is asked" {
	gzip -nc "$A/queue_log" | head -c 2000 >cut.gz
	try qlfetch -p A cut.gz
	cp "$TRY/out" whole
	tail -n 2 whole | cut -f 1 | uniq | wc -l | grep -qx 1
	try qlfetch -p A -e ABANDON cut.gz
	assert_status 2
	down A
	[[ $(tail -n 1 "$TRY/out") == "$(tail -n 1 whole)" ]]
	try qlfetch -p A -F json cut.gz
	qlfilter -I json "$TRY/out" >back
	assert_same whole back
	# a line that was not asked for has its time all the same, also if the part behind it has no events
	{ raw '1795369300 c1 q1 a V'; raw '1795369400 c2 q2 a V'; } >log
	printf 'no event\n1795369500\tA\tc3\tq1' >events
	try qlfetch -p A -q q1 log events:events
	assert_status 2
	{ ev '1795369300 A c1 q1 a V'; ev '1795369400 unknown NONE NONE NONE SOURCEDOWN|not read to its end'; } | assert_output
}

@test "qlfetch: what is longer than a line may be is refused, in pieces" {
	local n
	{
		raw '10 c q a V'
		printf '11|c|q|a|V|'
		head -c 5000000 /dev/zero | tr '\0' x
		echo
		raw '12 c q a V'
	} >log
	try qlfetch -v -p A log
	assert_status 1
	{ ev '10 A c q a V'; ev '12 A c q a V'; } | assert_output
	assert_err_has 'qlfetch: log:2: longer than a line may be'
	equation 3
	for n in 99 100 101; do
		printf '10|c|q|a|V|%0*d\n' $((n - 11)) 0 >log
		try qlfetch -p A --max-line 100 log
		assert_status $((n > 100))
		# where each event is looked at, it is the same
		try qlfetch -v -p A -e V --max-line 100 log
		assert_status $((n > 100))
		equation 1
	done
	for n in 0 63 -1 1k 1073741825; do
		try qlfetch -p A --max-line "$n" log
		assert_status 2
	done
}

# The event that such a line became used to be refused, as too long, by whoever read it next.
@test "qlfetch: the longest line goes through all forms" {
	local c
	for c in x '\\' '\001' '\377'; do
		{ printf '10|c|q|a|V|'; head -c 1048565 /dev/zero | tr '\0' "$c"; } >log
		try qlfetch -p A log
		assert_status 0
		mv "$TRY/out" stream
		(($(wc -l <stream) == 1))
		qlfilter stream >again
		assert_same stream again
		qlmerge -F json stream | qlfilter -I json >again
		assert_same stream again
		qlfilter -F queuelog stream | head -c -1 >again
		assert_same log again
		qlfetch -p A -v -e V log >again
		assert_same stream again
	done
}

# bats test_tags=nosan
@test "qlfetch: a line of a gigabyte takes no memory" {
	[[ -x /usr/bin/time ]] || skip 'no /usr/bin/time'
	local kb
	{
		raw '10 c q a V'
		head -c 1000000000 /dev/zero | tr '\0' x
		echo
		raw '11 c q a V'
	} | try /usr/bin/time -f 'peak %M' qlfetch -v -p A
	assert_status 1
	{ ev '10 A c q a V'; ev '11 A c q a V'; } | assert_output
	assert_err_has 'qlfetch: stdin:2: longer than a line may be'
	kb=$(sed -n 's/^peak //p' "$TRY/err")
	((kb < 16000))
}

# bats test_tags=nosan
@test "qlfetch: lines that give no event take no more memory than those that do" {
	[[ -x /usr/bin/time ]] || skip 'no /usr/bin/time'
	local kb line
	for line in "$(raw '10 c q a V')" '' x; do
		yes "$line" | head -n 1000000 |
			/usr/bin/time -f %M -o peak sh -c 'qlfetch -p A >/dev/null 2>&1 || [ $? = 1 ]'
		kb=${kb:-$(cat peak)}
		(($(cat peak) < kb + 800)) || { echo "$line: $(cat peak), not $kb" && return 1; }
	done
}

@test "qlfetch: adjoining windows are the whole, each half open" {
	local t from=() n=0
	cat "$A"/queue_log* >log
	qlfetch -p A log | sort >want
	: >got
	for t in 1795369300 1795369375 1795369376 1795369400.5 1795369533 ''; do
		qlfetch -p A "${from[@]}" ${t:+-t $t} log >>got
		from=(-f "$t")
		n=$((n + 1))
	done
	sort got -o got
	assert_same want got
	try qlfetch -p A -f 1795369376 -t 1795369377 "$A"
	[[ -s $TRY/out ]]
	[[ $(cut -f 1 "$TRY/out" | sort -u) == 1795369376 ]]
	(($(wc -l <"$TRY/out") == $(grep -c '^1795369376|' log)))
}

@test "qlfetch: predicates are qlfilter's" {
	local o
	qlfetch -p A "$A" >all
	for o in '-q support' '-a SIP/201,NONE' '-e ABANDON,CONNECT' '--class agent' '--not -e CONNECT' \
		'--match data1~^[0-9]+$' '-f 1795369400 -t 1795369500' '-e NONE_SUCH'; do
		# shellcheck disable=SC2086 # words
		qlfilter $o all >want
		# shellcheck disable=SC2086
		try qlfetch -v -p A $o "$A"
		assert_status 0
		assert_same want "$TRY/out"
		equation "$(wc -l <all)"
	done
}

@test "qlfetch: predicates on damaged lines, of several logs, gzip and cut ones, are qlfilter's" {
	local o files whole
	python3 "$ROOT/tests/tools/mutate.py" 5 20000 <"$A/queue_log" >damaged
	gzip -nc "$A/queue_log" | head -c 2000 >cut.gz
	gzip -nc "$A/queue_log" >whole.gz
	for files in "damaged" "whole.gz damaged $A/queue_log" "damaged cut.gz" "cut.gz whole.gz"; do
		# shellcheck disable=SC2086 # words
		qlfetch -v -p A $files >all 2>err || true
		whole=$(counted err)
		for o in '-q support' '-a SIP/201' '-e ABANDON,CONNECT' '--class agent' '-e NONE_SUCH' \
			'-f 1795369400 -t 1795369500' '-f 1795369400 -t 1795369500 --class call -q sales' \
			'-t 1795369376' '-f 1795369376 --class call,system' '--not --class call' '-e QUEUESTART' \
			'-f 1795369400 --agents-from 1795369300'; do
			# shellcheck disable=SC2086
			qlfilter $o all >want 2>err || true
			# shellcheck disable=SC2086
			try qlfetch -v -p A $o $files
			assert_same want "$TRY/out"
			[[ $(counted "$TRY/err") == "$whole" ]]
			equation "${whole% *}" "$(cut -f 6 want | grep -cx SOURCEDOWN)"
			# shellcheck disable=SC2086
			qlfetch -p A $o -F json $files 2>err | qlfilter -I json >got || true
			assert_same want got
		done
	done
}

@test "qlfetch: -F queuelog gives genuine logs back" {
	local f
	for f in "$DATA"/asterisk22/[AB]/queue_log*; do
		try qlfetch -p A -F queuelog "$f"
		assert_status 0
		assert_same "$f" "$TRY/out"
	done
	# but for empty values at the end of a line
	for f in "$DATA"/asterisk22/C/queue_log*; do
		try qlfetch -p C -F queuelog "$f"
		assert_status 0
		sed 's/|*$//' "$f" >want
		sed 's/|*$//' "$TRY/out" >got
		assert_same want got
		qlfetch -p C "$TRY/out" >again
		qlfetch -p C "$f" >want
		assert_same want again
	done
	try qlfetch -p A -F queuelog "$A"
	cat "${parts[@]}" | assert_output
}

@test "qlfetch: -o comes into place when all was read, refused lines or not" {
	echo old >file
	echo rubbish >log
	raw '10 c q a V' >>log
	try qlfetch -p A -o file log missing
	assert_status 2
	[[ $(<file) == old ]]
	try qlfetch -p A -o file log
	assert_status 1
	ev '10 A c q a V' >want
	assert_same want file
	run ls
	[[ $output == $'file\nlog\nwant' ]]
}

@test "qlfetch: progress on demand, and never in the events" {
	qlfetch -p A "$A" >want
	try qlfetch -p A --progress=always "$A"
	assert_status 0
	assert_same want "$TRY/out"
	try qlfetch -p A "$A"
	assert_err ''
	try qlfetch -p A --progress=sometimes "$A"
	assert_status 2
	assert_err 'qlfetch: --progress: sometimes: not one of auto, always, never'
}

@test "qlfetch: a closed pipe ends it quietly" {
	local n status
	for n in {1..60}; do cat "$A/queue_log"; done >log
	for n in '' '-e CONNECT' '-F json'; do
		# shellcheck disable=SC2086
		{ status=0; qlfetch -p A $n log 2>err || status=$?; echo "$status" >status; } | head -n 1 >/dev/null
		[[ ! -s err ]]
		[[ $(<status) == 141 || $(<status) == 0 ]]
	done
	(trap '' PIPE; for n in {1..20}; do cat log; done | qlfetch -p A 2>err; echo $? >status) | head -n 1 >/dev/null
	[[ ! -s err ]]
}

@test "qlfetch: SOURCEDOWN names the part that failed, also behind another's events" {
	qlfetch -p OTHER "$DATA/cluster/A" >a.ev
	gzip -nc "$DATA/asterisk22/A/queue_log" | head -c 1000 >cut.gz
	try qlfetch -p MINE events:a.ev cut.gz
	assert_status 2
	[ "$(tail -n 1 "$TRY/out" | cut -f 2,6)" = "MINE	SOURCEDOWN" ]
}
