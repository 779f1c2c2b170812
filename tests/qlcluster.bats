# qlcluster: what specs mean, that what is shown is what is run, and how a pipeline ends badly.

load helper

# A cluster of three, and what its legs are by hand.
R=$DATA/cluster

# merged NAME...: the events of these by hand, without class agent where a dash is behind the name.
merged() {
	local name files=()
	for name; do
		if [[ $name == *- ]]; then
			qlfetch -p "${name%-}" "$R/${name%-}" | qlfilter --class call,system >"$name.ev"
		else
			qlfetch -p "$name" "$R/$name" >"$name.ev"
		fi
		files+=("$name.ev")
	done
	qlmerge -- "${files[@]}"
}

# children PID: the processes that PID has started, each with its arguments.
children() {
	local stat pid rest args
	for stat in /proc/[0-9]*/stat; do
		read -r rest 2>/dev/null <"$stat" || continue # it has just ended
		read -r _ pid _ <<<"${rest##*) }"
		[[ $pid == "$1" ]] || continue # its parent
		pid=${stat#/proc/} pid=${pid%/stat}
		mapfile -d '' -t args 2>/dev/null <"/proc/$pid/cmdline" || continue
		echo "$pid ${args[*]}"
	done
}

# child PID TEXT: the number of the one whose arguments begin with TEXT.
child() { children "$1" | grep -e "^[0-9]* $2" | cut -d' ' -f1 | grep .; }

need_proc() { [[ -r /proc/self/stat ]] || skip 'there is no /proc'; }

@test "a spec in words is the pipeline by hand" {
	local spec
	qlcluster --root "$R" A | cmp - <(qlfetch -p A "$R/A")
	qlcluster --root "$R" sql:A | cmp - <(qlfetch -p A "$R/A")
	qlcluster --root "$R" cluster:A | cmp - <(qlfetch -p A "$R/A")
	qlcluster --root "$R" 'cluster:A|B|C' | cmp - <(merged A B C)
	qlcluster --root "$R" 'cluster:C|A' | cmp - <(merged C A)
	qlcluster --root "$R" 'cluster:*' | cmp - <(merged A B C)
	qlcluster --root "$R" 'cluster:A|B-|C-' | cmp - <(merged A B- C-)
	qlcluster --root "$R" 'cluster:A-' | cmp - <(merged A-)
	qlcluster --root "$R" 'clustrw:A|B|C' | cmp - <(merged A B C | qlrewrite --by-partition)
	qlcluster --root "$R" 'clustrw:A|B-' | cmp - <(merged A B- | qlrewrite --by-partition)
	qlcluster --root "$R" 'clustrw:*' | cmp - <(merged A B C | qlrewrite --by-partition)
}

@test "a cluster is all of its logs in the order of time, equal times in the order of the spec" {
	local name
	for name in A B C; do qlfetch -p "$name" "$R/$name"; done | sort -s -n -k1,1 >want
	qlcluster --root "$R" 'cluster:A|B|C' | cmp - want
	[ -s want ]
}

@test "a dash takes away class agent and nothing else" {
	qlcluster --root "$R" 'cluster:A|B' | sort >all
	qlcluster --root "$R" 'cluster:A|B-' | sort >most
	qlcluster --root "$R" B | awk -F'\t' '$6 ~ /^(ADDMEMBER|REMOVEMEMBER|(UN)?PAUSE(ALL)?|RINGINUSE|AGENTLOG(IN|OFF))$/' |
		sort >agent
	[ "$(wc -l <agent)" -gt 50 ]
	sort most agent | cmp - all
}

@test "clustrw: doing it twice changes nothing more" {
	qlcluster --root "$R" 'clustrw:A|B|C' >once
	qlcluster --root "$R" 'cluster:A|B|C' | cmp -s - once && false
	qlrewrite --by-partition once | cmp - once
}

@test "bad specs: named with the reason, status 2, no output" {
	local spec why
	while read -r spec why; do
		try qlcluster --root "$R" "$spec"
		assert_status 2
		assert_output ''
		assert_err "qlcluster: $spec: $why"
		try qlcluster --root "$R" --dry-run "$spec" -- qlcalls
		assert_status 2
		assert_output ''
	done <<-'END'
		cluster: it names no partition
		clustrw: it names no partition
		sql: a name is empty
		cluster:A||B a name is empty
		cluster:A| a name is empty
		cluster:|A a name is empty
		cluster:A|A A: named twice
		cluster:A|A- A-: named twice
		cluster:A-- A--: more than one dash
		cluster:.. ..: begins or ends with '-' or '.'
		cluster:A|../B ../B: begins or ends with '-' or '.'
		cluster:A/../B A/../B: holds more than letters, digits and _ . : -
		cluster:123456789012345678901 123456789012345678901: longer than 20 characters
		cluster:*|A *: holds more than letters, digits and _ . : -
		A|B several partitions are written cluster:A|B
		A,B several partitions are written cluster:A|B
		cluster:A,B A,B: names have a | between them, and no comma
		sql:A- A-: a dash is for cluster: and clustrw:
		A- a dash is for cluster: and clustrw:
	END
}

@test "no spec, two specs, no command, an option that is none" {
	try qlcluster
	assert_status 2
	printf '%s\n' 'qlcluster: no spec' "qlcluster: try 'qlcluster --help'" | assert_err
	try qlcluster A B
	assert_status 2
	assert_err_has 'qlcluster: B: one spec only, and A was it; a command stands behind --'
	try qlcluster A --
	assert_status 2
	assert_err 'qlcluster: --: no command behind it'
	try qlcluster --nonsense A
	assert_status 2
	assert_err_has 'no such option'
	try qlcluster --root "$R" A -- no-such-command
	assert_status 2
	assert_output ''
	assert_err 'qlcluster: no-such-command: no such command'
	try qlcluster --incomplete --root "$R" A -- wc
	assert_status 2
	assert_err 'qlcluster: --incomplete: there is no fold that could be told'
}

@test "unknown partitions: not below the root, without logs, not in the configuration" {
	mkdir -p root/A root/B
	cp "$R/A/queue_log" root/A
	touch root/B/messages root/queue_log
	try qlcluster --root root 'cluster:A|C'
	assert_status 2
	assert_output ''
	assert_err 'qlcluster: cluster:A|C: C: no such partition below root'
	try qlcluster --root root 'cluster:A|B'
	assert_status 2
	assert_output ''
	assert_err 'qlcluster: cluster:A|B: B: no queue_log in root/B'
	try qlcluster --root none 'cluster:A|B'
	assert_status 2
	assert_err 'qlcluster: cluster:A|B: A: no such partition below none'
	try qlcluster --root none 'cluster:*'
	assert_status 2
	assert_err 'qlcluster: none: No such file or directory'
	qlcluster --root root 'cluster:*' | cmp - <(qlfetch -p A root/A)
	rm root/A/queue_log
	try qlcluster --root root 'cluster:*'
	assert_status 2
	assert_err 'qlcluster: cluster:*: no partitions in root'
	echo "A.source = $R/A" >conf
	try qlcluster --config conf 'cluster:A|a'
	assert_status 2
	assert_output ''
	assert_err 'qlcluster: cluster:A|a: a: no such partition in conf'
	try qlcluster 'cluster:*'
	assert_status 2
	assert_err_has "qlcluster: cluster:*: the database's partitions cannot be listed: status 2"
}

@test "without root and configuration a name is the database's" {
	try qlcluster --dry-run 'cluster:A|B-'
	assert_status 0
	assert_output <<-'END'
		qlmerge \
		    -x 'qlfetch sql:A' \
		    -x 'qlfetch --class call,system sql:B'
	END
	try qlcluster A
	assert_status 2
	assert_err_has 'qlfetch: sql:A: ' # no database here, or built without MySQL
}

@test "who has said nowhere where partitions are hears where they were looked for" {
	local spec where='was looked for in the database, since there is neither --root nor a configuration'
	for spec in A 'cluster:A|B'; do
		try qlcluster "$spec" -- qlcalls
		assert_status 2
		[[ $(grep '^qlcluster: ' "$TRY/err" | tail -n 1) == "qlcluster: $spec: $where" ]]
	done
	try qlcluster A
	assert_err_has "qlcluster: A: $where"
	hears_nothing() {
		try "$@"
		assert_status 2
		run ! grep 'looked for' "$TRY/err"
	}
	hears_nothing qlcluster sql:A
	hears_nothing qlcluster --root none A
	echo 'A.source = sql:A' >conf
	hears_nothing qlcluster --config conf A -- qlcalls
	hears_nothing qlcluster A --wait 1
	mkdir -p root/A && : >root/A/queue_log
	hears_nothing qlcluster --root root A -- qlcalls --no-such-option
}

@test "--dry-run: the pipeline, as it stands" {
	ln -s "$R" logs
	try qlcluster --dry-run --root logs A
	assert_output 'qlfetch -p A logs/A'
	try qlcluster --dry-run --root logs 'clustrw:A|B-' -- qlcalls -q 'a b' "it's"
	assert_status 0
	assert_err ''
	assert_output <<-'END'
		qlmerge \
		    -x 'qlfetch -p A logs/A' \
		    -x 'qlfetch -p B --class call,system logs/B' |
		qlrewrite --by-partition |
		qlcalls -q 'a b' 'it'\''s'
	END
	try qlcluster --dry-run --root logs clustrw:A -- wc -l
	assert_output <<-'END'
		qlfetch -p A logs/A |
		qlrewrite --by-partition |
		wc -l
	END
}

@test "--dry-run: a period reaches every command as epochs, wider for a fold" {
	ln -s "$R" logs
	try qlcluster --dry-run --root logs --day 2026-11-22 -z Europe/Rome 'cluster:A|B'
	assert_output <<-'END'
		qlmerge \
		    -x 'qlfetch -p A --from 1795302000 --to 1795388400 logs/A' \
		    -x 'qlfetch -p B --from 1795302000 --to 1795388400 logs/B'
	END
	try qlcluster --dry-run --root logs --day 2026-11-22 -z Europe/Rome A -- date
	assert_output <<-'END'
		qlfetch -p A --from 1795302000 --to 1795388400 logs/A |
		TZ=Europe/Rome date
	END
	try qlcluster --dry-run --root logs --day 2026-11-22 -z Europe/Rome A -- qlagents -a x
	assert_output <<-'END'
		qlfetch -p A --agents-from 1792191600 --from 1795215600 --to 1795474800 logs/A |
		qlagents --zone Europe/Rome --from 1795302000 --to 1795388400 -a x
	END
	try qlcluster --dry-run --root logs --day 2026-11-22 A -- "$QL_BIN/qlcalls" --hours 9-17
	assert_output <<-END
		qlfetch -p A --from 1795219200 --to 1795478400 logs/A |
		$QL_BIN/qlcalls --from 1795305600 --to 1795392000 --hours 9-17
	END
	try qlcluster --dry-run --root logs --from 2026-11-22 --lookback 1h --lookback-agents 0 A -- \
		qlagents
	assert_output <<-'END'
		qlfetch -p A --from 1795302000 logs/A |
		qlagents --from 1795305600
	END
	try qlcluster --dry-run --root logs --to 2026-11-22 --lookahead 1h A -- qlagents
	assert_output <<-'END'
		qlfetch -p A --to 1795309200 logs/A |
		qlagents --to 1795305600
	END
	try qlcluster --dry-run --root logs --from 10 --to 20.5 A -- qlagents
	assert_output <<-'END'
		qlfetch -p A --agents-from 0 --from 0 --to 86420.5 logs/A |
		qlagents --from 10 --to 20.5
	END
}

@test "--dry-run pasted gives what the run gives" {
	local args
	mkdir 'a root'
	cp -R "$R/A" "$R/B" "$R/C" 'a root'
	printf '%s\n' "B.source = a root/B" "B.shift = +3s" "B.local-to-agent = yes" \
		"A.source = $R/A" "C.source = ./a root/C" "C.hotdesk = yes" "C.class = call,system" >"it's"
	while read -ra args; do
		qlcluster "${args[@]}" >run
		qlcluster --dry-run "${args[@]}" >text
		sh text | cmp - run
		[ -s run ]
	done <<-END
		--root $R A
		--root $R cluster:A|B-|C
		--root $R clustrw:*
		--root $R --from 1795369400 --to 1795369500 cluster:A|B
		--root $R --from 1795369400 --to 1795369500 cluster:A|B -- qlcalls
		--root $R cluster:A|B -- sed -n s/[|].*/it's/;2p
		--config it's cluster:*
		--config it's --from 1795369400 --to 1795369500 clustrw:C|B-
		--config it's clustrw:B
	END
}

@test "qlfetch is run by its arguments: nothing in them or in its path is read by a shell" {
	local odd=$'it\'s "a" $(touch harm) `touch harm`;\ntouch harm' line
	mkdir "$odd"
	cp "$QL_BIN/qlcluster" "$odd"
	cat >"$odd/qlfetch" <<-'END'
		#!/bin/sh
		printf '<%s>' "$@" >>"$PWD/asked"
		echo >>"$PWD/asked"
		echo "not this" >&2
		case $1 in
		--list) printf 'partition\tfirst\nA\t1\n' ;;
		--newest) echo 5 ;;
		esac
	END
	chmod +x "$odd/qlfetch"
	line=${odd//[$'\n#']/ }
	cat >conf <<-END
		A.source = sql:A?table=$line
		A.defaults-file = $line/$line.cnf
		A.defaults-group = -$line
		A.zone = \\$line*
	END
	try "$odd/qlcluster" --config conf --from 1 --to 10 --fresh 1s A
	assert_status 1
	assert_err <<-END
		qlcluster: A: nothing since 1970-01-01 00:00:05
		not this
	END
	printf '<%s>' --newest --defaults-file "$line/$line.cnf" --defaults-group "-$line" --input-zone "\\$line*" \
		"sql:A?table=$line" >want
	echo >>want
	head -n 1 asked >got
	assert_same want got
	rm asked
	try "$odd/qlcluster" 'cluster:*'
	assert_status 0
	assert_err $'not this\nnot this' # listing them, and reading A
	printf '%s\n' '<--list>' '<sql:A>' | assert_same - asked
	[[ ! -e harm && ! -e "$odd/harm" ]]
	rm "$odd/qlfetch"
	try env PATH=/usr/bin:/bin "$odd/qlcluster" 'cluster:*'
	assert_status 2
	assert_err 'qlcluster: qlfetch: No such file or directory'
}

