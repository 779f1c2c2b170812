#!/usr/bin/env python3
"""proxy: stands between a MySQL client and its server, and lets something go wrong at chosen statements.

    proxy.py LISTEN-PORT SERVER-PORT STATEMENT request|reply MOST

Of the statements that begin with STATEMENT the first, third, fifth ... are dropped, MOST in all:
"request": the server never gets it; "reply": the server has done it, and the client is never told.
Rows bound to a prepared statement count as INSERT.
At its end by SIGTERM it writes how many it dropped.

    proxy.py 0 SERVER-PORT error request|reply|NUMBER PORTS

It listens on so many ports, and writes them, one a line. On the first of them the first statement goes
wrong, on the second the second, and so on: it is dropped, or answered by that error of a server that
never got it. A port counts on over all its connections. At its end it writes how many statements came
to the last port.
"""
import os
import signal
import socket
import sys
import threading

listen, server, statement, mode, most = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4], int(sys.argv[5])
ports = most if statement == b'error' else 1
lock = threading.Lock()
seen, dropped = [0] * ports, 0
QUERY, PREPARE, ROWS = b'\x03', b'\x16', b'\xfa'


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


def fails(p, port):
    """Is it this statement's turn?"""
    global dropped
    kind = p[4:5]
    if p[3] or kind not in (QUERY, PREPARE, ROWS):
        return False
    if statement != b'error' and not (kind == ROWS and statement == b'INSERT' or
                                      kind == QUERY and p[5:].startswith(statement)):
        return False
    with lock:
        seen[port] += 1
        if statement == b'error':
            return seen[port] == port + 1
        if seen[port] % 2 == 0 or dropped >= most:
            return False
        dropped += 1
        return True


def refusal(number):
    body = b'\xff' + number.to_bytes(2, 'little') + b'#HY000the proxy says no'
    return len(body).to_bytes(3, 'little') + b'\x01' + body


def end(*sockets):
    for s in sockets:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def up(client, upstream, state, port):
    try:
        while True:
            p = packet(client)
            if fails(p, port):
                if mode == 'request':
                    return
                if mode != 'reply':
                    client.sendall(refusal(int(mode)))
                    continue
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
    print(seen[-1] if statement == b'error' else dropped, flush=True)
    os._exit(0)


def serve(s, port):
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
        threading.Thread(target=up, args=(c, u, state, port), daemon=True).start()
        threading.Thread(target=down, args=(c, u, state), daemon=True).start()


signal.signal(signal.SIGTERM, stop)
for port in range(ports):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', listen))
    s.listen(16)
    if statement == b'error':
        print(s.getsockname()[1], flush=True)
    threading.Thread(target=serve, args=(s, port), daemon=True).start()
while True:
    signal.pause()
