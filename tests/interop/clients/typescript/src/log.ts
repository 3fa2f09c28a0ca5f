// The hub's log: signed heads (docs/formats/checkpoint.md) and proofs (docs/formats/proof.md). Proofs are checked by
// the recursion of RFC 6962; the Python client climbs as RFC 9162 does.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { sha256 } from './certificate.js';
import { demand as must, Refused } from './refused.js';
import { strictBase64 } from './texts.js';

const MAX_SIZE = (1n << 63n) - 1n;
const malformedUnless = (condition: unknown, why: string): void => must(condition, 'TEXT_MALFORMED', why);
const provenIf = (condition: unknown, why: string): void => must(condition, 'PROOF_INVALID', why);

function decimal(text: string): bigint {
  malformedUnless(/^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= MAX_SIZE, 'a number');
  return BigInt(text);
}

function strictUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('TEXT_MALFORMED', 'not UTF-8');
  }
}

// ---- keys and notes -----------------------------------------------------------------------------

const isKeyName = (name: string): boolean =>
  name !== '' && Buffer.byteLength(name) <= 255 && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);

/** A key line: name+id+base64(type || key). */
export class VerifierKey {
  readonly name: string;
  readonly id: string;
  readonly raw: Buffer;
  private readonly type: number;
  private readonly key: KeyObject;

  constructor(line: string) {
    const [name = '', id = ''] = line.split('+', 2);
    const typed = strictBase64(line.slice(name.length + id.length + 2), 33);
    malformedUnless(isKeyName(name) && sha256(name, '\n', typed).subarray(0, 4).toString('hex') === id, 'a key');
    this.name = name;
    this.id = id;
    this.type = typed.readUInt8(0);
    this.raw = typed.subarray(1);
    this.key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: this.raw.toString('base64url') }, format: 'jwk' });
  }

  get isLog(): boolean {
    return this.type === 1;
  }

  /** Checks the signature of a log, or the cosignature of a witness, over the text of a note. */
  check(text: string, signature: Buffer): void {
    let [message, rest] = [text, signature];
    if (!this.isLog) {
      must(this.type === 4 && signature.length === 72, 'CHECKPOINT_NOT_SIGNED', 'a cosignature');
      const seconds = signature.readBigUInt64BE(0);
      must(seconds <= MAX_SIZE, 'CHECKPOINT_NOT_SIGNED', 'a cosignature\'s time');
      [message, rest] = [`cosignature/v1\ntime ${seconds}\n${text}`, signature.subarray(8)];
    }
    must(verify(null, Buffer.from(message), this.key, rest), 'CHECKPOINT_NOT_SIGNED', this.name);
  }
}

interface SignatureLine { name: string; id: string; signature: Buffer }

function parseSignatureLine(line: string): SignatureLine {
  const [dash, name = '', blob = '', ...more] = line.split(' ');
  malformedUnless(more.length === 0 && dash === '\u2014' && isKeyName(name), 'a signature line');
  const raw = strictBase64(blob);
  malformedUnless(raw.length > 4, 'a signature of no bytes');
  return { name, id: raw.subarray(0, 4).toString('hex'), signature: raw.subarray(4) };
}

/** The signed text and the lines of signatures behind the last empty line. */
function splitNote(bytes: Buffer): { text: string; lines: SignatureLine[] } {
  const whole = strictUtf8(bytes);
  malformedUnless(bytes.length <= 128 * 1024 && !/[\u0000-\u0009\u000b-\u001f]/.test(whole), 'a note');
  const parting = whole.lastIndexOf('\n\n');
  const lines = whole.slice(parting + 2).split('\n');
  malformedUnless(parting >= 0 && lines.pop() === '' && lines.length >= 1 && lines.length <= 32, 'a note');
  return { text: whole.slice(0, parting + 1), lines: lines.map(parseSignatureLine) };
}

