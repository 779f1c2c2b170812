# shellcheck shell=bash
# The world of every .bats file, and what they say over and over. `load helper` comes first in each.
#
#     @test "qlfilter: -q takes one queue" {
#             ev <<-END | try qlfilter -q sales
#                     10 A c1 sales   NONE ENTERQUEUE||0612345678|1
#                     11 A c2 support NONE ENTERQUEUE||0687654321|1
#             END
#             assert_status 0
#             ev '10 A c1 sales NONE ENTERQUEUE||0612345678|1' | assert_output
#             assert_err ''
#     }
#
# Files of the project are below $ROOT, logs in $DATA; a test stands in an empty directory of its
# own. Commands are those of $QL_BIN (default: bin/). Tag a test `nosan` (# bats test_tags=nosan)
# where the sanitizers would only make it slow or wrong.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
# shellcheck disable=SC2034 # for the tests
DATA=$ROOT/tests/data
QL_BIN=${QL_BIN:-$ROOT/bin}
case $QL_BIN in /*) ;; *) QL_BIN=$PWD/$QL_BIN ;; esac

for name in "${!QL_@}" "${!MYSQL_@}" "${!XDG_@}"; do
	[[ $name == QL_BIN ]] || unset "$name"
done
unset name MAKEFLAGS MFLAGS MAKELEVEL SAN CDPATH
export LC_ALL=C TZ=UTC0 QL_BIN PATH="$QL_BIN:$PATH"
umask 022

# Before a test runs, bats reads its file more than once, without a directory for it.
if [[ ${BATS_TEST_TMPDIR-} ]]; then
	export HOME=$BATS_TEST_TMPDIR/home TMPDIR=$BATS_TEST_TMPDIR/tmp
	TRY=$BATS_TEST_TMPDIR/try # what `try` leaves: out, err, status
	mkdir -p "$HOME" "$TMPDIR" "$TRY" "$BATS_TEST_TMPDIR/work"
	san=exitcode=99:halt_on_error=1:log_path=$BATS_TEST_TMPDIR/san
	export ASAN_OPTIONS=$san:detect_stack_use_after_return=1 UBSAN_OPTIONS=$san:print_stacktrace=1
	export LSAN_OPTIONS=$san
	unset san
	cd "$BATS_TEST_TMPDIR/work" || exit
fi

# What the sanitizers found in any process of a test fails it, were it in the middle of a pipe. A
# file with a teardown of its own ends that with `sanitized`.
teardown() { sanitized; }

sanitized() {
	local report found=0
	for report in "$BATS_TEST_TMPDIR"/san.*; do
		[[ -s $report ]] || continue
		head -n 60 "$report"
		found=1
	done
	return $found
}

# ev [FIELD...]: an event, 11 fields by TAB, those that are missing empty. As arguments each is a
# field. A single one is split: at `|`, or where a space follows its first field, the first six at
# spaces or `|` and data at `|`. Without an argument each line of stdin is such a one. A field is
# written as it is: escape it yourself.
ev() {
	if (($# == 0)); then
		local line
		while IFS= read -r line; do ev "$line"; done
		return
	fi
	local fields=("$@")
	(($# > 1)) || _split 6 "$1"
	local IFS=$'\t'
	while ((${#fields[@]} < 11)); do fields+=(''); done
	printf '%s\n' "${fields[*]}"
}

# raw [FIELD...]: the same for a line of a queue_log, without partition and without padding.
raw() {
	if (($# == 0)); then
		local line
		while IFS= read -r line; do raw "$line"; done
		return
	fi
	local fields=("$@")
	(($# > 1)) || _split 5 "$1"
	local IFS='|'
	printf '%s\n' "${fields[*]}"
}

# _split N TEXT: sets `fields`.
_split() {
	local words=$1 text=$2 word='^ *([^ |]*) *([ |]|$)(.*)$'
	[[ $text =~ ^\ *[^\ \|]+\  ]] || words=0
	fields=()
	while ((${#fields[@]} < words)) && [[ $text && $text =~ $word ]]; do
		fields+=("${BASH_REMATCH[1]}")
		text=${BASH_REMATCH[3]}
	done
	[[ $text ]] || return 0
	text+='|'
	while [[ $text ]]; do
		fields+=("${text%%|*}")
		text=${text#*|}
	done
}

# try COMMAND...: runs it for the asserts below, which see exactly what it wrote. Unlike bats' run it
# may end a pipe.
try() {
	local status=0
	"$@" >"$TRY/out" 2>"$TRY/err" || status=$?
	echo "$status" >"$TRY/status"
}

assert_status() {
	local status
	status=$(<"$TRY/status")
	[[ $status == "$1" ]] && return
	echo "status: $status, not $1"
	sed 's/^/stdout: /' "$TRY/out" | head -n 20
	sed 's/^/stderr: /' "$TRY/err" | head -n 20
	return 1
}

# assert_output [TEXT]: stdout is exactly TEXT and a LF ('' is nothing at all), or what stdin says.
assert_output() { _assert_file out "$@"; }

# assert_err [TEXT]: the same for stderr.
assert_err() { _assert_file err "$@"; }

# assert_output_has TEXT, assert_err_has TEXT: it stands somewhere in it.
assert_output_has() { _assert_has out "$1"; }
assert_err_has() { _assert_has err "$1"; }

# assert_same FILE FILE: by content; the first is what it should be.
assert_same() {
	cmp -s "$1" "$2" && return
	echo "$2 (+) is not $1 (-):"
	diff -au "$1" "$2" | tail -n +3 | head -n 40 | cat -vT
	return 1
}

_assert_file() {
	local what=$1
	shift
	if (($# == 0)); then
		cat >"$TRY/want"
	elif [[ $1 ]]; then
		printf '%s\n' "$1" >"$TRY/want"
	else
		: >"$TRY/want"
	fi
	assert_same "$TRY/want" "$TRY/$what" && return
	[[ $what == err ]] || sed 's/^/stderr: /' "$TRY/err" | head -n 20
	return 1
}

_assert_has() {
	grep -aqF -e "$2" "$TRY/$1" && return
	echo "std$1 has no: $2"
	cat -vT "$TRY/$1" | head -n 20
	return 1
}

# eventually COMMAND...: it succeeds within ten seconds.
eventually() {
	local n
	for ((n = 0; n < 200; n++)); do
		"$@" && return
		sleep 0.05
	done
	echo "not within ten seconds: $*"
	return 1
}

# need COMMAND...: skips the test where one is missing.
need() {
	local name
	for name; do
		command -v "$name" >/dev/null || skip "$name is not installed"
	done
}

# tabs WORD...: what bash offers for the last of these words, a line each.
tabs() {
	bash -c '
		source <("$1" --completion bash)
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
		_$1 "$1" "${!#}"
		printf "%s\n" "${COMPREPLY[@]}"' tabs "$@"
}

# ztabs LINE: what zsh offers at the end of this line, sorted, a line each. It completes on a terminal
# only, and the first TAB ends it.
ztabs() {
	cat >ztabs.zsh <<-'END'
		autoload -Uz compinit
		compinit -D -u
		source <("$1" --completion zsh)
		compadd() {
			local -a hits
			if [[ ${*%% -- *} != (|* )-[a-zA-Z]#[OAD]* ]]; then
				builtin compadd -O hits "$@"
				print -rl -- $hits >>ztabs.out
			fi
			builtin compadd "$@"
		}
		offer() {
			zle complete-word
			exit
		}
		zle -N offer
		bindkey '^I' offer
	END
	: >ztabs.out
	zsh -f -c '
		zmodload zsh/zpty
		zpty z "PS1= TERM=dumb ZDOTDIR=/nonexistent zsh -f -i"
		zpty -w z "setopt extendedglob; set -- $2; . ./ztabs.zsh"
		zpty -w -n z "$1	"
		zpty -r z t "*nothing is said*"
		:' ztabs "$1" "${1%% *}"
	sort -u ztabs.out
}
