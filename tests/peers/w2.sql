-- Three streams of events in the order of time; equal times: the order of the streams.
COPY (
	SELECT * EXCLUDE (input, line) FROM (
		SELECT *, 1 AS input, row_number() OVER () AS line FROM events('A.events')
		UNION ALL SELECT *, 2, row_number() OVER () FROM events('B.events')
		UNION ALL SELECT *, 3, row_number() OVER () FROM events('C.events'))
	ORDER BY time, input, line
) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');
