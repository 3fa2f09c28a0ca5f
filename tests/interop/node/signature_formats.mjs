// Signatures as docs/formats/signature.md describes them, checked with node:crypto alone. Shares no
// code with the C++ library.
import { constants, createHash, verify } from 'node:crypto';
import { children, expect, oid, single, TAG } from './der.mjs';
import { allowsSigning, checkChain, context, isStrong, readCertificate, reading, refuse,
  subjectKeyId } from './x509.mjs';

const HASHES = new Map([['2.16.840.1.101.3.4.2.1', 'sha256'], ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512']]);
const SIGNATURE_ALGORITHMS = new Map([
  ['1.2.840.10045.4.3.2', { type: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { type: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { type: 'ec', hash: 'sha512' }],
  ['1.2.840.113549.1.1.1', { type: 'rsa' }],
  ['1.2.840.113549.1.1.11', { type: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { type: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { type: 'rsa', hash: 'sha512' }],
  ['1.2.840.113549.1.1.10', { type: 'rsa', pss: true }],
]);
const MAX_SIGNATURE_BYTES = 16 * 1024;

function hashOf(algorithm) {
  const name = oid(children(algorithm, TAG.SEQUENCE)[0]);
  if (name === '1.3.14.3.2.26') refuse('SIGNER_KEY_TOO_WEAK');
  if (!HASHES.has(name)) refuse('SIGNATURE_MALFORMED');
  return HASHES.get(name);
}

function signatureAlgorithm(algorithm, hash) {
  const [name, params] = children(algorithm, TAG.SEQUENCE);
  const found = SIGNATURE_ALGORITHMS.get(oid(name));
  if (found === undefined || (found.hash ?? hash) !== hash) refuse('SIGNATURE_MALFORMED');
  if (found.pss) checkPss(params, hash);
  return found;
}

function checkPss(params, hash) {
  const [hashField, maskField, saltField, ...more] = children(params, TAG.SEQUENCE);
  const mask = children(single(expect(maskField, context(1)).content, TAG.SEQUENCE), TAG.SEQUENCE);
  const salt = single(expect(saltField, context(2)).content, TAG.INTEGER).content;
  const used = hashOf(single(expect(hashField, context(0)).content, TAG.SEQUENCE));
  if (more.length !== 0 || used !== hash || oid(mask[0]) !== '1.2.840.113549.1.1.8' ||
      hashOf(mask[1]) !== hash ||
      !salt.equals(Buffer.from([Number(hash.slice(3)) / 8]))) {
    refuse('SIGNATURE_MALFORMED');
  }
}

function readAttributes(set) {
  const found = new Map();
  for (const attribute of children(set, context(0))) {
    const [type, values] = children(attribute, TAG.SEQUENCE);
    if (found.has(oid(type))) refuse('SIGNATURE_MALFORMED');
    found.set(oid(type), children(values, TAG.SET));
  }
  const one = (type) => {
    const values = found.get(type);
    if (values?.length !== 1) refuse('SIGNATURE_MALFORMED');
    return values[0];
  };
  if (oid(one('1.2.840.113549.1.9.3')) !== '1.2.840.113549.1.7.1') refuse('SIGNATURE_MALFORMED');
  const digest = expect(one('1.2.840.113549.1.9.4'), TAG.OCTET_STRING).content;
  const v2 = '1.2.840.113549.1.9.16.2.47';
  return { digest, certificateId: found.has(v2) ? readCertificateId(one(v2)) : undefined };
}

// The first ESSCertIDv2 of signing-certificate-v2 (RFC 5035).
function readCertificateId(value) {
  const first = children(children(children(value, TAG.SEQUENCE)[0], TAG.SEQUENCE)[0], TAG.SEQUENCE);
  const hash = first[0].tag === TAG.SEQUENCE ? hashOf(first.shift()) : 'sha256';
  return { hash, digest: expect(first[0], TAG.OCTET_STRING).content };
}

function readSigner(info) {
  const fields = children(info, TAG.SEQUENCE);
  const [version, id, digestAlgorithm, attributes, algorithm, value] = fields;
  const byKeyId = id?.tag === 0x80;
  if (!expect(version, TAG.INTEGER).content.equals(Buffer.from([byKeyId ? 3 : 1]))) {
    refuse('SIGNATURE_MALFORMED');
  }
  const names = (certificate) => {
    if (byKeyId) return subjectKeyId(certificate)?.equals(id.content) ?? false;
    const [issuer, serial] = children(id, TAG.SEQUENCE);
    return certificate.issuer.equals(issuer.whole) && certificate.serial.equals(serial.content);
  };
  const hash = hashOf(digestAlgorithm);
  const { digest, certificateId } = readAttributes(attributes);
  // Signed as SET OF, sent as [0].
  const signed = Buffer.from(attributes.whole);
  signed[0] = TAG.SET;
  const scheme = signatureAlgorithm(algorithm, hash);
  return { names, hash, digest, certificateId, signed, scheme,
    value: expect(value, TAG.OCTET_STRING).content };
}

function readSignedData(der) {
  const [type, wrapper] = children(single(der, TAG.SEQUENCE), TAG.SEQUENCE);
  if (oid(type) !== '1.2.840.113549.1.7.2') refuse('SIGNATURE_MALFORMED');
  const fields = children(single(expect(wrapper, context(0)).content, TAG.SEQUENCE), TAG.SEQUENCE);
  const content = children(fields[2], TAG.SEQUENCE);
  if (oid(content[0]) !== '1.2.840.113549.1.7.1' || content.length !== 1) {
    refuse('SIGNATURE_MALFORMED');
  }
  const set = fields.find((field) => field.tag === context(0));
  const certificates = set === undefined ? [] : children(set, context(0)).map((c) => c.whole);
  const signers = children(fields[fields.length - 1], TAG.SET);
  if (signers.length !== 1) refuse('SIGNATURE_MALFORMED');
  return { certificates, signer: readSigner(signers[0]) };
}

function verifyValue(signer, key) {
  const options = { key };
  if (signer.scheme.pss) {
    options.padding = constants.RSA_PKCS1_PSS_PADDING;
    options.saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  }
  return verify(signer.hash, signer.signed, options, signer.value);
}

// The signer's certificate, or a Refusal. `anchor` is a certificate, `revoked` serials it revoked.
export function verifyDetached(signature, message, anchor, revoked, at) {
  if (signature.length === 0) refuse('SIGNATURE_MISSING');
  if (signature.length > MAX_SIGNATURE_BYTES) refuse('LIMIT_EXCEEDED');
  const { certificates, signer } = reading('SIGNATURE_MALFORMED', () => readSignedData(signature));
  const certificate = certificates.map(readCertificate).find(signer.names);
  if (certificate === undefined) refuse('SIGNER_CERTIFICATE_MISSING');
  const key = certificate.x509.publicKey;
  if (!isStrong(key)) refuse('SIGNER_KEY_TOO_WEAK');
  const id = signer.certificateId;
  if (!allowsSigning(certificate) || key.asymmetricKeyType !== signer.scheme.type ||
      !createHash(signer.hash).update(message).digest().equals(signer.digest) ||
      (id && !createHash(id.hash).update(certificate.der).digest().equals(id.digest)) ||
      !verifyValue(signer, key)) {
    refuse('SIGNATURE_INVALID');
  }
  checkChain(certificate, anchor, revoked, at);
  return certificate;
}