@test "commands stand beside qlcluster: bin works from where it is" {
	cp -R "$R/A" A
	qlfetch -p A A | qlfilter -e CONNECT >want
	try env PATH=/usr/bin:/bin "$QL_BIN/qlcluster" --root . 'cluster:A' -- qlfilter -e CONNECT
	assert_status 0
	assert_err ''
	assert_output <want
	ln -s "$QL_BIN/qlcluster" elsewhere
	try env PATH=/usr/bin:/bin ./elsewhere --root . cluster:A -- qlfilter -e CONNECT
	assert_status 0
	assert_output <want
	ln -s "$QL_BIN" b
	try env PATH=/usr/bin:/bin b/qlcluster --dry-run --root . A -- wc
	assert_output <<-'END'
		b/qlfetch -p A ./A |
		wc
	END
}

@test "names of files that look like options or schemes" {
	mkdir -p ./-r sql:x
	cp -R "$R/A" ./-r
	cp -R "$R/A" sql:x
	qlcluster --root -r A | cmp - <(qlfetch -p A "$R/A")
	qlcluster --root sql:x A | cmp - <(qlfetch -p A "$R/A")
	echo 'A.source = sql:A/x' >-c
	try qlcluster --config -c A
	assert_status 2
	assert_err "qlcluster: -c:1: A.source: not sql: and the partition's name"
	echo 'A.source = ./sql:x/A' >-c
	qlcluster --config -c A | cmp - <(qlfetch -p A "$R/A")
}

