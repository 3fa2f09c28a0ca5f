"""The hub under test as tests/abuse/run started it, and the counting of what was found."""

import os
import subprocess
import sys
import tempfile
import time

import wire

HUB = os.environ["HUB"]
PID = int(os.environ["HUB_PID"])
PORT = int(os.environ["HUB_PORT"])
ADMIN_PORT = int(os.environ["HUB_ADMIN_PORT"])
BIN = os.environ["HUB_BIN"]
FULL = os.environ.get("ROGATORIA_MODE") == "full"
PKI = f"{HUB}/pki"
HUB_CA = f"{PKI}/ca/transport/ca.pem"
ADMIN_CA = f"{PKI}/ca/admin/ca.pem"

# Codes of gRPC.
OK, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAUTHENTICATED = 0, 7, 8, 12, 16

CHECKPOINT = "/rogatoria.v1.AuditService/GetCheckpoint"
LIST_CASES = "/rogatoria.v1.ExchangeService/ListCases"
STATUS = "/rogatoria.v1.AdminService/GetStatus"

results = {"passed": 0, "failed": 0, "skipped": 0}


def check(what, held, seen=""):
    """Counts and prints one finding; goes on either way."""
    results["passed" if held else "failed"] += 1
    print(f"{'ok  ' if held else 'FAIL'} {what}{f' ({seen})' if seen and not held else ''}")
    sys.stdout.flush()


def check_known_weakness(what, held, seen):
    """A bound that the packaged gRPC does not let us keep on a quick machine (docs/threat-model.md).

    Where it holds it counts as passed; where not, it is told in the sum as skipped, never as passed.
    """
    if held:
        check(what, held)
        return
    results["skipped"] += 1
    print(f"skipped: {what} ({seen}): not bounded by this gRPC, see docs/threat-model.md")
    sys.stdout.flush()


def finish():
    print(f"{results['passed']} passed, {results['failed']} failed, {results['skipped']} skipped")
    sys.exit(1 if results["failed"] else 0)


def authority(name):
    folder = f"{PKI}/authorities/{name}"
    return wire.Identity(f"{folder}/system.pem", f"{folder}/system-key.pem")


def person(name):
    folder = f"{PKI}/operators/{name}"
    return wire.Identity(f"{folder}/tls.pem", f"{folder}/tls-key.pem")


def rogatoria(profile, *words):
    return subprocess.run(
        [f"{BIN}/rogatoria", "--profile", profile, *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def officer(*words):
    return rogatoria(f"{PKI}/operators/so-1/operator.toml", *words)


def issue(uris, ca="transport", days=("20200101000000Z", "20400101000000Z"), own_ca=False):
    """A client certificate made with openssl: what the hub's own tools would not make."""
    folder = tempfile.mkdtemp(dir=HUB)
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, cwd=folder)
    ca_cert, ca_key = f"{PKI}/ca/{ca}/ca.pem", f"{PKI}/ca/{ca}/ca-key.pem"
    if own_ca:
        ca_cert, ca_key = f"{folder}/ca.pem", f"{folder}/ca.key"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", ca_key, "-out", ca_cert, "-subj", "/CN=nobody", "-days", "2")
    names = ",".join(f"URI:{uri}" for uri in uris)
    with open(f"{folder}/ca.cnf", "w", encoding="ascii") as file:
        file.write(
            "[ca]\ndefault_ca = d\n[d]\ndatabase = index\nserial = serial\nnew_certs_dir = .\n"
            "default_md = sha256\npolicy = p\nunique_subject = no\nx509_extensions = x\n"
            "[p]\ncommonName = supplied\n[x]\nbasicConstraints = critical,CA:FALSE\n"
            "keyUsage = critical,digitalSignature\nextendedKeyUsage = clientAuth\n"
            "authorityKeyIdentifier = keyid\n" + (f"subjectAltName = {names}\n" if names else "")
        )
    open(f"{folder}/index", "w", encoding="ascii").close()
    with open(f"{folder}/serial", "w", encoding="ascii") as file:
        file.write("4FAB17\n")
    run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=test")
    run("openssl", "ca", "-batch", "-config", "ca.cnf", "-cert", ca_cert, "-keyfile", ca_key,
        "-in", "request.pem", "-out", "certificate.pem", "-notext",
        "-startdate", days[0], "-enddate", days[1])
    return wire.Identity(f"{folder}/certificate.pem", f"{folder}/key.pem")


def answer(identity, path=CHECKPOINT, port=None, ca=HUB_CA, body=b"", extra=(), source="127.0.0.1"):
    """What one call on a new connection is told: (code, text), or ("closed", why)."""
    try:
        with wire.Connection(port or PORT, ca, identity, source) as connection:
            return connection.call(path, body, extra)
    except wire.Refused as why:
        return "closed", str(why)


def is_alive():
    try:
        os.kill(PID, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{PID}/stat", encoding="ascii") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def resident_mb():
    with open(f"/proc/{PID}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0


def honest_seconds(limit_s):
    """How long an honest client, of another authority than the floods come from, needs for a new
    connection and a call, trying again as our client library does; None when it took longer."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit_s:
        if answer(authority("co-fgn"))[0] == OK and time.monotonic() - begun < limit_s:
            return time.monotonic() - begun
        time.sleep(0.1)
    return None
