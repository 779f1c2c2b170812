#!/usr/bin/env python3
"""qlref.py: the slow reference of ql, written from the design and from nothing else.

    qlref.py events -p P FILE...          raw queue_log to events
    qlref.py calls  [options] [FILE...]   events to the table of qlcalls
    qlref.py agents [options] [FILE...]   events to the table of qlagents
    qlref.py stats  -g KEYS -m MEASURES [options] [FILE...]    to that of qlstats

Everything is kept in memory and walked as often as it takes; the commands must
give the same bytes.  A quoted sentence in a comment is one of the design.
Times of options are seconds since 1970.

AMBIGUITIES (where the design can be read in two ways; what is done here)

 Numbers
  1. A number is decimal digits only, not above 2^33; anything else (empty, "-5",
     "3.0", " 3") is unknown.  Every position, not only ENTERQUEUE's, must be
     below 10000.
  2. A time reckoned back (time - talk - wait) keeps the event's fraction and is
     never below 0.
  3. A clock difference is subtracted with its fraction, then cut.
 Calls
  4. HEARTBEAT, TICK, SOURCEDOWN and SOURCEUP of P move P's clock too (visits
     expire, callids are forgotten), but are not "the last event P logged".
  5. Expiry and forgetting go by the time of the event of P at hand (a step back
     is believed), happen before that event has its effect, and only when the
     limit is exceeded (> 86400, > 1800; "at most 1800 s later" includes 1800).
  6. An expired visit ends at enter + max-open; several by that time, then in the
     order of opening.  Its talk is unknown, as after a restart.
  7. The wait of a visit that ended lost, refused or without a logged wait is the
     clock's (a refused visit of its own: 0).
  8. A talking visit opened by a CONNECT without data1: enter = time, its wait
     unknown until its end logs one.  For any visit: CONNECT's logged wait, else
     the end's, else the clock.
  9. A waiting visit ended by a talking end that logs no talk: connect = time of
     the end, talk unknown; wait as logged, else connect - enter by the clock.
 10. Where several talking visits fit, the one opened first.  Rule 3 compares the
     clock cut to seconds.
 11. "At most 2 s before" and "within 2 s after" are 2 s either way, fraction
     included (small steps back).  A double is known by the callid of the end as
     well as by that of the visit it ended (rule 3 ends visits of another callid).
     Any end of outcome unanswered counts for the unanswered double, OUTCALL's too.
 12. A malformed RINGNOANSWER is an attempt of 0 s.
 13. OUTCALL: cause empty; data2 not a number: talk unknown, enter = time; talk is
     kept where abandoned; agent only where answered.
 14. "At the end of input": partitions in the order of their first line in the
     stream, visits of each by entry, then by opening; a restart ends them so, too.
 15. A row is out when the stream's clock (greatest time of any line) is more than
     --status-wait beyond what it was when the visit ended; with 0 at once.  A
     status for a visit that is out, or ended more than 1800 s ago by the time of
     the CALLSTATUS, is dropped.  CALLSTATUS does not keep a callid remembered.
 16. Forgetting: "start" is the opening event's time, "end" the end column's.
 17. Verbs DIVERT_*: every verb that begins so.
 Agents
 18. An event whose agent is NONE or empty concerns no agent.
 19. "The latest" is the latest of the whole stream, not of the partition; HEARTBEAT
     and the like included.  Talk, ring and wrap have the raw times.
 20. No row ends before it starts: after a step back it ends at its start.
 21. "The same second": the whole seconds are equal.  A row of session, pause or
     qpause that has ended becomes certain with the first line whose whole second
     is another; other rows become certain with the event that ended them.
 22. "Those made certain by one event" are sorted by what is printed, kind by its
     letters.
 23. "No length": start = end, with the fraction.
 24. REMOVEMEMBER or LOGOFF of a static slot ends the static slot, and is besides
     that the REMOVEMEMBER or LOGOFF of a slot that was not open.
 25. A LOGOFF rebuilt from its duration has no flag.  A session gets `<` when such a
     row gave it its start.  Where it is cut at the end of a previous session that has
     been written already, the two touch and stay two rows.
 26. --no-persistent ends static slots too.  The session ends when the last slot
     did, whatever came between that and the QUEUESTART; the rows become certain
     at the QUEUESTART.
 27. PAUSEREASON: the paused slots of the agent at P (of the queue, if it names
     one); the agent's running row is renamed with them.
 28. The partitions of a pause row are those of the slots that counted.
 29. A talk row ends with the visit; without a known talk there is none.  ended is
     the verb.  It carries `>` and never `<`.  A ring row: only where CONNECT logs
     the ring.  Doubles give none.
 30. wrap rows: ended empty, not cut by the end of input.  --wrapup counts besides
     WRAPUPSTART.
 31. Clipping: an interval of no length is in where from <= start < to; another
     where start < to and end > from.
 32. -p of agents' rows: one of the row's partitions; -q: rows of that queue only.
 Events
 33. A run of NULs is two or more.  All empty values at the end of a line are
     dropped; a fraction is cut to 6 digits.
 Stats
 34. Without a limit of its own (--from, --to) the time of queued:avg and agents:avg
     runs from the first event to the last; what lies outside of it is in no average.
 35. handle adds --wrapup only: no line says which visit a WRAPUPSTART belongs to.
 36. missed:F, ringmissed:F, talk:F, ring:F, pos:F, callers and callids are over the
     visits measured (callers, callids: offered); default F is sum there, too.
 37. --join: direction, key columns and visit are the first visit's, outcome, cause,
     status, target, key and position_out the last's; filters apply to the joined row.
 38. sessions and pauses count where they, as clipped, begin; logon:avg and the like
     are over the pieces that the time keys make.
 39. idle is what of the sessions is in none of talk, wrap and pause (the denominator
     of occupancy less talk and wrap): talk within a pause is not taken off twice.
 40. sla:@FILE: a visit of a queue that FILE does not name is never within.
 41. area:N: the caller's digits only.  slot of the repeated hour: 02:15b.
 42. With measures over agents the keys are agent, queue and those of time; with queue,
     sessions are the member rows and pauses the qpause rows.  No row for agents of
     whom nothing is known in the interval.
"""
import gzip
import re
import sys

US = 1000000                            # times are integers, microseconds
TIME_MAX = 1 << 33

ENDS_KEPT = 60                          # seconds: a longer step back hides a double

CLOCK_ONLY = ('HEARTBEAT', 'TICK', 'SOURCEDOWN', 'SOURCEUP')
UNANSWERED = ('abandoned', 'timeout', 'key', 'empty', 'withdrawn', 'syscompat')


# ---------------------------------------------------------------- small things

def warn(text):
    sys.stderr.write('qlref: %s\n' % text.encode('latin-1', 'replace').decode('ascii', 'backslashreplace'))


def number(s):
    """A whole number, else None."""
    if re.fullmatch('[0-9]+', s) and int(s) <= TIME_MAX:
        return int(s)
    return None


def position(s):
    """"only if a whole number below 10000"."""
    n = number(s)
    return n if n is not None and n < 10000 else None


def cut(us):
    """"Clock differences are cut to whole seconds, never negative"."""
    return max(0, us) // US


def near(now, then, seconds=2):
    return abs(now - then) <= seconds * US


def parse_time(s):
    """'1795369298.25' to microseconds; None if it is no time."""
    m = re.fullmatch(r'([0-9]{1,19})(?:\.([0-9]+))?', s)
    if not m:
        return None
    us = int(m.group(1)) * US + int(((m.group(2) or '') + '000000')[:6])
    return us if us <= TIME_MAX * US else None


