#!/usr/bin/env python3
"""partials.py FIRST LAST [N]: parts of qlstats put together, against one run over everything.

Of each seed's nasty streams (N events of up to 8 partitions, 300), the partitions are merged, asked
a few reports in one run, and then counted by themselves, in groups of any size, put together in any
order and in any number of steps.  The bytes must be the same.  The commands are found along PATH.
"""
import itertools
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compare  # noqa: E402
import compare_stats  # noqa: E402

REPORTS = [line.split()[0] for line in
           subprocess.run(['qlstats', '--help-reports'], capture_output=True, check=True, text=True).stdout.split('\n')
           if line.startswith('  ')]
KEYS = compare_stats.KEYS + compare_stats.AGENT_KEYS + ['partition,agent', 'queue,agent', 'reason', 'queue,slot']
MEASURES = [m for m in compare_stats.VISITS + compare_stats.OF_CALLS + compare_stats.AGENTS
            if not m.startswith('pause[')]
MEASURES += ('queued:max queued:avg agents:avg agents:min agents peragent first last seen share:offered share:talk'
             ' attempts ringtaken:p90 in:@levels sla:@levels pause% handle:p95').split()
OPTIONS = [[], ['--from', '1795369050', '--to', '1795369200.5'], ['--total'], ['-q', 'sales'], ['-a', 'Agent/101,Agent/1'],
           ['-p', 'A,C'], ['--hours', '17:40-17:45'], ['--days', 'sun'], ['--outcome', 'unanswered,answered'],
           ['--short', '5', '--direction', 'both'], ['--join'], ['--login-decides'], ['--no-persistent', 'A,C,E'],
           ['--wrapup', 'sales=10'], ['--pauses', 'pauses', '--slot', '5m'], ['--roster', 'roster'],
           ['--max-open', '60'], ['-z', 'Europe/Rome'], ['--min-wait', '3'], ['--total', '-q', 'support', '--join']]
UNTIL = ['1795369000', '1795369150', '1795369298', '1795400000']


def run(args):
    done = subprocess.run(args, capture_output=True)
    return done.stdout, done.returncode, done.stderr


def question(dice):
    args = ['--until', dice.choice(UNTIL)]
    for _ in range(dice.randint(0, 2)):
        args += [a for a in dice.choice(OPTIONS) if a not in args or a.startswith('1')]
    if dice.random() < 0.5:
        names = dice.sample(REPORTS, dice.randint(1, 4))
        if '--total' in args:
            names = [n for n in names if n != 'servers'] or ['overview']
        return args + ['-r', ','.join(names)]
    keys = dice.choice(KEYS)
    measures = dice.sample(MEASURES, dice.randint(3, 12))
    if 'partition' in keys.split(',') and '--total' not in args:
        measures.append('silence')
    return args + (['-g', keys] if keys else []) + ['-m', ','.join(measures)]


def streams(seed, n, dice):
    """Up to 8 partitions, each a log of its own, in the order of their names."""
    logs = {}
    for k in range(3):
        for line in compare.stream(seed * 10 + k, n).splitlines(True):
            f = line.split(b'\t')
            if f[5] in (b'SOURCEDOWN', b'SOURCEUP'):
                continue
            f[1] = f[1] + (b'' if k == 0 else b'%d' % k)
            logs.setdefault(f[1].decode(), []).append(b'\t'.join(f))
    names = sorted(logs)
    for name in names[8:]:
        del logs[name]
    for name in logs:
        with open(name + '.ev', 'wb') as f:
            f.writelines(logs[name])
    return sorted(logs)


def put_together(dice, parts):
    """One name for all of them, after some steps between."""
    count = itertools.count()
    while len(parts) > 1 and dice.random() < 0.5:
        some = dice.sample(parts, dice.randint(2, len(parts)))
        out = 'together%d.part' % next(count)
        done = run(['qlstats', '--combine', '--partial', '-o', out] + some)
        if done[1]:
            sys.exit('partials: %s: %r' % (some, done))
        parts = [p for p in parts if p not in some] + [out]
    dice.shuffle(parts)
    return parts


def grouped(dice, names, args):
    """The names in groups, each counted in one run."""
    names = names[:]
    dice.shuffle(names)
    parts = []
    while names:
        n = dice.randint(1, len(names))
        group, names = names[:n], names[n:]
        part = '-'.join(group) + '.part'
        merged = subprocess.run(['qlmerge'] + [g + '.ev' for g in group], capture_output=True).stdout
        with open('group.ev', 'wb') as f:
            f.write(merged)
        done = run(['qlstats', '--partial', '-o', part, '--expect', ','.join(group)] + args + ['group.ev'])
        if done[1] > 1:
            return None, done
        parts.append(part)
    return parts, None


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    events = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    asked = bad = 0
    with open('levels', 'w') as f:
        f.write('sales\t10\nsupport\t3\n')
    with open('pauses', 'w') as f:
        f.write('lunch\tunpaid\tbillable\nwc\tpaid\tbillable\n')
    with open('roster', 'w') as f:
        f.write('Agent/101\tA\tsales\t\t\nAgent/102\tB\tsupport\t1795369100\t1795369200\nAgent/9\tC\tsales\t1795369100\t\n')
    for seed in range(first, last + 1):
        dice = random.Random(seed)
        names = streams(seed, events, dice)
        merged = subprocess.run(['qlmerge'] + [n + '.ev' for n in names], capture_output=True).stdout
        with open('all.ev', 'wb') as f:
            f.write(merged)
        for _ in range(5):
            args = question(dice)
            want, status, err = run(['qlstats'] + args + ['all.ev'])
            if status > 1:
                continue                # no such question
            asked += 1
            parts, failed = grouped(dice, names, args)
            got = failed or run(['qlstats', '--combine', '--expect', ','.join(names)] + put_together(dice, parts))
            if got[0] != want or got[1] > 1:
                bad += 1
                print('seed %d: qlstats %s: %s: status %d, not the same: %s'
                      % (seed, ' '.join(args), parts, got[1], got[2].decode('latin-1')[:300]))
                compare_stats.show(want, got[0], args[-3].count(',') + 1 if '-g' in args else 0)
        for name in names:
            os.remove(name + '.ev')
        if bad >= 3:
            break
    print('%d reports, %d differ' % (asked, bad))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