@test "configuration: what it asks for is in the pipeline" {
	mkdir d
	cat >d/conf <<-'END'
		# three servers
		A.source = /srv/a        # a directory
		B.source = sql:B?table=queue_log
		B.defaults-file = ql.cnf
		B.defaults-group = ql
		B.zone = Europe/Rome
		B.persistent = no
		B.class = call,agent
		C.source = events:c.gz
		C.shift = -1h
		C.agents = names
		C.queues = /etc/queues
		C.strip-channel = yes
		C.local-to-agent = yes
		C.login-to-agent = yes
		C.hotdesk = no
		C.persistent = no
		D.hotdesk = yes
	END
	try qlcluster --config d/conf --dry-run 'clustrw:A|B-|C' -- qlagents -a x
	assert_err ''
	assert_output <<-'END'
		qlmerge \
		    -x 'qlfetch -p A /srv/a' \
		    -x 'qlfetch --defaults-file d/ql.cnf --defaults-group ql --input-zone Europe/Rome --class call '\''sql:B?table=queue_log'\''' \
		    -x 'qlfetch -p C events:d/c.gz | qlrewrite --shift '\''C=-1h'\'' --strip-channel --local-to-agent --login-to-agent --agents d/names --queues /etc/queues' |
		qlrewrite --by-partition |
		qlagents --no-persistent B,C -a x
	END
	try qlcluster --config d/conf --dry-run --from 10000 --to 20000 clustrw:C
	assert_output <<-'END'
		qlfetch -p C --from 13600 --to 23600 events:d/c.gz |
		qlrewrite --shift 'C=-1h' --strip-channel --local-to-agent --login-to-agent --agents d/names --queues /etc/queues --by-partition
	END
}

