"""Those who ask and take nothing: what waits for them in the hub's memory has a bound."""

import json
import struct
import subprocess
import time

import h2.settings

import wire
import world
from world import check

READ_DOCUMENT = "/rogatoria.v1.DocumentService/ReadDocument"
CHUNK = 1 << 20
FILE_MB = 3
CONNECTIONS, CALLS = (24, 100) if world.FULL else (6, 60)
# The hub's own bounds (common/rpc/unsent.h): 32 MiB of one authority, twice that for what carries it.
MOST_MB = 96


def profile(name):
    return f"{world.PKI}/authorities/{name}/office.toml"


def office(name, *words):
    done = world.rogatoria(profile(name), *words)
    if done.returncode != 0:
        raise SystemExit(f"{words}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def send_letter():
    """A letter of pt-pgr to co-fgn that is a document of its own; the document's id."""
    letter = f"{world.HUB}/letter.pdf"
    with open("/dev/urandom", "rb") as random, open(letter, "wb") as file:
        file.write(b"%PDF-1.7\n" + random.read(FILE_MB << 20))
    sent = json.loads(office("pt-pgr", "-o", "json", "act", "send", letter, "--to", "co-fgn",
                             "--subject", "EJEMPLO-2026-0900"))
    [document] = json.loads(office("co-fgn", "-o", "json", "document", "list", sent["act"]))
    return sent["act"], document["document"]


def read_request(document):
    def field(number, value):
        return bytes([number << 3 | 2, len(value)]) + value
    return wire.frame_message(field(1, document.encode()))


class Deaf:
    """A connection of a registered reader that gives no window and so is sent no byte of an answer."""

    def __init__(self, name):
        self.wire = wire.Connection(world.PORT, world.HUB_CA, world.authority(name))
        self.wire.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 0})
        self.wire.flush()
        self.listen(0.2)

    def ask(self, message):
        stream = self.wire.h2.get_next_available_stream_id()
        self.wire.h2.send_headers(stream, wire.request_headers(READ_DOCUMENT))
        self.wire.h2.send_data(stream, message, end_stream=True)
        self.wire.flush()
        self.listen(0.002)

    def listen(self, seconds):
        self.wire.socket.settimeout(seconds)
        try:
            self.wire.h2.receive_data(self.wire.socket.recv(65536))
            self.wire.flush()
        except TimeoutError:
            pass

    def close(self):
        self.wire.socket.close()


def deaf_readers():
    what = "a reader that takes nothing"
    act, document = send_letter()
    idle = world.resident_mb()
    message = read_request(document)
    crowd, asked = [], 0
    for _ in range(CONNECTIONS):
        crowd.append(Deaf("co-fgn"))
        try:
            for _ in range(CALLS):
                crowd[-1].ask(message)
                asked += 1
        except (OSError, h2.exceptions.ProtocolError):
            pass  # the hub may close
    time.sleep(1)
    held = world.resident_mb() - idle
    print(f"     {what}: {asked} calls, {held:.0f} MB held")
    check(f"{what}: was there long enough to hold {2 * MOST_MB} MB", asked >= 2 * MOST_MB, str(asked))
    check(f"{what}: the hub holds at most {MOST_MB} MB for it", held <= MOST_MB, f"{held:.0f} MB")
    # Another authority's download is not refused for it.
    copy = f"{world.HUB}/copy.pdf"
    begun = time.monotonic()
    done = world.rogatoria(profile("pt-pgr"), "document", "get", act, "1", "--out", copy)
    check(f"{what}: another's download comes meanwhile", done.returncode == 0, done.stderr)
    print(f"     {what}: another's download took {time.monotonic() - begun:.2f} s")
    for one in crowd:
        one.close()
    end = time.monotonic() + 10
    served = None
    while served != 0 and time.monotonic() < end:
        served = world.rogatoria(profile("co-fgn"), "document", "get", act, "1", "--out", copy + ".co").returncode
    check(f"{what}: it is served again when it hangs up", served == 0)
    check(f"{what}: the hub lives", world.is_alive())


deaf_readers()
world.finish()
