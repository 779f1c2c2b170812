-- The same from three compressed logs and for a time. A report like this needs no order.
CREATE VIEW logs AS
	SELECT * FROM (
		SELECT * FROM log('A.log.gz') UNION ALL SELECT * FROM log('B.log.gz')
		UNION ALL SELECT * FROM log('C.log.gz'))
	WHERE time >= @SINCE@ AND time < @UNTIL@;
COPY (FROM report('logs')) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');