@test "configuration: a dash or a period behind hotdesk, whose rows are needed first" {
	echo 'D.hotdesk = yes' >conf
	try qlcluster --config conf --dry-run cluster:D-
	assert_output <<-'END'
		qlfetch sql:D |
		qlrewrite --hotdesk |
		qlfilter --class call,system
	END
	try qlcluster --config conf --dry-run --from 5000000 D
	assert_output <<-'END'
		qlfetch --agents-from 1976000 --from 5000000 sql:D |
		qlrewrite --hotdesk |
		qlfilter --from 5000000
	END
	try qlcluster --config conf --dry-run --from 5000000 D -- qlcalls
	assert_output <<-'END'
		qlfetch --agents-from 1889600 --from 4913600 sql:D |
		qlrewrite --hotdesk |
		qlcalls --from 5000000
	END
}

@test "configuration: which file is read" {
	local name
	for name in here env; do echo "A.source = $R/A" >$name; done
	mkdir -p "$HOME/.config/ql"
	echo "B.source = $R/B" >"$HOME/.config/ql/cluster.conf"
	qlcluster 'cluster:*' | cmp - <(qlfetch -p B "$R/B")
	QL_CONFIG=env qlcluster 'cluster:*' | cmp - <(qlfetch -p A "$R/A")
	QL_CONFIG=none qlcluster --config here 'cluster:*' | cmp - <(qlfetch -p A "$R/A")
	try env QL_CONFIG=none qlcluster A
	assert_status 2
	assert_err 'qlcluster: none: No such file or directory'
	# a root stands alone unless a file is named with it
	echo 'B.source = /nowhere' >"$HOME/.config/ql/cluster.conf"
	qlcluster --root "$R" B | cmp - <(qlfetch -p B "$R/B")
	echo "B.source = $R/A/queue_log" >here
	qlcluster --root "$R" --config here 'cluster:A|B' |
		cmp - <(qlmerge <(qlfetch -p A "$R/A") <(qlfetch -p B "$R/A/queue_log"))
}

