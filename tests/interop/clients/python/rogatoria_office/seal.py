"""Sealed objects (docs/formats/seal.md): key envelope, segments, manifest."""

import hashlib
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import der
from .refused import Refused, demand

AUTH_ENVELOPED_DATA, DATA = "1.2.840.113549.1.9.16.1.23", "1.2.840.113549.1.7.1"
AES256_GCM = "2.16.840.1.101.3.4.1.46"
WRAP = der.sequence(der.encode_oid("2.16.840.1.101.3.4.1.45"))
EC_KEY = der.sequence(der.encode_oid("1.2.840.10045.2.1"))
_SHA256 = der.sequence(der.encode_oid("2.16.840.1.101.3.4.2.1"))
OAEP = der.sequence(
    der.encode_oid("1.2.840.113549.1.1.7"),
    der.sequence(
        der.encode(der.context(0), _SHA256),
        der.encode(der.context(1), der.sequence(der.encode_oid("1.2.840.113549.1.1.8"), _SHA256)),
    ),
)
OAEP_PADDING = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
KEK_ID = der.sequence(der.octets(b"rogatoria-kek"))
# Per curve: the scheme's name, its hash.
AGREEMENTS = {
    "secp256r1": ("1.3.132.1.11.1", hashes.SHA256()),
    "secp384r1": ("1.3.132.1.11.2", hashes.SHA384()),
}
CURVES = {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1()}
SHARED_INFO = der.sequence(WRAP, der.encode(der.context(2), der.octets((256).to_bytes(4, "big"))))

MAX_SEGMENT = 64 * 1024 * 1024
MAX_ENVELOPE = 64 * 1024
OVERHEAD = 256


def generate_kek():
    return os.urandom(32)


# ---- AuthEnvelopedData --------------------------------------------------------------------------


def _enveloped(recipients, nonce, sealed):
    algorithm = der.sequence(der.encode_oid(AES256_GCM), der.sequence(der.octets(nonce), der.integer(16)))
    content = der.sequence(der.encode_oid(DATA), algorithm, der.encode(0x80, sealed[:-16]))
    body = der.sequence(der.integer(0), der.set_of(*recipients), content, der.octets(sealed[-16:]))
    return der.sequence(der.encode_oid(AUTH_ENVELOPED_DATA), der.encode(der.context(0), body))


class _Sealed:
    """What AuthEnvelopedData holds; anything but the one form is SEAL_MALFORMED."""

    def __init__(self, data):
        try:
            self._read(data)
        except (der.DerError, ValueError) as error:
            raise Refused("SEAL_MALFORMED", str(error)) from error

    def _read(self, data):
        kind, wrapper = der.exactly(der.single(data, der.SEQUENCE).children(der.SEQUENCE), 2)
        body = der.single(wrapper.expect(der.context(0)).content, der.SEQUENCE)
        version, recipients, content, tag = der.exactly(body.children(der.SEQUENCE), 4)
        inner, algorithm, ciphertext = der.exactly(content.children(der.SEQUENCE), 3)
        cipher, parameters = der.exactly(algorithm.children(der.SEQUENCE), 2)
        nonce, size = der.exactly(parameters.children(der.SEQUENCE), 2)
        self.recipients = recipients.children(der.SET)
        self.nonce = nonce.expect(der.OCTET_STRING).content
        self.sealed = ciphertext.expect(0x80).content + tag.expect(der.OCTET_STRING).content
        form = (der.oid(kind), version.whole, der.oid(inner), der.oid(cipher), size.whole)
        wanted = (AUTH_ENVELOPED_DATA, der.integer(0), DATA, AES256_GCM, der.integer(16))
        demand(form == wanted and len(self.nonce) == 12 and len(tag.content) == 16 and self.recipients,
               "SEAL_MALFORMED", "another form")

    def open(self, key):
        try:
            return AESGCM(key).decrypt(self.nonce, self.sealed, None)
        except (InvalidTag, ValueError) as error:
            raise Refused("SEAL_BROKEN", "the tag") from error


def _unwrap(key, wrapped):
    try:
        return keywrap.aes_key_unwrap(key, wrapped)
    except (keywrap.InvalidUnwrap, ValueError) as error:
        raise Refused("SEAL_BROKEN", "the key wrap") from error


# ---- segments -----------------------------------------------------------------------------------


def seal_segment(kek, clear, key=None, nonce=None):
    """A segment; key and nonce are random unless they are derived (see derived_key)."""
    key, nonce = key or os.urandom(32), nonce or os.urandom(12)
    recipient = der.encode(
        der.context(2), der.integer(4), KEK_ID, WRAP, der.octets(keywrap.aes_key_wrap(kek, key))
    )
    return _enveloped([recipient], nonce, AESGCM(key).encrypt(nonce, clear, None))


