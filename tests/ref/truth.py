#!/usr/bin/env python3
"""truth.py DIR CALLS AGENTS: does what qlcalls and qlagents made of the logs in DIR
agree with what was counted from the manager's events while the calls ran?

DIR holds truth.tsv, calls.tsv and agents.tsv; CALLS and AGENTS are the tables of
qlcalls and qlagents over all its servers at once, AGENTS with --no-persistent B.
One line per family of figures: `ok NAME n` or `not ok NAME ...`; status 1 if any
differs.

The logs of C name a member by its interface in ADDMEMBER and by its name in PAUSE.
Both are taken as one agent here, whether qlrewrite has joined them or not; where it
has not, the end of a pause that came by removing the member cannot be known from the
log, and only its start and reason are compared.
"""
import os
import re
import sys

SLACK = 1.0         # seconds; the manager's clock has a fraction, the log's has none


def table(path):
    lines = open(path, encoding='latin-1', newline='\n').read().split('\n')
    head = lines[0].split('\t')
    return [dict(zip(head, line.split('\t'))) for line in lines[1:] if line]


failed = False


def verdict(name, n, wrong):
    global failed
    if wrong:
        failed = True
        print('not ok %s %d of %d: %s%s' % (name, len(wrong), n, '; '.join(wrong[:8]), '; ...' if len(wrong) > 8 else ''))
    else:
        print('ok %s %d' % (name, n))


# ---------------------------------------------------------------- figures per server and queue

def total(rows, column):
    return sum(int(r[column]) for r in rows if r[column])


def largest(rows, column):
    return max([int(r[column]) for r in rows if r[column]], default=0)


def figures(calls, rings):
    """Every metric of truth.tsv that a log can know."""
    answered = [r for r in calls if r['outcome'] == 'answered']
    ended = [r for r in answered if r['cause'] not in ('lost', 'ongoing')]

    def outcome(name):
        return sum(1 for r in calls if r['outcome'] == name)

    def cause(*names):
        return sum(1 for r in ended if r['cause'] in names)

    def ring(name):
        return sum(1 for r in rings if r['ended'] == name)

    return {
        'offered': len([r for r in calls if r['outcome'] != 'refused']),
        'answered': len(answered),
        'answered_within_5s': sum(1 for r in answered if r['wait'] and int(r['wait']) <= 5),
        'hold_sum': total(answered, 'wait'),
        'hold_max': largest(answered, 'wait'),
        'completed_with_end_event': len(ended),
        'talk_sum': total(ended, 'talk'),
        'talk_max': largest(ended, 'talk'),
        'ended_by_caller': cause('caller'),
        'ended_by_agent': cause('agent'),
        'ended_by_transfer': cause('transfer', 'blind', 'attended'),
        'answered_without_end_event': len(answered) - len(ended),
        'abandoned_hangup': outcome('abandoned'),
        'exit_timeout': outcome('timeout'),
        'exit_empty': outcome('empty'),
        'exit_key': outcome('key'),
        'withdrawn': outcome('withdrawn'),
        'cut_or_unknown': outcome('lost') + outcome('waiting') + outcome('syscompat'),
        'ring_no_answer': ring('ringnoanswer'),
        'agent_dump': ring('agentdump'),
    }


def check_figures(truth, calls, agents):
    calls = [r for r in calls if r['direction'] == 'in']
    rings = [r for r in agents if r['kind'] == 'ring']
    have, right, wrong = {}, {}, {}
    for row in truth:
        server, queue, metric = row['server'], row['queue'], row['metric']
        if metric == 'refused_not_in_log':      # no line tells of these
            continue
        if (server, queue) not in have:
            have[server, queue] = figures(
                [r for r in calls if r['partition'] == server and queue in ('*', r['queue'])],
                [r for r in rings if r['partition'] == server and queue in ('*', r['queue'])])
        right[metric] = right.get(metric, 0) + 1
        wrong.setdefault(metric, [])
        got = have[server, queue].get(metric)
        if str(got) != row['value']:
            wrong[metric].append('%s %s: %s, not %s' % (server, queue, got, row['value']))
    for metric in right:
        verdict(metric, right[metric], wrong[metric])