@test "configuration: bad lines are named, and nothing is run" {
	printf 'A.source = x\nA.command = id >ran\nB.source\n`id >ran`\nA.shift = $(id >ran)\r\n' >conf
	try qlcluster --config conf A
	assert_status 2
	assert_output ''
	assert_err <<-'END'
		qlcluster: conf:2: command: no such key
		qlcluster: conf:3: not NAME.key = value
		qlcluster: conf:4: not NAME.key = value
		qlcluster: conf:5: A.shift: not a shift (+3s, -1500ms, 2h)
	END
	head -c 100000 /dev/urandom >conf
	try qlcluster --config conf A
	assert_status 2
	assert_output ''
	[ "$(wc -l <"$TRY/err")" -le 11 ]
	printf 'A.source = $(touch ran)/`touch ran`;touch ran\n' >conf
	try qlcluster --config conf A
	assert_status 2
	[ ! -e ran ]
}

@test "a shift moves the times, and the period that is asked for" {
	mkdir -p a
	raw <<-'END' >a/queue_log
		100 c1 q NONE ENTERQUEUE||1|1
		103 c1 q NONE ABANDON|1|1|3
		110 c2 q NONE ENTERQUEUE||2|1
	END
	printf '%s\n' 'A.source = a' 'A.shift = +10s' >conf
	try qlcluster --config conf --from 113 --to 120 --fresh 0 A
	assert_status 0
	ev '113 A c1 q NONE ABANDON|1|1|3' | assert_output
	try qlcluster --config conf --from 120 --to 121 A
	ev '120 A c2 q NONE ENTERQUEUE||2|1' | assert_output
}

@test "adjoining periods are together the whole" {
	qlcluster --root "$R" --fresh 0 --to 1795369400 'cluster:A|B|C' >parts
	qlcluster --root "$R" --fresh 0 --from 1795369400 --to 1795369500 'cluster:A|B|C' >>parts
	qlcluster --root "$R" --fresh 0 --from 1795369500 'cluster:A|B|C' >>parts
	qlcluster --root "$R" 'cluster:A|B|C' | cmp - parts
}

@test "a fold gets what was open at both ends of its period" {
	mkdir -p root/A
	raw <<-'END' >root/A/queue_log
		1000000 NONE NONE NONE QUEUESTART
		1000100 NONE q Agent/1 ADDMEMBER
		1000200 c0 q NONE ENTERQUEUE||1|1
		3999000 c1 q NONE ENTERQUEUE||1|1
		4000900 c1 q Agent/1 CONNECT|1900|c1.1|3
		4001000 c2 q NONE ENTERQUEUE||2|1
		4003600 c2 q Agent/1 CONNECT|2600|c2.1|3
		4003700 c2 q Agent/1 COMPLETEAGENT|2600|100|1
	END
	try qlcluster --root root --from 4000000 --to 4003600 --fresh 0 A
	cut -f 1 "$TRY/out" >times
	printf '%s\n' 4000900 4001000 | cmp - times
	# entered in the period: whole, with its end behind it
	try qlcluster --root root --from 4000000 --to 4003600 --fresh 0 A -- qlcalls
	assert_status 0
	[ "$(wc -l <"$TRY/out")" -eq 2 ]
	assert_output_has $'c2\t1\tq\tin\t4001000\t4003700\tanswered\tagent'
	# on since weeks
	try qlcluster --root root --from 4000000 --to 4003600 --fresh 0 A -- qlagents
	assert_output_has $'session\tAgent/1\tA\t\t4000000\t4003600\t3600'
	try qlcluster --root root --from 4000000 --to 4003600 --fresh 0 --lookback-agents 0 A -- qlagents
	[ "$(grep -c ^session "$TRY/out")" -eq 0 ]
}

