"""Certificates (RFC 5280), as far as sealing and signing need them."""

import base64
import datetime
import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import der
from .refused import demand

KEY_USAGE, SUBJECT_KEY_ID, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.14", "2.5.29.19"


def sha256(data):
    return hashlib.sha256(data).digest()


def pem_blocks(text):
    """The DER of each certificate or list in a PEM file."""
    blocks, current = [], None
    for line in text.splitlines():
        if line.startswith("-----BEGIN"):
            current = []
        elif line.startswith("-----END"):
            blocks.append(base64.b64decode("".join(current)))
        elif current is not None:
            current.append(line)
    return blocks


def _time(element):
    text = element.content.decode("ascii")
    form = "%Y%m%d%H%M%SZ" if element.tag == der.GENERALIZED_TIME else "%y%m%d%H%M%SZ"
    moment = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp() * 1000)


class Certificate:
    """One certificate: who issued it to whom, from when to when, for which key."""

    def __init__(self, data):
        self.der = data
        self.sha256 = sha256(data)
        try:
            self._parsed = x509.load_der_x509_certificate(data)
        except x509.InvalidVersion as error:  # no ValueError, as its other complaints are
            raise der.DerError(str(error)) from error
        tbs = der.exactly(der.single(data, der.SEQUENCE).children(der.SEQUENCE), 3)[0]
        fields = tbs.children(der.SEQUENCE)
        if fields[0].tag == der.context(0):
            fields = fields[1:]
        self.serial, self.issuer, self.subject = fields[0].content, fields[2].whole, fields[4].whole
        self.serial_element = fields[0].whole
        self.not_before, self.not_after = map(_time, fields[3].children(der.SEQUENCE))
        self.key = self._public_key()
        self.extensions = {}
        for field in fields[6:]:
            if field.tag == der.context(3):
                for one in der.single(field.content, der.SEQUENCE).children(der.SEQUENCE):
                    parts = one.children(der.SEQUENCE)
                    self.extensions[der.oid(parts[0])] = parts[-1].content

    def _public_key(self):
        try:
            return self._parsed.public_key()
        except UnsupportedAlgorithm as error:
            raise der.DerError(str(error)) from error

    @classmethod
    def from_pem(cls, path):
        with open(path, encoding="ascii") as file:
            return cls(pem_blocks(file.read())[0])

    @property
    def issuer_and_serial(self):
        return der.sequence(self.issuer, self.serial_element)

    def allows(self, bits):
        """Whether the key usage, if there is any, has one of these bits of its first byte."""
        usage = self.extensions.get(KEY_USAGE)
        return usage is None or bool(der.single(usage, der.BIT_STRING).content[1] & bits)

    @property
    def allows_signing(self):
        return self.allows(0xC0)  # digitalSignature, nonRepudiation

    @property
    def subject_key_id(self):
        found = self.extensions.get(SUBJECT_KEY_ID)
        return None if found is None else der.single(found, der.OCTET_STRING).content

    @property
    def is_authority(self):
        found = self.extensions.get(BASIC_CONSTRAINTS)
        fields = der.single(found, der.SEQUENCE).children(der.SEQUENCE) if found else []
        return bool(fields) and fields[0].content == b"\xff"

    def is_issued_by(self, other):
        if self.issuer != other.subject or not other.is_authority:
            return False
        parsed, key = self._parsed, other.key
        try:
            scheme = parsed.signature_hash_algorithm
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(parsed.signature, parsed.tbs_certificate_bytes, ec.ECDSA(scheme))
            else:
                key.verify(parsed.signature, parsed.tbs_certificate_bytes, padding.PKCS1v15(), scheme)
        except (InvalidSignature, UnsupportedAlgorithm, TypeError):  # TypeError: signed without a hash of its own
            return False
        return True


def is_strong(key):
    if isinstance(key, rsa.RSAPublicKey):
        return 2048 <= key.key_size <= 8192
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in ("secp256r1", "secp384r1")


class Anchors:
    """Whom to trust as issuers, and the serials they took back."""

    def __init__(self, certificates, revoked=()):
        self.certificates = list(certificates)
        self.revoked = set(revoked)

    @classmethod
    def from_pem(cls, path, lists=None):
        with open(path, encoding="ascii") as file:
            anchors = cls([Certificate(data) for data in pem_blocks(file.read())])
        if lists is not None:
            with open(lists, "rb") as file:
                found = x509.load_pem_x509_crl(file.read())
            anchors.revoked = {one.serial_number for one in found}
        return anchors

    def check(self, certificate, between, at_ms):
        """The chain from a certificate to an anchor, over those sent along; all good at an instant."""
        chain = [certificate]
        while not (found := [a for a in self.certificates if chain[-1].is_issued_by(a)]):
            longer = [c for c in between if c not in chain and chain[-1].is_issued_by(c)]
            demand(longer and len(chain) < 8, "CERTIFICATE_UNTRUSTED")
            chain.append(longer[0])
        for one in [*chain, found[0]]:
            demand(at_ms >= one.not_before, "CERTIFICATE_NOT_YET_VALID")
            demand(at_ms < one.not_after, "CERTIFICATE_EXPIRED")
            demand(int.from_bytes(one.serial, "big") not in self.revoked, "CERTIFICATE_REVOKED")


class KeyPair:
    """A certificate and its private key, from two PEM files."""

    def __init__(self, certificate_path, key_path):
        self.certificate = Certificate.from_pem(certificate_path)
        with open(key_path, "rb") as file:
            self.key = serialization.load_pem_private_key(file.read(), None)
