#!/usr/bin/env python3
"""compare.py FIRST LAST [N]: qlcalls and qlagents against the slow reference, on the nasty
streams of these seeds (N events each, 300), with options that change from seed to seed.

The commands are found along PATH.  The first streams that differ are kept as SEED.ev beside
what both made of them, and named; status 1 if any does.
"""
import contextlib
import io
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import nasty  # noqa: E402
import qlref  # noqa: E402

FROM_TO = ['--from', '1795369050', '--to', '1795369200.5']

CALLS = [[], ['--status-wait', '0'], ['--max-open', '60', '--status-wait', '10'], FROM_TO,
         ['-q', 'sales', '--outcome', 'unanswered,answered'], ['--until', '1795999999'], ['-p', 'B', '-a', 'Agent/101']]
# With --no-persistent a row of an agent on several servers is certain when none of them can turn
# out to have been down; the reference, which has read the whole, knows earlier.  So: sorted.
AGENTS = [[], ['--login-decides'], ['--no-persistent', 'A,C', '--sort', 'end'], ['--wrapup', 'sales=10'] + FROM_TO,
          ['--no-persistent', 'A,B,C', '--login-decides', '--sort', 'end'], ['--until', '1795999999', '--sort', 'end'],
          ['-p', 'B', '-a', 'Agent/101']]


def captured(call, *args):
    """What a main wrote, and its status."""
    out, err, status = io.TextIOWrapper(io.BytesIO(), 'latin-1'), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = call(*args)
        except SystemExit as e:
            status = e.code
    out.flush()
    return out.buffer.getvalue(), status or 0


def stream(seed, events):
    sys.argv = ['nasty.py', str(seed), str(events)]
    return captured(nasty.main)[0]


def command(name, options, path):
    done = subprocess.run([name] + options + [path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout, done.returncode


def differs(seed, name, main, options):
    path = '%d.ev' % seed
    want, _ = captured(main, options + [path])
    got, status = command(name, options, path)
    if got == want and status < 2:
        return False
    print('seed %d: %s %s: status %d, not the same' % (seed, name, ' '.join(options), status))
    for text, what in ((want, 'want'), (got, 'got')):
        with open('%d.%s.%s' % (seed, name, what), 'wb') as f:
            f.write(text)
    return True


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    events = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    bad = 0
    for seed in range(first, last + 1):
        with open('%d.ev' % seed, 'wb') as f:
            f.write(stream(seed, events))
        bad_one = differs(seed, 'qlcalls', qlref.calls_main, CALLS[seed % len(CALLS)])
        bad_one |= differs(seed, 'qlagents', qlref.agents_main, AGENTS[seed % len(AGENTS)])
        bad += bad_one
        if not bad_one:
            os.remove('%d.ev' % seed)
        if bad == 3:
            break
    print('%d streams, %d differ' % (seed - first + 1, bad))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
