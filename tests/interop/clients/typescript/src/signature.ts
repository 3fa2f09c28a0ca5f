// Detached signatures (docs/formats/signature.md): CAdES-BES is made, CAdES and plain CMS are read.
import { constants, createHash, type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { type Anchors, Certificate, isStrong, type KeyPair, reading, sha256 } from './certificate.js';
import { children, context, type Element, encode, encodeOid, expect, octets, oid, sequence, setOf, shape,
  single, small, TAG } from './der.js';
import { demand, Refused } from './refused.js';

const MAX_BYTES = 16 * 1024;
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const HASHES: Record<string, string> = { '2.16.840.1.101.3.4.2.1': 'sha256', '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512' };
interface Scheme { type: 'ec' | 'rsa'; hash?: string; pss?: boolean }
const SCHEMES: Record<string, Scheme> = {
  '1.2.840.10045.4.3.2': { type: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { type: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { type: 'ec', hash: 'sha512' },
  '1.2.840.113549.1.1.1': { type: 'rsa' },
  '1.2.840.113549.1.1.11': { type: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { type: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { type: 'rsa', hash: 'sha512' },
  '1.2.840.113549.1.1.10': { type: 'rsa', pss: true },
};

const digest = (hash: string, bytes: Buffer): Buffer => createHash(hash).update(bytes).digest();
const malformed = (why: string): never => { throw new Refused('SIGNATURE_MALFORMED', why); };

// ---- making -------------------------------------------------------------------------------------

const nameOf = (table: Record<string, unknown>, test: (value: never) => boolean): string =>
  Object.keys(table).find((name) => test(table[name] as never))!;
const attribute = (name: string, value: Buffer): Buffer => sequence(encodeOid(name), setOf(value));

function signedAttributes(message: Buffer, certificate: Certificate, hash: string): Buffer {
  const now = new Date().toISOString().replace(/^20|[-:T]|\.\d+/g, '');
  // The hash of signing-certificate-v2 is SHA-256 where none is said (RFC 5035).
  const reference = sequence(octets(sha256(certificate.der)));
  return setOf(
    attribute(CONTENT_TYPE, encodeOid(DATA)),
    attribute(MESSAGE_DIGEST, octets(digest(hash, message))),
    attribute(SIGNING_TIME, encode(TAG.UTC_TIME, Buffer.from(now))),
    attribute(CERTIFICATE_V2, sequence(sequence(reference))));
}

/** A detached CAdES-BES signature over exactly these bytes. */
export function sign(message: Buffer, pair: KeyPair): Buffer {
  const { certificate, key } = pair;
  const hash = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
  const elliptic = key.asymmetricKeyType === 'ec';
  const hashAlgorithm = sequence(encodeOid(nameOf(HASHES, (value) => value === hash)));
  const scheme = nameOf(SCHEMES, (value: Scheme) => value.hash === hash && (value.type === 'ec') === elliptic);
  const algorithm = sequence(encodeOid(scheme), ...(elliptic ? [] : [encode(TAG.NULL)]));
  const attributes = signedAttributes(message, certificate, hash);
  const sent = Buffer.from(attributes); // signed as SET OF, sent as [0]
  sent[0] = context(0);
  const signer = sequence(small(1), certificate.issuerAndSerial, hashAlgorithm, sent, algorithm,
    octets(signBytes(hash, attributes, key)));
  const signedData = sequence(small(1), setOf(hashAlgorithm), sequence(encodeOid(DATA)),
    encode(context(0), certificate.der), setOf(signer));
  return sequence(encodeOid(SIGNED_DATA), encode(context(0), signedData));
}

// ---- reading ------------------------------------------------------------------------------------

function hashOf(algorithm: Element | undefined): string {
  const name = oid(children(algorithm, TAG.SEQUENCE)[0]);
  demand(name !== '1.3.14.3.2.26', 'SIGNER_KEY_TOO_WEAK', 'SHA-1');
  return HASHES[name] ?? malformed('an unknown digest');
}

function readScheme(algorithm: Element | undefined, hash: string): Scheme {
  const [name, parameters] = children(algorithm, TAG.SEQUENCE);
  const found = SCHEMES[oid(name)] ?? malformed('the algorithm');
  if ((found.hash ?? hash) !== hash) malformed('two digests');
  if (found.pss) checkPss(parameters, hash);
  return found;
}

function checkPss(parameters: Element | undefined, hash: string): void {
  const [hashField, maskField, saltField] = shape(parameters, TAG.SEQUENCE, 3);
  const mask = shape(single(expect(maskField, context(1)).content, TAG.SEQUENCE), TAG.SEQUENCE, 2);
  const salt = single(expect(saltField, context(2)).content, TAG.INTEGER).content;
  const used = hashOf(single(expect(hashField, context(0)).content, TAG.SEQUENCE));
  if (used !== hash || oid(mask[0]) !== '1.2.840.113549.1.1.8' || hashOf(mask[1]) !== hash ||
      !salt.equals(Buffer.of(Number(hash.slice(3)) / 8))) {
    malformed('parameters of PSS');
  }
}

interface CertificateId { hash: string; digest: Buffer }

function readAttributes(set: Element | undefined): { digest: Buffer; certificateId?: CertificateId } {
  const found = new Map<string, Element[]>();
  for (const one of children(set, context(0))) {
    const [type, values] = shape(one, TAG.SEQUENCE, 2);
    if (found.has(oid(type))) malformed('an attribute twice');
    found.set(oid(type), children(values, TAG.SET));
  }
  const value = (type: string): Element => {
    const values = found.get(type);
    return values?.length === 1 ? values[0]! : malformed('an attribute is missing');
  };
  if (oid(value(CONTENT_TYPE)) !== DATA) malformed('content-type');
  const said = expect(value(MESSAGE_DIGEST), TAG.OCTET_STRING).content;
  return found.has(CERTIFICATE_V2)
    ? { digest: said, certificateId: readCertificateId(value(CERTIFICATE_V2)) } : { digest: said };
}

/** The first ESSCertIDv2 of signing-certificate-v2 (RFC 5035). */
function readCertificateId(value: Element): CertificateId {
  const first = children(children(children(value, TAG.SEQUENCE)[0], TAG.SEQUENCE)[0], TAG.SEQUENCE);
  const hash = first[0]?.tag === TAG.SEQUENCE ? hashOf(first.shift()) : 'sha256';
  return { hash, digest: expect(first[0], TAG.OCTET_STRING).content };
}

/** The one SignerInfo. */
class Signer {
  readonly hash: string;
  readonly digest: Buffer;
  readonly certificateId?: CertificateId;
  readonly scheme: Scheme;
  readonly version: Buffer;
  private readonly id: Element;
  private readonly signed: Buffer;
  private readonly value: Buffer;

  constructor(info: Element) {
    const [version, id, digestAlgorithm, sent, algorithm, value, unsigned, ...more] = children(info, TAG.SEQUENCE);
    if (id === undefined || sent === undefined || more.length > 0) malformed('a signer\'s fields');
    if (unsigned !== undefined) expect(unsigned, context(1));
    this.id = id!;
    const attributes = single(sent!.whole, context(0)); // what is signed is DER
    this.version = Buffer.of(this.id.tag === 0x80 ? 3 : 1);
    if (!expect(version, TAG.INTEGER).content.equals(this.version)) malformed('the version');
    this.hash = hashOf(digestAlgorithm);
    ({ digest: this.digest, certificateId: this.certificateId } = { certificateId: undefined, ...readAttributes(attributes) });
    this.signed = Buffer.from(attributes.whole); // signed as SET OF, sent as [0]
    this.signed[0] = TAG.SET;
    this.scheme = readScheme(algorithm, this.hash);
    this.value = expect(value, TAG.OCTET_STRING).content;
  }

  names(certificate: Certificate): boolean {
    return this.id.tag === 0x80
      ? certificate.subjectKeyId?.equals(this.id.content) ?? false
      : certificate.issuerAndSerial.equals(this.id.whole);
  }

  verifies(key: KeyObject): boolean {
    if (key.asymmetricKeyType !== this.scheme.type) return false;
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    return verifyBytes(this.hash, this.signed, { key, ...(this.scheme.pss ? pss : {}) }, this.value);
  }
}

function readSignedData(der: Buffer): { certificates: Certificate[]; signer: Signer } {
  const [type, wrapper] = shape(single(der, TAG.SEQUENCE, true), TAG.SEQUENCE, 2);
  if (oid(type) !== SIGNED_DATA) malformed('not SignedData');
  const fields = children(shape(wrapper, context(0), 1)[0], TAG.SEQUENCE);
  const [version, digests, encapsulated] = fields;
  const sets = fields.slice(3, -1);
  const content = children(encapsulated, TAG.SEQUENCE);
  if (oid(content[0]) !== DATA || content.length !== 1) malformed('not detached');
  if (!['', '160', '161', '160 161'].includes(sets.map((set) => set.tag).join(' '))) malformed('other fields');
  const certificates = sets[0]?.tag === context(0) ? children(sets[0], context(0)) : [];
  const [info, ...others] = children(fields.at(-1), TAG.SET);
  if (info === undefined || others.length > 0 || certificates.length > 8) malformed('not exactly one signer');
  const signer = new Signer(info!);
  const listed = children(digests, TAG.SET).map(hashOf);
  if (!expect(version, TAG.INTEGER).content.equals(signer.version)) malformed('the version');
  if (!listed.includes(signer.hash)) malformed('the list of digests');
  return { certificates: certificates.map((one) => new Certificate(one.whole)), signer };
}

/** The certificate of who signed exactly this message; judged at an instant. */
export function verify(signature: Buffer, message: Buffer, anchors: Anchors, at: number): Certificate {
  demand(signature.length > 0, 'SIGNATURE_MISSING');
  demand(signature.length <= MAX_BYTES, 'LIMIT_EXCEEDED');
  return reading('SIGNATURE_MALFORMED', () => judge(signature, message, anchors, at));
}

function judge(signature: Buffer, message: Buffer, anchors: Anchors, at: number): Certificate {
  const { certificates, signer } = readSignedData(signature);
  const certificate = certificates.find((one) => signer.names(one));
  demand(certificate, 'SIGNER_CERTIFICATE_MISSING');
  demand(isStrong(certificate.key), 'SIGNER_KEY_TOO_WEAK');
  const id = signer.certificateId;
  demand(digest(signer.hash, message).equals(signer.digest), 'SIGNATURE_INVALID', 'another message');
  demand(!id || digest(id.hash, certificate.der).equals(id.digest), 'SIGNATURE_INVALID', 'another certificate');
  demand(signer.verifies(certificate.key), 'SIGNATURE_INVALID');
  demand(certificate.allowsSigning, 'SIGNATURE_INVALID', 'not a key to sign with');
  anchors.check(certificate, certificates, at);
  return certificate;
}