# ---------------------------------------------------------------- call by call

OUTCOMES = {'abandoned': 'abandoned', 'timeout': 'timeout', 'empty': 'empty', 'withdraw': 'withdrawn',
            'answered': 'answered', 'cut': 'lost'}
BY = {'caller': ('caller',), 'agent': ('agent',), 'transfer': ('transfer', 'blind', 'attended'), '': ('lost', 'ongoing', '')}


def same(a, b):
    return (a or '0') == (b or '0')


def check_calls(truth, calls):
    """Each passage of calls.tsv with the row nearest in time of its server, call and queue."""
    left = [r for r in calls if r['direction'] == 'in']
    wrong, n = [], 0
    for t in truth:
        if t['outcome'].startswith('refused'):
            continue
        n += 1
        name = '%s %s %s' % (t['server'], t['uniqueid'], t['queue'])
        near = [r for r in left if (r['partition'], r['callid'], r['queue']) == (t['server'], t['uniqueid'], t['queue'])]
        near = sorted(near, key=lambda r: abs(float(r['enter']) - float(t['join'])))
        if not near:
            wrong.append(name + ': missing')
            continue
        r = near[0]
        left.remove(r)
        key = t['outcome'].startswith('key')
        want = 'key' if key else OUTCOMES.get(t['outcome'], t['outcome'])
        if abs(float(r['enter']) - float(t['join'])) > SLACK + 1:
            wrong.append(name + ': entered %s' % r['enter'])
        elif r['outcome'] != want:
            wrong.append(name + ': %s, not %s' % (r['outcome'], want))
        elif key and r['key'] != t['outcome'][3:]:
            wrong.append(name + ': key %s' % r['key'])
        elif want == 'answered' and (not same(r['wait'], t['hold_s']) or not same(r['talk'], t['talk_s'])
                                     or canon(r['agent']) != canon(t['agent']) or r['cause'] not in BY[t['ended_by']]):
            wrong.append(name + ': agent %s wait %s talk %s cause %s' % (r['agent'], r['wait'], r['talk'], r['cause']))
    for r in left:
        wrong.append('%s %s %s: nobody called' % (r['partition'], r['callid'], r['queue']))
    verdict('calls', n, wrong)


# ---------------------------------------------------------------- members and pauses

def canon(agent):
    """Local/106@agents/n and Agent/106 are one."""
    m = re.fullmatch(r'Local/([0-9]+)@.*', agent)
    return 'Agent/' + m.group(1) if m else agent


class Span:
    def __init__(self, start, end, reason='', how=''):
        self.start, self.end, self.reason, self.how = start, end, reason, how


def expected(events):
    """{(server, queue, agent): [Span]} of memberships (log-ons: queue NONE) and of pauses."""
    members, pauses = {}, {}

    def running(spans, key):
        return spans.get(key) and spans[key][-1].end is None and spans[key][-1] or None

    for e in sorted(events, key=lambda e: float(e['time'])):
        t, what = float(e['time']), e['ami_event']
        key = (e['server'], e['queue'] or 'NONE', canon(e['membername']))
        member, pause = running(members, key), running(pauses, key)
        if what in ('QueueMemberAdded', 'AgentLogin'):
            if member:                          # gone with a restart, without an event
                member.end, member.how = t, 'restart'
                if pause:
                    pause.end, pause.how = t, 'restart'
            members.setdefault(key, []).append(Span(t, None))
            if e['paused'] == '1':
                pauses.setdefault(key, []).append(Span(t, None))     # the log has no reason
        elif what in ('QueueMemberRemoved', 'AgentLogoff') and member:
            member.end = t
            if pause:
                pause.end, pause.how = t, 'removed'
        elif what == 'QueueMemberPause' and e['paused'] == '1':
            if pause and pause.reason == e['reason']:
                continue
            if pause:
                pause.end = t
            pauses.setdefault(key, []).append(Span(t, None, e['reason']))
        elif what == 'QueueMemberPause' and pause:
            pause.end = t
    return members, pauses


