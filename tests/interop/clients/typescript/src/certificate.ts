// Certificates and revocation lists (RFC 5280), as far as sealing and signing need them.
import { createHash, createPrivateKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { children, context, DerError, expect, oid, sequence, shape, single, TAG, time } from './der.js';
import { demand, Refused } from './refused.js';

export const sha256 = (...parts: (Buffer | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** Runs `read`; what is not DER becomes a refusal for `reason`. */
export function reading<T>(reason: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) throw new Refused(reason, error.message);
    throw error;
  }
}

/** The DER of each block of a PEM file. */
export function readPem(path: string): Buffer[] {
  const text = readFileSync(path, 'latin1');
  return [...text.matchAll(/-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]+)-----END/g)]
    .map((match) => Buffer.from(match[1] ?? '', 'base64'));
}

/** One certificate: who issued it to whom, from when to when, for which key. */
export class Certificate {
  readonly sha256: Buffer;
  readonly key: KeyObject;
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly issuerAndSerial: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly x509: X509Certificate;
  private readonly extensions = new Map<string, Buffer>();

  constructor(readonly der: Buffer) {
    [this.x509, this.key] = Certificate.parse(der);
    this.sha256 = sha256(der);
    const [tbs] = shape(single(der, TAG.SEQUENCE), TAG.SEQUENCE, 3);
    const fields = children(tbs, TAG.SEQUENCE);
    if (fields[0]?.tag === context(0)) fields.shift();
    const [serial, , issuer, validity, subject] = fields;
    const [from, to] = shape(validity, TAG.SEQUENCE, 2);
    this.serial = expect(serial, TAG.INTEGER).content;
    this.issuer = expect(issuer, TAG.SEQUENCE).whole;
    this.subject = expect(subject, TAG.SEQUENCE).whole;
    this.issuerAndSerial = sequence(this.issuer, expect(serial, TAG.INTEGER).whole);
    this.notBefore = time(from!);
    this.notAfter = time(to!);
    this.readExtensions(fields.find((field) => field.tag === context(3))?.content);
  }

  /** What node makes of it; nothing more is believed of what it cannot read. */
  private static parse(der: Buffer): [X509Certificate, KeyObject] {
    try {
      const found = new X509Certificate(der);
      return [found, found.publicKey];
    } catch (error) {
      throw new DerError(`a certificate: ${(error as Error).message}`);
    }
  }

  static fromPem(path: string): Certificate {
    const [der] = readPem(path);
    demand(der, 'FILE_UNREADABLE', path);
    return new Certificate(der);
  }

  private readExtensions(field: Buffer | undefined): void {
    if (field === undefined) return;
    for (const extension of children(single(field, TAG.SEQUENCE), TAG.SEQUENCE)) {
      const parts = children(extension, TAG.SEQUENCE);
      this.extensions.set(oid(parts[0]), expect(parts.at(-1), TAG.OCTET_STRING).content);
    }
  }

  /** Whether the key usage, if there is any, has one of these bits of its first byte. */
  allows(bits: number): boolean {
    const usage = this.extensions.get('2.5.29.15');
    return usage === undefined || ((single(usage, TAG.BIT_STRING).content[1] ?? 0) & bits) !== 0;
  }

  /** digitalSignature or nonRepudiation. */
  get allowsSigning(): boolean {
    return this.allows(0xc0);
  }

  get subjectKeyId(): Buffer | undefined {
    const id = this.extensions.get('2.5.29.14');
    return id === undefined ? undefined : single(id, TAG.OCTET_STRING).content;
  }

  isIssuedBy(other: Certificate): boolean {
    return this.issuer.equals(other.subject) && other.x509.ca && this.x509.verify(other.key);
  }
}

export function isStrong(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= 2048 && modulusLength <= 8192;
  return key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1'].includes(namedCurve);
}

/** Serials that a complete list (ECDSA with SHA-256) takes back. */
function readRevocationList(der: Buffer, issuer: Certificate): string[] {
  const [tbs, , value] = shape(single(der, TAG.SEQUENCE), TAG.SEQUENCE, 3);
  const signature = expect(value, TAG.BIT_STRING).content.subarray(1);
  demand(verify('sha256', tbs!.whole, issuer.key, signature), 'CERTIFICATE_UNTRUSTED', 'the revocation list');
  const entries = children(tbs, TAG.SEQUENCE).filter((field) => field.tag === TAG.SEQUENCE)[2];
  return children(entries, TAG.SEQUENCE).map((entry) =>
    expect(children(entry, TAG.SEQUENCE)[0], TAG.INTEGER).content.toString('hex'));
}

/** Whom to trust as issuers, and the serials they took back. */
export class Anchors {
  private readonly certificates: Certificate[];
  private readonly revoked = new Set<string>();

  constructor(path: string, lists?: string) {
    this.certificates = readPem(path).map((der) => new Certificate(der));
    for (const der of lists === undefined ? [] : readPem(lists)) {
      for (const serial of readRevocationList(der, this.certificates[0]!)) this.revoked.add(serial);
    }
  }

  /** The chain from a certificate to an anchor, over those sent along; all good at an instant. */
  check(certificate: Certificate, between: Certificate[], at: number): void {
    const chain = [certificate];
    for (;;) {
      const last = chain.at(-1)!;
      const anchor = this.certificates.find((one) => last.isIssuedBy(one));
      if (anchor !== undefined) {
        for (const one of [...chain, anchor]) this.checkOne(one, at);
        return;
      }
      const next = between.find((one) => !chain.includes(one) && last.isIssuedBy(one));
      demand(next && chain.length < 8, 'CERTIFICATE_UNTRUSTED');
      chain.push(next);
    }
  }

  private checkOne(certificate: Certificate, at: number): void {
    demand(at >= certificate.notBefore, 'CERTIFICATE_NOT_YET_VALID');
    demand(at < certificate.notAfter, 'CERTIFICATE_EXPIRED');
    demand(!this.revoked.has(certificate.serial.toString('hex')), 'CERTIFICATE_REVOKED');
  }
}

/** A certificate and its private key, from two PEM files. */
export class KeyPair {
  readonly certificate: Certificate;
  readonly key: KeyObject;

  constructor(files: { certificate: string; key: string }) {
    this.certificate = Certificate.fromPem(files.certificate);
    this.key = createPrivateKey(readFileSync(files.key));
  }
}
