#!/usr/bin/env python3
"""hostile.py CNF SEED [QLFETCH-ARGUMENT...]: tables that nobody wrote with good will, and what qlfetch makes of them.

Random rows in tables of odd types under odd names. Each row of the partition must come as the event that it is, in canonical
form and in the order of time, or be refused: read = passed + refused, status 1 where any was. What is wrong is
written, a line each; status 1 where anything was."""
import random, re, shutil, subprocess, sys, urllib.parse
from collections import Counter

cnf, seed, more = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
dice = random.Random(seed)
client = [shutil.which('mariadb') or shutil.which('mysql'), f'--defaults-file={cnf}', '--batch', '--skip-column-names',
          '--default-character-set=binary', '--binary-mode', 'ql']
bad = 0

def sql(text):
    r = subprocess.run(client, input=text, capture_output=True)
    if r.returncode:
        sys.exit(f'{text[:300]}: {r.stderr.decode()}')
    return r.stdout

def name(s):
    return '`' + s.replace('`', '``') + '`'

def literal(v):
    if v is None:
        return b'NULL'
    if isinstance(v, (int, float)):
        return str(v).encode()
    return b"x'" + v.hex().encode() + b"'"

# Bytes for a field.
odd = [b'', b'c1', b'sales', b'NONE', b'a\tb', b'\n', b'\r\n', b'\\', b'\\N', b'\\t', b'a\0b', b'\0', b'\x1a', b'\xff\xfe', b'\xc3(',
       'Zoë'.encode(), b"'", b"it's", b'"', b'`', b'%s%n', b'; DROP TABLE x; --', b'|', b'a|b|c', b'12345678', b'1234567\\',
       b'NULL', b' ', b'x ', b'-1', b'\x80' * 9, b'\x7f\x1b[31m', bytes(range(256))]
verbs = [b'CONNECT', b'ENTERQUEUE', b'ABANDON', b'RINGNOANSWER', b'', b'connect', b'VERB\\', b'A\tB', b'TICK', b'SOURCEDOWN', b'SOURCEUP',
         b'HEARTBEAT', b'\0', b'X' * 300]

def field(null):
    if null and not dice.randrange(8):
        return None
    if not dice.randrange(400):
        return dice.choice([b'x', b'\t', b'\xff\\']) * (1 << dice.choice([16, 19]))
    return dice.choice(odd)

def verb(null):
    return None if null and not dice.randrange(10) else dice.choice(verbs) if not dice.randrange(3) else b'CONNECT'

def epoch():
    return dice.choice([0, 1, -1, 5, 1 << 31, 1 << 33, (1 << 33) + 1, 1 << 62, -1 << 62] + [dice.randrange(1795369298, 1795369400)] * 20)

texts = [b'', b' ', b'soon', b'1795369298 ', b' 1795369298', b'1795369298.5', b'1795369299.1234567', b'1795369298.', b'.5', b'1e9', b'0x6b', b'-5', b'+5',
         b'1795369298\0', b'99999999999999999999', b'8589934592', b'8589934593', b'1795369300.000001', b'2026-11-22 17:41:38', b"1' OR '1'='1"]

def epoch_text():
    return dice.choice(texts) if not dice.randrange(3) else str(dice.randrange(1795369298, 1795369400)).encode()

dates = [b'2026-11-22 17:41:38', b'2026-11-22 17:41:38.000001', b'2026-11-22 17:41:39.5', b'1969-12-31 23:59:59', b'1970-01-01 00:00:00',
         b'9999-12-31 23:59:59', b'0000-00-00 00:00:00', b'2242-03-16 12:56:32', b'2242-03-16 12:56:33', b'2026-02-00 00:00:00', b'2026-00-01 00:00:00']

def date():
    return dice.choice(dates) if not dice.randrange(2) else b'2026-11-22 17:%02d:%02d' % (dice.randrange(60), dice.randrange(60))

def date_text():
    return dice.choice(dates + [b'2026-13-01 00:00:00', b'2026-02-30 00:00:00', b'2026-11-22', b'2026-11-22T17:41:38', b'2026-11-22 17:41:38.',
                                b'2026-11-22 24:00:00', b'2026-11-22 17:41:38Z', b'now', b'\xff' * 30, b'']) if dice.randrange(2) else date()

def days(y, m, d):
    y -= m <= 2
    return 365 * y + y // 4 - y // 100 + y // 400 + (153 * (m + (-3 if m > 2 else 9)) + 2) // 5 + d - 719469

# The time of a row, microseconds; None: it has none.
def read_epoch(t):
    m = re.fullmatch(rb'(\d+)(?:\.(\d{1,6}))?', t)
    if not m:
        return None
    us = int(m[1]) * 1000000 + int((m[2] or b'').ljust(6, b'0'))
    return us if us <= (1 << 33) * 1000000 else None