def close(log, true):
    """The log's second against the manager's clock, which may be a tick ahead."""
    return abs(float(log) - int(true)) <= SLACK


def check_spans(name, want, rows, unjoined):
    have = {}
    for r in rows:
        have.setdefault((r['partition'], r['queue'], canon(r['agent'])), []).append(r)
    restarted = {r['partition'] for r in rows if r['ended'] == 'restart'}
    wrong, n = [], 0
    for key in sorted(set(want) | set(have)):
        got = sorted(have.get(key, []), key=lambda r: float(r['start']))
        for s in want.get(key, []):
            n += 1
            text = '%s %.0f' % (' '.join(key), s.start)
            match = [r for r in got if close(r['start'], s.start) and r['reason'] == s.reason]
            if not match:
                # a pause within one second is no row
                if name == 'members' or s.end is None or s.end - s.start > 1 + SLACK:
                    wrong.append(text + ' %s: missing' % s.reason)
                continue
            r = match[0]
            got.remove(r)
            if s.how == 'restart' or s.end is None and r['ended'] == 'restart' and key[0] in restarted:
                right = r['ended'] == 'restart' and (s.end is None or float(r['end']) <= s.end)
            elif s.end is None:
                right = r['ended'] == '' and '>' in r['flags']
            else:
                right = s.how == 'removed' and key[0] in unjoined or close(r['end'], s.end)
            if not right:
                wrong.append(text + ': end %s %s, not %s %s' % (r['end'], r['ended'], s.end, s.how))
        for r in got:
            wrong.append('%s %s..%s %s: not so' % (' '.join(key), r['start'], r['end'], r['reason']))
    verdict(name, n, wrong)


def check_sessions(members, sessions):
    """Sessions are the unions of the memberships (which were compared above)."""
    want, have = {}, {}
    for r in sorted(members, key=lambda r: float(r['start'])):
        start, end, spans = float(r['start']), float(r['end']), want.setdefault(r['agent'], [])
        if spans and int(start) <= int(spans[-1][1]):
            spans[-1][1] = max(spans[-1][1], end)
            spans[-1][2].add(r['partition'])
        else:
            spans.append([start, end, {r['partition']}])
    for r in sorted(sessions, key=lambda r: float(r['start'])):
        have.setdefault(r['agent'], []).append([float(r['start']), float(r['end']), set(r['partition'].split(','))])
    wrong = ['%s: %s, not %s' % (a, have.get(a), want.get(a)) for a in sorted(set(want) | set(have))
             if have.get(a) != want.get(a)]
    verdict('sessions', sum(len(s) for s in want.values()), wrong)


def main():
    if len(sys.argv) != 4:
        sys.exit('usage: truth.py DIR CALLS AGENTS')
    where, calls, agents = sys.argv[1], table(sys.argv[2]), table(sys.argv[3])
    check_figures(table(os.path.join(where, 'truth.tsv')), calls, agents)
    check_calls(table(os.path.join(where, 'calls.tsv')), calls)
    events = table(os.path.join(where, 'agents.tsv'))
    members, pauses = expected(events)
    unjoined = {r['partition'] for r in agents if r['kind'] == 'member' and r['agent'].startswith('Local/')
                and any(e['interface'] == r['agent'] != e['membername'] for e in events)}
    kinds = {kind: [r for r in agents if r['kind'] == kind] for kind in ('member', 'session', 'qpause')}
    check_spans('members', members, kinds['member'], unjoined)
    check_spans('pauses', pauses, [r for r in kinds['qpause']
                                   if r['queue'] != 'NONE' or r['partition'] not in unjoined], unjoined)
    check_sessions(kinds['member'], kinds['session'])
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
