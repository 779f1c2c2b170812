-- Per queue and day of entry: see w4.awk.
CREATE VIEW merged AS SELECT * FROM events('all.events');
COPY (FROM report('merged')) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '', ESCAPE '');