def read_date(t):
    m = re.fullmatch(rb'(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?', t)
    if not m:
        return None
    y, mo, d, h, mi, s = (int(x) for x in m.groups()[:6])
    long = [31, 28 + (y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not (1 <= mo <= 12 and 1 <= d <= long[mo - 1] and h < 24 and mi < 60 and s <= 60):
        return None
    us = (days(y, mo, d) * 86400 + h * 3600 + mi * 60 + s) * 1000000 + int((m[7] or b'').ljust(6, b'0'))
    return us if 0 <= us <= (1 << 33) * 1000000 else None

def put_time(us):
    return b'%d' % (us // 1000000) + (b'.%06d' % (us % 1000000)).rstrip(b'0') if us % 1000000 else b'%d' % (us // 1000000)

def escape(b):
    for a, c in ((b'\\', b'\\\\'), (b'\t', b'\\t'), (b'\n', b'\\n'), (b'\r', b'\\r'), (b'\0', b'\\0')):
        b = b.replace(a, c)
    return b

def wrong(table, text):
    global bad
    bad += 1
    print(f'{table!r}: {text}')

def fetch(*args):
    return subprocess.run(['qlfetch', f'--defaults-file={cnf}', *more, *args], capture_output=True)

QM = ['time_id', 'call_id', 'queue', 'agent', 'verb', 'data1', 'data2', 'data3', 'data4', 'data5']
AST = ['time', 'callid', 'queuename', 'agent', 'event', 'data1', 'data2', 'data3', 'data4', 'data5']
DATA = AST[:5] + ['data']
STREAM = (b'TICK', b'SOURCEDOWN', b'SOURCEUP')

def check(table, layout, columns, read, partition, operand):
    select = ', '.join(f'HEX(CONCAT({name(c)}))' for c in columns)
    where = '' if partition is None else f" WHERE BINARY `partition` = '{partition}'"
    rows, want, refused = 0, Counter(), 0
    for line in sql(f'SELECT {select} FROM {name(table)}{where}'.encode()).split(b'\n')[:-1]:
        want[tuple(b'' if h == b'NULL' else bytes.fromhex(h.decode()) for h in line.split(b'\t'))] += 1
        rows += 1
    r = fetch('-v', operand)
    said = r.stderr.decode(errors='replace')
    m = re.search(r'(\d+) lines read = (\d+) passed \+ 0 filtered \+ (\d+) refused', said)
    if not m:
        return wrong(table, f'status {r.returncode}: {said[:500]}')
    n, passed, refused = (int(x) for x in m.groups())
    if n != rows or passed + refused != n:
        wrong(table, f'{rows} rows: {m[0]}')
    expected, times = Counter(), 0
    for f, k in want.items():
        us = read(f[0])
        if us is None or not f[4] or f[4] in STREAM:
            times += k
            continue
        data = list(f[5:])
        if layout == 'asterisk-data':
            data = f[5].split(b'|', 4)
            data += [b''] * (5 - len(data))
        expected[b'\t'.join([put_time(us), b'P'] + [escape(x) for x in list(f[1:5]) + data])] += k
    got = r.stdout.split(b'\n')[:-1]
    if Counter(got) != expected:
        lost, made = expected - Counter(got), Counter(got) - expected
        wrong(table, f'{sum(lost.values())} events missing, as {list(lost)[:1]!r:.200}; {sum(made.values())} too many, as {list(made)[:1]!r:.200}')
    if times != refused:
        wrong(table, f'{refused} refused, not {times}')
    if r.returncode != (1 if refused else 0):
        wrong(table, f'status {r.returncode}')
    named = len([l for l in said.split('\n') if ': row of time ' in l])
    if named != min(refused, 10):
        wrong(table, f'{refused} refused, {named} named')
    order = [read_epoch(l.split(b'\t')[0]) for l in got]
    if order != sorted(order):
        wrong(table, 'not in the order of time')
    again = subprocess.run(['qlfilter'], input=r.stdout, capture_output=True)
    if again.returncode or again.stdout != r.stdout:
        wrong(table, f'qlfilter: status {again.returncode}: {again.stderr.decode(errors="replace")[:300]}')
    # what is asked of the server is what a filter would pass
    for args in (['--from', '1795369300', '--to', '1795369350'], ['--to', '1795369310.5'], ['-q', 'sales,,NONE', '-e', 'CONNECT,connect,A\tB'],
                 ['-c', "it's,\\,\\N,\xa0", '--class', 'call'], ['--class', 'agent,system']):
        some = fetch(*args, operand)
        want = subprocess.run(['qlfilter', *args], input=r.stdout, capture_output=True)
        if some.stdout != want.stdout:
            wrong(table, f'{args}: {some.stdout[:200]!r} and not {want.stdout[:200]!r}')

def make(table, columns, keys, engine, rows):
    sql(f'DROP TABLE IF EXISTS {name(table)}; CREATE TABLE {name(table)} ({columns}{keys}) ENGINE={engine}'.encode())
    head = f'INSERT INTO {name(table)} ({", ".join(name(c) for c in rows[0])}) VALUES '.encode()
    mode = b"SET sql_mode='ALLOW_INVALID_DATES'; "
    sql(mode + head + b',\n'.join(b'(' + b', '.join(literal(v) for v in r.values()) + b')' for r in rows))

def operand(table, layout='queuemetrics', **keys):
    keys = {'table': table, 'layout': layout, **keys}
    return 'sql:P?' + '&'.join(f'{k}={urllib.parse.quote(v)}' for k, v in keys.items())

blobs = ', '.join(f'{name(c)} longblob' for c in QM[1:])

def queuemetrics(table, type_of_time, time, read, engine, key=', KEY k (`partition`, time_id, unique_row_count)', time_null=True):
    rows = []
    for _ in range(120):
        p = dice.choice([b'P'] * 6 + [b'p', b'P ', b"P'", b'P`', b'P\0', b'', b'\xff', b"' OR 1=1 -- "])
        t = None if time_null and not dice.randrange(12) else time()
        rows.append(dict(zip(['partition'] + QM, [p, t] + [field(True) for _ in range(3)] + [verb(True)] + [field(True) for _ in range(5)])))
    unique = 'unique_row_count int NOT NULL auto_increment, KEY u (unique_row_count)'
    make(table, f'`partition` varbinary(20), time_id {type_of_time}, {blobs}, {unique}', key, engine, rows)
    check(table, 'queuemetrics', QM, read, 'P', operand(table))
    listed = fetch('--list', operand(table).replace('sql:P', 'sql:'))
    if listed.returncode or any(l.count(b'\t') != 4 for l in listed.stdout.split(b'\n')[:-1]):
        wrong(table, f'--list: status {listed.returncode}: {listed.stdout[:300]!r} {listed.stderr[:300]!r}')

def asterisk(table, type_of_time, time, read, engine, id='id bigint NOT NULL auto_increment PRIMARY KEY', layout='asterisk', ids=None, key='', **keys):
    columns = DATA if layout == 'asterisk-data' else AST
    rows = []
    for i in range(120):
        t = None if not dice.randrange(12) else time()
        rows.append(dict(zip(columns, [t] + [field(True) for _ in range(3)] + [verb(True)] + [field(True) for _ in columns[5:]])))
        if ids:
            rows[-1]['id'] = ids(i)
    make(table, ', '.join([id, f'time {type_of_time}'] + [f'{name(c)} longblob' for c in columns[1:]]), key, engine, rows)
    check(table, layout, columns, read, None, operand(table, layout, **keys))

engine = dice.choice(['MyISAM', 'InnoDB'])
queuemetrics("it's", 'bigint', epoch, read_epoch, engine)
queuemetrics('x`y``', 'bigint', epoch, read_epoch, 'MyISAM' if engine == 'InnoDB' else 'InnoDB', key='')
queuemetrics('a.b', 'double', epoch, read_epoch, engine)
queuemetrics('"quoted"', 'decimal(30,6)', epoch, read_epoch, engine)
queuemetrics('sp ace;--', 'varbinary(40)', epoch_text, read_epoch, engine)
queuemetrics('100%_', 'blob', epoch_text, read_epoch, engine, key=', KEY k (`partition`, time_id(20), unique_row_count)')
asterisk('\\', 'datetime(6)', date, read_date, engine, zone='UTC')
asterisk('a&b?c=d', 'datetime(6)', date, read_date, engine, zone='UTC', key=', KEY t (time)')
asterisk('SELECT', 'varbinary(40)', date_text, read_date, engine, layout='asterisk-data', zone='UTC')
asterisk('ünï', 'bigint', epoch, read_epoch, engine, id='id varbinary(40) NOT NULL PRIMARY KEY', ids=lambda i: b"%d' OR 1=1 -- " % (i * 7 % 120))
asterisk('nullid', 'bigint', epoch, read_epoch, engine, id='id bigint UNIQUE', ids=lambda i: None if i % 3 else i - 60)
asterisk('noid', 'varbinary(40)', epoch_text, read_epoch, engine, id='x int')
sys.exit(1 if bad else 0)
