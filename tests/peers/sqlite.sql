-- Per queue and day of entry, by sqlite3: see w4.awk.
.mode ascii
.separator "\t" "\n"
CREATE TABLE events (time INTEGER, partition, callid, queue, agent, verb,
	data1 INTEGER, data2 INTEGER, data3 INTEGER, data4 INTEGER, data5);
.import all.events events
CREATE TABLE facts AS
	SELECT queue, verb, wait, talk, (time - wait - talk) / 86400 AS day
	FROM (
		SELECT time, queue, verb,
			CASE verb WHEN 'ENTERQUEUE' THEN 0
				WHEN 'ABANDON' THEN data3
				WHEN 'BLINDTRANSFER' THEN data3
				WHEN 'ATTENDEDTRANSFER' THEN data3
				ELSE data1 END AS wait,
			CASE verb WHEN 'COMPLETEAGENT' THEN data2
				WHEN 'COMPLETECALLER' THEN data2
				WHEN 'BLINDTRANSFER' THEN data4
				WHEN 'ATTENDEDTRANSFER' THEN data4
				ELSE 0 END AS talk
		FROM events
		WHERE verb IN ('ENTERQUEUE', 'CONNECT', 'ABANDON', 'COMPLETEAGENT', 'COMPLETECALLER',
			'BLINDTRANSFER', 'ATTENDEDTRANSFER'));
CREATE TABLE p95 AS
	SELECT queue, day, wait
	FROM (
		SELECT queue, day, wait, row_number() OVER (PARTITION BY queue, day ORDER BY wait) AS rank,
			count(*) OVER (PARTITION BY queue, day) AS n
		FROM facts WHERE verb = 'CONNECT')
	WHERE rank = (n * 95 + 99) / 100;
SELECT queue, date(day * 86400, 'unixepoch'),
	count(*) FILTER (WHERE verb = 'ENTERQUEUE'),
	count(*) FILTER (WHERE verb = 'CONNECT'),
	count(*) FILTER (WHERE verb = 'ABANDON'),
	coalesce(sum(facts.wait) FILTER (WHERE verb = 'CONNECT'), 0),
	max(facts.wait) FILTER (WHERE verb = 'CONNECT'),
	sum(talk),
	count(*) FILTER (WHERE verb = 'CONNECT' AND facts.wait <= 20),
	p95.wait
FROM facts LEFT JOIN p95 USING (queue, day)
GROUP BY queue, day;
