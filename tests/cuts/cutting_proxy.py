"""A line on loopback that is cut on purpose: forwards TCP to a hub and, whenever so many bytes have
crossed in the direction that is watched, does to all its connections what was planned.

reset    both ends get a reset
close    both ends get an orderly end
half     the client gets a reset, the hub hears nothing any more: half open
silence  nobody hears anything any more; new connections are served

With a delay it is a long line too: each piece arrives so many seconds later. Such a line carries little.
"""

import collections
import socket
import struct
import threading
import time

PIECE = 64 * 1024
UP, DOWN = "up", "down"


def abort(sock):
    """Closes with a reset: what was not read yet is lost."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


class CuttingProxy:
    def __init__(self, hub_port, port=0, delay=0.0):
        self._hub_port = hub_port
        self._delay = delay
        self._lock = threading.Lock()
        self._connections = []  # (client, hub) under way
        self._silent = []  # kept open, forwarded no more
        self._plan = collections.deque()
        self._watched = UP
        self.crossed = {UP: 0, DOWN: 0}  # bytes read from either end, delivered or lost
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def plan(self, direction, cuts):
        """cuts: (bytes from now on in this direction, what to do: a name above or a function)."""
        with self._lock:
            self._watched = direction
            self.crossed = {UP: 0, DOWN: 0}
            self.cuts = 0
            self._plan = collections.deque(cuts)

    def close(self):
        self._listener.close()
        with self._lock:
            for pair in self._connections + self._silent:
                for sock in pair:
                    abort(sock)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                hub = socket.create_connection(("127.0.0.1", self._hub_port))
            except OSError:  # the hub is away
                abort(client)
                continue
            pair = (client, hub)
            with self._lock:
                self._connections.append(pair)
            for source, target, direction in ((client, hub, UP), (hub, client, DOWN)):
                threading.Thread(
                    target=self._forward, args=(pair, source, target, direction), daemon=True
                ).start()

    def _forward(self, pair, source, target, direction):
        try:
            while piece := source.recv(PIECE):
                due = self._count(direction, len(piece))
                if due is not None:
                    self._cut(due)
                with self._lock:
                    if pair not in self._connections:
                        return
                time.sleep(self._delay)
                target.sendall(piece)
        except OSError:
            pass
        with self._lock:
            if pair not in self._connections:
                return
            self._connections.remove(pair)
        for sock in pair:
            abort(sock)

    def _count(self, direction, size):
        with self._lock:
            self.crossed[direction] += size
            if direction != self._watched or not self._plan:
                return None
            if self.crossed[direction] < self._plan[0][0]:
                return None
            self.cuts += 1
            return self._plan.popleft()[1]

    def _cut(self, what):
        with self._lock:
            pairs, self._connections = self._connections, []
            if what in ("half", "silence"):
                self._silent += pairs
        if callable(what):
            what()
            what = "reset"
        for client, hub in pairs:
            if what == "reset":
                abort(client), abort(hub)
            elif what == "close":
                for sock in (client, hub):
                    try:
                        sock.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass
                    sock.close()
            elif what == "half":
                abort(client)
