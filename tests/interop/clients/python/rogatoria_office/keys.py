"""Key statements (docs/formats/key-statement.md): whose certificates these are, by their own word."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rogatoria.v1 import directory_service_pb2 as directory

from . import header
from .canonical import read_signed
from .certificate import sha256
from .refused import Refused, demand

FIRST_LINE = "rogatoria-key-statement v1"


def _check_signature(statement):
    try:
        key = serialization.load_der_public_key(statement.identity_key)
    except (ValueError, TypeError) as error:
        raise Refused("KEY_NOT_TRUSTED", "no public key") from error
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    demand(key.public_bytes(*form) == statement.identity_key, "KEY_NOT_TRUSTED", "another DER of the key")
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(statement.signature, statement.statement)
        else:
            p256 = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
            demand(p256, "KEY_NOT_TRUSTED", "another kind of key")
            key.verify(statement.signature, statement.statement, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Refused("KEY_NOT_TRUSTED", "the statement's signature") from error


def read(statement):
    """The body of a rogatoria.v1.KeyStatement that holds by itself."""
    body = read_signed(statement.statement, FIRST_LINE, directory.KeyStatementBody, "KEY_NOT_TRUSTED")
    sound = (
        header.TRUST_DOMAIN.fullmatch(body.trust_domain)
        and header.AUTHORITY.fullmatch(body.authority)
        and len(body.certificate_sha256) == 32
        and 1 <= body.purpose <= 7
        and 0 < body.not_before_unix_ms < body.not_after_unix_ms
        and len(body.previous_sha256) in (0, 32)
    )
    demand(sound, "KEY_NOT_TRUSTED", "a field of the statement")
    _check_signature(statement)
    return body


def check_certificate(statement, certificate, purpose, authority, trust_domain, pinned, now_ms):
    """That the authority's own identity key, fixed out of band, says: this certificate, for this purpose, now."""
    demand(pinned and sha256(statement.identity_key).hex() == pinned, "KEY_NOT_TRUSTED", "another identity")
    body = read(statement)
    said = (body.trust_domain, body.authority, body.certificate_sha256, body.purpose, body.revoked)
    wanted = (trust_domain, authority, sha256(certificate), purpose, False)
    demand(said == wanted, "KEY_NOT_TRUSTED", "the statement is about something else")
    demand(body.not_before_unix_ms <= now_ms <= body.not_after_unix_ms, "KEY_NOT_TRUSTED", "not at this time")


def check_chain(statements, trust_domain, authority, pinned):
    """All statements of an authority, oldest first: the certificates that stand, as (purpose, digest)."""
    previous, standing = b"", {}
    for statement in statements:
        demand(sha256(statement.identity_key).hex() == pinned, "KEY_NOT_TRUSTED", "another identity")
        body = read(statement)
        said = (body.trust_domain, body.authority, body.previous_sha256)
        demand(said == (trust_domain, authority, previous), "KEY_NOT_TRUSTED", "does not follow")
        previous = sha256(statement.statement)
        standing[(body.purpose, body.certificate_sha256)] = not body.revoked
    return [pair for pair, stands in standing.items() if stands]
