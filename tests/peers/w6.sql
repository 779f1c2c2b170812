-- Agents named by partition: see w6.awk.
COPY (
	SELECT time, partition, callid, queue,
		CASE WHEN agent = 'NONE' OR agent IS NULL
				OR starts_with(regexp_extract(split_part(agent, '@', 1), '[^/]*$'), partition || '-')
			THEN agent
			ELSE regexp_replace(agent, '^([^@]*/)?', '\1' || partition || '-') END,
		verb, data1, data2, data3, data4, data5
	FROM events('all.events')
) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');
