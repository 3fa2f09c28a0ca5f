"""How long rogatoriad takes from its start until it answers SERVING to a health check.

    time_to_health.py <rogatoriad> <folder of pki> <port> <folder of the store>

Three times: as it is found (the tiles of what was stored without a hub are still to be written),
again (they are compared), and with the store's files dropped from the page cache.
"""

import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import time

LIMIT_S = 600
# HTTP/2 by hand: a frame is its length, type, flags and stream.
HEADERS, DATA, SETTINGS = 1, 0, 4
END_HEADERS, END_STREAM = 4, 1
SERVING = b"\x00\x00\x00\x00\x02\x08\x01"  # HealthCheckResponse, behind gRPC's prefix


def frame(kind, flags, stream, payload):
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload


def field(name, value):
    """A header, literal and not indexed."""
    return b"\x00" + b"".join(bytes([len(text)]) + text for text in (name, value))


def request(host):
    headers = field(b":method", b"POST") + field(b":scheme", b"https")
    headers += field(b":path", b"/grpc.health.v1.Health/Check") + field(b":authority", host)
    headers += field(b"te", b"trailers") + field(b"content-type", b"application/grpc")
    return (
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        + frame(SETTINGS, 0, 0, b"")
        + frame(HEADERS, END_HEADERS, 1, headers)
        + frame(DATA, END_STREAM, 1, b"\x00\x00\x00\x00\x00")
    )


def tls_context(pki):
    office = pki / "authorities" / "pt-pgr"
    context = ssl.create_default_context(cafile=str(pki / "ca" / "transport" / "ca.pem"))
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(str(office / "system.pem"), str(office / "system-key.pem"))
    context.set_alpn_protocols(["h2"])
    return context


def is_serving(context, port):
    """Whether a health check on a connection of its own is answered SERVING."""
    received = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
            with context.wrap_socket(plain) as tls:
                tls.sendall(request(b"127.0.0.1"))
                while SERVING not in received:
                    more = tls.recv(4096)
                    if not more:
                        return False
                    received += more
    except OSError:
        return False
    return True


def start(daemon, pki, port):
    """Starts it, waits for health, prints how long it took, and ends it."""
    context = tls_context(pki)
    begun = time.monotonic()
    command = [daemon, "--config", str(pki / "rogatoriad.toml")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not is_serving(context, port):
            if process.poll() is not None or time.monotonic() - begun > LIMIT_S:
                sys.exit("the hub does not answer")
            time.sleep(0.005)
        took = time.monotonic() - begun
        stopping = time.monotonic()
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=LIMIT_S) != 0:
            sys.exit("the hub did not end as it should")
    finally:
        process.kill()
        process.wait()
    return took, time.monotonic() - stopping


def drop_from_cache(folder):
    for path in folder.iterdir():
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def main(daemon, pki, port, store):
    for how in ("first, tiles to be written", "again", "again", "store not in memory"):
        if how == "store not in memory":
            drop_from_cache(pathlib.Path(store))
        took, stopped = start(daemon, pathlib.Path(pki), int(port))
        print(f"start until health answers ({how}): {1e3 * took:.0f} ms; stopped in {stopped:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
