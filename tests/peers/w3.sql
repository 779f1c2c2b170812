-- Events of a queue, a time and four verbs.
COPY (
	SELECT * FROM events('all.events')
	WHERE queue = '@QUEUE@' AND time >= @FROM@ AND time < @TO@
		AND verb IN ('ENTERQUEUE', 'CONNECT', 'ABANDON', 'COMPLETECALLER')
) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');
