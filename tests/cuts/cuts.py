"""A file over a line that is cut, there and back; then to a hub whose disk is full. See run."""

import os
import pathlib
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time

from cutting_proxy import DOWN, UP, CuttingProxy

HUB = pathlib.Path(os.environ["HUB"])
PORT = int(os.environ["HUB_PORT"])
BIN = os.environ["HUB_BIN"]
FULL = os.environ.get("ROGATORIA_MODE") == "full"
MIB = 1024 * 1024
SIZE, CUTS = (2000 * 1000 * 1000, 50) if FULL else (400 * 1000 * 1000, 10)
SEED = int(os.environ.get("ROGATORIA_SEED", "8"))
# What a new connection costs on the line: handshake with certificates, settings, one question.
CONNECTION = 64 * 1024
IN_FLIGHT = 4  # limits::kChunksInFlight, before a line was ever cut
ROOM = 64 * MIB  # client and hub, above idle
RESERVED = 256  # MiB: limits::kDocumentReserveBytes

hub = {"pid": int(os.environ["HUB_PID"]), "process": None, "peak": 0}
failures = passed = skipped = 0


def check(what, held, seen=""):
    global failures, passed
    passed, failures = passed + bool(held), failures + (not held)
    print(f"{'ok  ' if held else 'FAIL'} {what}{f' ({seen})' if seen else ''}", flush=True)


def profile(authority, port):
    """The office's profile with the line between it and the hub."""
    own = HUB / "pki" / "authorities" / authority / "office.toml"
    text = own.read_text(encoding="utf-8")
    cut = own.with_name("office-cut.toml")
    cut.write_text(text.replace(f"127.0.0.1:{PORT}", f"127.0.0.1:{port}"), encoding="utf-8")
    return cut


