"""Those who flood: bounded in number and time; the hub must live and serve honest clients after."""

import os
import resource
import socket
import ssl
import struct
import time

import hpack

import wire
import world
from world import check, check_known_weakness

TIMES = 10 if world.FULL else 1
MEMORY_CAP_MB = 1024
AFTER_S = 8  # the handshake timeout is 5 s
DURING_S = 2 if world.FULL else 10  # short mode runs beside other work on the same processors

# HTTP/2 frame types and flags (RFC 9113 section 6).
HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION = 1, 3, 4, 6, 9
END_STREAM, END_HEADERS = 1, 4


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def after_known_weakness(what):
    check(f"{what}: the hub lives", world.is_alive())
    check(f"{what}: an honest client is served after", world.honest_seconds(AFTER_S) is not None)


def after(what):
    after_known_weakness(what)
    check(f"{what}: memory under the cap", world.resident_mb() < MEMORY_CAP_MB,
          f"{world.resident_mb():.0f} MB")


def during(what):
    seconds = world.honest_seconds(DURING_S)
    check(f"{what}: an honest client is served within {DURING_S} s meanwhile", seconds is not None)
    if seconds is not None:
        print(f"     {what}: it took {seconds:.2f} s")


def connect_many(count, source, say=b""):
    sockets = []
    for _ in range(count):
        try:
            one = wire.connect_tcp(world.PORT, source, 2)
            if say:
                one.send(say)
            sockets.append(one)
        except OSError:
            pass
    return sockets


def close_all(sockets):
    for one in sockets:
        one.close()


def plain_connects():
    what = "plain TCP connects"
    for turn in range(TIMES):
        crowd = connect_many(600, f"127.0.0.{20 + turn}")
        during(what)
        close_all(crowd)
    after(what)


def half_open_handshakes():
    what = "half-open handshakes"
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # a ClientHello that never ends
    crowd = connect_many(300 * TIMES, "127.0.0.3", hello)
    during(what)
    end = time.monotonic() + AFTER_S
    while open_descriptors() > 60 and time.monotonic() < end:
        time.sleep(0.2)
    check(f"{what}: closed by the handshake timeout", open_descriptors() <= 60,
          str(open_descriptors()))
    close_all(crowd)
    after(what)


def open_descriptors():
    return len(os.listdir(f"/proc/{world.PID}/fd"))


def no_descriptors():
    what = "no descriptor left"
    before = resource.prlimit(world.PID, resource.RLIMIT_NOFILE)
    resource.prlimit(world.PID, resource.RLIMIT_NOFILE, (open_descriptors() + 20, before[1]))
    crowd = connect_many(200, "127.0.0.4")
    check(f"{what}: the hub lives meanwhile", world.is_alive())
    close_all(crowd)
    check(f"{what}: an honest client is served after, with the limit as it is",
          world.honest_seconds(AFTER_S) is not None)
    resource.prlimit(world.PID, resource.RLIMIT_NOFILE, before)
    after(what)


def oversize():
    what = "an oversize message"
    for _ in range(3 * TIMES):
        seen = world.answer(world.authority("pt-pgr"), world.LIST_CASES, body=bytes(6 << 20))
        check(f"{what}: RESOURCE_EXHAUSTED",
              seen[0] in (world.RESOURCE_EXHAUSTED, -1, "closed"), str(seen))
    liar = wire.Connection(world.PORT, world.HUB_CA, world.authority("pt-pgr"))
    with liar:
        stream = liar.h2.get_next_available_stream_id()
        liar.h2.send_headers(stream, wire.request_headers(world.LIST_CASES))
        liar.h2.send_data(stream, struct.pack(">BI", 0, 0xFFFFFFFF))  # says 4 GiB, sends none
        liar.flush()
        during("a message that says it has 4 GiB")
    after(what)


