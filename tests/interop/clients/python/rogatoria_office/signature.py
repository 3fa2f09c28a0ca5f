"""Detached signatures (docs/formats/signature.md): CAdES-BES is made, CAdES and plain CMS are read."""

import datetime
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import der
from .certificate import Certificate, is_strong
from .refused import Refused, demand

MAX_BYTES = 16 * 1024
SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, CERTIFICATE_V2 = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47"
HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
SHA1 = "1.3.14.3.2.26"
ECDSA = {"1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512"}
RSA = {
    "1.2.840.113549.1.1.1": None,  # rsaEncryption: the digest is said beside it
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
PSS, MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"


def _digest(scheme, data):
    return hashlib.new(scheme.name, data).digest()


# ---- making -------------------------------------------------------------------------------------


def _algorithm(name, *parameters):
    return der.sequence(der.encode_oid(name), *parameters)


def _attribute(name, value):
    return der.sequence(der.encode_oid(name), der.set_of(value))


def _attributes(message, certificate, scheme):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%y%m%d%H%M%SZ").encode()
    # The hash of signing-certificate-v2 is SHA-256 where none is said (RFC 5035).
    reference = der.sequence(der.octets(hashlib.sha256(certificate.der).digest()))
    return der.set_of(
        _attribute(CONTENT_TYPE, der.encode_oid(DATA)),
        _attribute(MESSAGE_DIGEST, der.octets(_digest(scheme, message))),
        _attribute(SIGNING_TIME, der.encode(der.UTC_TIME, now)),
        _attribute(CERTIFICATE_V2, der.sequence(der.sequence(reference))),
    )


def sign(message, pair):
    """A detached CAdES-BES signature over exactly these bytes."""
    certificate, key = pair.certificate, pair.key
    elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
    scheme = hashes.SHA384() if elliptic and key.curve.name == "secp384r1" else hashes.SHA256()
    name = next(oid for oid, known in HASHES.items() if known.name == scheme.name)
    attributes = _attributes(message, certificate, scheme)
    if elliptic:
        algorithm = _algorithm(next(oid for oid, known in ECDSA.items() if known == scheme.name))
        value = key.sign(attributes, ec.ECDSA(scheme))
    else:
        algorithm = _algorithm("1.2.840.113549.1.1.11", der.encode(der.NULL))
        value = key.sign(attributes, padding.PKCS1v15(), scheme)
    sent = bytes([der.context(0)]) + attributes[1:]  # signed as SET OF, sent as [0]
    signer = der.sequence(
        der.integer(1), certificate.issuer_and_serial, _algorithm(name), sent, algorithm, der.octets(value)
    )
    signed_data = der.sequence(
        der.integer(1),
        der.set_of(_algorithm(name)),
        der.sequence(der.encode_oid(DATA)),
        der.encode(der.context(0), certificate.der),
        der.set_of(signer),
    )
    return der.sequence(der.encode_oid(SIGNED_DATA), der.encode(der.context(0), signed_data))


# ---- reading ------------------------------------------------------------------------------------


def _hash_of(algorithm):
    name = der.oid(algorithm.children(der.SEQUENCE)[0])
    demand(name != SHA1, "SIGNER_KEY_TOO_WEAK", "SHA-1")
    demand(name in HASHES, "SIGNATURE_MALFORMED", "an unknown digest")
    return HASHES[name]


def _check_pss(parameters, scheme):
    fields = der.exactly(parameters.children(der.SEQUENCE), 3)
    used, mask, salt = (der.single(f.expect(der.context(i)).content, tag)
                        for i, (f, tag) in enumerate(zip(fields, (der.SEQUENCE, der.SEQUENCE, der.INTEGER))))
    name, inner = der.exactly(mask.children(der.SEQUENCE), 2)
    same = _hash_of(used) is scheme and der.oid(name) == MGF1 and _hash_of(inner) is scheme
    demand(same and salt.content == bytes([scheme.digest_size]), "SIGNATURE_MALFORMED", "parameters of PSS")


class _Signer:
    """The one SignerInfo."""

    def __init__(self, element):
        fields = element.children(der.SEQUENCE)
        demand(6 <= len(fields) <= 7, "SIGNATURE_MALFORMED", "a signer's fields")
        version, self.id, digest, attributes, algorithm, value = fields[:6]
        demand(version.expect(der.INTEGER).content == (b"\x03" if self.id.tag == 0x80 else b"\x01"),
               "SIGNATURE_MALFORMED", "the signer's version")
        self.scheme = _hash_of(digest)
        attributes = der.single(attributes.whole, der.context(0))  # what is signed is DER
        self.signed = bytes([der.SET]) + attributes.whole[1:]
        self.value = value.expect(der.OCTET_STRING).content
        more = fields[6:]
        demand(not more or more[0].tag == der.context(1), "SIGNATURE_MALFORMED", "a field too many")
        self._read_attributes(attributes)
        self._read_algorithm(algorithm)

    def _read_attributes(self, element):
        found = {}
        for attribute in element.children(der.context(0)):
            name, values = der.exactly(attribute.children(der.SEQUENCE), 2)
            demand(der.oid(name) not in found, "SIGNATURE_MALFORMED", "an attribute twice")
            found[der.oid(name)] = values.children(der.SET)
        for name in (CONTENT_TYPE, MESSAGE_DIGEST):
            demand(len(found.get(name, ())) == 1, "SIGNATURE_MALFORMED", "an attribute is missing")
        demand(der.oid(found[CONTENT_TYPE][0]) == DATA, "SIGNATURE_MALFORMED", "content-type")
        self.digest = found[MESSAGE_DIGEST][0].expect(der.OCTET_STRING).content
        self.reference = None
        if CERTIFICATE_V2 in found:
            value = der.exactly(found[CERTIFICATE_V2], 1)[0]
            first = value.children(der.SEQUENCE)[0].children(der.SEQUENCE)[0].children(der.SEQUENCE)
            scheme = _hash_of(first.pop(0)) if first[0].tag == der.SEQUENCE else hashes.SHA256()
            self.reference = (scheme, first[0].expect(der.OCTET_STRING).content)

    def _read_algorithm(self, element):
        name, *parameters = element.children(der.SEQUENCE)
        self.algorithm = der.oid(name)
        if self.algorithm == PSS:
            _check_pss(der.exactly(parameters, 1)[0], self.scheme)
            return
        demand(self.algorithm in ECDSA or self.algorithm in RSA, "SIGNATURE_MALFORMED", "the algorithm")
        said = ECDSA.get(self.algorithm) or RSA.get(self.algorithm) or self.scheme.name
        demand(said == self.scheme.name, "SIGNATURE_MALFORMED", "two digests")

    def names(self, certificate):
        if self.id.tag == 0x80:
            return certificate.subject_key_id == self.id.content
        return self.id.whole == certificate.issuer_and_serial

    def verifies(self, key):
        try:
            if isinstance(key, ec.EllipticCurvePublicKey) and self.algorithm in ECDSA:
                key.verify(self.value, self.signed, ec.ECDSA(self.scheme))
            elif isinstance(key, rsa.RSAPublicKey) and self.algorithm not in ECDSA:
                pss = padding.PSS(padding.MGF1(self.scheme), self.scheme.digest_size)
                key.verify(self.value, self.signed, pss if self.algorithm == PSS else padding.PKCS1v15(),
                           self.scheme)
            else:
                return False
        except InvalidSignature:
            return False
        return True


def _read(data):
    """The certificates and the signer of SignedData."""
    kind, wrapper = der.exactly(der.single(data, der.SEQUENCE, ber=True).children(der.SEQUENCE), 2)
    demand(der.oid(kind) == SIGNED_DATA, "SIGNATURE_MALFORMED", "not SignedData")
    fields = der.exactly(wrapper.children(der.context(0)), 1)[0].children(der.SEQUENCE)
    tags = [field.tag for field in fields]
    known = [t for t in tags[3:-1] if t in (der.context(0), der.context(1))]
    demand(len(fields) >= 4 and tags[3:-1] == sorted(set(known)), "SIGNATURE_MALFORMED", "other fields")
    content = fields[2].children(der.SEQUENCE)
    demand(len(content) == 1 and der.oid(content[0]) == DATA, "SIGNATURE_MALFORMED", "not detached")
    inside = [c for f in fields[3:-1] if f.tag == der.context(0) for c in f.children(der.context(0))]
    signers = fields[-1].children(der.SET)
    demand(len(signers) == 1 and len(inside) <= 8, "SIGNATURE_MALFORMED", "not one signer, or too many certificates")
    signer = _Signer(signers[0])
    listed = [_hash_of(one) for one in fields[1].children(der.SET)]
    version = fields[0].whole == der.integer(3 if signer.id.tag == 0x80 else 1)
    demand(version and signer.scheme in listed, "SIGNATURE_MALFORMED", "version, or the list of digests")
    return [Certificate(c.whole) for c in inside], signer


def verify(data, message, anchors, at_ms):
    """The certificate of who signed exactly this message; judged at an instant."""
    demand(data, "SIGNATURE_MISSING")
    demand(len(data) <= MAX_BYTES, "LIMIT_EXCEEDED")
    try:
        return _judge(data, message, anchors, at_ms)
    except (ValueError, IndexError) as error:  # a DerError is a ValueError
        raise Refused("SIGNATURE_MALFORMED", str(error)) from error


def _judge(data, message, anchors, at_ms):
    certificates, signer = _read(data)
    certificate = next((c for c in certificates if signer.names(c)), None)
    demand(certificate is not None, "SIGNER_CERTIFICATE_MISSING")
    demand(is_strong(certificate.key), "SIGNER_KEY_TOO_WEAK")
    demand(signer.digest == _digest(signer.scheme, message), "SIGNATURE_INVALID", "another message")
    if signer.reference is not None:
        scheme, digest = signer.reference
        demand(digest == _digest(scheme, certificate.der), "SIGNATURE_INVALID", "another certificate")
    demand(signer.verifies(certificate.key), "SIGNATURE_INVALID")
    demand(certificate.allows_signing, "SIGNATURE_INVALID", "not a key to sign with")
    anchors.check(certificate, certificates, at_ms)
    return certificate
