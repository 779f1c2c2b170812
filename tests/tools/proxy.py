#!/usr/bin/env python3
"""proxy: stands between a MySQL client and its server, and drops connections at chosen statements.

    proxy.py LISTEN-PORT SERVER-PORT STATEMENT request|reply MOST

Of the statements that begin with STATEMENT the first, third, fifth ... are dropped, MOST in all:
"request": the server never gets it; "reply": the server has done it, and the client is never told.
At its end by SIGTERM it writes how many it dropped.
"""
import signal
import socket
import sys
import threading

listen, server, statement, mode, most = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4], int(sys.argv[5])
lock = threading.Lock()
seen = dropped = 0


def exactly(s, n):
    b = b''
    while len(b) < n:
        more = s.recv(n - len(b))
        if not more:
            raise EOFError
        b += more
    return b


def packet(s):
    head = exactly(s, 4)
    return head + exactly(s, int.from_bytes(head[:3], 'little'))


def to_drop(p):
    global seen, dropped
    if p[4:5] != b'\x03' or not p[5:].startswith(statement):
        return False
    with lock:
        seen += 1
        if seen % 2 == 0 or dropped >= most:
            return False
        dropped += 1
        return True


def end(*sockets):
    for s in sockets:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def up(client, upstream, state):
    try:
        while True:
            p = packet(client)
            if to_drop(p):
                if mode == 'request':
                    return
                state['drop'] = True
            upstream.sendall(p)
    except (EOFError, OSError):
        pass
    finally:
        if not state.get('drop'):
            end(client, upstream)


def down(client, upstream, state):
    try:
        while True:
            b = upstream.recv(65536)
            if not b or state.get('drop'):
                return
            client.sendall(b)
    except OSError:
        pass
    finally:
        end(client, upstream)


def stop(*_):
    print(dropped, flush=True)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', listen))
s.listen(16)
while True:
    c, _ = s.accept()
    try:
        u = socket.create_connection(('127.0.0.1', server))
    except OSError:
        c.close()
        continue
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    u.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    state = {}
    for f in up, down:
        threading.Thread(target=f, args=(c, u, state), daemon=True).start()
