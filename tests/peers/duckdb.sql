-- What the other .sql files for DuckDB begin with: logs and events as tables.
CREATE MACRO log(file) AS TABLE
	SELECT * FROM read_csv(file, delim = '|', header = false, quote = '', escape = '',
		auto_detect = false, null_padding = true, columns = { time: 'BIGINT', callid: 'VARCHAR',
		queue: 'VARCHAR', agent: 'VARCHAR', verb: 'VARCHAR', data1: 'VARCHAR', data2: 'VARCHAR',
		data3: 'VARCHAR', data4: 'VARCHAR', data5: 'VARCHAR' });

CREATE MACRO events(file) AS TABLE
	SELECT * FROM read_csv(file, delim = '\t', header = false, quote = '', escape = '',
		auto_detect = false, columns = { time: 'BIGINT', partition: 'VARCHAR', callid: 'VARCHAR',
		queue: 'VARCHAR', agent: 'VARCHAR', verb: 'VARCHAR', data1: 'VARCHAR', data2: 'VARCHAR',
		data3: 'VARCHAR', data4: 'VARCHAR', data5: 'VARCHAR' });

-- Seconds waited and talked, where the verb says them, and the day of entry.
CREATE MACRO facts(source) AS TABLE
	SELECT queue, verb, wait, (time - wait - talk) // 86400 AS day, talk
	FROM (
		SELECT time, queue, verb,
			CASE verb WHEN 'ENTERQUEUE' THEN 0
				WHEN 'ABANDON' THEN data3::INTEGER
				WHEN 'BLINDTRANSFER' THEN data3::INTEGER
				WHEN 'ATTENDEDTRANSFER' THEN data3::INTEGER
				ELSE data1::INTEGER END AS wait,
			CASE verb WHEN 'COMPLETEAGENT' THEN data2::INTEGER
				WHEN 'COMPLETECALLER' THEN data2::INTEGER
				WHEN 'BLINDTRANSFER' THEN data4::INTEGER
				WHEN 'ATTENDEDTRANSFER' THEN data4::INTEGER
				ELSE 0 END AS talk
		FROM query_table(source)
		WHERE verb IN ('ENTERQUEUE', 'CONNECT', 'ABANDON', 'COMPLETEAGENT', 'COMPLETECALLER',
			'BLINDTRANSFER', 'ATTENDEDTRANSFER'));

CREATE MACRO report(source) AS TABLE
	SELECT queue, strftime(to_timestamp(day * 86400) AT TIME ZONE 'UTC', '%Y-%m-%d'),
		count(*) FILTER (verb = 'ENTERQUEUE'),
		count(*) FILTER (verb = 'CONNECT'),
		count(*) FILTER (verb = 'ABANDON'),
		coalesce(sum(wait) FILTER (verb = 'CONNECT'), 0),
		max(wait) FILTER (verb = 'CONNECT'),
		sum(talk),
		count(*) FILTER (verb = 'CONNECT' AND wait <= 20),
		quantile_disc(wait, 0.95) FILTER (verb = 'CONNECT')
	FROM facts(source) GROUP BY queue, day ORDER BY queue, day;
