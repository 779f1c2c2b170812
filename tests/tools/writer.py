#!/usr/bin/env python3
"""writer: writes a queue_log as Asterisk does, by appending, and rotates it as logrotate might.

    writer.py LOG ROTATION LINES
    writer.py LOG ROTATION FILE

The lines of FILE, if there is one of that name, are written again, with the times at which that is done.
Rotations, each done twice while it writes: rename, copytruncate, gzip (renamed, and compressed later),
twice (two renames at once), delete (when it was read), replace (by a copy), none. On stdout: every line
that was written, which is what a reader must get.
"""
import gzip
import os
import shutil
import sys
import time

log, rotation = sys.argv[1:3]
given = open(sys.argv[3], 'rb').read().splitlines() if os.path.exists(sys.argv[3]) else None
lines = len(given) if given is not None else int(sys.argv[3])
out = open(log, 'ab', buffering=0)
n = 0


def write(text):
    global n
    what = b'1.%d|q|Agent/1|INFO|%s' % (n, text)
    if given is not None and text.isdigit():
        what = given[int(text)].partition(b'|')[2]
    line = b'%d|%s\n' % (int(time.time()), what)
    n += 1
    cut = n % 97 if n % 5 == 0 else 0  # some lines arrive in two pieces
    if cut and cut < len(line):
        out.write(line[:cut])
        out.write(line[cut:])
    else:
        out.write(line)
    sys.stdout.buffer.write(line)


def shift():
    """queue_log.2 to .3, .1 to .2, and the log to .1"""
    for i in range(8, 0, -1):
        for end in '', '.gz':
            if os.path.exists('%s.%d%s' % (log, i, end)):
                os.rename('%s.%d%s' % (log, i, end), '%s.%d%s' % (log, i + 1, end))
    os.rename(log, log + '.1')


def reopen():
    global out
    out.close()
    out = open(log, 'ab', buffering=0)


def rotate():
    if rotation == 'rename':
        shift()
        write(b'after the rename')
        reopen()
    elif rotation == 'twice':
        shift()
        reopen()
        write(b'between')
        shift()
        reopen()
    elif rotation == 'gzip':
        shift()
        reopen()
        write(b'meanwhile')
        with open(log + '.1', 'rb') as a, gzip.open(log + '.1.gz', 'wb') as b:
            shutil.copyfileobj(a, b)
        os.unlink(log + '.1')
    elif rotation == 'copytruncate':
        for i in range(8, 0, -1):
            if os.path.exists('%s.%d' % (log, i)):
                os.rename('%s.%d' % (log, i), '%s.%d' % (log, i + 1))
        shutil.copyfile(log, log + '.1')
        os.truncate(log, 0)
    elif rotation == 'delete':
        time.sleep(1.5)
        os.unlink(log)
        reopen()
    elif rotation == 'replace':
        shutil.copyfile(log, log + '~new')
        os.rename(log + '~new', log)
        reopen()


for i in range(lines):
    write(b'%d' % i)
    if i % 500 == 499:
        time.sleep(0.05)
    if i % (lines // 3) == lines // 3 - 1 and i < lines - 10:
        rotate()