@test "persistent = no reaches the folds that ask for it" {
	printf '%s\n' "A.source = $R/A" "B.source = $R/B" 'B.persistent = no' >conf
	qlcluster --config conf 'cluster:A|B' -- qlagents >got
	qlmerge <(qlfetch -p A "$R/A") <(qlfetch -p B "$R/B") | qlagents --no-persistent B >want
	cmp got want
	qlcluster --root "$R" 'cluster:A|B' -- qlagents >other 2>err || [ $? -eq 1 ]
	grep -q -e '--no-persistent B' err
	run cmp -s other want
	[ "$status" -eq 1 ]
	qlcluster --config conf 'cluster:A|B' -- qlcalls >/dev/null
}

@test "--fresh: partitions with nothing new before the period's end are named" {
	local end=1795369620
	try qlcluster --root "$R" --from 1795360000 --to $((end + 3600)) 'cluster:A|B|C' -- wc -l
	assert_status 1
	assert_err 'qlcluster: B: nothing since 2026-11-22 17:46:59'
	grep -qw 3325 "$TRY/out"
	try qlcluster --root "$R" --from 1795360000 --to $((end + 3599)) 'cluster:A|B|C'
	assert_status 0
	assert_err ''
	try qlcluster --root "$R" --to $((end + 3601)) -z CET-1 A
	assert_status 1
	assert_err 'qlcluster: A: nothing since 2026-11-22 18:47:00'
	try qlcluster --root "$R" --to $((end + 3601)) --fresh 0 A
	assert_status 0
	try qlcluster --root "$R" --to $((end + 3601)) --fresh 2h A
	assert_status 0
	# a quiet period in the middle of a log is not its end
	try qlcluster --root "$R" --from 1000000000 --to 1000000001 A
	assert_status 0
	assert_output ''
	# without a period nobody has asked
	try qlcluster --root "$R" A -- true
	assert_status 0
}

@test "--fresh: the newest event may be in a gzip file; a log may have none" {
	mkdir -p root/A root/B
	gzip -c "$R/A/queue_log" >root/A/queue_log.gz
	raw '1000 NONE NONE NONE QUEUESTART' >root/A/queue_log.old
	: >root/B/queue_log
	try qlcluster --root root --to 1795369700 'cluster:A|B' -- true
	assert_status 1
	assert_err 'qlcluster: B: no event at all'
	try qlcluster --root root --to 1795469700 A -- true
	assert_status 1
	assert_err 'qlcluster: A: nothing since 2026-11-22 17:47:00'
}

@test "what is a part of a log is judged alike: a directory is none" {
	mkdir -p root/A/queue_log.d root/B
	raw '1000 NONE NONE NONE QUEUESTART' >root/B/queue_log
	try qlcluster --root root A
	assert_status 2
	assert_err 'qlcluster: A: A: no queue_log in root/A'
	mkdir root/B/queue_log.d
	try qlcluster --root root --to 100000 'cluster:*'
	assert_status 1
	assert_err 'qlcluster: B: nothing since 1970-01-01 00:16:40'
}

@test "a leg killed: named, marked in the stream, status 2" {
	need_proc
	mkfifo fifo
	printf '%s\n' "A.source = $R/A" 'B.source = fifo' >conf
	qlcluster --config conf 'cluster:A|B' >out 2>err &
	local pid=$! status=0
	exec 7>fifo
	raw '1795369300 c q NONE ENTERQUEUE||1|1' >&7
	eventually child $pid 'qlfetch -p B' >/dev/null
	kill -9 "$(child $pid 'qlfetch -p B')"
	wait $pid || status=$?
	exec 7>&-
	[ $status -eq 2 ]
	[ "$(<err)" = 'qlcluster: B: qlfetch: killed by signal 9' ]
	grep -q $'^0\tB\tNONE\tNONE\tNONE\tSOURCEDOWN\tqlfetch: killed by signal 9' out
	grep -v SOURCEDOWN out | qlfilter -p A | cmp - <(qlfetch -p A "$R/A")
}

