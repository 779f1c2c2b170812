#!/usr/bin/env python3
"""latency: how long a line of a log takes to a merged stream, and to a frame of qltop.

    latency.py BIN [LINES_PER_SECOND [SECONDS]]

Writes the queue_logs of three servers, calls that wait, are answered and end, as fast as asked for
(5000 lines a second, of all three together), beside `qlcluster --follow 'cluster:A|B|C'` on one core, once
without a command, once with `qltop -F json -o FILE`. Prints the delay from the LF to the stream and from the LF
to the first frame that shows it, and what all processes took of the core. Then the same of a quiet
night, with a line every few seconds.
"""
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time

bin_dir = os.path.abspath(sys.argv[1])
rate = float(sys.argv[2]) if len(sys.argv) > 2 else 5000
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 20
P = 'ABC'
SPEC = 'cluster:A|B|C'


def quantiles(v):
    v = sorted(v)
    if not v:
        return 'none'
    at = lambda q: v[min(len(v) - 1, int(q * len(v)))]
    return 'median %.2f  p95 %.2f  worst %.2f s  (%d)' % (at(.5), at(.95), v[-1], len(v))


class Writer(threading.Thread):
    """Calls of a dozen lines' life each; `sent[callid]`: when its ENTERQUEUE had its LF."""

    def __init__(self, root, per_second, until):
        super().__init__()
        self.log = {p: open('%s/%s/queue_log' % (root, p), 'ab', buffering=0) for p in P}
        self.rate, self.until, self.sent, self.n, self.lines = per_second, until, {}, 0, 0

    def line(self, p, text):
        now = time.time()
        self.log[p].write(b'%d|%s\n' % (int(now), text.encode()))
        self.lines += 1
        return time.time()

    def enter(self, p, queue='sales'):
        call = '%s-%d' % (p, self.n)
        self.n += 1
        self.sent[call] = self.line(p, '%s|%s|NONE|ENTERQUEUE||%d|1' % (call, queue, 600000000 + self.n))
        return call

    def run(self):
        begin = time.time()
        open_calls = []
        while time.time() < self.until:
            p = random.choice(P)
            open_calls.append((p, self.enter(p, 'q%d' % random.randrange(10))))
            if len(open_calls) > 60:
                p, call = open_calls.pop(0)
                queue = 'q0'
                self.line(p, '%s|%s|Agent/%d|CONNECT|2|%s.1|1' % (call, queue, random.randrange(200), call))
                self.line(p, '%s|%s|NONE|ABANDON|1|1|2' % (call, queue))
            ahead = begin + self.lines / self.rate - time.time()
            if ahead > 0.002:
                time.sleep(ahead)


def start(root, *command, **kw):
    pin = ['taskset', '-c', '0'] if os.path.exists('/usr/bin/taskset') else []
    return subprocess.Popen(pin + [bin_dir + '/qlcluster', '--root', root, '--follow', SPEC, *command], **kw)


def stop(child):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child.terminate()
    child.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fresh(root):
    for p in P:
        os.makedirs('%s/%s' % (root, p), exist_ok=True)
        with open('%s/%s/queue_log' % (root, p), 'w') as f:
            f.write('%d|first-%s|q|NONE|INFO|x\n' % (int(time.time()), p))


def stream(root, per_second, length):
    fresh(root)
    child = start(root, stdout=subprocess.PIPE)
    time.sleep(1)
    w = Writer(root, per_second, time.time() + length)
    delay, seen = [], set()

    def read():
        for line in child.stdout:
            f = line.split(b'\t')
            if f[5] == b'ENTERQUEUE':
                call = f[2].decode()
                while call not in w.sent:
                    time.sleep(0.0001)
                seen.add(call)
                delay.append(time.time() - w.sent[call])

    r = threading.Thread(target=read)
    r.start()
    w.start()
    w.join()
    end = time.time() + 15
    while len(seen) < len(w.sent) and time.time() < end:
        time.sleep(0.1)
    cpu = stop(child)
    r.join()
    print('to the stream  %s  %.0f lines/s  core %.0f %%  lost %d' %
          (quantiles(delay), w.lines / length, 100 * cpu / length, len(w.sent) - len(seen)))


def frames(root, per_second, length):
    """Every now and then a call enters a queue of its own, and the frame is awaited that has it."""
    fresh(root)
    board = root + '/board.json'
    child = start(root, '--', 'qltop', '-F', 'json', '-o', board)
    time.sleep(2)
    w = Writer(root, per_second, time.time() + length)
    w.start()
    delay, begin = [], time.time()
    while time.time() - begin < length - 4:
        time.sleep(random.random() * 1.5)
        p = random.choice(P)
        name = 'mark-%d' % len(delay)
        sent = w.enter(p, name)
        sent = w.sent[sent]
        while time.time() - sent < 15:
            try:
                with open(board) as f:
                    if name in f.read():
                        break
            except OSError:
                pass
            time.sleep(0.01)
        delay.append(time.time() - sent)
    w.join()
    cpu = stop(child)
    with open(board) as f:
        json.loads(f.read())
    print('to the frame   %s  %.0f lines/s  core %.0f %%' %
          (quantiles(delay), w.lines / length, 100 * cpu / (length + 2)))


with tempfile.TemporaryDirectory() as root:
    for per_second, length in (rate, seconds), (0.5, seconds):
        print('%g lines a second' % per_second)
        stream(root, per_second, length)
        frames(root, per_second, length)
