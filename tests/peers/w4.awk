# Per queue and day of entry: offered, answered, abandoned, the answered's waits (sum, maximum),
# talks, answered within 20 s, and the exact 95th percentile of the waits: mawk -F '\t' -f w4.awk
function group(entered) { return $4 "\t" int(entered / 86400) }

$6 == "ENTERQUEUE" { offered[group($1)]++; next }

$6 == "CONNECT" {
	k = group($1 - $7)
	answered[k]++
	waits[k] += $7
	if ($7 + 0 > most[k])
		most[k] = $7 + 0
	if ($7 <= 20)
		within[k]++
	of[k, $7]++
	next
}

$6 ~ /^COMPLETE/ { talks[group($1 - $7 - $8)] += $8; next }
$6 ~ /TRANSFER$/ { talks[group($1 - $9 - $10)] += $10; next }
$6 == "ABANDON"  { abandoned[group($1 - $9)]++ }

function p95(k,    rank, w) {
	rank = int((answered[k] * 95 + 99) / 100)
	for (w = 0; (rank -= of[k, w]) > 0; w++)
		;
	return w
}

END {
	OFS = "\t"
	for (k in offered) {
		split(k, part, "\t")
		n = answered[k] + 0
		print part[1], strftime("%Y-%m-%d", part[2] * 86400, 1), offered[k], n, abandoned[k] + 0, \
			waits[k] + 0, (n ? most[k] + 0 : ""), talks[k] + 0, within[k] + 0, (n ? p95(k) : "")
	}
}
