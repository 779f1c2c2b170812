#!/usr/bin/env python3
"""nasty.py SEED [N]: N (300) nasty events, the same for the same SEED.

One to three partitions in time order, each with small and large steps back; so few
callids, queues and agents that everything collides.  Half of the events follow
scripts (calls, pauses, log-ons) that are interleaved, cut off and doubled; the other
half is noise.  For comparing the commands with qlref.py.
"""
import random
import sys

BASE = 1795369000


class Dice:
    """Only random() is used, which no version of Python changes."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def chance(self, p):
        return self.r.random() < p

    def below(self, n):
        return int(self.r.random() * n)

    def one(self, things):
        return things[self.below(len(things))]


class Server:
    """One partition's log, one event after the other.  While a script runs, self.now
    is the time of the event it yields next."""

    def __init__(self, dice, name, start):
        self.dice, self.name, self.now = dice, name, start
        # some streams have hardly two of anything
        self.callids = ['c1', 'c2', 'c3', '1795369307.4'][:1 + dice.below(4)]
        self.queues = ['sales', 'support', 'Tech Support'][:1 + dice.below(3)]
        self.agents = ['Agent/101', 'Agent/102', 'Local/103@agents/n', 'SIP/104'][:1 + dice.below(4)]
        self.fractions = dice.chance(0.25)
        self.calm = dice.chance(0.5)    # no steps back
        self.quick = dice.chance(0.5)   # mostly the same second
        self.restarts = dice.chance(0.6)
        self.scripts = []

    # -- values

    def number(self, n):
        """n, now and then spoilt or missing."""
        n = max(0, n)
        if self.dice.chance(0.06):
            return self.dice.one(['', 'x', '-1', '%d.5' % n, ' %d' % n, '1e3', '0%d' % n, '9' * 12, '+2'])
        if self.dice.chance(0.08):
            return str(n + self.dice.below(5))
        return str(n)

    def seconds(self, since):
        """The whole seconds since a time, as Asterisk would log them."""
        return self.number((self.now - since) // 1000000)

    def position(self):
        return self.dice.one(['1', '1', '2', '3', '12', '', 'x', '0', '555 1234', '5551234'])

    def callid(self):
        return 'NONE' if self.dice.chance(0.03) else self.dice.one(self.callids)

    def queue(self):
        return self.dice.one(['NONE', '']) if self.dice.chance(0.03) else self.dice.one(self.queues)

    def agent(self):
        return self.dice.one(['', 'NONE']) if self.dice.chance(0.05) else self.dice.one(self.agents)

    def reason(self):
        return self.dice.one([(), ('lunch',), ('lunch',), ('coffee',), ('coffee', 'break'), ('', 'late'), ('a|b',)])

    # -- scripts

    def script_call(self):
        d = self.dice
        callid, queue, agent = self.callid(), self.queue(), self.agent()
        if d.chance(0.2):
            yield callid, 'NONE', 'NONE', 'DID', d.one(['39055', '800', ''])
        entered = self.now
        yield self.enter(callid, queue)
        while d.chance(0.3):
            yield self.attempt(callid, queue)
        if d.chance(0.35):
            yield from self.script_unanswered(callid, queue, entered)
            return
        connected = self.now
        if not d.chance(0.1):           # else the CONNECT is lost
            yield self.connect(callid, queue, agent, entered)
        if d.chance(0.1):
            yield self.connect(callid, queue, agent if d.chance(0.6) else self.agent(), entered)
        if d.chance(0.1):
            yield callid, queue, agent, d.one(['CALLERONHOLD', 'CALLEROFFHOLD', 'INFO']), 'x'
        if d.chance(0.12):
            return                      # the end is lost
        wait = self.number((connected - entered) // 1000000)
        if d.chance(0.25):              # the new leg's ENTERQUEUE is written first
            other = self.queue() if d.chance(0.6) else queue
            second = self.now
            yield self.enter(callid, other)
            yield callid, queue, agent, 'BLINDTRANSFER', other, 'ctx', wait, self.seconds(connected), self.position()
            if d.chance(0.6):
                again = agent if d.chance(0.5) else self.agent()
                start = self.now
                yield self.connect(callid, other, again, second)
                yield self.end(callid, other, again, self.number((start - second) // 1000000), start)
            else:
                yield from self.script_unanswered(callid, other, second)
            return
        if d.chance(0.1):
            callid = self.callid()      # the callid changes hands
        yield self.end(callid, queue, agent, wait, connected)
        if d.chance(0.2):               # the doubled end
            yield self.end(callid, queue, agent, wait, connected)
        if d.chance(0.1):
            yield callid, queue, agent, 'WRAPUPSTART', self.number(d.below(40))
        if d.chance(0.2):
            yield callid, d.one([queue, 'NONE']), agent, 'CALLSTATUS', d.one(['OK', 'SALE', 'x|y', ''])

    def enter(self, callid, queue):
        d = self.dice
        url = d.one(['', '', '', 'http://x/?a=1', 'p'])
        return callid, queue, 'NONE', 'ENTERQUEUE', url, d.one(['5551', '5552', '', '12']), self.position()

    def attempt(self, callid, queue):
        d, agent = self.dice, self.agent()
        if d.chance(0.2):
            return callid, queue, agent, 'AGENTDUMP'
        return (callid, queue, agent, d.one(['RINGNOANSWER', 'RINGNOANSWER', 'RINGCANCELED']),
                self.number(d.one([0, 486, 999, 1000, 3000, 5999])))

    def connect(self, callid, queue, agent, entered):
        return callid, queue, agent, 'CONNECT', self.seconds(entered), 'u.1', self.number(self.dice.below(6))

    def end(self, callid, queue, agent, wait, connected):
        d, talk, pos = self.dice, self.seconds(connected), self.position()
        verb = d.one(['COMPLETEAGENT', 'COMPLETECALLER', 'COMPLETECALLER', 'ATTENDEDTRANSFER', 'TRANSFER', 'BLINDTRANSFER'])
        if verb.startswith('COMPLETE'):
            return callid, queue, agent, verb, wait, talk, pos
        if verb != 'ATTENDEDTRANSFER':
            return callid, queue, agent, verb, '602', 'ctx', wait, talk, pos
        how = d.one(['BRIDGE', 'APP', 'LINK'])
        if how == 'LINK':
            return callid, queue, agent, verb, how, 'SIP/1', 'SIP/2', wait, d.one([talk + '|' + pos, talk, talk + '|' + pos + '|x'])
        return callid, queue, agent, verb, how, d.one(['Queue', 'b-1']), wait, talk, pos

    def script_unanswered(self, callid, queue, entered):
        d = self.dice
        if d.chance(0.1):
            return                      # the end is lost
        verb = d.one(['ABANDON', 'ABANDON', 'EXITEMPTY', 'EXITEMPTY', 'EXITWITHTIMEOUT', 'EXITWITHKEY', 'WITHDRAW',
                      'LEAVEEMPTY', 'SYSCOMPAT'])
        data = [self.position(), self.position(), self.seconds(entered)]
        if verb == 'EXITWITHKEY':
            data = [d.one(['1', '42', '#', ''])] + data
        elif verb in ('LEAVEEMPTY', 'SYSCOMPAT'):
            data = []
        yield (callid, queue, 'NONE', verb) + tuple(data)
        if verb == 'EXITEMPTY' and d.chance(0.7):
            if d.chance(0.3):
                yield self.enter(callid, queue)
            yield callid, queue, 'NONE', 'LEAVEEMPTY'
            if d.chance(0.3):
                yield callid, queue, 'NONE', 'LEAVEEMPTY'
        elif d.chance(0.1):
            yield (callid, queue, 'NONE', verb) + tuple(data)

    def script_pause(self):
        """PAUSEALL and then one PAUSE per queue, and back, with pieces missing."""
        d, agent, reason = self.dice, self.agent(), self.reason()
        for word in ('', 'UN'):
            queues = [q for q in self.queues if d.chance(0.8)]
            if d.chance(0.7):
                yield ('NONE', 'NONE', agent, word + 'PAUSEALL') + reason
            for queue in queues:
                yield ('NONE', queue, agent, word + 'PAUSE') + reason
            if d.chance(0.2) and not word:
                yield ('NONE', d.one(['NONE', 'NONE', '', self.queue()]), agent, 'PAUSEREASON') + self.reason()
            if d.chance(0.2):
                reason = self.reason()

    def script_login(self):
        d, agent, callid = self.dice, self.agent(), self.callid()
        kind = d.one(['AGENT', 'AGENTCALLBACK'])
        start = self.now
        if d.chance(0.7):
            start = self.now
            yield callid, 'NONE', agent, kind + 'LOGIN', '101@x'
        if d.chance(0.3):
            yield 'MANAGER', self.queue(), agent, 'ADDMEMBER', ''
        if d.chance(0.8):
            yield callid, 'NONE', agent, kind + 'LOGOFF', '101@x', d.one([self.seconds(start), self.seconds(start), ''])

    def script_member(self):
        d, agent = self.dice, self.agent()
        queues = [q for q in self.queues if d.chance(0.8)]
        if d.chance(0.85):
            for queue in queues:
                yield 'MANAGER', queue, agent, 'ADDMEMBER', d.one(['', '', '', 'PAUSED'])
        if d.chance(0.8):
            for queue in queues:
                yield 'MANAGER', queue, agent, 'REMOVEMEMBER', ''

    def script_bounce(self):
        """Off and on again, or unpaused and paused again, within one second or two."""
        d, agent, queue, reason = self.dice, self.agent(), self.queue(), self.reason()
        if d.chance(0.5):
            yield 'MANAGER', queue, agent, 'REMOVEMEMBER', ''
            yield 'MANAGER', queue, agent, 'ADDMEMBER', ''
        else:
            yield ('NONE', queue, agent, 'PAUSE') + reason
            yield ('NONE', queue, agent, d.one(['UNPAUSE', 'PAUSE'])) + self.reason()
            yield ('NONE', queue, agent, 'PAUSE') + reason

    # -- noise

    def noise(self):
        d = self.dice
        callid, queue, agent = self.callid(), self.queue(), self.agent()
        some = self.now - d.below(60) * 1000000
        kind = d.below(22)
        if kind == 0:
            return self.enter(callid, queue)
        if kind == 1:
            return self.connect(callid, queue, agent, some)
        if kind in (2, 3):
            return self.end(callid, queue, agent, self.number(d.below(9)), some)
        if kind in (4, 5):
            return next(self.script_unanswered(callid, queue, some), (callid, queue, 'NONE', 'ABANDON'))
        if kind == 6:
            return self.attempt(callid, queue)
        if kind == 7:
            return callid, queue, 'NONE', 'CALLOUTBOUND', '', '5559', self.position()
        if kind == 8:
            return (callid, queue, agent, 'OUTCALL', d.one(['ANSWER', 'ANSWERED', 'BUSY', 'NOANSWER', '']),
                    self.number(d.one([0, 0, 5, 30])), '20|5551234')
        if kind == 9:
            return callid, queue, 'NONE', d.one(['JOINEMPTY', 'FULL', 'CLOSED', 'DIVERT_CA_RATIO', 'DIVERT_HOLDTIME']), ''
        if kind == 10:
            return callid, d.one([queue, 'NONE']), agent, 'CALLSTATUS', d.one(['OK', 'NO', ''])
        if kind == 11:
            return callid, d.one([queue, 'NONE']), 'NONE', 'DID', d.one(['800', '900'])
        if kind == 12:
            return callid, queue, agent, 'WRAPUPSTART', self.number(d.below(30))
        if kind in (13, 14):
            return ('NONE', queue, agent, d.one(['PAUSE', 'UNPAUSE'])) + self.reason()
        if kind == 15:
            return ('NONE', 'NONE', agent, d.one(['PAUSEALL', 'UNPAUSEALL'])) + self.reason()
        if kind == 16:
            return ('NONE', d.one(['NONE', queue]), agent, 'PAUSEREASON') + self.reason()
        if kind == 17:
            return 'MANAGER', queue, agent, d.one(['ADDMEMBER', 'REMOVEMEMBER']), d.one(['', 'PAUSED'])
        if kind == 18:
            verb = d.one(['AGENTLOGIN', 'AGENTLOGOFF', 'AGENTCALLBACKLOGIN', 'AGENTCALLBACKLOGOFF'])
            return callid, 'NONE', agent, verb, 'x', self.number(d.below(200)) if d.chance(0.7) else ''
        if kind == 19:
            return (callid, queue, agent, d.one(['INFO', 'ACDPOSITION', 'QNAME', 'connect', 'X-NEW', 'PENALTY', 'RINGINUSE',
                    'HOTDESK']), d.one(['', 'a\tb', 'back\\slash', 'line\nend', 'Zo\xe9']), '1')
        if kind == 20:
            return 'NONE', 'NONE', 'NONE', d.one(['HEARTBEAT', 'TICK', 'CONFIGRELOAD', 'HEARTBEAT'])
        if self.restarts and d.chance(0.5):
            return 'NONE', 'NONE', 'NONE', 'QUEUESTART'
        return 'NONE', queue, '', 'INFO', ''

    # -- the log

    def step(self):
        d = self.dice
        if d.chance(0.006):
            gap = d.one([1799, 1800, 1801, 1802, 4000, 86399, 86400, 86401, 90000, 200000])
        elif self.quick and d.chance(0.6):
            gap = 0
        else:
            gap = d.one([0, 1, 1, 2, 2, 3, 5, 8, 20, 61])
        if not self.calm and d.chance(0.06):
            gap = -d.one([1, 1, 1, 2, 2, 3])
        elif not self.calm and d.chance(0.006):
            gap = -d.one([30, 3600, 7200])
        self.now += gap * 1000000
        if self.fractions and d.chance(0.7):
            self.now += d.below(1000000) * d.one([1, -1]) if not self.calm and d.chance(0.1) else d.below(900000)
        elif not self.fractions or d.chance(0.5):
            self.now -= self.now % 1000000
        self.now = max(self.now, 1000000)

    def next(self):
        d = self.dice
        self.step()
        if d.chance(0.35):
            return self.noise()
        if len(self.scripts) < 3 or d.chance(0.08):
            pick = d.below(10)
            self.scripts.append(self.script_call() if pick < 5 else self.script_pause() if pick < 7 else self.script_login()
                                if pick < 8 else self.script_member() if pick < 9 else self.script_bounce())
        script = d.one(self.scripts)
        for e in script:
            return e
        self.scripts.remove(script)
        return self.noise()


def escape(s):
    return s.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n')


def show(t):
    return str(t // 1000000) + (('.%06d' % (t % 1000000)).rstrip('0') if t % 1000000 else '')


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: nasty.py SEED [N]')
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    dice = Dice(int(sys.argv[1]))
    names = ['A', 'B', 'C'][:dice.one([1, 1, 2, 3])]
    streams = []
    for name in names:
        server = Server(dice, name, (BASE + dice.below(10)) * 1000000)
        stream = []
        for _ in range(n // len(names) + (name == 'A') * (n % len(names))):
            e = server.next()
            fields = list(e[:4]) + (list(e[4:]) + [''] * 5)[:5]
            stream.append((server.now, '\t'.join([show(server.now), name] + [escape(f) for f in fields])))
        streams.append(stream)
    # as qlmerge: again and again the input whose next event has the smallest time
    out = []
    while any(streams):
        first = min((s for s in streams if s), key=lambda s: s[0][0])
        out.append(first.pop(0)[1])
    sys.stdout.buffer.write(''.join(line + '\n' for line in out).encode('latin-1'))


if __name__ == '__main__':
    main()
