// Sealed objects (docs/formats/seal.md): key envelope, segments, manifest.
import { constants, createCipheriv, createDecipheriv, createHash, createHmac, createPublicKey, diffieHellman,
  generateKeyPairSync, hkdfSync, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import { Certificate, type KeyPair, reading, sha256 } from './certificate.js';
import { children, context, type Element, encode, encodeOid, expect, octets, oid, sequence, setOf, shape,
  single, small, TAG } from './der.js';
import { demand, Refused } from './refused.js';

const AUTH_ENVELOPED_DATA = '1.2.840.113549.1.9.16.1.23';
const DATA = '1.2.840.113549.1.7.1';
const AES256_GCM = '2.16.840.1.101.3.4.1.46';
const WRAP = sequence(encodeOid('2.16.840.1.101.3.4.1.45'));
const EC_KEY = encodeOid('1.2.840.10045.2.1');
const SHA256 = sequence(encodeOid('2.16.840.1.101.3.4.2.1'));
const OAEP = sequence(encodeOid('1.2.840.113549.1.1.7'), sequence(encode(context(0), SHA256),
  encode(context(1), sequence(encodeOid('1.2.840.113549.1.1.8'), SHA256))));
const KEK_ID = sequence(octets(Buffer.from('rogatoria-kek')));
interface Agreement { scheme: string; hash: string; curve: string; curveOid: string; point: number }
const AGREEMENTS: Agreement[] = [
  { scheme: '1.3.132.1.11.1', hash: 'sha256', curve: 'prime256v1', curveOid: '1.2.840.10045.3.1.7', point: 65 },
  { scheme: '1.3.132.1.11.2', hash: 'sha384', curve: 'secp384r1', curveOid: '1.3.132.0.34', point: 97 },
];
// RFC 5753 section 7.2; constant, since there is no user keying material.
const SHARED_INFO = sequence(WRAP, encode(context(2), octets(Buffer.of(0, 0, 1, 0))));
const WRAP_IV = Buffer.alloc(8, 0xa6);
const MAX_ENVELOPE = 64 * 1024;
const MAX_SEGMENT = 64 * 1024 * 1024;

export const generateKek = (): Buffer => randomBytes(32);
const malformedUnless = (ok: boolean): void => demand(ok, 'SEAL_MALFORMED', 'another form');

// ---- AuthEnvelopedData --------------------------------------------------------------------------

function encrypt(key: Buffer, nonce: Buffer, clear: Buffer): { ciphertext: Buffer; tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  const ciphertext = Buffer.concat([cipher.update(clear), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

function enveloped(recipients: Buffer[], key: Buffer, nonce: Buffer, clear: Buffer): Buffer {
  const { ciphertext, tag } = encrypt(key, nonce, clear);
  const algorithm = sequence(encodeOid(AES256_GCM), sequence(octets(nonce), small(16)));
  const content = sequence(encodeOid(DATA), algorithm, encode(0x80, ciphertext));
  const body = sequence(small(0), setOf(...recipients), content, octets(tag));
  return sequence(encodeOid(AUTH_ENVELOPED_DATA), encode(context(0), body));
}

interface Sealed { recipients: Element[]; nonce: Buffer; ciphertext: Buffer; tag: Buffer }

function readEnveloped(der: Buffer): Sealed {
  const [type, wrapper] = shape(single(der, TAG.SEQUENCE), TAG.SEQUENCE, 2);
  const body = single(expect(wrapper, context(0)).content, TAG.SEQUENCE);
  const [version, set, content, tag] = shape(body, TAG.SEQUENCE, 4);
  const [contentType, algorithm, ciphertext] = shape(content, TAG.SEQUENCE, 3);
  const [cipher, parameters] = shape(algorithm, TAG.SEQUENCE, 2);
  const [nonce, tagSize] = shape(parameters, TAG.SEQUENCE, 2);
  const recipients = children(set, TAG.SET);
  malformedUnless(oid(type) === AUTH_ENVELOPED_DATA && version!.whole.equals(small(0)) &&
    oid(contentType) === DATA && oid(cipher) === AES256_GCM && tagSize!.whole.equals(small(16)) &&
    expect(nonce, TAG.OCTET_STRING).content.length === 12 && expect(tag, TAG.OCTET_STRING).content.length === 16 &&
    recipients.length > 0);
  return { recipients, nonce: nonce!.content, ciphertext: expect(ciphertext, 0x80).content, tag: tag!.content };
}

function broken<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused('SEAL_BROKEN');
  }
}

function decrypt(key: Buffer, sealed: Sealed): Buffer {
  return broken(() => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: 16 });
    decipher.setAuthTag(sealed.tag);
    return Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
  });
}

