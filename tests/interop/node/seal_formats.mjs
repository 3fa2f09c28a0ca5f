// Seal and manifest as docs/formats/seal.md describes them, opened with node:crypto alone. Shares
// no code with the C++ library.
import { constants, createDecipheriv, createHash, createHmac, createPublicKey, diffieHellman,
  privateDecrypt } from 'node:crypto';
import { children, expect, oid, single, TAG } from './der.mjs';
import { context, readCertificate, reading, refuse } from './x509.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const WRAP_ALGORITHM = hex('300b 0609 60864801650304012d');
const EC_ALGORITHM = hex('3009 0607 2a8648ce3d0201');
const OAEP_ALGORITHM = hex('3038 0609 2a864886f70d010107 302b a00d 300b 0609 608648016503040201' +
  'a11a 3018 0609 2a864886f70d010108 300b 0609 608648016503040201');
const AGREEMENTS = new Map([
  ['1.3.132.1.11.1',
    { hash: 'sha256', curve: 'prime256v1', point: 65, curveOid: '06082a8648ce3d030107' }],
  ['1.3.132.1.11.2',
    { hash: 'sha384', curve: 'secp384r1', point: 97, curveOid: '06052b81040022' }],
]);

const malformedUnless = (ok) => ok || refuse('SEAL_MALFORMED');
const isInteger = (element, value) =>
  expect(element, TAG.INTEGER).content.equals(Buffer.from([value]));

function readIssuerAndSerial(element) {
  const [issuer, serial, ...more] = children(element, TAG.SEQUENCE);
  malformedUnless(more.length === 0);
  return {
    issuer: expect(issuer, TAG.SEQUENCE).whole,
    serial: expect(serial, TAG.INTEGER).content,
  };
}

function readKek(element) {
  const [version, id, algorithm, key, ...more] = children(element, context(2));
  const [name, ...attributes] = children(id, TAG.SEQUENCE);
  malformedUnless(isInteger(version, 4) && attributes.length === 0 && more.length === 0 &&
    expect(name, TAG.OCTET_STRING).content.equals(Buffer.from('rogatoria-kek')) &&
    algorithm.whole.equals(WRAP_ALGORITHM) && expect(key, TAG.OCTET_STRING).content.length === 40);
  return { kind: 'kek', wrapped: key.content };
}

function readKeyAgreement(element) {
  const [version, originator, algorithm, keys, ...more] = children(element, context(1));
  const ephemeral = single(expect(originator, context(0)).content, context(1));
  const [ec, bits] = children(ephemeral, context(1));
  const [scheme, wrap] = children(algorithm, TAG.SEQUENCE);
  const agreement = AGREEMENTS.get(oid(scheme));
  const [key, ...otherKeys] = children(keys, TAG.SEQUENCE);
  const [rid, wrapped] = children(key, TAG.SEQUENCE);
  const point = expect(bits, TAG.BIT_STRING).content;
  malformedUnless(isInteger(version, 3) && agreement !== undefined && more.length === 0 &&
    otherKeys.length === 0 && ec.whole.equals(EC_ALGORITHM) && wrap.whole.equals(WRAP_ALGORITHM) &&
    point.length === agreement.point + 1 && point[0] === 0 && point[1] === 4 &&
    expect(wrapped, TAG.OCTET_STRING).content.length === 40);
  return { kind: 'agreement', agreement, point: point.subarray(1), wrapped: wrapped.content,
    ...readIssuerAndSerial(rid) };
}

function readKeyTransport(element) {
  const [version, rid, algorithm, key, ...more] = children(element, TAG.SEQUENCE);
  malformedUnless(isInteger(version, 0) && algorithm.whole.equals(OAEP_ALGORITHM) &&
    more.length === 0 && expect(key, TAG.OCTET_STRING).content.length >= 256);
  return { kind: 'transport', wrapped: key.content, ...readIssuerAndSerial(rid) };
}

const RECIPIENT_READERS = new Map([[context(2), readKek], [context(1), readKeyAgreement],
  [TAG.SEQUENCE, readKeyTransport]]);

function readAuthEnvelopedData(der) {
  const [type, wrapper, ...after] = children(single(der, TAG.SEQUENCE), TAG.SEQUENCE);
  malformedUnless(oid(type) === '1.2.840.113549.1.9.16.1.23' && after.length === 0);
  const body = children(single(expect(wrapper, context(0)).content, TAG.SEQUENCE), TAG.SEQUENCE);
  const [version, set, content, tag, ...more] = body;
  const [contentType, algorithm, ciphertext, ...rest] = children(content, TAG.SEQUENCE);
  const [cipher, params, ...others] = children(algorithm, TAG.SEQUENCE);
  const [nonce, tagSize, ...extra] = children(params, TAG.SEQUENCE);
  const surplus = more.length + rest.length + others.length + extra.length;
  malformedUnless(isInteger(version, 0) && surplus === 0 &&
    oid(contentType) === '1.2.840.113549.1.7.1' && oid(cipher) === '2.16.840.1.101.3.4.1.46' &&
    expect(nonce, TAG.OCTET_STRING).content.length === 12 && isInteger(tagSize, 16) &&
    expect(tag, TAG.OCTET_STRING).content.length === 16);
  const recipients = children(set, TAG.SET).map((element) =>
    (RECIPIENT_READERS.get(element.tag) ?? (() => refuse('SEAL_MALFORMED')))(element));
  malformedUnless(recipients.length > 0);
  return { recipients, nonce: nonce.content, ciphertext: expect(ciphertext, 0x80).content,
    tag: tag.content };
}