def open_segment(kek, data):
    demand(len(data) <= MAX_SEGMENT + OVERHEAD, "SEAL_MALFORMED", "too large")
    sealed = _Sealed(data)
    try:
        fields = der.exactly(der.exactly(sealed.recipients, 1)[0].children(der.context(2)), 4)
        wrapped = fields[3].expect(der.OCTET_STRING).content
        form = [f.whole for f in fields[:3]]
    except der.DerError as error:
        raise Refused("SEAL_MALFORMED", str(error)) from error
    demand(form == [der.integer(4), KEK_ID, WRAP] and len(wrapped) == 40, "SEAL_MALFORMED", "the recipient")
    return sealed.open(_unwrap(kek, wrapped))


def derived_key(kek, number, size, so_far):
    """Key and nonce of a document's segment, the same whenever the file is sealed again."""
    info = b"rogatoria segment v1" + number.to_bytes(8, "big") + size.to_bytes(8, "big") + so_far
    out = HKDF(hashes.SHA256(), 44, None, info).derive(kek)
    return out[:32], out[32:]


# ---- key envelope -------------------------------------------------------------------------------


def _derive(scheme, shared):
    return X963KDF(scheme, 32, SHARED_INFO).derive(shared)


def _agreed(certificate, key):
    demand(certificate.allows(0x08), "SEAL_RECIPIENT_UNUSABLE", "no keyAgreement")
    demand(certificate.key.curve.name in AGREEMENTS, "SEAL_RECIPIENT_UNUSABLE", "another curve")
    name, scheme = AGREEMENTS[certificate.key.curve.name]
    ephemeral = ec.generate_private_key(CURVES[certificate.key.curve.name])
    wrapping = _derive(scheme, ephemeral.exchange(ec.ECDH(), certificate.key))
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    originator = der.encode(der.context(1), EC_KEY, der.encode(der.BIT_STRING, b"\0", point))
    wrapped = der.octets(keywrap.aes_key_wrap(wrapping, key))
    return der.encode(
        der.context(1),
        der.integer(3),
        der.encode(der.context(0), originator),
        der.sequence(der.encode_oid(name), WRAP),
        der.sequence(der.sequence(certificate.issuer_and_serial, wrapped)),
    )


def _transported(certificate, key):
    demand(certificate.allows(0x20), "SEAL_RECIPIENT_UNUSABLE", "no keyEncipherment")
    demand(certificate.key.key_size >= 2048, "SEAL_RECIPIENT_UNUSABLE", "too short")
    sealed = der.octets(certificate.key.encrypt(key, OAEP_PADDING))
    return der.sequence(der.integer(0), certificate.issuer_and_serial, OAEP, sealed)


def seal_kek(kek, certificates):
    """The key envelope for these certificates, each once."""
    key, nonce = os.urandom(32), os.urandom(12)
    once = {c.sha256: c for c in certificates}.values()
    recipients = [
        _transported(c, key) if isinstance(c.key, rsa.RSAPublicKey) else _agreed(c, key) for c in once
    ]
    return _enveloped(recipients, nonce, AESGCM(key).encrypt(nonce, kek, None))


class _Agreement:
    def __init__(self, element):
        version, originator, algorithm, keys = der.exactly(element.children(der.context(1)), 4)
        inner = der.exactly(originator.children(der.context(0)), 1)[0]
        kind, point = der.exactly(inner.children(der.context(1)), 2)
        scheme, wrap = der.exactly(algorithm.children(der.SEQUENCE), 2)
        one = der.exactly(keys.children(der.SEQUENCE), 1)[0]
        name, wrapped = der.exactly(one.children(der.SEQUENCE), 2)
        self.name, self.wrapped = name.expect(der.SEQUENCE).whole, wrapped.expect(der.OCTET_STRING).content
        self.curve = next((c for c, (o, _) in AGREEMENTS.items() if o == der.oid(scheme)), None)
        self.point = point.expect(der.BIT_STRING).content[1:]
        form = (version.whole, kind.whole, wrap.whole, point.content[:2], len(self.wrapped))
        demand(self.curve and form == (der.integer(3), EC_KEY, WRAP, b"\0\4", 40), "SEAL_MALFORMED", "agreement")

    def recover(self, key):
        same = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == self.curve
        demand(same, "SEAL_BROKEN", "another curve")
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(CURVES[self.curve], self.point)
        except ValueError as error:
            raise Refused("SEAL_BROKEN", "no point of the curve") from error
        return _unwrap(_derive(AGREEMENTS[self.curve][1], key.exchange(ec.ECDH(), point)), self.wrapped)


class _Transport:
    def __init__(self, element):
        version, name, algorithm, wrapped = der.exactly(element.children(der.SEQUENCE), 4)
        self.name, self.wrapped = name.expect(der.SEQUENCE).whole, wrapped.expect(der.OCTET_STRING).content
        form = (version.whole, algorithm.whole)
        demand(form == (der.integer(0), OAEP) and len(self.wrapped) >= 256, "SEAL_MALFORMED", "transport")

    def recover(self, key):
        try:
            return key.decrypt(self.wrapped, OAEP_PADDING)
        except (ValueError, AttributeError) as error:
            raise Refused("SEAL_BROKEN", "the transported key") from error