function wrap(key: Buffer, content: Buffer): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', key, WRAP_IV);
  return Buffer.concat([cipher.update(content), cipher.final()]);
}

function unwrap(key: Buffer, wrapped: Buffer): Buffer {
  return broken(() => {
    const decipher = createDecipheriv('id-aes256-wrap', key, WRAP_IV);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  });
}

// ---- segments -----------------------------------------------------------------------------------

/** A segment; key and nonce are random unless they are derived (see derivedKey). */
export function sealSegment(kek: Buffer, clear: Buffer, key = randomBytes(32), nonce = randomBytes(12)): Buffer {
  return enveloped([encode(context(2), small(4), KEK_ID, WRAP, octets(wrap(kek, key)))], key, nonce, clear);
}

export function openSegment(kek: Buffer, segment: Buffer): Buffer {
  malformedUnless(segment.length <= MAX_SEGMENT + 256);
  const [sealed, wrapped] = reading('SEAL_MALFORMED', () => {
    const read = readEnveloped(segment);
    malformedUnless(read.recipients.length === 1);
    const [version, id, algorithm, key] = shape(read.recipients[0], context(2), 4);
    malformedUnless(version!.whole.equals(small(4)) && id!.whole.equals(KEK_ID) && algorithm!.whole.equals(WRAP) &&
      expect(key, TAG.OCTET_STRING).content.length === 40);
    return [read, key!.content] as const;
  });
  return decrypt(unwrap(kek, wrapped), sealed);
}

/** Key and nonce of a document's segment, the same whenever the file is sealed again. */
export function derivedKey(kek: Buffer, number: number, size: number, soFar: Buffer): [Buffer, Buffer] {
  const info = Buffer.alloc(16);
  info.writeBigUInt64BE(BigInt(number), 0);
  info.writeBigUInt64BE(BigInt(size), 8);
  const bound = Buffer.concat([Buffer.from('rogatoria segment v1'), info, soFar]);
  const out = Buffer.from(hkdfSync('sha256', kek, Buffer.alloc(0), bound, 44));
  return [out.subarray(0, 32), out.subarray(32)];
}

// ---- key envelope -------------------------------------------------------------------------------

/** ANSI X9.63 KDF, one block: 32 bytes. */
function deriveKek(hash: string, shared: Buffer): Buffer {
  return createHash(hash).update(shared).update(Buffer.of(0, 0, 0, 1)).update(SHARED_INFO).digest().subarray(0, 32);
}

/** SubjectPublicKeyInfo of a point, as a key. */
function pointKey(agreement: Agreement, point: Buffer): KeyObject {
  const algorithm = sequence(EC_KEY, encodeOid(agreement.curveOid));
  const spki = sequence(algorithm, encode(TAG.BIT_STRING, Buffer.of(0), point));
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}

function agreedFor(certificate: Certificate, key: Buffer): Buffer {
  const curve = certificate.key.asymmetricKeyDetails?.namedCurve;
  const agreement = AGREEMENTS.find((one) => one.curve === curve);
  demand(agreement && certificate.allows(0x08), 'SEAL_RECIPIENT_UNUSABLE');
  const ephemeral = generateKeyPairSync('ec', { namedCurve: agreement.curve });
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: certificate.key });
  const spki = ephemeral.publicKey.export({ format: 'der', type: 'spki' });
  const point = spki.subarray(spki.length - agreement.point);
  const originator = encode(context(1), sequence(EC_KEY), encode(TAG.BIT_STRING, Buffer.of(0), point));
  const wrapped = octets(wrap(deriveKek(agreement.hash, shared), key));
  return encode(context(1), small(3), encode(context(0), originator), sequence(encodeOid(agreement.scheme), WRAP),
    sequence(sequence(certificate.issuerAndSerial, wrapped)));
}

