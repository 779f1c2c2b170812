# The words of the project, held against its commands.
#
# What is run, page by page and in order, in a directory that has the project's tests/ and bin/, with
# bin/ in PATH:
#
#     README.md    each ```sh block, as one script; a ```text block right behind it is what it prints
#     man/         each literal line that begins with "$ ", with the lines that begin with "> " behind
#                  it; other literal lines behind it are what it prints
#
# An example ends with status 0, or with N where it ends in "# status N". Anything else that looks
# like a command is not run: examples that need more than the bundled logs have no prompt.

load helper

# readme FILE DIRECTORY, page FILE DIRECTORY: the examples of FILE as NNN.sh, and what they print,
# where it is shown, as NNN.out.
examples='
	function flush() {
		if (script == "")
			return
		n++
		printf "%s", script >sprintf("%s/%03d.sh", dir, n)
		if (shown != "")
			printf "%s", shown >sprintf("%s/%03d.out", dir, n)
		script = shown = ""
	}
	END { flush() }
'

readme() {
	awk -v dir="$2" "$examples"'
		/^```sh$/ { flush(); in_script = 1; next }
		/^```text$/ { in_shown = script != "" && !gap; next }
		/^```$/ { if (in_script || in_shown) gap = 0; if (in_shown) flush(); in_script = in_shown = 0; next }
		/^```/ { gap = 1; next }
		in_script { script = script $0 "\n"; next }
		in_shown { shown = shown $0 "\n"; next }
		/./ { flush() }
	' "$1"
}

page() {
	awk -v dir="$2" "$examples"'
		function plain(s) {
			gsub(/\\&/, "", s)
			gsub(/\\\(aq/, "\047", s)
			gsub(/\\\(dq/, "\"", s)
			gsub(/\\\(ti/, "~", s)
			gsub(/\\\(ha/, "^", s)
			gsub(/\\\(ga/, "`", s)
			gsub(/\\-/, "-", s)
			gsub(/\\\(rs|\\e/, "\\", s)
			return s
		}
		/^\.Bd.* -literal/ { literal = 1; next }
		/^\.Ed/ { flush(); literal = 0; next }
		/^\.Dl \$ / { flush(); script = plain(substr($0, 7)) "\n"; flush(); next }
		!literal { next }
		/^\$ / { flush(); script = plain(substr($0, 3)) "\n"; next }
		/^> / && script != "" && shown == "" { script = script plain(substr($0, 3)) "\n"; next }
		script != "" { shown = shown plain($0) "\n" }
	' "$1"
}

# runs DIRECTORY: every example there; says which did not go as written.
runs() {
	local script want got out bad=0
	ln -s "$QL_BIN" bin
	ln -s "$ROOT/tests" tests
	for script in "$1"/*.sh; do
		[[ -e $script ]] || continue
		want=0 got=0 out=${script%.sh}.out
		[[ $(<"$script") =~ \#\ status\ ([0-9])$ ]] && want=${BASH_REMATCH[1]}
		bash -o pipefail "$script" >"$script.got" 2>"$script.err" </dev/null || got=$?
		# head, at the end of a pipe, may leave before the others are done
		((got != 141)) || got=0
		((got == want)) && { [[ ! -e $out ]] || assert_same "$out" "$script.got"; } && continue
		bad=1
		echo "status $got, not $want, or not what is shown, of:"
		cat "$script"
		head -n 20 "$script.err"
	done
	return $bad
}

count() { find "$1" -name '*.sh' | wc -l; }

@test "README.md: every example runs and prints what is shown" {
	mkdir "$TMPDIR/examples"
	readme "$ROOT/README.md" "$TMPDIR/examples"
	[ "$(count "$TMPDIR/examples")" -ge 10 ]
	runs "$TMPDIR/examples"
}

@test "manual pages: every example runs and prints what is shown" {
	local page name bad=0
	for page in "$ROOT"/man/*.[157]; do
		name=${page##*/}
		mkdir -p "$TMPDIR/$name" "$name"
		page "$page" "$TMPDIR/$name"
		(cd "$name" && runs "$TMPDIR/$name") || { bad=1; echo "in man/$name"; }
	done
	[ "$(count "$TMPDIR/ql.7")" -ge 5 ]
	[ "$(count "$TMPDIR/qlcookbook.7")" -ge 18 ]
	return $bad
}

@test "an example that fails, or prints something else, is found" {
	mkdir readme page
	cat >README.md <<-'END'
		```sh
		false | true # status 0
		```

		```sh
		echo a
		```

		```text
		b
		```
	END
	cat >ql.7 <<-'END'
		.Bd -literal -offset indent
		$ printf \(aqa\en\(aq |
		> tr a b
		b
		.Ed
		.Dl $ exit 3 # status 3
		.Dl exit 1
	END
	readme README.md readme
	page ql.7 page
	(cd page && runs .)
	[ "$(count page)" -eq 2 ]
	try runs readme
	assert_status 1
	[ "$(grep -c '^status' "$TRY/out")" -eq 2 ]
}

# long COMMAND: the long options of its --help. documented PAGE: those of the page's lists.
long() { "$1" --help | sed -n 's/^ *\(-[a-zA-Z], \)\{0,1\}--\([a-z-]*\).*/\2/p'; }
documented() { sed -n 's/^\.It .*Fl \\\{0,1\}-\([a-z-]*\).*/\1/p' "$1" | sed 's/-$//'; }

@test "manual pages: every option of every command, and no other" {
	local page name bad=0
	for page in "$ROOT"/man/ql*.1; do
		name=${page##*/}
		name=${name%.1}
		long "$name" | sort >"$TMPDIR/help"
		documented "$page" | sort >"$TMPDIR/page"
		assert_same "$TMPDIR/help" "$TMPDIR/page" || { bad=1; echo "in man/$name.1"; }
	done
	return $bad
}

@test "qlstats.1: keys, measures and reports as the command defines them (else: scripts/measures)" {
	"$ROOT/scripts/measures" -n >want
	assert_same want "$ROOT/man/qlstats.1"
}

@test "qlreports.7: every report, and no other" {
	qlstats --help-reports | sed -n 's/^  \([^ ]*\) .*/\1/p' >want
	sed -n 's/^\.Ss //p' "$ROOT/man/qlreports.7" >got
	assert_same want got
}

@test "manual pages: every command has one, and ql.7 and README.md name it" {
	local command bad=0
	for command in "$ROOT"/cmd/*.c; do
		command=${command##*/}
		command=${command%.c}
		[[ -e $ROOT/man/$command.1 ]] && grep -q "Xr $command 1" "$ROOT/man/ql.7" &&
			grep -q "^| .*\`$command\`" "$ROOT/README.md" && continue
		bad=1
		echo "$command: no page, or not named"
	done
	return $bad
}