def _recipient(element):
    readers = {der.context(1): _Agreement, der.SEQUENCE: _Transport}
    demand(element.tag in readers, "SEAL_MALFORMED", "a recipient of another kind")
    return readers[element.tag](element)


def open_kek(data, pair):
    """The KEK, by a key pair that the envelope names."""
    demand(len(data) <= MAX_ENVELOPE, "SEAL_MALFORMED", "too large")
    sealed = _Sealed(data)
    try:
        recipients = [_recipient(element) for element in sealed.recipients]
    except der.DerError as error:
        raise Refused("SEAL_MALFORMED", str(error)) from error
    demand(len(sealed.sealed) == 32 + 16, "SEAL_MALFORMED", "not a KEK")
    mine = next((r for r in recipients if r.name == pair.certificate.issuer_and_serial), None)
    demand(mine is not None, "SEAL_NOT_RECIPIENT")
    return sealed.open(mine.recover(pair.key))


# ---- manifest -----------------------------------------------------------------------------------

_NUMBER = r"(?:0|[1-9][0-9]{0,18})"
_NAME = r"[A-Za-z0-9.+_-]+"
_MANIFEST = re.compile(
    r"rogatoria-manifest v1\n"
    r"act ([A-Za-z0-9._:/-]{1,128})\n"
    rf"media-type ({_NAME}/{_NAME})\n"
    r"salt ([0-9a-f]{64})\nclear-hmac-sha256 ([0-9a-f]{64})\n"
    rf"clear-size ({_NUMBER})\n"
    r"((?:recipient [A-Za-z0-9._:-]{1,128} (?:primary|duty|substitute|archive) [0-9a-f]{64}\n)+)"
    rf"((?:segment [0-9a-f]{{64}} {_NUMBER} {_NUMBER}\n)+)"
)


class Manifest:
    """What an object is: for which act, for whom, in which segments."""

    def __init__(self, act, media_type, salt, clear_hmac, clear_size, recipients, segments):
        self.act, self.media_type, self.salt, self.clear_hmac = act, media_type, salt, clear_hmac
        self.clear_size = clear_size
        self.recipients = recipients  # (authority, purpose, digest of the certificate in hexadecimal)
        self.segments = segments  # (digest in hexadecimal, sealed size, clear size)

    @property
    def sealed_size(self):
        return sum(sealed for _, sealed, _ in self.segments)

    def text(self):
        lines = ["rogatoria-manifest v1", f"act {self.act}", f"media-type {self.media_type}",
                 f"salt {self.salt.hex()}", f"clear-hmac-sha256 {self.clear_hmac.hex()}",
                 f"clear-size {self.clear_size}"]
        lines += [f"recipient {' '.join(r)}" for r in sorted(set(self.recipients))]
        lines += [f"segment {digest} {sealed} {clear}" for digest, sealed, clear in self.segments]
        return "".join(line + "\n" for line in lines).encode()

    @classmethod
    def parse(cls, data):
        match = _MANIFEST.fullmatch(data.decode("latin-1")) if len(data) <= 256 * 1024 else None
        demand(match, "MANIFEST_MALFORMED")
        act, media_type, salt, clear_hmac, size, recipients, segments = match.groups()
        rows = [line.split(" ") for line in segments.splitlines()]
        found = cls(act, media_type, bytes.fromhex(salt), bytes.fromhex(clear_hmac), int(size),
                    [tuple(line.split(" ")[1:]) for line in recipients.splitlines()],
                    [(digest, int(sealed), int(clear)) for _, digest, sealed, clear in rows])
        ordered = all(a < b for a, b in zip(found.recipients, found.recipients[1:]))
        sums = sum(clear for _, _, clear in found.segments) == found.clear_size
        bounded = len(media_type) <= 127 and len(found.recipients) <= 528 and len(found.segments) <= 1024
        demand(ordered and sums and bounded, "MANIFEST_MALFORMED")
        return found

    def check_segment(self, number, data):
        """That the sealed bytes are those of the segment, counted from 0."""
        demand(number < len(self.segments), "MANIFEST_MISMATCH", "a segment too many")
        digest, sealed, _ = self.segments[number]
        same = len(data) == sealed and hashlib.sha256(data).hexdigest() == digest
        demand(same, "MANIFEST_MISMATCH", f"segment {number + 1}")

    def check_clear(self, size, found_hmac):
        demand(size == self.clear_size and hmac.compare_digest(found_hmac, self.clear_hmac),
               "MANIFEST_MISMATCH", "the clear text")

    def open(self, kek, segments):
        """The clear text of an object that is at hand whole."""
        demand(len(segments) == len(self.segments), "MANIFEST_MISMATCH", "number of segments")
        clear = b""
        for number, segment in enumerate(segments):
            self.check_segment(number, segment)
            clear += open_segment(kek, segment)
        self.check_clear(len(clear), clear_hmac(self.salt, clear))
        return clear


def clear_hmac(salt, clear):
    return hmac.digest(salt, clear, "sha256")


def segment_line(sealed, clear_size):
    return hashlib.sha256(sealed).hexdigest(), len(sealed), clear_size
