"""What an operator who lies would make: a certificate, a statement for it by another key, a log of its own."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rogatoria.v1 import directory_service_pb2 as directory

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
    key = ec.generate_private_key(ec.SECP256R1())
    body = read_signed(genuine.statement, FIRST_LINE, directory.KeyStatementBody, "KEY_NOT_TRUSTED")
    body.certificate_sha256 = sha256(planted)
    said = write_signed(FIRST_LINE, body)
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return directory.KeyStatement(statement=said, signature=key.sign(said, ec.ECDSA(hashes.SHA256())),
                                  identity_key=key.public_key().public_bytes(*form), leaf_index=genuine.leaf_index,
                                  log_origin=genuine.log_origin)


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
