#!/usr/bin/env python3
"""compare_stats.py FIRST LAST [N]: qlstats against the slow reference, on the nasty streams of
these seeds (N events each, 300), each with a few keys, measures and options of its own.

The command is found along PATH. The first reports that differ are named, with the cells that do;
status 1 if any does.
"""
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compare  # noqa: E402
import qlref  # noqa: E402

VISITS = ('offered answered unanswered abandoned timeout key empty withdrawn syscompat lost waiting refused short'
          ' answered% abandoned% timeout% lost% in:0 in:5 sla:5 slo:20 sle:10 sli:20'
          ' wait:avg wait:max wait:p50 wait:p90 wait:p99.9 unwait:avg unwait:p33.3 allwait:count allwait:min'
          ' ring:max ring:count pos:avg posout:avg posout:count callers callids handle queued:max queued:avg queued:min').split()
OF_CALLS = 'talk:sum talk:avg talk:p95 missed:avg missed:sum ringmissed:avg ringmissed:count'.split()
AGENTS = ('sessions logon logon:avg logon:max pauses pause pause:avg pause[lunch] pause[]:count missed'
          ' ringmissed:sum ringmissed:max calls taken made seen talk talk:avg talk:count wrap idle offtalk'
          ' occupancy utilization paid billable agents:max agents:avg agents:min').split()

KEYS = ['', 'queue', 'partition', 'agent', 'caller', 'did', 'url', 'direction', 'outcome', 'cause', 'status', 'target',
        'key', 'position', 'missed', 'visit', 'hour', 'slot', 'day', 'queue,hour', 'partition,queue', 'area:3',
        'agent,outcome', 'year,month,week,dow']
AGENT_KEYS = ['agent', 'agent,hour', 'agent,slot', '', 'hour', 'day,agent', 'queue', 'partition', 'agent,queue',
              'queue,slot', 'partition,agent,hour']
OPTIONS = [[], ['--short', '5'], ['--direction', 'both'], ['--from', '1795369050', '--to', '1795369200.5'],
           ['--direction', 'out'], ['-p', 'B'], ['-q', 'sales'], ['--outcome', 'unanswered,answered'],
           ['--until', '1795999999'], ['--max-open', '60', '--status-wait', '10'], ['--slot', '5m'], ['--join'],
           ['--join', '-q', 'sales', '--short', '5'], ['--join', '--direction', 'both', '-p', 'A,B']]
AGENT_OPTIONS = [[], ['--from', '1795369050', '--to', '1795369200'], ['-p', 'B'], ['--login-decides'],
                 ['--wrapup', 'sales=10'], ['--no-persistent', 'A,C'], ['--join']]


def question(dice):
    """The arguments of a report, and how many of its columns are keys."""
    if dice.random() < 0.4:
        keys, measures = dice.choice(AGENT_KEYS), AGENTS
        options = dice.choice(AGENT_OPTIONS) + ['--pauses', 'pauses']
    else:
        keys = dice.choice(KEYS)
        measures = VISITS if 'agent' in keys.split(',') else VISITS + OF_CALLS
        options = dice.choice(OPTIONS)
    args = ['-g', keys] if keys else []
    return args + ['-m', ','.join(measures)] + options, len(keys.split(',')) if keys else 0


def by_key(table, keys):
    rows = [line.split('\t') for line in table.decode('latin-1').splitlines()]
    return rows[:1], {tuple(r[:keys]): r[keys:] for r in rows[1:]}


def show(want, got, keys):
    head, want = by_key(want, keys)
    _, got = by_key(got, keys)
    names = head[0][keys:] if head else []
    for key in list(dict.fromkeys(list(want) + list(got)))[:200]:
        if want.get(key) == got.get(key):
            continue
        if key not in want or key not in got:
            print('  %s: only %s' % (key, 'want' if key in want else 'got'))
            continue
        cells = ['%s: want %s, got %s' % cell for cell in zip(names, want[key], got[key]) if cell[1] != cell[2]]
        print('  %s: %s' % (key, '; '.join(cells[:8])))


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    events = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    bad = asked = 0
    with open('pauses', 'w') as f:
        f.write('lunch\tunpaid\tbillable\nwc\tpaid\tbillable\n')
    for seed in range(first, last + 1):
        path = '%d.ev' % seed
        text = compare.stream(seed, events)
        with open(path, 'wb') as f:
            f.write(text)
        dice = random.Random(seed)
        for _ in range(6):
            args, keys = question(dice)
            want, _status = compare.captured(qlref.stats_main, args + [path])
            got, status = compare.command('qlstats', args, path)
            asked += 1
            if got != want or status > 1:
                bad += 1
                print('seed %d: qlstats %s: status %d, not the same' % (seed, ' '.join(args), status))
                show(want, got, keys)
        os.remove(path)
        if bad >= 3:
            break
    print('%d reports, %d differ' % (asked, bad))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