def rogatoria(of, *words):
    run = subprocess.run(
        [f"{BIN}/rogatoria", "--profile", of, *words], capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        print(run.stdout, run.stderr, sep="\n", flush=True)
    return run


def client_peak():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def hub_memory(field):
    text = pathlib.Path(f"/proc/{hub['pid']}/status").read_text(encoding="ascii")
    return int(re.search(rf"{field}:\s+(\d+)", text)[1]) * 1024


def hub_peak():
    """Of the hub that runs and of those before it."""
    hub["peak"] = max(hub["peak"], hub_memory("VmHWM"))
    return hub["peak"]


def stop_hub(with_signal):
    os.kill(hub["pid"], with_signal)
    if hub["process"] is not None:
        return hub["process"].wait(timeout=60)
    for _ in range(6000):  # bash, which started it, takes note of it at its end
        stat = pathlib.Path(f"/proc/{hub['pid']}/stat")
        if not stat.exists() or stat.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z":
            break
        time.sleep(0.01)
    return None


def start_hub():
    with open(HUB / "daemon.log", "ab") as log:
        hub["process"] = subprocess.Popen(
            [f"{BIN}/rogatoriad", "--config", HUB / "pki" / "rogatoriad.toml"], stdout=log, stderr=log
        )
    hub["pid"] = hub["process"].pid
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", PORT)).close()
            return
        except OSError:
            time.sleep(0.02)


def kill_hub():
    """As a power switch would, but for the disk; then it starts again on the same folder."""
    hub_peak()
    stop_hub(signal.SIGKILL)
    start_hub()


def fill_disk(pt):
    """A disk of its own for the documents, of which so much is kept free that half a file fits."""
    documents = HUB / "pki" / "documents"
    size = "size={}m".format
    mount = ["mount", "-t", "tmpfs", "-o", size(RESERVED + 20), "documents", documents]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        global skipped
        skipped += 1
        print("skipped: a disk that is full in mid-upload (only root can mount one)")
        return
    try:
        start_hub()
        letter = HUB / "annex.bin"
        letter.write_bytes(os.urandom(40 * MIB))
        put = subprocess.Popen(
            [f"{BIN}/rogatoria", "--profile", pt, "-q", "document", "put", letter],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        parts = lambda: sum(file.stat().st_size for file in documents.glob("*/*.part"))
        until = time.monotonic() + 60
        while parts() < 19 * MIB and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(1)
        check("a full disk takes no more", put.poll() is None and parts() < 26 * MIB, parts() // MIB)
        subprocess.run(["mount", "-o", "remount," + size(RESERVED + 100), documents], check=True)
        check("and the upload goes on by itself when there is room", put.wait(timeout=90) == 0)
        whole = [file.stat().st_size for file in documents.glob("*/*.sealed")]
        check("whole", len(whole) == 1 and whole[0] > 40 * MIB, whole)
        check("the hub ends in order", stop_hub(signal.SIGTERM) == 0)
    finally:
        hub["process"].kill()
        hub["process"].wait()
        subprocess.run(["umount", "-l", documents], check=False)


def free_port():
    """Of nobody, and of nobody soon: the system gives the highest of those that are free in turn."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def come_back_over_a_long_line():
    """Who began to wait while there was no hub hears of what came, although each answer takes its time."""
    port = free_port()
    co = profile("co-fgn", port)
    watch = subprocess.Popen(
        [f"{BIN}/rogatoria", "--profile", co, "inbox", "watch", "--limit", "1", "--idle", "40"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    time.sleep(3)
    check("who waits for a hub that is away goes on waiting", watch.poll() is None)
    line = CuttingProxy(PORT, port, delay=0.05)
    pt = HUB / "pki" / "authorities" / "pt-pgr" / "office.toml"
    act, _ = send(pt, HUB / "note.txt")
    try:
        seen, _ = watch.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        watch.kill()
        seen, _ = watch.communicate()
    check("and comes back over a line with latency", act != "" and act in seen and watch.returncode == 0, watch.returncode)
    line.close()


def plan(rng, kinds):
    """Cuts spread over the file, none twice in the same place of a chunk."""
    step = SIZE / (CUTS + 1)
    places = [int(step * (i + rng.uniform(0.5, 1.5))) for i in range(CUTS)]
    return [(place, kinds[i % len(kinds)]) for i, place in enumerate(sorted(places))]


def send(line, letter):
    begun = time.monotonic()
    run = rogatoria(
        line, "-o", "name", "act", "send", letter, "--to", "co-fgn", "--basis", "UN-TIP-2000",
        "--measure", "VIDEO_HEARING", "--subject", "Video", "--force",
    )
    return run.stdout.strip(), time.monotonic() - begun


def main():
    rng = random.Random(SEED)
    print(f"{SIZE // 10**6} MB, {CUTS} cuts each way, seed {SEED}", flush=True)
    (HUB / "note.txt").write_text("Nota\n", encoding="utf-8")
    come_back_over_a_long_line()
    letter = HUB / "video.bin"
    with open(letter, "wb") as file:
        for at in range(0, SIZE, MIB):
            file.write(rng.randbytes(min(MIB, SIZE - at)))
    proxy = CuttingProxy(PORT)
    pt, co = profile("pt-pgr", proxy.port), profile("co-fgn", proxy.port)
    rogatoria(pt, "case", "list")
    idle, hub_idle = client_peak(), hub_memory("VmRSS")

    proxy.plan(UP, [])
    act, seconds = send(pt, letter)
    whole = proxy.crossed[UP]
    check("sent over a whole line", act != "", f"{SIZE / seconds / 1e6:.0f} MB/s")

    kinds = ["reset", "close", "half"]
    cuts = plan(rng, kinds)
    proxy.plan(UP, cuts)
    act, seconds = send(pt, letter)
    check("sent over a line that is cut", act != "", f"{SIZE / seconds / 1e6:.0f} MB/s")
    check("it was cut as often as planned", proxy.cuts == CUTS, proxy.cuts)
    again = proxy.crossed[UP] - whole
    check(
        "a cut costs a chunk at most, the first one those under way",
        again <= (CUTS + IN_FLIGHT - 1) * MIB + CUTS * CONNECTION,
        f"{again / MIB:.1f} MiB sent again in {CUTS} cuts",
    )
    check("the hub's memory stays flat", hub_peak() - hub_idle < ROOM,
          f"{(hub_peak() - hub_idle) / MIB:.0f} MiB above idle")

    rogatoria(co, "-q", "inbox", "watch", "--limit", "2", "--idle", "10")
    cuts = plan(rng, kinds)
    cuts[CUTS // 2] = (cuts[CUTS // 2][0], kill_hub)
    if FULL:
        cuts[CUTS // 3] = (cuts[CUTS // 3][0], "silence")
    proxy.plan(DOWN, cuts)
    begun = time.monotonic()
    got = rogatoria(co, "document", "get", act, "1", "--out", HUB / "back.bin")
    seconds = time.monotonic() - begun
    check("fetched over a line that is cut", got.returncode == 0, f"{SIZE / seconds / 1e6:.0f} MB/s")
    check("it was cut as often as planned", proxy.cuts == CUTS, proxy.cuts)
    check("byte for byte", subprocess.run(["cmp", letter, HUB / "back.bin"], check=False).returncode == 0)

    cuts = plan(rng, kinds)
    cuts[CUTS // 2] = (cuts[CUTS // 2][0], kill_hub)
    if FULL:
        cuts[CUTS // 3] = (cuts[CUTS // 3][0], "silence")
    proxy.plan(UP, cuts)
    put = rogatoria(pt, "document", "put", letter)
    check("sent although the hub was killed in the middle", put.returncode == 0)
    check("the client's memory stays flat, both ways", client_peak() - idle < ROOM,
          f"{(client_peak() - idle) / MIB:.0f} MiB above idle")
    check("the hub's too, before and after each kill", hub_peak() - hub_idle < ROOM,
          f"{(hub_peak() - hub_idle) / MIB:.0f} MiB above idle")
    proxy.close()
    check("the hub ends in order after all this", stop_hub(signal.SIGTERM) == 0)
    fill_disk(HUB / "pki" / "authorities" / "pt-pgr" / "office.toml")
    print(f"{passed} passed, {failures} failed, {skipped} skipped")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    try:
        main()
    finally:
        if hub["process"] is not None:
            hub["process"].kill()