@test "a leg killed: a fold names the partition and puts no file in place" {
	need_proc
	mkfifo fifo
	printf '%s\n' "A.source = $R/A" 'B.source = fifo' 'B.strip-channel = yes' >conf
	qlcluster --config conf 'cluster:A|B' -- qlcalls -o table >out 2>err &
	local pid=$! status=0
	exec 7>fifo
	eventually child $pid 'qlfetch -p B' >/dev/null
	kill -9 "$(child $pid 'qlfetch -p B')"
	wait $pid || status=$?
	exec 7>&-
	[ $status -eq 2 ]
	grep -q '^qlcluster: B: qlfetch: killed by signal 9$' err
	grep -q '^qlcalls: B: ' err
	[ ! -e table ]
}

@test "the merge killed: all partitions are marked" {
	need_proc
	mkfifo fifo
	printf '%s\n' "A.source = $R/A" 'B.source = fifo' >conf
	qlcluster --config conf 'cluster:A|B' -- qlcalls -o table >out 2>err &
	local pid=$! status=0
	exec 7>fifo
	eventually child $pid qlmerge >/dev/null
	kill -9 "$(child $pid qlmerge)"
	exec 7>&-
	wait $pid || status=$?
	[ $status -eq 2 ]
	grep -q '^qlcluster: qlmerge: killed by signal 9$' err
	grep -q '^qlcalls: A: ' err
	grep -q '^qlcalls: B: ' err
	[ ! -e table ]
}

@test "a leg with a cut archive, or without its file: named, marked, status 2" {
	mkdir -p root
	cp -R "$R/A" "$R/B" root
	head -c 500 "$R/B/queue_log.1.gz" >root/B/queue_log.1.gz
	try qlcluster --root root 'cluster:A|B'
	assert_status 2
	assert_err_has 'qlfetch: root/B/queue_log.1.gz: '
	assert_err_has 'qlcluster: B: qlfetch: status 2'
	grep -q $'\tB\tNONE\tNONE\tNONE\tSOURCEDOWN\t' "$TRY/out"
	# pasted, it is the same
	qlcluster --dry-run --root root 'cluster:A|B' >text
	{ sh text 2>err || [ $? -eq 2 ]; } | cmp - "$TRY/out"
	try qlcluster --root root 'cluster:A|B' -- qlcalls -o table
	assert_status 2
	[ ! -e table ]

	printf '%s\n' "A.source = $R/A" 'B.source = gone' >conf
	try qlcluster --config conf 'cluster:A|B' -- qlcalls -o table
	assert_status 2
	assert_err_has 'qlfetch: gone: No such file or directory'
	assert_err_has 'qlcluster: B: qlfetch: status 2'
	assert_err_has 'qlcalls: B: '
	[ ! -e table ]
}

@test "--incomplete: the report of what can be read, status 1" {
	printf '%s\n' "A.source = $R/A" 'B.source = gone' >conf
	qlfetch -p A "$R/A" | qlcalls 2>/dev/null >want
	try qlcluster --config conf --incomplete 'cluster:A|B' -- qlcalls -o table
	assert_status 1
	assert_err_has 'qlcluster: B: qlfetch: status 2'
	cmp want table
	rm table
	try qlcluster --config conf 'cluster:A|B' -- qlcalls --incomplete -o table
	assert_status 1
	cmp want table
}

@test "a rewriting that cannot begin: the partition is down" {
	printf '%s\n' "A.source = $R/A" "B.source = $R/B" 'B.agents = gone' >conf
	try qlcluster --config conf 'cluster:A|B' -- qlcalls -o table
	assert_status 2
	assert_err_has 'qlcluster: B: qlrewrite: status 2'
	assert_err_has 'qlcalls: B: '
	[ ! -e table ]
}

@test "refused lines of one leg make the whole status 1" {
	mkdir -p root
	cp -R "$R/A" "$R/B" root
	try qlcluster --root root 'cluster:A|B' -- wc -l
	assert_status 0
	echo nonsense >>root/B/queue_log
	cp "$TRY/out" want
	try qlcluster --root root 'cluster:A|B' -- wc -l
	assert_status 1
	assert_output <want
}

@test "the last command's status is the whole's" {
	try qlcluster --root "$R" A -- sh -c 'cat >/dev/null; exit 1'
	assert_status 1
	assert_err ''
	try qlcluster --root "$R" A -- sh -c 'exit 7'
	assert_status 2
	assert_err ''
	try qlcluster --root "$R" A -- sh -c 'kill -9 $$'
	assert_status 2
	assert_err 'qlcluster: sh: killed by signal 9'
	try qlcluster --root "$R" A -- head -n 1
	assert_status 0
	assert_err ''
}

@test "a closed pipe ends it quietly, a full disk does not" {
	local args
	# the reader has gone before anything is written
	(sleep 0.3; qlcluster --root "$R" 'cluster:A|B|C' 2>err || echo $? >status) | true
	[ ! -s err ]
	[ "$(<status)" -eq 141 ]
	for args in 'cluster:A|B' '--dry-run A' A 'A -- qlfilter -e CONNECT' --help --version; do
		try bash -c 'exec >/dev/full; qlcluster --root "$@"' - "$R" $args
		assert_status 2
		assert_err_has 'No space left on device'
	done
}