def metadata():
    what = "too much metadata"
    fat = [(f"x-{i}", "v" * 1000) for i in range(60)]
    for _ in range(3 * TIMES):
        seen = world.answer(world.authority("pt-pgr"), extra=fat)
        check(f"{what}: refused", seen[0] != world.OK, str(seen))
    after(what)


class Raw:
    """A connection of an enrolled client on which frames are written by hand."""

    def __init__(self):
        self.socket = wire.connect_tls(world.PORT, world.HUB_CA, world.authority("pt-pgr"))
        self.socket.settimeout(5)
        self.encoder = hpack.Encoder()
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))

    def headers(self):
        return self.encoder.encode(wire.request_headers(world.CHECKPOINT))

    def write(self, data):
        """False when the hub closed: it may."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def close(self):
        try:
            self.socket.close()
        except OSError:
            pass


def abuse_http2(what, frames, seconds):
    """Writes what `frames(raw, turn)` gives until the time is up or the hub closes.

    By an enrolled client, against what this gRPC does not bound (docs/threat-model.md): how much memory
    it takes and how long others wait meanwhile grows with the speed of the machine, and the service unit's
    MemoryMax and a restart are what holds. Where these two bounds are not met the sum says so as
    skipped; that the hub lives and serves afterwards is judged.
    """
    peak = world.resident_mb()
    end = time.monotonic() + seconds
    raw, turn = Raw(), 0
    asked, seconds_taken = False, None
    while time.monotonic() < end:
        if not raw.write(frames(raw, turn)):
            raw.close()
            raw, turn = Raw(), 0
            continue
        turn += 1
        peak = max(peak, world.resident_mb())
        if not asked and time.monotonic() > end - seconds / 2:
            seconds_taken = world.honest_seconds(DURING_S)
            asked = True
    raw.close()
    waited = "longer" if seconds_taken is None else f"{seconds_taken:.2f} s"
    check_known_weakness(f"{what}: an honest client is served within {DURING_S} s meanwhile",
                         seconds_taken is not None, waited)
    check_known_weakness(f"{what}: peak memory under the cap", peak < MEMORY_CAP_MB, f"{peak:.0f} MB")
    print(f"     {what}: peak {peak:.0f} MB, an honest client waited {waited}")
    after_known_weakness(what)


def rapid_reset(raw, turn):
    out = b""
    for i in range(100):
        stream = 2 * (100 * turn + i) + 1
        out += frame(HEADERS, END_HEADERS, stream, raw.headers())
        out += frame(RST_STREAM, 0, stream, struct.pack(">I", 8))
    return out


def continuation_flood(raw, turn):
    if turn == 0:
        return frame(HEADERS, END_STREAM, 1, raw.headers())
    literal = b"\x00\x03x-a\x7f\x87\x01" + b"v" * 262  # a header not indexed, value 127 + 135
    return frame(CONTINUATION, 0, 1, literal * 50)


def ping_flood(_, turn):
    return b"".join(frame(PING, 0, 0, struct.pack(">Q", turn)) for _ in range(100))


def settings_flood(_, turn):
    return b"".join(frame(SETTINGS, 0, 0, struct.pack(">HI", 3, turn % 100 + 1)) for _ in range(100))


def garbage():
    what = "garbage instead of HTTP/2"
    for data in (b"GET / HTTP/1.1\r\n\r\n", bytes(4096), b"\xff" * 4096):
        raw = wire.connect_tls(world.PORT, world.HUB_CA, world.authority("pt-pgr"))
        raw.settimeout(5)
        try:
            raw.sendall(data)
            while raw.recv(65536):
                pass
        except (OSError, ssl.SSLError, socket.timeout):
            pass
        raw.close()
    after(what)


plain_connects()
half_open_handshakes()
no_descriptors()
oversize()
metadata()
garbage()
for name, attack in (("rapid reset", rapid_reset), ("CONTINUATION flood", continuation_flood),
                     ("ping flood", ping_flood), ("settings flood", settings_flood)):
    abuse_http2(name, attack, 3 * TIMES)
world.finish()
