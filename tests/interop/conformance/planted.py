"""What an operator who lies would make: a certificate, a statement for it by another key, a log of its own.

And what an operator would make who has the keys of the log, or of an office: all holds but what is said.
"""

import base64
import datetime
import hmac
import re

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rogatoria.v1 import directory_service_pb2 as directory

from rogatoria_office import log, texts
from rogatoria_office.canonical import read_signed, write_signed
from rogatoria_office.certificate import Certificate, sha256
from rogatoria_office.keys import FIRST_LINE


class _Pair:
    def __init__(self, made, key):
        self.certificate, self.key = made, key


def certificate():
    """A certificate that nobody approved issued, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "planted")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(),
                                   now - datetime.timedelta(days=1), now + datetime.timedelta(days=1))
    signed = made.sign(key, hashes.SHA256())
    return _Pair(Certificate(signed.public_bytes(serialization.Encoding.DER)), key)


def statement(genuine, planted):
    """The genuine statement, but for the planted certificate and by another identity key."""
    return restated(genuine, ec.generate_private_key(ec.SECP256R1()), certificate_sha256=sha256(planted))


def restated(genuine, key, **fields):
    """The statement with other fields, signed by this identity key."""
    body = read_signed(genuine.statement, FIRST_LINE, directory.KeyStatementBody, "KEY_NOT_TRUSTED")
    for name, value in fields.items():
        setattr(body, name, value)
    said = write_signed(FIRST_LINE, body)
    how = [ec.ECDSA(hashes.SHA256())] if isinstance(key, ec.EllipticCurvePrivateKey) else []
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return directory.KeyStatement(statement=said, signature=key.sign(said, *how),
                                  identity_key=key.public_key().public_bytes(*form), leaf_index=genuine.leaf_index,
                                  log_origin=genuine.log_origin)


def private_key(path):
    with open(path, "rb") as file:
        return serialization.load_pem_private_key(file.read(), None)


class TrueLog:
    """The hub's own log key, a log.VerifierKey and its private half, over whatever is to be signed."""

    def __init__(self, public, path):
        self.public, self.key = public, private_key(path)

    def signed(self, text):
        """The note of a head."""
        blob = base64.b64encode(bytes.fromhex(self.public.id) + self.key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {self.public.name} {blob}\n"

    def receipt(self, genuine, name, value):
        """A receipt with another value in one line of its evidence, the only leaf of a log."""
        first, salt, evidence = genuine.partition(b"\n\n")[0].split(b"\n", 2)
        evidence = re.sub(rf"(?m)^{name} .*$".encode(), f"{name} {value}".encode(), evidence) + b"\n"
        commitment = hmac.digest(texts.strict_base64(salt[5:].decode()), evidence, "sha256")
        root = base64.b64encode(log.leaf_hash(texts.evidence_leaf(commitment))).decode()
        proof = "c2sp.org/tlog-proof@v1\nindex 0\n\n" + self.signed(f"{self.public.name}\n1\n{root}\n")
        return b"\n".join((first, salt, evidence, proof.encode()))


def _split(leaves):
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return leaves[:half], leaves[half:]


def root_of(leaves):
    """Root of the tree (RFC 6962) over these hashes of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    left, right = _split(leaves)
    return sha256(b"\1" + root_of(left) + root_of(right))


def path_of(index, leaves):
    """The proof that a leaf is in it."""
    if len(leaves) == 1:
        return []
    left, right = _split(leaves)
    if index < len(left):
        return [*path_of(index, left), root_of(right)]
    return [*path_of(index - len(left), right), root_of(left)]
