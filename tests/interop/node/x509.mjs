// Certificates and revocation lists as far as the formats' vectors need them, with node:crypto and
// the DER reader. Shares no code with the C++ library. A refusal is a Refusal whose message is the
// reason's name in the error catalogue.
import { verify, X509Certificate } from 'node:crypto';
import { children, DerError, expect, oid, single, TAG, time } from './der.mjs';

export class Refusal extends Error {}

export function refuse(reason) {
  throw new Refusal(reason);
}

// Runs `read`; what the DER reader throws becomes `reason`.
export function reading(reason, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) refuse(reason);
    throw error;
  }
}

// A constructed element [number].
export const context = (number) => 0xa0 | number;

export function readCertificate(der) {
  const x509 = new X509Certificate(der);
  const [tbs] = children(single(der, TAG.SEQUENCE), TAG.SEQUENCE);
  const fields = children(tbs, TAG.SEQUENCE);
  if (fields[0].tag === context(0)) fields.shift();
  const [serial, , issuer, validity, subject] = fields;
  const [from, to] = children(validity, TAG.SEQUENCE).map(time);
  const extensions = readExtensions(fields.find((field) => field.tag === context(3)));
  return { der, x509, serial: serial.content, issuer: issuer.whole, subject: subject.whole, from,
    to, extensions };
}

function readExtensions(field) {
  const found = new Map();
  if (field === undefined) return found;
  for (const extension of children(single(field.content, TAG.SEQUENCE), TAG.SEQUENCE)) {
    const parts = children(extension, TAG.SEQUENCE);
    found.set(oid(parts[0]), expect(parts[parts.length - 1], TAG.OCTET_STRING).content);
  }
  return found;
}

// digitalSignature (bit 0) or nonRepudiation (bit 1); allowed where the extension is absent.
export function allowsSigning(certificate) {
  const usage = certificate.extensions.get('2.5.29.15');
  return usage === undefined || (single(usage, TAG.BIT_STRING).content[1] & 0xc0) !== 0;
}

export function subjectKeyId(certificate) {
  const id = certificate.extensions.get('2.5.29.14');
  return id === undefined ? undefined : single(id, TAG.OCTET_STRING).content;
}

export function isStrong(key) {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') return details.modulusLength >= 2048 && details.modulusLength <= 8192;
  return type === 'ec' && ['prime256v1', 'secp384r1'].includes(details.namedCurve);
}

// A list of the vectors' form: complete, signed with ECDSA and SHA-256.
export function readRevocationList(der, issuer) {
  const [tbs, , value] = children(single(der, TAG.SEQUENCE), TAG.SEQUENCE);
  const signature = expect(value, TAG.BIT_STRING).content.subarray(1);
  if (!verify('sha256', tbs.whole, issuer.x509.publicKey, signature)) {
    throw new Error('CRL signature');
  }
  const entries = children(tbs, TAG.SEQUENCE).filter((field) => field.tag === TAG.SEQUENCE)[2];
  return new Set(children(entries, TAG.SEQUENCE)
    .map((entry) => children(entry, TAG.SEQUENCE)[0].content.toString('hex')));
}

export function checkChain(signer, anchor, revoked, at) {
  if (!signer.issuer.equals(anchor.subject) || !signer.x509.verify(anchor.x509.publicKey) ||
      !anchor.x509.ca) {
    refuse('CERTIFICATE_UNTRUSTED');
  }
  for (const certificate of [signer, anchor]) {
    if (at < certificate.from) refuse('CERTIFICATE_NOT_YET_VALID');
    if (at >= certificate.to) refuse('CERTIFICATE_EXPIRED');
  }
  if (revoked.has(signer.serial.toString('hex'))) refuse('CERTIFICATE_REVOKED');
}
