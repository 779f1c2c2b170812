# A queue_log to events: mawk -F '|' -v partition=A -f w1.awk
BEGIN { OFS = "\t" }

# What the fields hold is escaped, which hardly ever is needed.
/[\\\t\r]/ {
	gsub(/\\/, "\\\\")
	gsub(/\t/, "\\t")
	gsub(/\r/, "\\r")
}

# Values behind the fifth stay with it.
NF > 10 {
	for (i = 11; i <= NF; i++)
		$10 = $10 "|" $i
}

{ print $1, partition, $2, $3, $4, $5, $6, $7, $8, $9, $10 }
