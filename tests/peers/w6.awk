# Agents named by partition, as clustrw does: mawk -F '\t' -f w6.awk
BEGIN { OFS = "\t" }

# Agent/101 of A becomes Agent/A-101: before the name, which is behind the last / left of an @.
function named(agent, partition,    end, at) {
	end = index(agent, "@")
	end = end ? end : length(agent) + 1
	for (at = end - 1; at && substr(agent, at, 1) != "/"; at--)
		;
	if (substr(agent, at + 1, length(partition) + 1) == partition "-")
		return agent
	return substr(agent, 1, at) partition "-" substr(agent, at + 1)
}

$5 != "NONE" && $5 != "" {
	k = $2 OFS $5
	if (!(k in known))
		known[k] = named($5, $2)
	$5 = known[k]
}

{ print }