function unwrap(kek, wrapped) {
  try {
    const decipher = createDecipheriv('id-aes256-wrap', kek, Buffer.alloc(8, 0xa6));
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch {
    return refuse('SEAL_BROKEN');
  }
}

function decrypt(key, sealed) {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: 16 });
  decipher.setAuthTag(sealed.tag);
  try {
    return Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
  } catch {
    return refuse('SEAL_BROKEN');
  }
}

// A public key from its point: SubjectPublicKeyInfo put together by hand.
function pointKey(agreement, point) {
  const algorithm = Buffer.concat([hex('06072a8648ce3d0201'), hex(agreement.curveOid)]);
  const bits = Buffer.concat([hex('00'), point]);
  const spki = Buffer.concat([Buffer.from([0x30, algorithm.length]), algorithm,
    Buffer.from([0x03, bits.length]), bits]);
  return createPublicKey({ key: Buffer.concat([Buffer.from([0x30, spki.length]), spki]),
    format: 'der', type: 'spki' });
}

// ANSI X9.63 KDF over ECC-CMS-SharedInfo (RFC 5753 section 7.2), one block: 32 bytes.
function deriveKek(agreement, shared) {
  const info = Buffer.concat([hex('3015'), WRAP_ALGORITHM, hex('a206 0404 00000100')]);
  return createHash(agreement.hash).update(shared).update(hex('00000001')).update(info).digest()
    .subarray(0, 32);
}

function recoverKey(recipient, key) {
  if (recipient.kind === 'transport') {
    try {
      return privateDecrypt({ key, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING },
        recipient.wrapped);
    } catch {
      return refuse('SEAL_BROKEN');
    }
  }
  if (key.asymmetricKeyDetails.namedCurve !== recipient.agreement.curve) refuse('SEAL_BROKEN');
  const shared = diffieHellman({ privateKey: key,
    publicKey: pointKey(recipient.agreement, recipient.point) });
  return unwrap(deriveKek(recipient.agreement, shared), recipient.wrapped);
}

export function openKek(envelope, key, certificateDer) {
  const sealed = reading('SEAL_MALFORMED', () => readAuthEnvelopedData(envelope));
  malformedUnless(sealed.ciphertext.length === 32 &&
    sealed.recipients.every((r) => r.kind !== 'kek'));
  const { issuer, serial } = readCertificate(certificateDer);
  const mine = sealed.recipients.find((r) => r.issuer.equals(issuer) && r.serial.equals(serial));
  if (mine === undefined) refuse('SEAL_NOT_RECIPIENT');
  return decrypt(recoverKey(mine, key), sealed);
}

export function openSegment(kek, segment) {
  const sealed = reading('SEAL_MALFORMED', () => readAuthEnvelopedData(segment));
  malformedUnless(sealed.recipients.length === 1 && sealed.recipients[0].kind === 'kek');
  return decrypt(unwrap(kek, sealed.recipients[0].wrapped), sealed);
}

// The manifest.

const NUMBER = '(0|[1-9][0-9]{0,18})';
const DIGEST = '([0-9a-f]{64})';
const ID = '[A-Za-z0-9._:-]{1,128}';
const MANIFEST = new RegExp(`^rogatoria-manifest v1\nact (${ID.replace(':-', ':/-')})\n` +
  'media-type ([A-Za-z0-9.+_-]+/[A-Za-z0-9.+_-]+)\n' +
  `salt ${DIGEST}\nclear-hmac-sha256 ${DIGEST}\nclear-size ${NUMBER}\n` +
  `((?:recipient ${ID} (?:primary|duty|substitute|archive) [0-9a-f]{64}\n)+)` +
  `((?:segment [0-9a-f]{64} (?:${NUMBER}) (?:${NUMBER})\n)+)$`);

export function parseManifest(bytes) {
  const match = MANIFEST.exec(bytes.toString('latin1'));
  if (match === null) refuse('MANIFEST_MALFORMED');
  const [, actId, mediaType, salt, hmac, size, recipientLines, segmentLines] = match;
  const lines = (text) => text.trimEnd().split('\n').map((line) => line.split(' '));
  const recipients = lines(recipientLines).map(([, authority, purpose, digest]) =>
    ({ authority, purpose, digest }));
  for (let i = 1; i < recipients.length; ++i) {
    if (compareRecipients(recipients[i - 1], recipients[i]) >= 0) refuse('MANIFEST_MALFORMED');
  }
  const segments = lines(segmentLines).map(([, digest, sealedSize, clearSize]) =>
    ({ digest, sealedSize: Number(sealedSize), clearSize: Number(clearSize) }));
  const sum = segments.reduce((total, segment) => total + segment.clearSize, 0);
  if (sum !== Number(size)) refuse('MANIFEST_MALFORMED');
  return { actId, mediaType, salt: hex(salt), hmac: hex(hmac), clearSize: sum, recipients,
    segments };
}

// All ASCII, so that comparing texts is comparing bytes.
function compareRecipients(a, b) {
  for (const field of ['authority', 'purpose', 'digest']) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return 0;
}

export function checkObject(manifest, segments, clear) {
  const same = segments.length === manifest.segments.length &&
    segments.every((segment, i) => segment.length === manifest.segments[i].sealedSize &&
      sha256(segment).toString('hex') === manifest.segments[i].digest);
  const hmac = createHmac('sha256', manifest.salt).update(clear).digest();
  if (!same || clear.length !== manifest.clearSize || !hmac.equals(manifest.hmac)) {
    refuse('MANIFEST_MISMATCH');
  }
}
