#!/usr/bin/env python3
"""terminal.py [-t] STEPS COMMAND...: runs a command on a terminal of its own and follows steps.

stdin of the command is that of this program; its terminal is stdout, stderr and /dev/tty, with -t
stdin too. Steps are
separated by ';' and done one after the other, each within 20 seconds:

    see TEXT        the screen shows TEXT
    miss TEXT       it does not any more
    size COLS ROWS  the terminal is resized
    key TEXT        TEXT is typed
    kill SIGNAL     the command gets it
    stopped, cont   the command has stopped; goes on
    wide N          every line of the screen has at most N columns
    cooked          the terminal echoes and edits lines, as at the start
    raw             it does not
    end N           the command ends with status N (128 + signal)
    main            the alternate screen has been left, the cursor is shown

After them the screen is printed, a line each. A step that does not come about: status 1, and why.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


COOKED = termios.ICANON | termios.ECHO


class Screen:
    """As much of a terminal as is needed: absolute positions, erasing, the alternate screen."""

    def __init__(self, columns, rows):
        self.alternate, self.cursor, self.begun = False, True, ''
        self.saved = None
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [''] * rows
        self.y = self.x = 0

    def put(self, c):
        if self.y >= self.rows:
            return
        line = self.lines[self.y].ljust(self.x)
        self.lines[self.y] = line[:self.x] + c + line[self.x + 1:]
        self.x += 1

    def feed(self, text):
        text = self.begun + text
        self.begun = re.search(r'(\x1b(\[[?0-9;]*)?)?$', text).group()
        text = text[:len(text) - len(self.begun)]
        for part in re.findall(r'\x1b\[[?0-9;]*[A-Za-z]|.', text, re.S):
            if part.startswith('\x1b['):
                self.control(part[2:-1], part[-1])
            elif part == '\n':
                if self.y == self.rows - 1:
                    self.lines = self.lines[1:] + ['']
                else:
                    self.y += 1
            elif part == '\r':
                self.x = 0
            elif part < ' ':
                raise SystemExit('a raw control byte: %r' % part)
            else:
                self.put(part)

    def control(self, args, what):
        if what == 'H':
            y, x = (args.split(';') + ['1'])[:2] if args else ('1', '1')
            self.y, self.x = int(y) - 1, int(x) - 1
        elif what == 'K':
            if self.y < self.rows:
                # behind the last column the cursor still stands on it
                self.lines[self.y] = self.lines[self.y][:min(self.x, self.columns - 1)]
        elif what == 'J':
            for y in range(0 if args == '2' else self.y, self.rows):
                self.lines[y] = ''
        elif what in 'hl' and args == '?1049':
            if (what == 'h') != self.alternate:
                if what == 'h':
                    self.saved = (self.lines, self.y, self.x)
                    self.lines, self.y, self.x = [''] * self.rows, 0, 0
                else:
                    self.lines, self.y, self.x = self.saved
            self.alternate = what == 'h'
        elif what in 'hl' and args == '?25':
            self.cursor = what == 'h'


class Terminal:
    def __init__(self, command, stdin):
        self.screen = Screen(100, 40)
        ours, theirs = os.openpty()
        self.fd, self.status = ours, None
        self.theirs = theirs    # kept open, so that what was written last can be read
        self.size(100, 40)
        # before the command is there: it may be quick
        if self.flags() != COOKED:
            raise SystemExit('a terminal that neither echoes nor edits lines')
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
            # an orphaned group does not stop: the command gets a parent in the session
            child = os.fork()
            if child == 0:
                # a group of its own, in the foreground before the command looks
                os.setpgid(0, 0)
                signal.signal(signal.SIGTTOU, signal.SIG_IGN)
                os.tcsetpgrp(theirs, os.getpid())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                if stdin:
                    os.dup2(theirs, 0)
                os.dup2(theirs, 1)
                os.dup2(theirs, 2)
                os.closerange(3, 256)
                os.execvp(command[0], command)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            for s in signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCONT, signal.SIGTSTP:
                signal.signal(s, lambda n, _: os.kill(child, n))
            signal.signal(signal.SIGWINCH, lambda n, _: os.kill(child, n))
            while True:
                try:
                    _, status = os.waitpid(child, os.WUNTRACED)
                except InterruptedError:
                    continue
                if os.WIFSTOPPED(status):
                    os.kill(os.getpid(), signal.SIGSTOP)
                elif os.WIFSIGNALED(status):
                    os._exit(128 + os.WTERMSIG(status))
                else:
                    os._exit(os.WEXITSTATUS(status))

    def size(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        self.screen.resize(columns, rows)

    def read(self, timeout):
        if select.select([self.fd], [], [], timeout)[0]:
            try:
                self.screen.feed(os.read(self.fd, 65536).decode('utf-8', 'replace'))
            except OSError:
                pass

    def flags(self):
        return termios.tcgetattr(self.theirs)[3] & COOKED

    def until(self, what, holds):
        end = time.monotonic() + 20
        while not holds():
            if time.monotonic() > end:
                sys.stdout.write('\n'.join(self.screen.lines) + '\n')
                raise SystemExit('not within 20 seconds: ' + what)
            self.read(0.05)

    def wait(self, options):
        """Has it stopped or ended?"""
        pid, status = os.waitpid(self.pid, options | os.WNOHANG)
        if pid and not os.WIFSTOPPED(status):
            self.status = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
        return pid != 0

    def step(self, words, text):
        word, s = words[0], self.screen
        if word == 'see':
            self.until(text, lambda: any(text[4:] in line for line in s.lines))
        elif word == 'miss':
            self.until(text, lambda: not any(text[5:] in line for line in s.lines))
        elif word == 'size':
            self.size(int(words[1]), int(words[2]))
        elif word == 'key':
            os.write(self.fd, text[4:].encode())
        elif word == 'kill':
            os.kill(self.pid, getattr(signal, 'SIG' + words[1]))
        elif word == 'stopped':
            self.until(text, lambda: self.wait(os.WUNTRACED))
        elif word == 'cont':
            os.kill(self.pid, signal.SIGCONT)
        elif word == 'wide':
            self.until(text, lambda: max(len(line) for line in s.lines) <= int(words[1]))
        elif word == 'cooked':
            self.until(text, lambda: self.flags() == COOKED)
        elif word == 'raw':
            self.until(text, lambda: not self.flags())
        elif word == 'end':
            self.until(text, lambda: self.wait(0))
            if self.status != int(words[1]):
                raise SystemExit('status %d, not %s' % (self.status, words[1]))
        elif word == 'main':
            self.until(text, lambda: not s.alternate and s.cursor)
        else:
            raise SystemExit('no such step: ' + text)


def main():
    args = sys.argv[1:]
    stdin = args[0] == '-t'
    terminal = Terminal(args[stdin + 1:], stdin)
    try:
        for step in args[stdin].split(';'):
            step = step.strip()
            terminal.step(step.split(), step)
        terminal.read(0.1)
        for line in '\n'.join(terminal.screen.lines).rstrip().split('\n'):
            if line:
                print(line.rstrip())
    finally:
        if terminal.status is None:
            os.kill(terminal.pid, signal.SIGKILL)


if __name__ == '__main__':
    main()