function transportedTo(certificate: Certificate, key: Buffer): Buffer {
  const bits = certificate.key.asymmetricKeyDetails?.modulusLength ?? 0;
  demand(bits >= 2048 && certificate.allows(0x20), 'SEAL_RECIPIENT_UNUSABLE');
  const sealed = publicEncrypt({ key: certificate.key, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }, key);
  return sequence(small(0), certificate.issuerAndSerial, OAEP, octets(sealed));
}

/** The key envelope for these certificates, each once. */
export function sealKek(kek: Buffer, certificates: Certificate[]): Buffer {
  const key = randomBytes(32);
  const once = [...new Map(certificates.map((one) => [one.sha256.toString('hex'), one])).values()];
  const recipients = once.map((one) =>
    one.key.asymmetricKeyType === 'rsa' ? transportedTo(one, key) : agreedFor(one, key));
  return enveloped(recipients, key, randomBytes(12), kek);
}

interface Recipient { name: Buffer; recover: (key: KeyObject) => Buffer }

function readAgreement(element: Element): Recipient {
  const [version, originator, algorithm, keys] = shape(element, context(1), 4);
  const [ec, bits] = shape(single(expect(originator, context(0)).content, context(1)), context(1), 2);
  const [scheme, wrapping] = shape(algorithm, TAG.SEQUENCE, 2);
  const [name, wrapped] = shape(shape(keys, TAG.SEQUENCE, 1)[0], TAG.SEQUENCE, 2);
  const agreement = AGREEMENTS.find((one) => one.scheme === oid(scheme));
  const point = expect(bits, TAG.BIT_STRING).content;
  malformedUnless(version!.whole.equals(small(3)) && ec!.whole.equals(sequence(EC_KEY)) &&
    wrapping!.whole.equals(WRAP) && point.length === (agreement?.point ?? 0) + 1 && point[0] === 0 && point[1] === 4 &&
    expect(wrapped, TAG.OCTET_STRING).content.length === 40);
  const recover = (key: KeyObject): Buffer => broken(() => {
    demand(key.asymmetricKeyDetails?.namedCurve === agreement!.curve, 'SEAL_BROKEN', 'another curve');
    const shared = diffieHellman({ privateKey: key, publicKey: pointKey(agreement!, point.subarray(1)) });
    return unwrap(deriveKek(agreement!.hash, shared), wrapped!.content);
  });
  return { name: expect(name, TAG.SEQUENCE).whole, recover };
}

function readTransport(element: Element): Recipient {
  const [version, name, algorithm, key] = shape(element, TAG.SEQUENCE, 4);
  malformedUnless(version!.whole.equals(small(0)) && algorithm!.whole.equals(OAEP) &&
    expect(key, TAG.OCTET_STRING).content.length >= 256);
  const recover = (own: KeyObject): Buffer => broken(() =>
    privateDecrypt({ key: own, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }, key!.content));
  return { name: expect(name, TAG.SEQUENCE).whole, recover };
}

function readRecipient(element: Element): Recipient {
  if (element.tag === context(1)) return readAgreement(element);
  malformedUnless(element.tag === TAG.SEQUENCE);
  return readTransport(element);
}

/** The KEK, by a key pair that the envelope names. */
export function openKek(envelope: Buffer, pair: KeyPair): Buffer {
  malformedUnless(envelope.length <= MAX_ENVELOPE);
  const [sealed, recipients] = reading('SEAL_MALFORMED', () => {
    const read = readEnveloped(envelope);
    malformedUnless(read.ciphertext.length === 32);
    return [read, read.recipients.map(readRecipient)] as const;
  });
  const mine = recipients.find((one) => one.name.equals(pair.certificate.issuerAndSerial));
  demand(mine, 'SEAL_NOT_RECIPIENT');
  return decrypt(mine.recover(pair.key), sealed);
}

// ---- manifest -----------------------------------------------------------------------------------