/** A head that a trusted log signed; how many witnesses did as well. */
export class Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Buffer;
  readonly witnesses: number;

  constructor(bytes: Buffer, keys: VerifierKey[]) {
    const { text, lines } = splitNote(bytes);
    const [logs, witnesses] = [new Set<string>(), new Set<string>()];
    for (const line of lines) {
      for (const key of keys.filter((one) => one.name === line.name && one.id === line.id)) {
        key.check(text, line.signature);
        if (key.isLog) logs.add(key.name);
        else witnesses.add(key.raw.toString('hex'));
      }
    }
    for (const key of keys) if (key.isLog) witnesses.delete(key.raw.toString('hex'));
    const fields = text.split('\n');
    malformedUnless(fields.pop() === '' && fields.length >= 3 && fields.every((one) => one !== ''), 'three lines at least');
    const [origin = '', size = '', root = ''] = fields;
    [this.origin, this.size, this.root, this.witnesses] = [origin, decimal(size), strictBase64(root, 32), witnesses.size];
    malformedUnless(this.size !== 0n || this.root.equals(sha256('')), 'the root of the empty log');
    must(logs.has(origin), 'CHECKPOINT_NOT_SIGNED', 'the log itself did not sign');
  }
}

// ---- the tree (RFC 6962 section 2.1) ------------------------------------------------------------

export const leafHash = (data: Buffer): Buffer => sha256(Buffer.of(0), data);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

/** The largest power of two below n. */
function splitPoint(n: bigint): bigint {
  let k = 1n;
  while (k * 2n < n) k *= 2n;
  return k;
}

function take(proof: Buffer[]): Buffer {
  const last = proof.pop();
  must(last, 'PROOF_INVALID', 'too short');
  return last;
}

/** The root of a tree of n leaves, from leaf m and its path, which is used up from its end. */
function rootFromPath(m: bigint, n: bigint, leaf: Buffer, path: Buffer[]): Buffer {
  if (n === 1n) return leaf;
  const k = splitPoint(n);
  const other = take(path);
  return m < k ? nodeHash(rootFromPath(m, k, leaf, path), other) : nodeHash(other, rootFromPath(m - k, n - k, leaf, path));
}

export function checkInclusion(leaf: Buffer, index: bigint, size: bigint, proof: Buffer[], root: Buffer): void {
  provenIf(index < size && proof.length <= 63, 'the index is beyond the tree');
  const path = [...proof];
  provenIf(rootFromPath(index, size, leaf, path).equals(root) && path.length === 0, 'another root');
}

/** The roots [of the first m leaves, of all n leaves] of a subtree. */
function rootsFromProof(m: bigint, n: bigint, whole: boolean, oldRoot: Buffer, proof: Buffer[]): [Buffer, Buffer] {
  if (m === n) {
    const root = whole ? oldRoot : take(proof);
    return [root, root];
  }
  const k = splitPoint(n);
  const other = take(proof);
  if (m <= k) {
    const [old, now] = rootsFromProof(m, k, whole, oldRoot, proof);
    return [old, nodeHash(now, other)];
  }
  const [old, now] = rootsFromProof(m - k, n - k, false, oldRoot, proof);
  return [nodeHash(other, old), nodeHash(other, now)];
}

export function checkConsistency(oldSize: bigint, newSize: bigint, oldRoot: Buffer, newRoot: Buffer, proof: Buffer[]): void {
  provenIf(oldSize <= newSize, 'the log shrank');
  if (oldSize === 0n) {
    provenIf(oldRoot.equals(sha256('')) && proof.length === 0, 'the empty tree');
    return;
  }
  const rest = [...proof];
  const [old, now] = rootsFromProof(oldSize, newSize, true, oldRoot, rest);
  provenIf(rest.length === 0 && old.equals(oldRoot) && now.equals(newRoot), 'other roots');
}

/** A C2SP tlog-proof of a leaf's data: the head that it leads to, and the index. */
export function checkProof(bytes: Buffer, leaf: Buffer, keys: VerifierKey[],
  extraAllowed = true): { head: Checkpoint; index: bigint } {
  const parting = bytes.indexOf('\n\n');
  malformedUnless(parting >= 0, 'no empty line');
  const lines = bytes.subarray(0, parting).toString('latin1').split('\n');
  malformedUnless(lines.shift() === 'c2sp.org/tlog-proof@v1', 'another first line');
  if (extraAllowed && lines[0]?.startsWith('extra ')) {
    const extra = strictBase64(lines.shift()!.slice(6));
    malformedUnless(extra.length > 0 && extra.length <= 65536, 'extra');
  }
  const first = lines.shift();
  malformedUnless(first?.startsWith('index ') && lines.length <= 63, 'index');
  const index = decimal(first!.slice(6));
  const hashes = lines.map((line) => strictBase64(line, 32));
  const head = new Checkpoint(bytes.subarray(parting + 2), keys);
  checkInclusion(leafHash(leaf), index, head.size, hashes, head.root);
  return { head, index };
}
