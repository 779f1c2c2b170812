# What is true of every command, whatever it does.

bats_require_minimum_version 1.5.0

setup() {
	load helper
	qlfetch -p A "$DATA/asterisk22/A" >events
}

# each FUNCTION: called with the name of every command; says for which it failed.
each() {
	local c n=0 bad=0
	for c in "$QL_BIN"/ql*; do
		[[ -x $c ]] || continue
		n=$((n + 1))
		"$1" "${c##*/}" || { echo "$1: ${c##*/}"; bad=1; }
	done
	((n >= 6 && !bad))
}

# writes COMMAND: the arguments with which it has something to write; none known: status 1.
writes() {
	case $1 in
	qlfetch) set -- -p A "$DATA/asterisk22/A" ;;
	qlcluster) set -- --root "$DATA/cluster" --fresh 0 'cluster:A|B' ;;
	qlstats) set -- -r overview events ;;
	qltop) set -- --once events ;;
	qlload | qlcheck) return 1 ;;
	*) set -- events ;;
	esac
	args=("$@")
}

# full COMMAND ARGUMENT...: to a full disk: status 2, and it is said.
full() {
	local status=0
	"$@" >/dev/full 2>err || status=$?
	((status == 2)) && grep -qE '^ql[a-z]+: stdout: No space left on device$' err ||
		{ echo "status $status: $*"; cat err; return 1; }
}

helps() {
	try "$1" --help
	assert_status 0 && assert_err '' || return
	cp "$TRY/out" help
	[[ $(head -n 1 help) == "usage: $1 "* ]] && grep -q '^  -h, --help' help || return
	if grep -nE '.{81}' help; then return 1; fi
	try "$1" -h
	assert_status 0 && assert_same help "$TRY/out" && assert_err '' || return
	# whatever else is asked
	try "$1" --no-such-option --help
	assert_status 2
}

@test "house: --help, in 80 columns, and -h is the same" { each helps; }

versions() {
	try "$1" --version
	assert_status 0 && assert_err '' || return
	[[ $(wc -l <"$TRY/out") == 1 && $(<"$TRY/out") == "$1 (ql) "[0-9]* ]] || return
	[[ $1 != qlfetch || $(<"$TRY/out") == *', gzip by '* ]] || return
	cp "$TRY/out" version
	try "$1" -V
	assert_status 0 && assert_same version "$TRY/out"
}

@test "house: --version, and -V is the same" { each versions; }

refuses() {
	local arg
	for arg in --no-such-option -? --=x --help=x --completion --completion=tcsh; do
		try "$1" "$arg"
		assert_status 2 && assert_output '' || { echo "$arg"; return 1; }
		grep -q "^$1: " "$TRY/err" || { echo "$arg"; return 1; }
	done
	try "$1" --no-such-option
	assert_err <<-END
		$1: --no-such-option: no such option
		$1: try '$1 --help'
	END
}

@test "house: an unknown option is refused, with a hint" { each refuses; }

completes() {
	local shell
	for shell in bash zsh fish; do
		try "$1" --completion $shell
		assert_status 0 && assert_err '' || return
		[[ -s $TRY/out ]] && grep -q "$1" "$TRY/out" && grep -q version "$TRY/out" || return
		! command -v $shell >/dev/null || $shell -n "$TRY/out" || return
	done
}

@test "house: completions for bash, zsh and fish, which these read" { each completes; }

