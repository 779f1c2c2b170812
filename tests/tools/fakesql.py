#!/usr/bin/env python3
"""A server that greets like MySQL, lets anyone in, and answers every query by asking the client for
a file. What the client sends is written to stdout, each packet as its repr.

    fakesql.py SOCKET FILE
"""
import os
import socket
import sys


def packet(n, body):
    return len(body).to_bytes(3, "little") + bytes([n]) + body


def read(f):
    head = f.read(4)
    if len(head) < 4:
        sys.exit(0)
    body = f.read(int.from_bytes(head[:3], "little"))
    print(repr(body), flush=True)
    return head[3], body


# 4.1 protocol, plugin auth, local files, secure connection, transactions
CAPABLE = 0x00000001 | 0x80 | 0x200 | 0x2000 | 0x8000 | 0x80000
GREETING = (b"\x0a5.5.5-10.11.6-MariaDB\0" + (7).to_bytes(4, "little") + b"abcdefgh\0" +
            (CAPABLE & 0xffff).to_bytes(2, "little") + b"\x21\x02\x00" +
            (CAPABLE >> 16).to_bytes(2, "little") + b"\x15" + b"\0" * 10 + b"ijklmnopqrst\0" +
            b"mysql_native_password\0")

listen = socket.socket(socket.AF_UNIX)
listen.bind(sys.argv[1] + ".new")
listen.listen(1)
os.rename(sys.argv[1] + ".new", sys.argv[1])
peer, _ = listen.accept()
f = peer.makefile("rb")
peer.sendall(packet(0, GREETING))
n, _ = read(f)
peer.sendall(packet(n + 1, b"\0\0\0\x02\0\0\0"))
try:
    while True:
        n, _ = read(f)
        peer.sendall(packet(n + 1, b"\xfb" + os.fsencode(sys.argv[2])))
except OSError:
    pass
