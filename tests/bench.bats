# bats file_tags=nosan
# The generator of bench, and that bench sees whether answers agree. Nothing here is timed.

load helper

setup() {
	BENCH=$BATS_TEST_TMPDIR/bench
	mkdir "$BENCH"
}

# small OPTION...: bench on logs of a few hours, each peer once.
small() {
	try "$ROOT/scripts/bench" --lines 5000 --pairs 1 --dir "$BENCH" "$@"
}

genlog() {
	[[ -x $BENCH/genlog ]] ||
		${CC:-cc} -std=c11 -O1 -o "$BENCH/genlog" "$ROOT/tests/tools/genlog.c"
	"$BENCH/genlog" "$@"
}

@test "genlog: the same bytes everywhere" {
	try cksum < <(genlog A 5000)
	assert_output <<<'4277061271 310450'
	try cksum < <(genlog C 50000)
	assert_output <<<'2627595546 3325376'
}

@test "genlog: lines as many as asked for, in the order of time" {
	genlog B 30000 >log
	n=$(wc -l <log)
	((n > 29950 && n < 30050))
	cut -d'|' -f1 log | sort -nc
}

@test "genlog: every call ends, and its waits and talks are those of the clock" {
	genlog A 50000 | awk -F'|' '
		function bad(why) { print why ": " $0; failed = 1 }
		{ key = $2 FS $3 }
		$5 == "ENTERQUEUE" { if (key in entered) bad("waits already"); entered[key] = $1; position[key] = $8; open++; next }
		$5 == "CONNECT" {
			if ($1 - entered[key] != $6) bad("wait")
			connected[key FS $4] = $1
			wait[key FS $4] = $6
			place[key FS $4] = position[key]
			delete entered[key]
			next
		}
		$5 ~ /^(ABANDON|EXITWITHTIMEOUT|EXITWITHKEY)$/ {
			i = $5 == "EXITWITHKEY"
			if ($(8 + i) != $1 - entered[key] || $(7 + i) != position[key] || $(6 + i) > $(7 + i)) bad("exit")
			delete entered[key]
			open--
			next
		}
		$5 ~ /^COMPLETE|TRANSFER$/ {
			i = $5 ~ /TRANSFER$/ ? 2 : 0
			key = key FS $4
			if ($(6 + i) != wait[key] || $(7 + i) != $1 - connected[key] || $(8 + i) != place[key]) bad("end")
			delete connected[key]
			ended++
			open--
		}
		END {
			if (open != 0 || ended < 5000) bad(open " open, " ended " ended, at the end")
			exit failed
		}'
}

@test "genlog: wrong usage is status 2" {
	for arguments in '' 'A' 'a 10' 'AB 10' 'A 0' 'A 1x' 'A 10 more'; do
		# shellcheck disable=SC2086 # words
		try genlog $arguments
		assert_status 2
		assert_output ''
	done
}

@test "genlog: a full disk is not success" {
	[[ -e /dev/full ]] || skip 'no /dev/full'
	genlog A 1 >/dev/null
	run -2 bash -c '"$0" A 5000 >/dev/full' "$BENCH/genlog"
}

@test "bench: the answers of ql and of mawk, sort and grep agree" {
	command -v mawk >/dev/null || skip 'mawk is not installed'
	small --peers mawk,sort,grep W1 W2 W2x16 W3 W4 W5 W6
	assert_status 0
	for work in W1 W2 W2x16 W3 W4 W5 W6; do
		grep -q "^$work: " "$TRY/out" || { echo "$work is missing"; cat "$TRY/out" "$TRY/err"; false; }
	done
	[[ $(grep -c '^ *ql  ' "$TRY/out") == 7 ]]
	[[ $(grep -c '^ *\(zcat, sort -m, \)\?mawk  ' "$TRY/out") == 5 ]]
}

@test "bench: a partition is read and loaded, with the same rows" {
	load mysql
	mysql_need
	mysql_or_skip
	small --peers sort S1 S2 S3
	assert_status 0
	for work in S1 S2 S3; do grep -q "^$work: " "$TRY/out"; done
	[[ $(grep -c '^ *ql  .* 1\.00$' "$TRY/out") == 3 && $(grep -c '^ *LOAD DATA LOCAL  ' "$TRY/out") == 2 ]]
}

@test "bench: an answer that differs is shown, status 1" {
	mkdir wrong
	ln -s "$QL_BIN"/* wrong
	rm wrong/qlfilter
	printf '#!/bin/sh\n"%s/qlfilter" "$@" | sed 1d\n' "$QL_BIN" >wrong/qlfilter
	chmod +x wrong/qlfilter
	QL_BIN=$PWD/wrong small --peers grep W3
	assert_status 1
	grep -q "the answer of grep -P (<) is not that of ql (>)" "$TRY/err"
	[[ $(grep -c '^< .*	billing	' "$TRY/err") == 1 ]]
}

@test "bench: a ql that fails is status 2" {
	mkdir wrong
	ln -s "$QL_BIN"/* wrong
	ln -sf /bin/false wrong/qlrewrite
	QL_BIN=$PWD/wrong small --peers sort W6
	assert_status 2
}

@test "bench: in Markdown every line has the columns of the heading" {
	small --markdown --peers sort W2
	assert_status 0
	[[ $(grep '^|' "$TRY/out" | tr -cd '|\n' | sort -u) == '||||||||||' ]]
	[[ $(grep -c '^|' "$TRY/out") == 5 ]]
}

@test "bench: wrong usage is status 2" {
	for arguments in --fast 'W7' '--lines' '--lines 0' '--pairs x'; do
		# shellcheck disable=SC2086 # words
		small $arguments
		assert_status 2
	done
}