# bash is asked what it would offer.
offers() {
	bash -c '
		source <("$0" --completion bash)
		[[ $(complete -p "$0") =~ -F\ ([^ ]+) ]] || exit
		COMP_WORDS=("$0" --he) COMP_CWORD=1 COMP_LINE="$0 --he" COMP_POINT=${#COMP_LINE}
		"${BASH_REMATCH[1]}" "$0" --he "$0"
		printf "%s\n" "${COMPREPLY[@]}"' "$1" | grep -q '^--help *$'
}

@test "house: bash completes --he to --help" { each offers; }

# It offered files behind @ also where no list is read from one.
@test "house: names of files are offered behind @ where a list is read from one" {
	touch names
	local option
	for option in 'qlfilter -e' 'qlfilter -q' 'qlcalls -c' 'qlstats --expect' 'qlstats --wrapup' 'qltop -p'; do
		# shellcheck disable=SC2086 # words
		[[ $(tabs $option @na) == @names ]] || { echo "$option"; return 1; }
	done
	for option in 'qlfilter --class' 'qlcalls --outcome' 'qlcalls --days' 'qlcalls --sort' 'qlstats -r' \
		'qlstats -g' 'qlstats -m' 'qlcheck --kinds' 'qltop --alarm' 'qltop --sort' 'qltop -m'; do
		# shellcheck disable=SC2086 # words
		[[ -z $(tabs $option @na) ]] || { echo "$option"; return 1; }
		run -2 --separate-stderr bash -c "$option @names </dev/null"
	done
}

@test "house: zsh completes words of lists, and files behind @ as well" {
	need zsh
	touch names
	[[ $(ztabs 'qlfilter -e @na') == names ]]
	[[ $(ztabs 'qlfilter -e AGENTLOGIN,AB') == ABANDON ]]
	[[ $(ztabs 'qlstats -r servers,ov') == overview ]]
	[[ -z $(ztabs 'qlstats -r @na') ]]
}

# A word of a list is read twice by fish: [ must stand there twice hidden.
@test "house: fish completes words of lists" {
	command -v fish >/dev/null || skip 'no fish'
	qlstats --completion fish >qlstats.fish
	try fish -c 'source qlstats.fish; complete -C "qlstats -m offe"; complete -C "qlstats -m calls,pause["'
	assert_status 0
	assert_err ''
	grep -q $'^offered\t' "$TRY/out"
	grep -q $'^calls,pause\\[\t' "$TRY/out"
}

fills() {
	local what args
	for what in --help --version '--completion bash'; do
		# shellcheck disable=SC2086 # words
		full "$1" $what || return
	done
	! writes "$1" || full "$1" "${args[@]}"
}

@test "house: a full disk is status 2, also of --help and --version" {
	[[ -w /dev/full ]] || skip 'no /dev/full'
	each fills
}

output() {
	local args
	writes "$1" || return 0
	[[ $("$1" --help) == *'-o, --output '* ]] || return 0
	"$1" "${args[@]}" >want 2>/dev/null || (($? == 1)) || return
	rm -f file
	try "$1" -o file "${args[@]}"
	assert_output '' && assert_same want file || return
	try "$1" "${args[@]}" -o /dev/stdout
	assert_same want "$TRY/out" || return
	try "$1" -o none/file "${args[@]}"
	assert_status 2 && assert_err_has "$1: none/file: No such file or directory" || return
	if [[ -w /dev/full ]]; then
		try "$1" "${args[@]}" -o /dev/full
		assert_status 2 && assert_err_has "$1: /dev/full: No space left on device" || return
		[[ -c /dev/full && -c /dev/null ]]
	fi
}

@test "house: -o writes what would go to stdout" { each output; }

# What is given is read to its end, or said not to be: a missing file, a directory, no permission.
inputs() {
	local args what
	writes "$1" && [[ ${args[-1]} == events ]] || return 0
	unset 'args[-1]'
	for what in 'missing: No such file or directory' '.: Is a directory: its raw logs are read by qlfetch -p NAME'; do
		try "$1" "${args[@]}" "${what%%:*}"
		assert_status 2 && assert_err "$1: $what" || return
	done
	"$1" "${args[@]}" events >want 2>/dev/null || (($? == 1)) || return
	for what in 'events' '-' ''; do
		try "$1" "${args[@]}" $what <events
		assert_same want "$TRY/out" || { echo "operand '$what'"; return 1; }
	done
	try "$1" -- events "${args[@]}" 2>/dev/null # options behind -- are files
	((${#args[@]} == 0)) || assert_status 2
}

@test "house: operands are inputs, none or - is stdin, missing ones are named" { each inputs; }

# A file that is opened gets the lowest number there is: never that of stderr.
closed() {
	local args status=0
	writes "$1" || return 0
	"$1" "${args[@]}" >&- 2>err || status=$?
	((status == 2)) && grep -q '^ql[a-z]*: stdout: Bad file descriptor' err || return
	status=0
	"$1" --help >&- 2>err || status=$?
	((status == 2)) || return
	[[ $("$1" --help) == *'-o, --output '* && ${args[-1]} == events ]] || return 0
	unset 'args[-1]'
	try "$1" "${args[@]}" -o want bad events
	assert_status 1 || return
	"$1" "${args[@]}" -o got bad events 2>&- || status=$?
	((status == 1)) && assert_same want got || return
	status=0
	"$1" "${args[@]}" -o got bad events <&- >&- 2>&- || status=$?
	((status == 1)) && assert_same want got || return
	try "$1" "${args[@]}" <&-
	assert_status 2 && assert_err_has 'Bad file descriptor'
}

@test "house: closed descriptors stay closed: messages land in no file, and writing fails" {
	echo bad >bad
	each closed
}

gone() {
	local args status=0
	writes "$1" || return 0
	{ "$1" "${args[@]}" 2>err || status=$?; echo "$status" >status; } | true
	status=$(<status)
	# it may have been done before
	grep -v 'visits\|intervals\|twice\|restart\|without any session' err && return 1
	((status <= 1 || status == 141))
}

@test "house: a closed pipe ends it quietly" { each gone; }

letters() {
	local page=$ROOT/man/$1.1
	[[ -e $page ]] || return 0
	"$1" --help | sed -nE 's/^  -([a-zA-Z]), --([a-z-]+).*/\1 \2/p' | sort >want
	sed -nE 's/^\.It Fl ([a-zA-Z]) , Fl -([a-z-]+).*/\1 \2/p' "$page" | sort >got
	assert_same want got
}

@test "house: the letters of the options in --help and manual page" { each letters; }

@test "house: one letter means one thing in every command" {
	local c
	for c in "$QL_BIN"/ql*; do "$c" --help; done | sed -nE 's/^  -([a-zA-Z]), --([a-z-]+).*/\1 \2/p' |
		sort | uniq -c >all
	cut -c 9- all | sort | uniq -D -w 1 >twice
	cat twice
	[[ ! -s twice ]]
}

@test "house: a command works from where it is linked to, and without PATH" {
	ln -s "$QL_BIN/qlcluster" there
	try env PATH=/none ./there --root "$DATA/cluster" --fresh 0 cluster:A
	assert_status 0
	assert_same events "$TRY/out"
}

@test "house: a signal leaves no half-written file behind" {
	for sig in TERM INT HUP; do
		sleep 2 | timeout -s $sig 0.3 qlcalls -o kept || true
		[ "$(find . -name "kept*" | wc -l)" = 0 ]
	done
}

@test "house: -o keeps the rights of the file that it replaces" {
	ev '100 A c q NONE ENTERQUEUE' >events
	touch kept
	chmod 640 kept
	qlfilter -o kept events
	[ "$(stat -c %a kept)" = 640 ]
}

@test "house: what speaks to a database compiles with MySQL's own library too" {
	need cc
	local client
	client=$(grep -l 'stream/mysql_own.h' "$ROOT"/lib/*/*.c)
	# shellcheck disable=SC2086 # several files
	cc -std=c11 -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only \
		-I "$DATA/mysql" -I "$ROOT/lib" $client
	# it is the stand-in that was read
	run cc -std=c11 -D_DEFAULT_SOURCE -fsyntax-only -I "$DATA/mysql" -I "$ROOT/lib" \
		-DMARIADB_PACKAGE_VERSION='"3"' "$ROOT/lib/stream/mysql_connect.c"
	[ "$status" -ne 0 ]
}