const NUMBER = '(?:0|[1-9][0-9]{0,18})';
const DIGEST = '([0-9a-f]{64})';
const NAME = '[A-Za-z0-9.+_-]+';
const MANIFEST = new RegExp('^rogatoria-manifest v1\nact ([A-Za-z0-9._:/-]{1,128})\n' +
  `media-type (${NAME}/${NAME})\nsalt ${DIGEST}\nclear-hmac-sha256 ${DIGEST}\nclear-size (${NUMBER})\n` +
  '((?:recipient [A-Za-z0-9._:-]{1,128} (?:primary|duty|substitute|archive) [0-9a-f]{64}\n)+)' +
  `((?:segment [0-9a-f]{64} ${NUMBER} ${NUMBER}\n)+)$`);

/** `digest` of the sealed segment in hexadecimal, and the two sizes. */
export interface SegmentLine { digest: string; sealedSize: number; clearSize: number }
/** "authority purpose digest": all ASCII, so that comparing texts is comparing bytes. */
export type ReaderLine = string;

export const clearHmac = (salt: Buffer, clear: Buffer): Buffer => createHmac('sha256', salt).update(clear).digest();
export const segmentLine = (sealed: Buffer, clearSize: number): SegmentLine =>
  ({ digest: sha256(sealed).toString('hex'), sealedSize: sealed.length, clearSize });

/** What an object is: for which act, for whom, in which segments. */
export class Manifest {
  constructor(readonly act: string, readonly mediaType: string, readonly salt: Buffer, readonly hmac: Buffer,
    readonly clearSize: number, readonly readers: ReaderLine[], readonly segments: SegmentLine[]) {}

  static parse(bytes: Buffer): Manifest {
    const match = bytes.length <= 256 * 1024 ? MANIFEST.exec(bytes.toString('latin1')) : null;
    demand(match, 'MANIFEST_MALFORMED');
    const [act = '', media = '', salt = '', hmac = '', size = '', readers = '', segments = ''] = match.slice(1);
    const lines = (text: string): string[] => text.trimEnd().split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
    const found = new Manifest(act, media, Buffer.from(salt, 'hex'), Buffer.from(hmac, 'hex'), Number(size),
      lines(readers), lines(segments).map((line) => {
        const [digest = '', sealed, clear] = line.split(' ');
        return { digest, sealedSize: Number(sealed), clearSize: Number(clear) };
      }));
    const sum = found.segments.reduce((total, one) => total + one.clearSize, 0);
    const ordered = found.readers.every((line, i) => i === 0 || found.readers[i - 1]! < line);
    demand(ordered && sum === found.clearSize && media.length <= 127 && found.readers.length <= 528 &&
      found.segments.length <= 1024, 'MANIFEST_MALFORMED');
    return found;
  }

  text(): Buffer {
    return Buffer.from(['rogatoria-manifest v1', `act ${this.act}`, `media-type ${this.mediaType}`,
      `salt ${this.salt.toString('hex')}`, `clear-hmac-sha256 ${this.hmac.toString('hex')}`,
      `clear-size ${this.clearSize}`, ...[...new Set(this.readers)].sort().map((line) => `recipient ${line}`),
      ...this.segments.map((one) => `segment ${one.digest} ${one.sealedSize} ${one.clearSize}`), ''].join('\n'));
  }

  get sealedSize(): number {
    return this.segments.reduce((total, one) => total + one.sealedSize, 0);
  }

  /** That the sealed bytes are those of the segment, counted from 0. */
  checkSegment(number: number, sealed: Buffer): void {
    const line = this.segments[number];
    demand(line && line.sealedSize === sealed.length && line.digest === sha256(sealed).toString('hex'),
      'MANIFEST_MISMATCH', `segment ${number + 1}`);
  }

  checkClear(size: number, hmac: Buffer): void {
    demand(size === this.clearSize && hmac.equals(this.hmac), 'MANIFEST_MISMATCH', 'the clear text');
  }

  /** The clear text of an object that is at hand whole. */
  open(kek: Buffer, segments: Buffer[]): Buffer {
    demand(segments.length === this.segments.length, 'MANIFEST_MISMATCH', 'number of segments');
    const clear = Buffer.concat(segments.map((segment, number) => {
      this.checkSegment(number, segment);
      return openSegment(kek, segment);
    }));
    this.checkClear(clear.length, clearHmac(this.salt, clear));
    return clear;
  }
}
