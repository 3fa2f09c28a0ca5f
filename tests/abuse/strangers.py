"""Those who should not get in, and what they are told."""

import ssl
import subprocess
import time

import wire
import world
from world import check

PGR = "spiffe://rogatoria.example/authority/pt-pgr/system/cms"


def refused_by_tls(what, seen):
    check(f"{what}: no connection", seen[0] == "closed", str(seen))


def told(what, seen, code, reason):
    check(f"{what}: {reason}", seen[0] == code and reason in seen[1], str(seen))


def certificates():
    check("an honest authority is served", world.answer(world.authority("pt-pgr"))[0] == world.OK)
    refused_by_tls("no client certificate", world.answer(None))
    refused_by_tls("another CA's certificate", world.answer(world.issue([PGR], own_ca=True)))
    refused_by_tls(
        "an expired certificate",
        world.answer(world.issue([PGR], days=("20200101000000Z", "20210101000000Z"))),
    )
    refused_by_tls(
        "a certificate that is not valid yet",
        world.answer(world.issue([PGR], days=("20380101000000Z", "20390101000000Z"))),
    )
    refused_by_tls("an operator's certificate on the public listener",
                   world.answer(world.person("op-1")))
    refused_by_tls("an authority's certificate on the admin listener",
                   world.answer(world.authority("pt-pgr"), world.STATUS, world.ADMIN_PORT,
                                world.ADMIN_CA))


def identities():
    told("two URI SANs", world.answer(world.issue([PGR, PGR.replace("pt-pgr", "co-fgn")])),
         world.UNAUTHENTICATED, "IDENTITY_MALFORMED")
    told("no URI SAN", world.answer(world.issue([])), world.UNAUTHENTICATED, "IDENTITY_MALFORMED")
    told("another trust domain", world.answer(world.issue(["spiffe://else.example/authority/pt-pgr"])),
         world.UNAUTHENTICATED, "IDENTITY_MALFORMED")
    told("an unknown authority", world.answer(world.issue([PGR.replace("pt-pgr", "xx-unknown")])),
         world.UNAUTHENTICATED, "CLIENT_CERTIFICATE_UNKNOWN")
    told("a known name in a certificate that nobody registered", world.answer(world.issue([PGR])),
         world.UNAUTHENTICATED, "CLIENT_CERTIFICATE_UNKNOWN")


def permissions():
    told("an authority calling an operator's method",
         world.answer(world.authority("pt-pgr"), world.STATUS),
         world.PERMISSION_DENIED, "PERMISSION_DENIED")
    told("a path that is nobody's", world.answer(world.authority("pt-pgr"), "/no.such/Method"),
         world.PERMISSION_DENIED, "PERMISSION_DENIED")
    told("reflection on the public listener",
         world.answer(world.authority("pt-pgr"),
                      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"),
         world.PERMISSION_DENIED, "PERMISSION_DENIED")
    told("an operator suspending",
         world.answer(world.person("op-1"), "/rogatoria.v1.AdminService/SetStanding",
                      world.ADMIN_PORT, world.ADMIN_CA),
         world.PERMISSION_DENIED, "PERMISSION_DENIED")
    told("a refusal in the caller's language",
         world.answer(world.authority("pt-pgr"), world.STATUS, extra=[("accept-language", "pt-PT")]),
         world.PERMISSION_DENIED, "PERMISSION_DENIED: Esta identidade")


def standings():
    with wire.Connection(world.PORT, world.HUB_CA, world.authority("co-fgn")) as connection:
        check("an authority before its suspension",
              connection.call(world.CHECKPOINT)[0] == world.OK)
        suspended = world.officer("authority", "suspend", "co-fgn")
        check("an officer suspends it", suspended.returncode == 0, suspended.stderr)
        told("a suspended authority on its open connection", connection.call(world.CHECKPOINT),
             world.PERMISSION_DENIED, "AUTHORITY_SUSPENDED")
    told("a suspended authority on a new one", world.answer(world.authority("co-fgn")),
         world.PERMISSION_DENIED, "AUTHORITY_SUSPENDED")
    resumed = world.officer("authority", "resume", "co-fgn")
    check("an officer lifts it", resumed.returncode == 0, resumed.stderr)
    check("the authority after that", world.answer(world.authority("co-fgn"))[0] == world.OK)


def revocation():
    victim = world.authority("br-pgr")
    with wire.Connection(world.PORT, world.HUB_CA, victim) as connection:
        check("an authority before its revocation", connection.call(world.CHECKPOINT)[0] == world.OK)
        revoked = subprocess.run(
            [f"{world.BIN}/rogatoria", "pki", "revoke", world.PKI, victim.certificate],
            capture_output=True, text=True, check=False)
        check("its certificate is put on the list", revoked.returncode == 0, revoked.stderr)
    end = time.monotonic() + 10
    while world.answer(victim)[0] != "closed" and time.monotonic() < end:
        time.sleep(0.2)
    refused_by_tls("a revoked certificate within seconds", world.answer(victim))
    check("the others are still served", world.answer(world.authority("pt-pgr"))[0] == world.OK)


def versions():
    try:
        wire.connect_tls(world.PORT, world.HUB_CA, world.authority("pt-pgr"),
                         version=ssl.TLSVersion.TLSv1_2).close()
        check("TLS 1.2 is refused", False)
    except OSError as error:
        check("TLS 1.2 is refused", "alert" in str(error) or "EOF" in str(error), str(error))


for part in (certificates, identities, permissions, standings, revocation, versions):
    part()
world.finish()
