#!/usr/bin/env python3
"""board.py DIR FRAMES: do the frames of qltop agree with what the servers' manager interface said?

DIR holds agents.tsv (who was added, removed and paused where) and calls.tsv (when each caller
joined, how long the hold and the talk lasted), written while the logs were. FRAMES has a line of
`SERVER TAB {json}` for each instant and server. Compared are, for each queue, the agents on and
paused and the calls on the phone, at instants around which the manager's figure did not change: a
log has whole seconds only, and both clocks some delay. One line per figure: `ok NAME n` or
`not ok NAME ...`; status 1 if any differs.
"""
import collections
import json
import os
import sys

def table(path):
    lines = open(path, encoding='latin-1', newline='\n').read().split('\n')
    head = lines[0].split('\t')
    return [dict(zip(head, line.split('\t'))) for line in lines[1:] if line]


RESTART = {'B': 1795369436.0}       # its members did not outlive it
GONE = {'B': (1795369420.0, 1795369440.0), 'C': (1795369500.0, 1795369512.0)}


class Members:
    """Who is in which queue of a server, and paused there, over time."""

    def __init__(self, rows, server):
        self.steps = [(0.0, {})]
        now, began = {}, server not in RESTART
        for r in rows:
            t = float(r['time'])
            if r['server'] != server:
                continue
            if not began and t > RESTART[server]:
                now, began = {}, True
            key = (r['queue'], r['interface'])
            if r['ami_event'] == 'QueueMemberRemoved':
                now.pop(key, None)
            elif r['ami_event'] == 'QueueMemberAdded':
                now[key] = r['paused'] == '1'
            elif r['ami_event'] == 'QueueMemberPause' and key in now:
                now[key] = r['paused'] == '1'
            self.steps.append((t, dict(now)))

    def at(self, t):
        return next(m for since, m in reversed(self.steps) if since <= t)


def truths(members, calls, server, t):
    """on, paused and in, by queue, at an instant."""
    f = {'on': collections.Counter(), 'paused': collections.Counter(), 'in': collections.Counter()}
    for (queue, _), paused in members.at(t).items():
        f['on'][queue] += 1
        f['paused'][queue] += paused
    for c in calls:
        if c['server'] == server and c['outcome'] == 'answered':
            connect = float(c['join']) + int(c['hold_s'])
            # a talk without an end was cut off with its server
            end = connect + int(c['talk_s']) if c['talk_s'] else float(c['leave'])
            # hold and talk are cut to whole seconds: where it may be either, it is neither
            if connect + 1 <= t < end:
                f['in'][c['queue']] += 1
            elif connect - 1 <= t < end + 2:
                f['in'][c['queue']] += 1000
    return f


def main():
    directory, frames = sys.argv[1:]
    agents = table(os.path.join(directory, 'agents.tsv'))
    calls = table(os.path.join(directory, 'calls.tsv'))
    members = {s: Members(agents, s) for s in 'ABC'}
    compared, wrong = collections.Counter(), collections.defaultdict(list)
    for line in open(frames):
        server, text = line.split('\t')
        frame = json.loads(text)
        t = frame['time']
        if server in GONE and GONE[server][0] <= t <= GONE[server][1]:
            continue
        near = [truths(members[server], calls, server, t + d / 4) for d in range(-4, 9)]
        rows = {q['queue']: q for q in frame['queues']}
        for name in 'on', 'paused', 'in':
            for queue in set(rows) | set(near[0][name]):
                want = {n[name][queue] for n in near}
                if len(want) > 1 or max(want) >= 1000:
                    continue
                got = rows[queue][name] if queue in rows else 0
                compared[name] += 1
                if got not in want:
                    wrong[name].append('%s %s at %s: %d, not %d' % (server, queue, t, got, want.pop()))
    for name in 'on', 'paused', 'in':
        if wrong[name] or not compared[name]:
            print('not ok %s %d of %d: %s' % (name, len(wrong[name]), compared[name], '; '.join(wrong[name][:8])))
        else:
            print('ok %s %d' % (name, compared[name]))
    sys.exit(1 if any(wrong.values()) or len(compared) < 3 else 0)


if __name__ == '__main__':
    main()