def show_time(us):
    """"a fraction (1 to 6 digits, trailing zeros cut) only where ... not zero"."""
    text = str(us // US)
    if us % US:
        text += ('.%06d' % (us % US)).rstrip('0')
    return text


WRITE = {'\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\', '\0': '\\0'}
READ = {'t': '\t', 'n': '\n', 'r': '\r', '\\': '\\', '0': '\0',
        'b': '\b', 'f': '\f', 'v': '\v', "'": "'", 'N': ''}


def escape(s):
    return re.sub('[\t\n\r\\\\\0]', lambda m: WRITE[m.group()], s)


def unescape(s):
    """None if it has "any other backslash pair"."""
    out, i = [], 0
    while i < len(s):
        if s[i] == '\\':
            i += 1
            if i == len(s) or s[i] not in READ:
                return None
            out.append(READ[s[i]])
        else:
            out.append(s[i])
        i += 1
    return ''.join(out)


class Event:
    def __init__(self, t, part, callid, queue, agent, verb, d):
        self.t, self.part, self.callid, self.queue = t, part, callid, queue
        self.agent, self.verb, self.d = agent, verb, d


def read_file(name):
    """The bytes of a file or of stdin, gzip by its magic, one char per byte."""
    data = sys.stdin.buffer.read() if name == '-' else open(name, 'rb').read()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    return data.decode('latin-1')


def split_lines(text):
    lines = text.split('\n')
    if lines[-1] == '':
        lines.pop()
    return lines


class Input:
    """All events of the operands, and what is wrong with them."""

    def __init__(self, names):
        self.events, self.bad, self.down = [], 0, {}
        for name in names or ['-']:
            for number_, line in enumerate(split_lines(read_file(name)), 1):
                self.line(name, number_, line)

    def line(self, name, number_, line):
        fields = [unescape(f) for f in line.split('\t')]
        t = parse_time(fields[0]) if fields[0] else None
        if (len(fields) != 11 or None in fields or t is None or not fields[5]
                or not re.fullmatch(r'[A-Za-z0-9_.:-]{1,20}', fields[1])):
            self.bad += 1
            warn('%s:%d: not an event' % (name, number_))
            return
        e = Event(t, fields[1], fields[2], fields[3], fields[4], fields[5], fields[6:])
        if e.verb == 'SOURCEDOWN':
            self.down[e.part] = e.d[0]
        elif e.verb == 'SOURCEUP':
            self.down.pop(e.part, None)
        self.events.append(e)

    def status(self, incomplete):
        """"A fold whose stream ends with a partition down names it, ends with 2"."""
        for part in sorted(self.down):
            warn('%s: source down: %s' % (part, self.down[part]))
        if self.down and not incomplete:
            return 2
        return 1 if self.bad else 0


# ---------------------------------------------------------------- raw logs

def events_main(argv):
    part, names, rejects = None, [], None
    while argv:
        a = argv.pop(0)
        if a == '-p':
            part = argv.pop(0)
        elif a == '--rejects':
            rejects = open(argv.pop(0), 'wb')
        else:
            names.append(a)
    if not part:
        sys.exit('qlref: events: -p P is needed')
    out, refused = [], 0
    for name in names or ['-']:
        text = read_file(name)
        if text.startswith('\xef\xbb\xbf'):     # "a byte order mark at the start"
            text = text[3:]
        for n, line in enumerate(split_lines(text), 1):
            body = line[:-1] if line.endswith('\r') else line       # "one CR before the LF"
            if body == '':                      # "blank lines (skipped, counted)"
                continue
            why, row = raw_line(part, body)
            if why:
                refused += 1
                if refused <= 10:
                    sys.stderr.write('qlfetch: %s:%d: %s\n' % (name, n, why))
                if rejects:
                    rejects.write((line + '\n').encode('latin-1'))
            else:
                out.append(row)
    sys.stdout.buffer.write(''.join(out).encode('latin-1'))
    if refused:
        sys.stderr.write('qlfetch: %d lines refused\n' % refused)
    return 1 if refused else 0


def raw_line(part, line):
    """(why it is refused, None) or (None, the event's line)."""
    if len(line) > 1 << 20:
        return 'line too long', None
    if '\0\0' in line:
        return 'a run of NULs', None
    f = line.split('|')
    if len(f) < 5:
        return 'fewer than 5 fields', None
    first = f[0].strip(' ')             # "spaces around the first field"
    if not re.fullmatch(r'[0-9]+(\.[0-9]*)?', first):
        return 'no numeric time', None
    t = parse_time(first.rstrip('.') if first.endswith('.') else first)
    if t is None:
        return 'time outside 0 .. 2^33', None
    if f[4] == '':
        return 'empty verb', None
    data = f[5:]
    while data and data[-1] == '':
        data.pop()
    data += [''] * (5 - len(data))
    # "A sixth and later value stays in data5 behind a |"
    data = data[:4] + ['|'.join(data[4:])]
    return None, '\t'.join([show_time(t), part] + [escape(x) for x in f[1:5] + data]) + '\n'


# ---------------------------------------------------------------- calls

class Visit:
    """One passage of one call through one queue."""

    def __init__(self, part, callid, queue, direction, enter):
        self.part, self.callid, self.queue = part, callid, queue
        self.direction, self.enter = direction, enter
        self.number = None              # the ordinal of its opening
        self.call = None                # its Callid: the same for all visits of one call
        self.talking = False
        self.connect = None
        self.wait_logged = False
        self.end = None
        self.outcome = self.cause = ''
        self.agent = ''                 # as logged; see answered_by
        self.wait = self.talk = self.ring = None
        self.missed = self.ringmissed = 0
        self.attempts = []              # ring seconds of each missed attempt
        self.caller = self.did = self.url = ''
        self.pos_in = self.pos_out = None
        self.key = self.target = self.status = ''
        self.flags = ''
        self.verb = ''                  # of the event that ended it
        self.out = False                # the row has been written

    def answered_by(self):
        """"who answered, empty for every other outcome and for NONE"."""
        return self.agent if self.outcome == 'answered' and self.agent != 'NONE' else ''


class Callid:
    """What is remembered of a callid."""

    def __init__(self):
        self.visits, self.did, self.last, self.latest = 0, '', None, None
        # (what, queue, agent, time) of its ends: 'talk', 'unanswered', and 'exit', an EXITEMPTY without
        # its LEAVEEMPTY.  After a step back not the latest may be the one "at most 2 s before".
        self.ends = []


class CallPart:
    """"All state is kept per partition"."""

    def __init__(self):
        self.open = []                  # visits in the order of opening
        self.callids = {}
        self.last_event = None


class CallFold:
    def __init__(self, max_open=86400, status_wait=1800, until=None, on_visit=None, on_ring=None):
        self.max_open, self.status_wait, self.until = max_open, status_wait, until
        self.on_visit = on_visit or (lambda v: None)    # a visit has ended
        self.on_ring = on_ring or (lambda *a: None)
        self.parts = {}
        self.ended = []                 # every visit, in the order of ends
        self.held = []                  # [stream's clock when it ended, visit]
        self.clock = None               # "the greatest time seen"
        self.doubles = self.orphans = 0

    # -- one event

    def feed(self, e):
        self.clock = e.t if self.clock is None else max(self.clock, e.t)
        self.release()
        p = self.parts.setdefault(e.part, CallPart())
        self.expire(p, e.t)
        self.forget(p, e.t)
        self.effect(p, e)
        if e.verb not in CLOCK_ONLY:
            p.last_event = e.t

    def release(self):
        """"a row is held back until the stream's clock is --status-wait S further"."""
        while self.held and self.clock > self.held[0][0] + self.status_wait * US:
            self.held.pop(0)[1].out = True

    def expire(self, p, now):
        """"A visit open longer than --max-open ... ends there"."""
        old = [v for v in p.open if now - v.enter > self.max_open * US]
        for v in sorted(old, key=lambda v: v.enter):
            t = v.enter + self.max_open * US
            if v.talking:
                self.close(p, v, t, 'answered', 'lost', 'expired')
            else:
                v.wait = cut(t - v.enter)
                self.close(p, v, t, 'lost', 'expired', 'expired')

    def forget(self, p, now):
        """"A callid with nothing open is forgotten 1800 s after its last DID, start or end"."""
        busy = None
        for callid in [c for c, r in p.callids.items() if now - r.last > 1800 * US]:
            if busy is None:
                busy = {v.callid for v in p.open}
            if callid not in busy:
                del p.callids[callid]

    def effect(self, p, e):
        verb = e.verb
        if verb == 'DID':
            r = self.callid(p, e.callid)
            r.did, r.last = e.d[0], e.t
        elif verb == 'ENTERQUEUE' or verb == 'CALLOUTBOUND':
            self.enter(p, e, 'in' if verb == 'ENTERQUEUE' else 'out')
        elif verb == 'OUTCALL':
            self.outcall(p, e)
        elif verb in ('JOINEMPTY', 'FULL', 'CLOSED') or verb.startswith('DIVERT_'):
            self.refused(p, e)
        elif verb in ('RINGNOANSWER', 'RINGCANCELED', 'AGENTDUMP'):
            self.missed(p, e)
        elif verb == 'CONNECT':
            self.connect(p, e)
        elif verb in ('COMPLETEAGENT', 'COMPLETECALLER', 'TRANSFER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'):
            self.talking_end(p, e)
        elif verb in ('ABANDON', 'EXITEMPTY', 'EXITWITHTIMEOUT', 'WITHDRAW', 'EXITWITHKEY', 'LEAVEEMPTY', 'SYSCOMPAT'):
            self.unanswered_end(p, e)
        elif verb == 'QUEUESTART':
            self.restart(p)
        elif verb == 'CALLSTATUS':
            self.status(p, e)

    # -- opening and closing

    def callid(self, p, callid):
        return p.callids.setdefault(callid, Callid())

    def remember(self, p, callid, t, what, queue, agent=''):
        r = self.callid(p, callid)
        r.last = t if r.last is None else r.last
        r.ends = [end for end in r.ends if t - end[3] <= ENDS_KEPT * US] + [(what, queue, agent, t)]

    def ended_just(self, p, e, what, agent=''):
        r = p.callids.get(e.callid)
        for end in r.ends if r else []:
            if end[:3] == (what, e.queue, agent) and near(e.t, end[3]):
                return end
        return None

    def open(self, p, v, now):
        r = self.callid(p, v.callid)
        r.visits += 1
        r.latest, r.last = v, now
        v.number, v.did, v.call = r.visits, r.did, r
        p.open.append(v)
        return v

    def close(self, p, v, t, outcome, cause, verb):
        v.end, v.outcome, v.cause, v.verb = t, outcome, cause, verb.lower()
        if v in p.open:
            p.open.remove(v)
        r = self.callid(p, v.callid)    # an end may lie before the last start: one that expired
        r.last = max(r.last, t)
        if outcome in UNANSWERED:
            self.remember(p, v.callid, t, 'unanswered', v.queue)
        self.ended.append(v)
        if self.status_wait > 0:
            self.held.append((self.clock, v))
        else:
            v.out = True
        self.on_visit(v)

    def waiting(self, p, e):
        """The waiting visit of the key: "two never wait"."""
        for v in p.open:
            if not v.talking and v.callid == e.callid and v.queue == e.queue:
                return v
        return None

    def enter(self, p, e, direction):
        old = self.waiting(p, e)
        if old:     # "that one ends lost, cause reentered"
            old.wait = cut(e.t - old.enter)
            self.close(p, old, e.t, 'lost', 'reentered', e.verb)
        v = Visit(e.part, e.callid, e.queue, direction, e.t)
        v.url, v.caller, v.pos_in = e.d[0], e.d[1], position(e.d[2])
        self.open(p, v, e.t)

    def outcall(self, p, e):
        """"direction out, enter = time - data2, talk data2, wait unknown"."""
        talk = number(e.d[1])
        v = Visit(e.part, e.callid, e.queue, 'out', max(0, e.t - (talk or 0) * US))
        v.talk, v.agent = talk, e.agent
        self.open(p, v, e.t)
        answered = e.d[0].startswith('ANSWER') or (talk or 0) > 0
        self.close(p, v, e.t, 'answered' if answered else 'abandoned', '', e.verb)

    def refused(self, p, e):
        """"ends the waiting visit of the key, or is a visit of its own"."""
        v = self.waiting(p, e)
        if v is None:
            v = self.open(p, Visit(e.part, e.callid, e.queue, 'in', e.t), e.t)
        v.wait = cut(e.t - v.enter)
        self.close(p, v, e.t, 'refused', e.verb.lower(), e.verb)

    def missed(self, p, e):
        """"its ring seconds are ms / 1000 cut, sums are sums of those, AGENTDUMP 0"."""
        ms = number(e.d[0]) if e.verb != 'AGENTDUMP' else 0
        ring = (ms or 0) // 1000
        v = self.waiting(p, e)
        if v:
            v.missed += 1
            v.ringmissed += ring
            v.attempts.append(ring)
        self.on_ring(e, ring)

    def connect(self, p, e):
        """"the waiting visit talks ... Without one: a talking visit is opened"."""
        wait = number(e.d[0])
        v = self.waiting(p, e)
        if v is None:
            for o in p.open:
                if o.talking and (o.callid, o.queue, o.agent) == (e.callid, e.queue, e.agent):
                    self.doubles += 1
                    return
            v = Visit(e.part, e.callid, e.queue, 'in', max(0, e.t - (wait or 0) * US))
            v.flags = '<'
            self.open(p, v, e.t)
            v.wait = wait
        else:
            v.wait = wait if wait is not None else cut(e.t - v.enter)
        v.wait_logged = wait is not None
        v.talking, v.connect, v.agent, v.ring = True, e.t, e.agent, number(e.d[2])
        if v.ring is not None:
            self.on_ring(e, v.ring)

    # -- ends

    def talking_end(self, p, e):
        d, target = e.d, ''
        if e.verb in ('COMPLETEAGENT', 'COMPLETECALLER'):
            wait, talk, pos = d[0], d[1], d[2]
            cause = 'agent' if e.verb == 'COMPLETEAGENT' else 'caller'
        elif e.verb == 'ATTENDEDTRANSFER':
            cause = 'attended'
            if d[0] == 'LINK':          # "wait data4, talk and position in data5 split at |, target data3"
                wait, (talk, pos), target = d[3], (d[4].split('|') + [''])[:2], d[2]
            else:
                wait, talk, pos = d[2], d[3], d[4]
                target = d[1] if d[0] == 'APP' else ''
        else:
            cause = 'transfer' if e.verb == 'TRANSFER' else 'blind'
            wait, talk, pos, target = d[2], d[3], d[4], d[0]
        wait, talk, pos = number(wait), number(talk), position(pos)

        talkers = [v for v in p.open if v.talking and v.queue == e.queue and v.agent == e.agent]
        v = None
        # "1 a talking one, same key and agent"
        for o in talkers:
            if o.callid == e.callid:
                v = o
                break
        # "2 none, if a visit of that key and agent ended by such an event at most 2 s before"
        if v is None and self.ended_just(p, e, 'talk', e.agent):
            self.doubles += 1
            return
        # "3 ... whose clock agrees with the logged talk within 2 s"
        if v is None and talk is not None:
            for o in talkers:
                if abs(cut(e.t - o.connect) - talk) <= 2:
                    v = o
                    break
        if v:
            if wait is not None and not v.wait_logged:
                v.wait = wait
            v.talk = talk if talk is not None else cut(e.t - v.connect)
        # "4 a waiting one of the key (its CONNECT was lost: connect = time - talk)"
        if v is None:
            v = self.waiting(p, e)
            if v:
                v.connect = e.t - (talk or 0) * US
                v.wait = wait if wait is not None else cut(v.connect - v.enter)
                v.talk, v.agent = talk, e.agent
        # "5 one rebuilt: enter = time - talk - wait, flag <, if either is logged"
        if v is None and (talk is not None or wait is not None):
            v = Visit(e.part, e.callid, e.queue, 'in', max(0, e.t - ((talk or 0) + (wait or 0)) * US))
            v.flags, v.wait, v.talk, v.agent = '<', wait, talk, e.agent
            self.open(p, v, e.t)
        # "6 none: an orphan"
        if v is None:
            self.orphans += 1
            return
        if v.pos_in is None:            # "Position at entry: ENTERQUEUE's, else the end's"
            v.pos_in = pos
        v.target = target
        for callid in sorted({e.callid, v.callid}):
            self.remember(p, callid, e.t, 'talk', e.queue, e.agent)
        self.close(p, v, e.t, 'answered', cause, e.verb)

    def unanswered_end(self, p, e):
        if e.verb == 'EXITEMPTY':
            self.remember(p, e.callid, e.t, 'exit', e.queue)
        if e.verb == 'LEAVEEMPTY':
            # "The first LEAVEEMPTY within 2 s after an EXITEMPTY of its key is part of that exit"
            end = self.ended_just(p, e, 'exit')
            if end:
                p.callids[e.callid].ends.remove(end)
                return
        d = e.d
        if e.verb in ('LEAVEEMPTY', 'SYSCOMPAT'):
            d = ['', '', '']
        elif e.verb == 'EXITWITHKEY':   # "the same, one further"
            d = d[1:]
        outcome = {'ABANDON': 'abandoned', 'EXITEMPTY': 'empty', 'LEAVEEMPTY': 'empty', 'EXITWITHTIMEOUT': 'timeout',
                   'WITHDRAW': 'withdrawn', 'EXITWITHKEY': 'key', 'SYSCOMPAT': 'syscompat'}[e.verb]
        wait = number(d[2])
        v = self.waiting(p, e)
        if v is None:
            if self.ended_just(p, e, 'unanswered'):
                self.doubles += 1
                return
            if wait is None:
                self.orphans += 1
                return
            v = Visit(e.part, e.callid, e.queue, 'in', max(0, e.t - wait * US))     # "else rebuilt from its logged wait"
            v.flags = '<'
            self.open(p, v, e.t)
        v.wait = wait if wait is not None else cut(e.t - v.enter)
        v.pos_out = position(d[0])
        if v.pos_in is None:
            v.pos_in = position(d[1])
        if e.verb == 'EXITWITHKEY':
            v.key = e.d[0]
        self.close(p, v, e.t, outcome, '', e.verb)

    def restart(self, p):
        """"QUEUESTART of P ends P's open visits only"."""
        for v in sorted(p.open, key=lambda o: o.enter):    # "open visits per partition in entry order"
            if v.talking:               # "answered with cause lost and an unknown talk"
                self.close(p, v, p.last_event, 'answered', 'lost', 'restart')
            else:
                v.wait = cut(p.last_event - v.enter)
                self.close(p, v, p.last_event, 'lost', 'restart', 'restart')

    def status(self, p, e):
        """"kept as status of the latest visit of (partition, callid)"."""
        if e.callid == 'NONE' or e.callid not in p.callids:
            return
        v = p.callids[e.callid].latest
        if v is None or v.out or (v.end is not None and e.t - v.end > 1800 * US):
            return
        v.status = e.d[0]

    def finish(self):
        """"At the end of input what waits is waiting, what talks is answered with cause ongoing"."""
        if self.clock is None:
            return
        until = self.until if self.until is not None else self.clock
        for p in self.parts.values():
            for v in sorted(p.open, key=lambda o: o.enter):    # "open visits per partition in entry order"
                v.flags += '>'
                if v.talking:
                    v.talk = cut(until - v.connect)
                    self.close(p, v, until, 'answered', 'ongoing', '')
                else:
                    v.wait = cut(until - v.enter)
                    self.close(p, v, until, 'waiting', '', '')


CALL_COLUMNS = ('partition callid visit queue direction enter end outcome cause agent wait talk ring missed ringmissed'
                ' caller did url position_in position_out key target status flags').split()


def known(n):
    return '' if n is None else str(n)


def call_row(v):
    unanswered = v.outcome in UNANSWERED
    return [v.part, v.callid, str(v.number), v.queue, v.direction, show_time(v.enter), show_time(v.end), v.outcome,
            v.cause, v.answered_by(), known(v.wait), known(v.talk), known(v.ring), str(v.missed), str(v.ringmissed),
            v.caller, v.did, v.url, known(v.pos_in), known(v.pos_out) if unanswered else '', v.key, v.target,
            v.status, v.flags]


def write_table(columns, rows):
    out = ['\t'.join(escape(c) for c in row) + '\n' for row in ([columns] if columns else []) + rows]
    sys.stdout.buffer.write(''.join(out).encode('latin-1'))


# ---------------------------------------------------------------- options of the folds

class Options:
    """--name value pairs into attributes; lists by comma."""
    VALUES = {'--from': 'from_', '-f': 'from_', '--to': 'to', '-t': 'to', '--until': 'until', '--max-open': 'max_open',
              '--status-wait': 'status_wait', '--no-persistent': 'no_persistent', '--wrapup': 'wrapup', '--sort': 'sort',
              '-p': 'parts', '-q': 'queues', '-a': 'agents', '-c': 'callids', '--outcome': 'outcomes',
              '--direction': 'direction', '-g': 'keys', '-m': 'measures', '-z': 'zone', '--zone': 'zone',
              '--short': 'short', '-s': 'short', '--slot': 'slot', '--roster': 'roster', '--pauses': 'pauses'}
    SWITCHES = {'--login-decides': 'login_decides', '--join': 'join', '--incomplete': 'incomplete', '-N': 'no_header'}
    LISTS = ('no_persistent', 'parts', 'queues', 'agents', 'callids', 'outcomes', 'keys', 'measures')

    def __init__(self, argv):
        self.files = []
        self.wrapup = {}
        for name in set(self.VALUES.values()) - {'wrapup'}:
            setattr(self, name, None)
        for name in self.SWITCHES.values():
            setattr(self, name, False)
        while argv:
            a = argv.pop(0)
            value = None
            if a.startswith('--') and '=' in a:
                a, value = a.split('=', 1)
            if a in self.SWITCHES:
                setattr(self, self.SWITCHES[a], True)
            elif a in self.VALUES:
                value = value if value is not None else argv.pop(0)
                name = self.VALUES[a]
                if name == 'wrapup':
                    queue, seconds = value.encode().decode('latin-1').rsplit('=', 1)
                    self.wrapup[queue] = int(seconds)
                elif name in self.LISTS:
                    setattr(self, name, value.encode().decode('latin-1').split(','))
                else:
                    setattr(self, name, value)
            elif a.startswith('-') and a != '-':
                sys.exit('qlref: unknown option %s' % a)
            else:
                self.files.append(a)
        for name in ('from_', 'to', 'until'):
            value = getattr(self, name)
            if value is not None:
                setattr(self, name, parse_time(value))
        self.max_open = int(self.max_open or 86400)
        self.status_wait = int(self.status_wait if self.status_wait is not None else 1800)
        self.short = int(self.short or 0)

    def visit(self, v):
        """Is this visit asked for?  "a visit belongs to the interval in which it entered"."""
        return ((self.from_ is None or v.enter >= self.from_) and (self.to is None or v.enter < self.to)
                and (not self.parts or v.part in self.parts) and (not self.queues or v.queue in self.queues)
                and (not self.agents or v.answered_by() in self.agents)
                and (not self.callids or v.callid in self.callids)
                and (not self.outcomes or v.outcome in self.outcomes
                     or 'unanswered' in self.outcomes and v.outcome in UNANSWERED))


def fold_calls(events, opt, **more):
    fold = CallFold(opt.max_open, opt.status_wait, opt.until, **more)
    for e in events:
        fold.feed(e)
    fold.finish()
    return fold


def calls_main(argv):
    opt = Options(argv)
    source = Input(opt.files)
    fold = fold_calls(source.events, opt)
    rows = [call_row(v) for v in fold.ended if opt.visit(v)
            and (opt.direction in (None, 'both') or v.direction == opt.direction)]
    write_table(None if opt.no_header else CALL_COLUMNS, rows)
    warn('%d visits, %d flagged, %d doubles, %d orphans'
         % (len(rows), sum(1 for r in rows if r[-1]), fold.doubles, fold.orphans))
    return source.status(opt.incomplete)


# ---------------------------------------------------------------- agents

class Slot:
    """"a place where an agent can be on"."""

    def __init__(self, part, queue, static, start):
        self.part, self.queue, self.static, self.start = part, queue, static, start
        self.paused, self.reason, self.order = False, '', 0
        self.row = None                 # its running qpause row


class Agent:
    def __init__(self, name):
        self.name = name
        self.slots = {}                 # (partition, queue): Slot
        self.closed = {}                # (partition, queue): previous closing
        self.logged = set()             # partitions that logged a login or logoff
        self.session = None             # running row
        self.previous_end = None        # of the last session that is certain
        self.pause = None               # running row


class Row:
    def __init__(self, kind, agent, parts, queue, start, end=None, reason='', ended='', flags=''):
        self.kind, self.agent, self.parts, self.queue = kind, agent, set(parts), queue
        self.start, self.end, self.reason, self.ended, self.flags = start, end, reason, ended, flags
        self.certain_at = 0             # number of the line that makes it certain, at the earliest
        self.resumable = False          # may go on if the same begins again in this second


LOGIN = ('AGENTLOGIN', 'AGENTCALLBACKLOGIN')
LOGOFF = ('AGENTLOGOFF', 'AGENTCALLBACKLOGOFF')


def whole_reason(d):
    """"The reason is the whole data, | included"."""
    d = list(d)
    while d and d[-1] == '':
        d.pop()
    return '|'.join(d)


class AgentFold:
    def __init__(self, opt):
        self.opt = opt
        self.agents = {}
        self.latest = None              # effective time of the latest event
        self.first = {}                 # partition: effective time of its first event
        self.order = 0                  # grows with each pausing
        self.pending = []               # rows that are not certain yet
        self.rows = []                  # rows in the order in which they became certain
        self.now, self.index = None, 0
        self.restarted = {}             # partition: time of its last QUEUESTART
        self.kept = {}                  # partition: agents added again after a restart

    # -- the whole input

    def run(self, events):
        self.calls = CallFold(self.opt.max_open, self.opt.status_wait, self.opt.until, self.visit_ended, self.rang)
        restart_after = self.find_restarts(events)
        for i, e in enumerate(events):
            # "an event up to 2 s earlier than the latest counts as of the latest;
            #  a larger step back is believed"
            t = e.t
            if self.latest is not None and t < self.latest and (
                    self.latest - 2 * US <= t or e.verb in ('TICK', 'SOURCEDOWN', 'SOURCEUP')):
                t = self.latest         # the stream's own events are no clock that was set
            self.latest = self.now = t
            self.index = i
            if e.verb not in CLOCK_ONLY:
                self.first.setdefault(e.part, t)
            before = len(self.rows)
            self.settle()
            if e.verb == 'QUEUESTART' and e.part not in (self.opt.no_persistent or ()):
                self.restarted[e.part] = t
            self.effect(e)
            self.calls.feed(e)
            if i in restart_after:
                self.restart(e.part, restart_after[i])
            self.settle()
            self.sort_from(before)
        self.finish()
        if self.opt.sort == 'end':
            self.rows.sort(key=self.sort_key)

    def find_restarts(self, events):
        """"P's slots end at the last event P logged before QUEUESTART": the number of
        that event's line, and of the QUEUESTART's."""
        last, found = {}, {}
        for i, e in enumerate(events):
            if e.verb in CLOCK_ONLY:
                continue
            if e.verb == 'QUEUESTART' and e.part in (self.opt.no_persistent or ()) and e.part in last:
                found[last[e.part]] = i
            last[e.part] = i
        return found

    def clipped(self, r):
        """(start, end, ended) within --from and --to, or None."""
        start, end, ended = r.start, r.end, r.ended
        low, high = self.opt.from_, self.opt.to
        if low is not None and start < low:
            if end <= low:
                return None
            start = low
        if high is not None:
            if start >= high:
                return None
            if end > high:
                end, ended = high, ''
        return start, end, ended

    def sort_key(self, r):
        """"by end, start, kind, agent, partition, queue"."""
        start, end, _ = self.clipped(r) or (r.start, r.end, '')
        return end, start, r.kind, r.agent, ','.join(sorted(r.parts)), r.queue

    def sort_from(self, before):
        self.rows[before:] = sorted(self.rows[before:], key=self.sort_key)

    # -- rows

    def settle(self):
        """Hand out the pending rows that are certain now."""
        still = []
        for r in self.pending:
            if self.index < r.certain_at or r.resumable and r.end // US == self.now // US:
                still.append(r)
                continue
            if r.kind == 'session':
                self.agents[r.agent].previous_end = r.end
            if r.kind in ('pause', 'qpause') and r.start == r.end:
                continue                # "pauses of no length are not written"
            self.rows.append(r)
        self.pending = still

    def begin(self, kind, agent, part, queue, t, reason=''):
        """A row of session, pause or qpause begins, or goes on: "What ends and begins
        again in the same second (a session; a pause of the same reason) is one"."""
        for r in self.pending:
            if (r.resumable and r.kind == kind and r.agent == agent and r.queue == queue and r.reason == reason
                    and (kind != 'qpause' or r.parts == {part}) and r.end // US == t // US):
                self.pending.remove(r)
                r.end, r.ended = None, ''
                if part:
                    r.parts.add(part)
                return r
        return Row(kind, agent, [part] if part else [], queue, t, None, reason)

    def rename(self, r, reason):
        """A running row gets another reason; of that reason one may have ended where it began."""
        r.reason = reason
        for o in self.pending:
            if (o.resumable and (o.kind, o.agent, o.queue, o.reason) == (r.kind, r.agent, r.queue, reason)
                    and (o.kind != 'qpause' or o.parts == r.parts) and o.end // US == r.start // US):
                self.pending.remove(o)
                r.start = o.start
                r.parts |= o.parts
                return

    def close_row(self, r, t, ended, certain_at=0):
        r.end, r.ended, r.resumable, r.certain_at = max(r.start, t), ended, True, certain_at
        self.pending.append(r)

    def whole_row(self, r, certain_at=0):
        """A row that is complete with the event that ended it."""
        r.end = max(r.start, r.end)
        r.certain_at = certain_at
        self.pending.append(r)

    # -- one event

    def effect(self, e):
        if e.agent in ('', 'NONE'):
            return
        verb, key = e.verb, None
        if verb in ('ADDMEMBER', 'REMOVEMEMBER'):
            key = (e.part, e.queue)
        elif verb in LOGIN + LOGOFF:
            key = (e.part, 'NONE')
        elif verb in ('PAUSE', 'UNPAUSE'):
            if e.queue in ('', 'NONE'):     # "queue NONE or empty: ignored"
                return
            key = (e.part, e.queue)
        elif verb == 'WRAPUPSTART':
            seconds = number(e.d[0])
            if seconds is not None:
                self.whole_row(Row('wrap', e.agent, [e.part], e.queue, e.t, e.t + seconds * US))
            return
        elif verb not in ('PAUSEALL', 'UNPAUSEALL', 'PAUSEREASON'):
            return
        a = self.agents.setdefault(e.agent, Agent(e.agent))
        rename = False
        if verb in LOGIN + LOGOFF:
            a.logged.add(e.part)
        if verb == 'ADDMEMBER' or verb in LOGIN:
            self.open_slot(a, key, verb, verb == 'ADDMEMBER' and e.d[0] == 'PAUSED')
        elif verb == 'REMOVEMEMBER' or verb in LOGOFF:
            self.remove(a, key, verb, number(e.d[1]) if verb in LOGOFF else None)
        elif verb == 'PAUSE':
            if key not in a.slots:      # "a PAUSE of a slot that is not open makes a static slot"
                a.slots[key] = Slot(key[0], key[1], True, self.now)
            self.pause_slots(a, [a.slots[key]], whole_reason(e.d), verb)
        elif verb == 'PAUSEALL':
            here = [s for s in a.slots.values() if s.part == e.part]
            if not here:                # "PAUSEALL with no slot at P makes a static (P, NONE)"
                here = [Slot(e.part, 'NONE', True, self.now)]
                a.slots[e.part, 'NONE'] = here[0]
            self.pause_slots(a, here, whole_reason(e.d), verb)
        elif verb == 'UNPAUSE':
            self.unpause(a, [a.slots[key]] if key in a.slots else [], self.now, verb)
        elif verb == 'UNPAUSEALL':
            self.unpause(a, [s for s in a.slots.values() if s.part == e.part], self.now, verb)
        elif verb == 'PAUSEREASON':     # "renames the running rows from their start"
            rename = True
            self.order += 1
            for s in a.slots.values():
                if s.part == e.part and s.paused and e.queue in ('', 'NONE', s.queue):
                    s.reason, s.order = whole_reason(e.d), self.order
                    self.rename(s.row, s.reason)
        self.refresh(a, self.now, verb, rename)

    def open_slot(self, a, key, verb, paused):
        s = a.slots.get(key)
        if s and not s.static:          # "ADDMEMBER of an open slot and a second login change nothing"
            if self.restarted.get(key[0], -1) > s.start:
                self.kept.setdefault(key[0], set()).add(a.name)
            return
        if s:                           # "until ADDMEMBER, login or REMOVEMEMBER of it"
            self.unpause(a, [s], self.now, verb)
        a.slots[key] = s = Slot(key[0], key[1], False, self.now)
        if paused:                      # "one opened by ADDMEMBER with data1 PAUSED is"
            self.pause_slots(a, [s], '', verb)

    def remove(self, a, key, verb, duration):
        s = a.slots.get(key)
        if s and not s.static:
            self.close_slot(a, s, self.now, verb.lower())
            return
        if s:
            self.unpause(a, [s], self.now, verb)
            del a.slots[key]
        end = self.now
        if duration is not None:
            # "A LOGOFF with a logged duration (data2) and no open slot is rebuilt:
            #  start = end - duration, cut at that slot's previous closing"
            start, flags = max(0, end - duration * US), ''
            if key in a.closed:
                start = max(start, a.closed[key])
        elif key not in a.closed:
            # "of a slot never seen open: start = P's first event, flag <"
            start, flags = self.first[key[0]], '<'
        else:
            return                      # "of one seen closed: ignored"
        start = min(start, end)
        a.closed[key] = end
        self.whole_row(Row('member', a.name, [key[0]], key[1], start, end, '', verb.lower(), flags))
        if self.opt.login_decides and key[0] in a.logged and key[1] != 'NONE':
            return
        # "The session starts there too, but not before the agent's previous session
        #  ended; a running session is extended back."
        running = a.session is not None
        session = a.session or self.begin('session', a.name, key[0], '', end)
        session.parts.add(key[0])
        if a.previous_end is not None:
            start = max(start, a.previous_end)
        if start < session.start or session.start == end and not running:
            session.start = min(start, session.start)
            session.flags = session.flags or flags
        a.session = session             # refresh() ends it where no slot is open

    def close_slot(self, a, s, t, ended, certain_at=0):
        """"closing a slot ends its pause"."""
        if s.paused:
            self.close_row(s.row, t, ended, certain_at)
        del a.slots[s.part, s.queue]
        if not s.static:
            a.closed[s.part, s.queue] = t
            self.whole_row(Row('member', a.name, [s.part], s.queue, s.start, t, '', ended), certain_at)

    def pause_slots(self, a, slots, reason, verb):
        """"Same reason again: nothing; another reason: the pause is split"."""
        self.order += 1
        for s in slots:
            if s.paused and s.reason == reason:
                continue
            if s.paused:
                self.close_row(s.row, self.now, verb.lower())
            s.paused, s.reason, s.order = True, reason, self.order
            s.row = self.begin('qpause', a.name, s.part, s.queue, self.now, reason)

    def unpause(self, a, slots, t, verb):
        """"UNPAUSE of what is not paused: nothing"."""
        for s in slots:
            if s.paused:
                self.close_row(s.row, t, verb.lower())
                s.paused, s.row = False, None

    def restart(self, part, queuestart):
        """"--no-persistent P: P's slots end at the last event P logged before QUEUESTART"."""
        for a in self.agents.values():
            here = [s for s in a.slots.values() if s.part == part]
            for s in here:
                self.close_slot(a, s, self.now, 'restart', queuestart)
            if here:
                self.refresh(a, self.now, 'restart', certain_at=queuestart)

    # -- what follows for the agent as a whole

    def on_parts(self, a):
        """The partitions where the agent is on."""
        on = set()
        for s in a.slots.values():
            if s.static:
                continue
            # "once a partition has logged a login or logoff of an agent, its login
            #  slot alone says whether the agent is on there"
            if self.opt.login_decides and s.part in a.logged and s.queue != 'NONE':
                continue
            on.add(s.part)
        return on

    def refresh(self, a, t, verb, rename=False, certain_at=0):
        on = self.on_parts(a)
        if on and a.session is None:
            a.session = self.begin('session', a.name, None, '', t)
        if on:
            a.session.parts |= on
        elif a.session is not None:
            self.close_row(a.session, t, verb.lower(), certain_at)
            a.session = None
        # "The agent is paused while all its slots are; (P, NONE) counts among them
        #  only where the agent has no queue slot at P."
        counted = [s for s in a.slots.values() if s.queue != 'NONE'
                   or not any(o.part == s.part and o.queue != 'NONE' for o in a.slots.values())]
        paused = bool(counted) and all(s.paused for s in counted)
        # "the agent's is that of the slot paused or re-reasoned last"
        reason = max(counted, key=lambda s: s.order).reason if paused else ''
        if a.pause is not None and not paused:
            self.close_row(a.pause, t, verb.lower(), certain_at)
            a.pause = None
        elif a.pause is not None and a.pause.reason != reason:
            if rename:
                self.rename(a.pause, reason)
            else:
                self.close_row(a.pause, t, verb.lower(), certain_at)
                a.pause = None
        if paused:
            if a.pause is None:
                a.pause = self.begin('pause', a.name, None, '', t, reason)
            a.pause.parts |= {s.part for s in counted}

    # -- what calls tell of agents

    def visit_ended(self, v):
        """"talk = [end - talk, end] of answered visits"."""
        if v.outcome != 'answered' or v.talk is None or v.agent in ('', 'NONE'):
            return
        flags = '>' if v.cause == 'ongoing' else ''
        start = max(0, v.end - v.talk * US)
        self.whole_row(Row('talk', v.agent, [v.part], v.queue, start, v.end, '', v.verb, flags))
        if v.queue in self.opt.wrapup and v.cause != 'ongoing':
            self.whole_row(Row('wrap', v.agent, [v.part], v.queue, v.end, v.end + self.opt.wrapup[v.queue] * US))

    def rang(self, e, ring):
        """"ring = the ring seconds before CONNECT, and each missed attempt's before its event"."""
        if e.agent not in ('', 'NONE'):
            self.whole_row(Row('ring', e.agent, [e.part], e.queue, max(0, e.t - ring * US), e.t, '', e.verb.lower()))

    # -- the end

    def finish(self):
        if self.latest is None:
            return
        until = self.opt.until if self.opt.until is not None else self.calls.clock
        before = len(self.rows)
        self.calls.finish()
        for a in self.agents.values():
            rows = [s.row for s in a.slots.values() if s.paused]
            rows += [r for r in (a.session, a.pause) if r]
            rows += [Row('member', a.name, [s.part], s.queue, s.start) for s in a.slots.values() if not s.static]
            for r in rows:
                r.end, r.ended = max(r.start, until), ''
                r.flags += '>'
                self.pending.append(r)
        for r in self.pending:
            if not (r.kind in ('pause', 'qpause') and r.start == r.end):
                self.rows.append(r)
        self.pending = []
        self.sort_from(before)
        for part in sorted(self.kept):
            warn('%s: %d agents were added again after a restart while still on: --no-persistent %s?'
                 % (part, len(self.kept[part]), part))


AGENT_COLUMNS = 'kind agent partition queue start end seconds reason ended flags'.split()


def agent_rows(fold, opt):
    for r in fold.rows:
        c = fold.clipped(r)
        if c is None:
            continue
        if opt.parts and not r.parts & set(opt.parts) or opt.queues and r.queue not in opt.queues:
            continue
        if opt.agents and r.agent not in opt.agents:
            continue
        yield r, c[0], c[1], c[2]


def agents_main(argv):
    opt = Options(argv)
    source = Input(opt.files)
    fold = AgentFold(opt)
    fold.run(source.events)
    rows = [[r.kind, r.agent, ','.join(sorted(r.parts)), r.queue, show_time(start), show_time(end),
             str(cut(end - start)), r.reason, ended, r.flags] for r, start, end, ended in agent_rows(fold, opt)]
    write_table(None if opt.no_header else AGENT_COLUMNS, rows)
    with_session = {r[1] for r in rows if r[0] == 'session'}
    without = sorted({r[1] for r in rows if r[0] == 'talk'} - with_session)
    warn('%d rows, %d flagged' % (len(rows), sum(1 for r in rows if r[-1])))
    if without:
        warn('%d agents took calls without a session: %s' % (len(without), ' '.join(without[:5])))
    return source.status(opt.incomplete)


# ---------------------------------------------------------------- stats

TIME_KEYS = ('year', 'month', 'week', 'day', 'dow', 'hour', 'slot')
BY_VALUE = ('position', 'missed', 'visit')
OWN = ('sessions logon pauses pause missed ringmissed calls taken made seen talk wrap idle offtalk occupancy utilization'
       ' paid billable agents').split()
ONLY_AGENTS = [m for m in OWN if m not in ('missed', 'ringmissed', 'talk')]
LONGEST = 3660 * 86400 * US             # what lasts longer was made by a wrong clock: only its end counts
MISSED = ('ringnoanswer', 'ringcanceled', 'agentdump')


def ratio(a, b, scale=1):
    """"2 decimals, half up ... an empty cell, never 0, where the denominator is 0"."""
    if b == 0:
        return ''
    hundredths = (2 * 100 * scale * a + b) // (2 * b)
    return '%d.%02d' % divmod(hundredths, 100)


def summary(values, how):
    """"sum and count of nothing are 0; min, max, avg, pNN of nothing empty"."""
    if how == 'sum':
        return str(sum(values))
    if how == 'count':
        return str(len(values))
    if how == 'avg':
        return ratio(sum(values), len(values))
    if how in ('min', 'max'):
        return str((min if how == 'min' else max)(values)) if values else ''
    m = re.fullmatch(r'p([0-9]+)(?:\.([0-9]))?', how)
    if not m:
        sys.exit('qlref: unknown function %s' % how)
    if not values:
        return ''
    tenths = int(m.group(1)) * 10 + int(m.group(2) or 0)
    rank = -(-len(values) * tenths // 1000)     # "nearest rank, ceil(n*p/100)"
    return str(sorted(values)[max(1, min(rank, len(values))) - 1])


class Clock:
    """The time keys of a moment in the report's zone."""

    def __init__(self, zone, slot):
        import datetime
        import os
        import zoneinfo
        self.datetime = datetime.datetime
        name = zone or os.environ.get('TZ') or 'UTC'
        try:
            self.zone = zoneinfo.ZoneInfo(name)
        except Exception:
            sys.exit('qlref: unknown zone %s' % name)
        m = re.fullmatch('([0-9]+)(m|h|)', slot or '15m')
        self.slot = int(m.group(1)) * (60 if m.group(2) == 'h' else 1)      # minutes

    def key(self, name, us):
        d = self.datetime.fromtimestamp(us // US, self.zone)
        again = 'b' if d.fold else ''           # "a row of its own, 02b"
        if name == 'week':
            return '%04d-W%02d' % d.isocalendar()[:2]
        if name == 'slot':                      # the repeated hour: 02:15b
            minute = (d.hour * 60 + d.minute) // self.slot * self.slot
            return '%02d:%02d%s' % (minute // 60, minute % 60, again)
        if name == 'dow':
            return str(d.isoweekday())
        return d.strftime({'year': '%Y', 'month': '%Y-%m', 'day': '%Y-%m-%d', 'hour': '%H' + again}[name])

    def pieces(self, keys, start, end):
        """[start, end) cut at the borders of the time keys: (key values, start, end)."""
        import math
        names = [k for k in keys if k in TIME_KEYS]

        def at(t):
            return tuple(self.key(k, t) for k in names)

        # every border of every zone of today is a quarter of an hour of UTC, or one of the slot's minutes
        step = math.gcd(15, self.slot if 'slot' in names else 15) * 60 * US
        cuts = [start] + list(range((start // step + 1) * step, end, step)) if names else [start]
        out = []
        for a, b in zip(cuts, cuts[1:] + [end]):
            if out and out[-1][0] == at(a):
                out[-1] = (out[-1][0], out[-1][1], b)
            else:
                out.append((at(a), a, b))
        return out


def whole_seconds(start, a, b):
    """Of the piece [a, b) of what began at `start`: cut so that pieces add up to the whole
    ("sums over hours equal the total")."""
    return cut(b - start) - cut(a - start)


def visit_key(v, name, clock):
    if name in TIME_KEYS:
        return clock.key(name, v.enter)         # "time of entry in the report zone"
    if name == 'agent':
        return v.answered_by()
    if name.startswith('area:'):                # "first N digits of the caller"
        return ''.join(c for c in v.caller if c in '0123456789')[:int(name[5:])]
    if name not in ('queue partition caller did url direction outcome cause status target key position missed'
                    ' visit').split():
        sys.exit('qlref: unknown key %s' % name)
    value = getattr(v, {'partition': 'part', 'position': 'pos_in', 'visit': 'number'}.get(name, name))
    return known(value) if name in BY_VALUE else value


def joined(visits):
    """"the visits of one call are joined into one row before measuring"."""
    calls = {}
    for v in visits:
        calls.setdefault(id(v.call), []).append(v)
    out = []
    for group in calls.values():
        group.sort(key=lambda v: v.number)
        first, last = group[0], group[-1]
        j = Visit(first.part, first.callid, first.queue, first.direction, first.enter)
        j.number, j.call, j.end, j.flags = first.number, first.call, last.end, ''
        j.caller, j.did, j.url, j.pos_in = first.caller, first.did, first.url, first.pos_in
        waits = [v.wait for v in group if v.wait is not None]
        j.wait = sum(waits) if waits else None
        j.outcome, j.cause = last.outcome, last.cause       # "answered if its last visit is"
        j.key, j.target, j.status, j.pos_out = last.key, last.target, last.status, last.pos_out
        for v in group:
            j.missed, j.ringmissed, j.attempts = j.missed + v.missed, j.ringmissed + v.ringmissed, j.attempts + v.attempts
            if v.outcome == 'answered':         # "talk and agent of the last answered visit"
                j.talk, j.agent, j.ring = v.talk, v.agent, v.ring
        out.append(j)
    return out


def union(spans):
    out = []
    for a, b in sorted(spans):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def common(one, other):
    """The parts of one union that lie in the other."""
    return [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)]


def length(spans):
    return sum(b - a for a, b in spans)


def at_once(cell, spans, how):
    """agents:F, queued:F: how many at once; avg and min over the part of the period that is the row's."""
    if how == 'max':
        return str(most_at_once(spans))
    spans = common(spans, cell.parts)
    if how == 'avg':
        return ratio(length(spans) // 1000, cell.period // 1000)
    if length(union(spans)) < cell.period:
        return '0'
    now, least = 0, []
    for t, change in sorted([(a, 1) for a, b in spans if b > a] + [(b, -1) for a, b in spans if b > a]):
        if now and t > before:
            least.append(now)
        now, before = now + change, t
    return str(min(least, default=0))


def most_at_once(spans):
    """Half-open intervals: an end at t comes before a start at t."""
    now = most = 0
    for _, change in sorted([(a, 1) for a, b in spans if b > a] + [(b, -1) for a, b in spans if b > a]):
        now += change
        most = max(most, now)
    return most


class Cell:
    """What one row of the table is reckoned from."""

    def __init__(self):
        self.visits = []                # of the direction asked for
        self.own = []                   # answered visits, both directions
        self.pieces = []                # (kind, agent, reason, ended, start, end, first piece of its row?, seconds)
        self.events = {}                # agent: times of the events that name it
        self.queued = []                # when somebody waited, of what lies in this row's time
        self.period = 0                 # how much of the report's period is this row's
        self.parts = []                 # and when

    def seconds(self, kind, choose=lambda p: True):
        return [p[7] for p in self.pieces if p[0] == kind and choose(p)]

    def begun(self, kind):
        return [p for p in self.pieces if p[0] == kind and p[6]]


class Measure:
    def __init__(self, text, opt):
        self.text, self.opt = text, opt
        m = re.fullmatch(r'([a-z]+)(%?)(?:\[(.*)\])?(?::(.+))?', text)
        if not m:
            sys.exit('qlref: unknown measure %s' % text)
        self.name, self.percent, self.reason, self.arg = m.group(1), m.group(2), m.group(3), m.group(4)
        self.of_agents = self.name in ONLY_AGENTS or self.name in OWN and 'agent' in (opt.keys or [])
        self.limits = None
        if self.name in ('in', 'sla', 'slo', 'sle', 'sli') and (self.arg or '').startswith('@'):
            lines = open(self.arg[1:], encoding='latin-1').read().split('\n')
            self.limits = {q: int(t) for q, t in (line.split('\t')[:2] for line in lines if line)}

    def value(self, cell):
        return self.agents(cell) if self.of_agents else self.visits(cell)

    # -- "Measures over visits"

    def within(self, v):
        """wait <= T; a queue that FILE does not name has no visit within."""
        limit = int(self.arg) if self.limits is None else self.limits.get(v.queue)
        return v.wait is not None and limit is not None and v.wait <= limit

    def visits(self, cell):
        short = [v for v in cell.visits if v.outcome in UNANSWERED and v.wait is not None and v.wait < self.opt.short]
        rest = [v for v in cell.visits if v not in short]
        offered = [v for v in rest if v.outcome != 'refused']
        answered = [v for v in rest if v.outcome == 'answered']
        unanswered = [v for v in rest if v.outcome in UNANSWERED]
        abandoned = [v for v in rest if v.outcome == 'abandoned']
        name = self.name
        if name == 'short':
            return str(len(short))
        if name in ('in', 'sla', 'slo', 'sle', 'sli'):
            n = sum(1 for v in answered if self.within(v))
            gone = sum(1 for v in abandoned if self.within(v))
            if name == 'in':
                return str(n)
            if name == 'sli':
                return ratio(n + gone, len(answered) + len(abandoned), 100)
            return ratio(n, {'sla': len(answered), 'slo': len(offered),
                             'sle': len(answered) + len(unanswered) - gone}[name], 100)
        if name == 'queued':
            return at_once(cell, cell.queued, self.arg)
        if name in ('offered', 'answered', 'unanswered', 'lost', 'waiting', 'refused') + UNANSWERED and not self.arg:
            count = len({'offered': offered, 'answered': answered, 'unanswered': unanswered}.get(
                name, [v for v in rest if v.outcome == name]))
            return ratio(count, len(offered), 100) if self.percent else str(count)
        if name == 'callers':
            return str(len({v.caller for v in offered if v.caller}))
        if name == 'callids':           # "counted again if it comes back after 1800 s"
            return str(len({id(v.call) for v in offered}))
        values = {
            'wait': lambda: [v.wait for v in answered],
            'unwait': lambda: [v.wait for v in unanswered],
            'allwait': lambda: [v.wait for v in answered + unanswered],
            'talk': lambda: [v.talk for v in rest],
            'ring': lambda: [v.ring for v in rest],
            'pos': lambda: [v.pos_in for v in rest],
            'posout': lambda: [v.pos_out for v in unanswered],
            # of wrap-ups only --wrapup's: a WRAPUPSTART belongs to an agent, not to a visit
            'handle': lambda: [v.talk + self.opt.wrapup.get(v.queue, 0) for v in answered if v.talk is not None],
            'missed': lambda: [v.missed for v in rest],
            'ringmissed': lambda: [n for v in rest for n in v.attempts],
        }
        if name not in values:
            sys.exit('qlref: unknown measure %s' % self.text)
        return summary([x for x in values[name]() if x is not None], self.arg or 'sum')

    # -- "Measures over agents"

    def agents(self, cell):
        name, how = self.name, self.arg or 'sum'
        if name == 'sessions':          # a session, a pause counts where it (as clipped) begins
            return str(len(cell.begun('session')))
        if name == 'pauses':
            return str(len(cell.begun('pause')))
        if name == 'logon':
            return summary(cell.seconds('session'), how)
        if name == 'pause':
            if self.reason is None:
                return summary(cell.seconds('pause'), how)
            return summary(cell.seconds('reason', lambda p: p[2] == self.reason), how)
        if name in ('talk', 'wrap'):
            return summary(cell.seconds(name), how)
        if name == 'missed':
            return str(sum(1 for p in cell.begun('ring') if p[3] in MISSED))
        if name == 'ringmissed':
            return summary(cell.seconds('ring', lambda p: p[3] in MISSED), how)
        if name in ('calls', 'taken', 'made'):
            return str(sum(1 for v in cell.own if name == 'calls' or v.direction == ('in' if name == 'taken' else 'out')))
        if name == 'seen':
            return str(sum(cut(max(times) - min(times)) for times in cell.events.values()))
        if name == 'agents':            # on at once
            return at_once(cell, [(p[4], p[5]) for p in cell.pieces if p[0] == 'session'], how)
        on = work = paused = worked_in_pause = off = free = billable = unpaid = 0
        for agent in {p[1] for p in cell.pieces}:
            mine = [p for p in cell.pieces if p[1] == agent]

            def spans(*kinds, choose=lambda p: True):
                return union((p[4], p[5]) for p in mine if p[0] in kinds and choose(p))

            # "talk and wrap, and pause, as unions clipped to sessions, so that overlaps count once"
            s = spans('session')
            w, p = common(spans('talk', 'wrap'), s), common(spans('pause'), s)
            on, work, paused = on + length(s), work + length(w), paused + length(p)
            worked_in_pause += length(common(w, p))
            talks = [(q[4], q[5]) for q in mine if q[0] == 'talk']
            talk = sum(length([q]) for q in talks)
            off += talk - sum(length(common([q], s)) for q in talks)
            free += length(s) - length(union(w + p))
            rules = pause_rules(self.opt)
            unpaid += length(common(spans('reason', choose=lambda q: rules.get(q[2], ('', ''))[0] == 'unpaid'), p))
            billable += talk + length(spans('reason', choose=lambda q: rules.get(q[2], ('', ''))[1] == 'billable'))
        if name == 'occupancy':
            return ratio(work, on - paused + worked_in_pause, 100)
        if name == 'utilization':
            return ratio(work, on, 100)
        return str(cut({'idle': free, 'offtalk': off, 'paid': on - unpaid, 'billable': billable}[name]))


def pause_rules(opt):
    """--pauses FILE: reason TAB paid/unpaid TAB billable/nonbillable; else paid, nonbillable."""
    if not opt.pauses:
        return {}
    lines = open(opt.pauses, encoding='latin-1').read().split('\n')
    return {f[0]: (f[1], f[2]) for f in (line.split('\t') for line in lines if line)}


def stats_main(argv):
    opt = Options(argv)
    keys = [k for k in opt.keys or [] if k]
    measures = [Measure(m, opt) for m in opt.measures or ['offered']]
    clock = Clock(opt.zone, opt.slot)
    source = Input(opt.files)
    cells = {}

    def cell(values):
        return cells.setdefault(tuple(values), Cell())

    visits = fold_calls(source.events, opt).ended
    # "Of direction in, unless --direction out|both or the key direction says otherwise."
    direction = opt.direction or ('both' if 'direction' in keys else 'in')
    if any(not m.of_agents for m in measures):
        for v in joined(visits) if opt.join else visits:
            if opt.visit(v) and direction in ('both', v.direction):
                cell(visit_key(v, k, clock) for k in keys).visits.append(v)
                if any(m.name == 'queued' for m in measures):
                    queue_facts(opt, keys, clock, v, cell)
    if any(m.of_agents for m in measures):
        agents_facts(opt, keys, measures, clock, source, visits, cell)
    if not keys:
        cell(())                        # "no keys: one row"
    if any(m.name in ('queued', 'agents') for m in measures):
        period_facts(opt, keys, clock, source, cells)

    def order(values):
        return [(0 if x == '' else 1, int(x or 0), '') if k in BY_VALUE else (0, 0, x) for k, x in zip(keys, values)]

    rows = [list(values) + [m.value(cells[values]) for m in measures] for values in sorted(cells, key=order)]
    columns = keys + [m.text for m in measures]
    write_table(None if opt.no_header else columns, rows)
    return source.status(opt.incomplete)


def queue_facts(opt, keys, clock, v, cell):
    """"from the half-open intervals [enter, enter + wait) of offered visits": in every row of their time;
    before --to, and not a day behind the end that the clock saw."""
    if v.outcome == 'refused' or v.wait is None or v.outcome in UNANSWERED and v.wait < opt.short:
        return
    end = min(v.enter + v.wait * US, v.end + 86400 * US)
    end = end if opt.to is None else min(end, opt.to)
    if end <= v.enter:
        return
    for times, a, b in clock.pieces(keys, max(v.enter, end - LONGEST), end):
        times = iter(times)
        cell(next(times) if k in TIME_KEYS else visit_key(v, k, clock) for k in keys).queued.append((a, b))


def period_facts(opt, keys, clock, source, cells):
    """The period: from --from, or the first event, to --to, or the last; what goes on is known until
    --until (without it, now), so it ends there where --to is later; the last event is known."""
    import time
    if not source.events:
        return
    first, last = min(e.t for e in source.events), max(e.t for e in source.events)
    low = opt.from_ if opt.from_ is not None else first
    known = opt.until if opt.until is not None else last if opt.to is None else int(time.time()) * US
    high = max(known, last) if opt.to is None else min(opt.to, max(known, last))
    where = [i for i, k in enumerate(keys) if k in TIME_KEYS]
    of = {}
    if low < high:
        for times, a, b in clock.pieces(keys, low, high):
            of.setdefault(times, []).append((a, b))
    for values, cell in cells.items():
        cell.parts = of.get(tuple(values[i] for i in where), [])
        cell.period = length(cell.parts)


def slots_together(slots):
    """When any of them is on; when any is paused and none is on that is not."""
    slots = list(slots)
    on = union(s for member, _ in slots for s in member)
    paused = union(s for _, pauses in slots for s in pauses)
    at_work = union(s for member, pauses in slots for s in without(union(member), union(pauses)))
    return [s for s in on if s[0] < s[1]], [s for s in without(paused, at_work) if s[0] < s[1]]


def without(one, other):
    """The parts of one union that do not lie in the other."""
    out = []
    for a, b in one:
        for c, d in other:
            if d <= a or c >= b:
                continue
            if c > a:
                out.append((a, c))
            a = max(a, d)
        if a < b:
            out.append((a, b))
    return out


def agents_facts(opt, keys, measures, clock, source, visits, cell):
    """The agents' intervals, clipped and cut, the calls they answered, the events that
    name them.  Keys: agent and those of time; with queue or partition an agent is on
    there while any slot there is, and paused while all that are on are."""
    for k in keys:
        if k not in TIME_KEYS + ('agent', 'queue', 'partition'):
            sys.exit('qlref: key %s does not go with measures over agents' % k)
    slotted = 'queue' in keys or 'partition' in keys
    groups = {}

    def values(agent, queue, part, times):
        times = iter(times)
        return [agent if k == 'agent' else queue if k == 'queue' else part if k == 'partition' else next(times)
                for k in keys]

    def put(kind, agent, queue, part, reason, ended, start, end):
        start = max(start, end - LONGEST)
        for n, (times, a, b) in enumerate(clock.pieces(keys, start, end)):
            cell(values(agent, queue, part, times)).pieces.append(
                (kind, agent, reason, ended, a, b, n == 0, whole_seconds(start, a, b)))

    queues, opt.queues = opt.queues, None
    fold = AgentFold(opt)
    fold.run(source.events)
    for r, start, end, ended in agent_rows(fold, opt):
        part = ','.join(sorted(r.parts))
        if queues and r.queue and r.queue not in queues:
            continue
        if r.kind in ('talk', 'ring', 'wrap') or r.kind in ('session', 'pause') and not slotted:
            put(r.kind, r.agent, r.queue, part, r.reason, ended, start, end)
        if r.kind == ('qpause' if slotted else 'pause'):        # reasons are those of each pause
            put('reason', r.agent, r.queue, part, r.reason, ended, start, end)
        if r.kind in ('member', 'qpause') and slotted:
            group = groups.setdefault((r.agent, r.queue if 'queue' in keys else '', part if 'partition' in keys else ''), {})
            group.setdefault((part, r.queue), ([], []))[r.kind == 'qpause'].append((max(start, end - LONGEST), end))
    for (agent, queue, part), slots in groups.items():
        for kind, spans in zip(('session', 'pause'), slots_together(slots.values())):
            for start, end in spans:
                put(kind, agent, queue, part, '', '', start, end)
    opt.queues = queues
    for v in visits:
        if v.outcome == 'answered' and v.answered_by() and opt.visit(v):
            cell(values(v.agent, v.queue, v.part, [clock.key(k, v.enter) for k in keys if k in TIME_KEYS])).own.append(v)
    if any(m.name == 'seen' for m in measures):
        for e in source.events:
            if 'queue' in keys and e.queue in ('', 'NONE'):
                continue                # it concerns no queue
            if (e.agent not in ('', 'NONE') and (opt.from_ is None or e.t >= opt.from_) and (opt.to is None or e.t < opt.to)
                    and (not opt.parts or e.part in opt.parts) and (not opt.agents or e.agent in opt.agents)):
                c = cell(values(e.agent, e.queue, e.part, [clock.key(k, e.t) for k in keys if k in TIME_KEYS]))
                c.events.setdefault(e.agent, []).append(e.t)


COMMANDS = {'events': events_main, 'calls': calls_main, 'agents': agents_main, 'stats': stats_main}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit('usage: qlref.py events|calls|agents|stats ...')
    sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))


if __name__ == '__main__':
    main()
