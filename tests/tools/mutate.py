#!/usr/bin/env python3
"""mutate.py SEED N < log > log

Writes N damaged lines of a queue_log: each a line of the log, changed once to three times in ways
that disks, editors and loaders know (an inserted LF makes two of it). The same SEED, N and log give the same bytes everywhere.
"""

import sys

MASK = (1 << 64) - 1


class Dice:
    """splitmix64: unlike the random module's, its throws are the same in every version."""

    def __init__(self, seed):
        self.state = seed & MASK

    def throw(self, sides):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % sides

    def pick(self, items):
        return items[self.throw(len(items))]


INSERTED = [bytes([b]) for b in (0, 7, 8, 9, 10, 11, 12, 13, 27, 32, 34, 39, 44, 92, 124, 127)] + [
    b"\\t", b"\\N", b"\\\\", b"\\0", b"\\x", b"\r\n", b"\0" * 64,
    b"\xef\xbb\xbf", b"\xc3\xa9", b"\xf0\x9f\x93\x9e",
]
INVALID = [b"\xff", b"\xc3", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80"]
NUMBERS = [
    b"0", b"-1", b"00000000000000000007", b"+5", b"1e9", b"0x10", b"1.5", b"1795369620.1234567", b".", b"",
    b"2147483648", b"4294967296", b"8589934592", b"8589934593", b"9223372036854775807",
    b"9223372036854775808", b"18446744073709551616", b"9" * 400, b"-9223372036854775809", b"nan",
]
WORDS = [
    b"NONE", b"", b"-", b"*", b"%s%n", b"Agent/", b"Local/101@agents/n", b"ENTERQUEUE", b"connect",
    b"QUEUESTART", b"HEARTBEAT", b"TICK", b"SOURCEDOWN", b"A" * 5000,
]


def flip_bit(line, dice):
    if not line:
        return line
    at = dice.throw(len(line))
    return line[:at] + bytes([line[at] ^ (1 << dice.throw(8))]) + line[at + 1:]


def put(line, dice, items):
    at = dice.throw(len(line) + 1)
    return line[:at] + dice.pick(items) + line[at:]


def insert_byte(line, dice):
    return put(line, dice, INSERTED)


def insert_invalid(line, dice):
    return put(line, dice, INVALID)


def delete(line, dice):
    at = dice.throw(len(line) + 1)
    return line[:at] + line[at + 1 + dice.throw(8):]


def cut(line, dice):
    return line[:dice.throw(len(line) + 1)]


def behead(line, dice):
    return line[dice.throw(len(line) + 1):]


def double_pipes(line, dice):
    return line.replace(b"|", b"||") if dice.throw(2) else put(line, dice, [b"||", b"|||||||||"])


def set_field(line, dice, items, fields=None):
    parts = line.split(b"|")
    at = dice.throw(fields or len(parts))
    parts[at % len(parts)] = dice.pick(items)
    return b"|".join(parts)


def number(line, dice):
    # half of them in the time
    return set_field(line, dice, NUMBERS, 1 if dice.throw(2) else None)


def word(line, dice):
    return set_field(line, dice, WORDS)


def drop_field(line, dice):
    parts = line.split(b"|")
    del parts[dice.throw(len(parts))]
    return b"|".join(parts)


def swap_fields(line, dice):
    parts = line.split(b"|")
    i, j = dice.throw(len(parts)), dice.throw(len(parts))
    parts[i], parts[j] = parts[j], parts[i]
    return b"|".join(parts)


def more_fields(line, dice):
    return line + b"|" + b"|".join([b"x"] * (1 + dice.throw(20)))


def twice(line, dice):
    # two writers at once: one line inside the other
    at = dice.throw(len(line) + 1)
    return line[:at] + line + line[at:]


def long_line(line, dice):
    return line + dice.pick([b"x", b"|", b"\\", b"\0"]) * (1 << (10 + dice.throw(7)))


def carriage_return(line, dice):
    return line + dice.pick([b"\r", b"\r\r", b"|\r", b" "])


CHANGES = [
    flip_bit, flip_bit, flip_bit, insert_byte, insert_byte, insert_byte, insert_invalid, delete, cut, behead,
    double_pipes, number, number, word, drop_field, swap_fields, more_fields, twice, carriage_return,
]


def mutate(line, dice):
    if dice.throw(500) == 0:
        return long_line(line, dice)
    for _ in range(1 + dice.throw(3)):
        line = dice.pick(CHANGES)(line, dice)
    return line


def main():
    if len(sys.argv) != 3 or not all(a.isascii() and a.isdigit() for a in sys.argv[1:]):
        print("usage: mutate.py SEED N < log", file=sys.stderr)
        return 2
    dice, count = Dice(int(sys.argv[1])), int(sys.argv[2])
    lines = [line for line in sys.stdin.buffer.read().split(b"\n") if line]
    if not lines:
        print("mutate.py: stdin: no lines", file=sys.stderr)
        return 2
    for _ in range(count):
        sys.stdout.buffer.write(mutate(dice.pick(lines), dice) + b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
