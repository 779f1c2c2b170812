# medians.awk: the part of bench's table for one work.
#
#     awk -f medians.awk [-v NAME=VALUE]... RUNS
#
# RUNS has a line for each run: peer along with which it was made, name ("ql" or the peer's), wall
# seconds, CPU seconds, KiB. Variables: title; bytes of the input; limit, CPU seconds; markdown;
# start_cpu and start_wall are taken off DuckDB's.

function median(a, n,    i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j] < a[j - 1]; j--) {
			t = a[j]
			a[j] = a[j - 1]
			a[j - 1] = t
		}
	return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}

# The median of a column for `name`, of the runs made along with `peer`, or of all. Sets `runs`.
function of(name, column, peer,    i, a) {
	runs = 0
	for (i = 1; i <= NR; i++)
		if (names[i] == name && (peer == "" || with[i] == peer))
			a[++runs] = value[i, column]
	return median(a, runs)
}

function row(name,    wall, cpu, peak, ratio, share) {
	wall = of(name, WALL)
	cpu = of(name, CPU)
	peak = of(name, PEAK) / 1024
	if (name == "ql") {
		ratio = 1
		share = limit ? sprintf("%.0f%%", 100 * limit / cpu) : ""
	} else {
		ratio = sprintf("%.1f", cpu / of("ql", CPU, name))
		of(name, CPU)
	}
	if (markdown)
		printf "| %s | %s | %d | %.3f | %.3f | %.1f | %.2f | %s | %s |\n", name == "ql" ? title : "", \
			name == "ql" ? "**ql**" : name, runs, cpu, wall, peak, bytes / cpu / 1e9, ratio, share
	else
		printf "    %-24s %4d %8.3f %8.3f %8.1f %7.2f %7s %6s\n", name, runs, cpu, wall, peak, \
			bytes / cpu / 1e9, ratio, share
}

BEGIN {
	FS = "\t"
	WALL = 3
	CPU = 4
	PEAK = 5
}

{
	with[NR] = $1
	names[NR] = $2
	for (i = WALL; i <= PEAK; i++)
		value[NR, i] = $i
	if ($2 ~ /^DuckDB/) {
		value[NR, WALL] -= start_wall
		value[NR, CPU] -= start_cpu
	}
	if ($2 != "ql" && !($2 in seen))
		peer[++peers] = $2
	seen[$2] = 1
}

END {
	if (!markdown)
		print title
	row("ql")
	for (i = 1; i <= peers; i++)
		row(peer[i])
}
