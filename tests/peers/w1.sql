-- A queue_log to events.
COPY (SELECT time, 'A', * EXCLUDE (time) FROM log('A.log'))
TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');