@test "TERM and HUP end every process of the pipeline" {
	need_proc
	local sig pid status n
	mkfifo fifo
	printf '%s\n' "A.source = fifo" 'B.source = fifo' 'B.strip-channel = yes' >conf
	for sig in TERM HUP; do
		qlcluster --config conf 'cluster:A|B' -- qlcalls -o table 2>err &
		pid=$! status=0
		exec 7>fifo
		eventually child $pid qlcalls >/dev/null
		children $pid | cut -d' ' -f1 >all
		[ "$(wc -l <all)" -eq 5 ]
		kill -$sig $pid
		wait $pid || status=$?
		exec 7>&-
		[ $((status - 128)) -eq "$(kill -l $sig)" ]
		while read -r n; do [ ! -e "/proc/$n" ]; done <all
		[ ! -s err ]
		[ ! -e table ]
	done
}

@test "killed with -9 it leaves nobody behind" {
	need_proc
	local pid
	mkfifo fifo
	printf '%s\n' "A.source = $R/A" 'B.source = fifo' >conf
	qlcluster --config conf 'cluster:A|B' -- qlcalls -o table 2>err &
	pid=$!
	exec 7>fifo
	eventually child $pid qlcalls >/dev/null
	children $pid | cut -d' ' -f1 >all
	[ -s all ]
	kill -9 $pid
	wait $pid || :
	gone() { local n; while read -r n; do [ ! -d "/proc/$n" ] || return 1; done <all; }
	eventually gone
	exec 7>&-
	[ ! -e table ]
}

@test "a hundred partitions" {
	local n
	mkdir root
	for n in {101..200}; do
		mkdir "root/p$n"
		raw "$n c q NONE ENTERQUEUE||1|1" >"root/p$n/queue_log"
	done
	try bash -c 'ulimit -Sn 64; exec qlcluster --root root "cluster:*" -- cut -f 2'
	assert_status 0
	printf 'p%s\n' {101..200} | assert_output
}

@test "nothing is taken from stdin" {
	printf '%s\n' one two | { qlcluster --root "$R" A >/dev/null; cat; } >got
	printf '%s\n' one two | cmp - got
}

@test "bash completes the command behind --, and goes on with that command's options" {
	tabs qlcluster --root logs 'cluster:A|B' -- ql | paste -sd ' ' >have
	echo 'qlcalls qlagents qlstats qltop' | assert_same - have
	tabs qlcluster A -- qlcalls --outc >have
	echo --outcome | assert_same - have
	tabs qlcluster A -- qlstats -g queue -m offered,sh >have
	printf '%s\n' offered,short offered,share: | assert_same - have
	tabs qlcluster A -- qltop --sort -lon >have
	echo -longest | assert_same - have
	[[ $(tabs qlcluster A -- nosuchcommand --s) == '' ]]
	[[ $(tabs qlcluster A --dry) == --dry-run ]]
}

# Neither completed anything there.
@test "qlcluster: zsh completes the command behind --, and its options" {
	need zsh
	[[ $(ztabs "qlcluster --root logs 'cluster:A|B' -- ql" | paste -sd ' ') == 'qlagents qlcalls qlstats qltop' ]]
	[[ $(ztabs 'qlcluster A -- qlcalls --outc') == --outcome ]]
	[[ $(ztabs 'qlcluster A -- qlstats -g queue -m offered,sho') == short ]]
	[[ $(ztabs "qlcluster A -- $QL_BIN/qltop --onc") == --once ]]
	[[ -z $(ztabs 'qlcluster A -- nosuchcommand --s') ]]
	[[ $(ztabs 'qlcluster A --dry') == --dry-run ]]
}

@test "qlcluster: fish completes the command behind --, and its options" {
	need fish
	cat >offers <<-'END'
		qlcluster --completion fish | source
		for line in $argv
		    complete -C $line | string replace -r '\t.*' '' | string join ' '
		end
	END
	try fish offers "qlcluster --root logs 'cluster:A|B' -- ql" 'qlcluster A -- qlcalls --outc' \
		'qlcluster A -- qlstats -g queue -m offered,sho' "qlcluster A -- $QL_BIN/qltop --onc" \
		'qlcluster A -- nosuchcommand --s' 'qlcluster A -- --once x' 'qlcluster A --dry'
	assert_err ''
	assert_output <<-'END'
		qlagents qlcalls qlstats qltop
		--outcome
		offered,short
		--once
		--dry-run
	END
}
