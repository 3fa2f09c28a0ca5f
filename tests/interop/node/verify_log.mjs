// Checks the committed vectors of the log's formats with nothing of Rogatoria: node:crypto and the
// pages docs/formats/checkpoint.md and proof.md. Good ones must pass, bad ones must be refused.
//
//   node tests/interop/node/verify_log.mjs [docs/formats/vectors]
//
// Proofs are checked here by the RFC's recursion, not by the climb of RFC 9162 that the C++ uses.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_SIZE = (1n << 63n) - 1n;
const MAX_NOTE_BYTES = 128 * 1024;
const MAX_SIGNATURES = 32;
const ED25519 = 0x01;
const COSIGNATURE = 0x04;

class Refused extends Error {}

function require_(condition, why) {
  if (!condition) throw new Refused(why);
}

// --- bytes and texts ----------------------------------------------------------------------------

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function strictBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  require_(bytes.toString('base64') === text, 'base64 that no encoder writes');
  return bytes;
}

function strictUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('not UTF-8');
  }
}

function decimal(text) {
  require_(/^(0|[1-9][0-9]{0,18})$/.test(text), 'not a decimal number');
  const value = BigInt(text);
  require_(value <= MAX_SIZE, 'a number above 2^63 - 1');
  return value;
}

function hashOfBase64(text) {
  const bytes = strictBase64(text);
  require_(bytes.length === 32, 'a hash that is not 32 bytes');
  return bytes;
}

// --- keys and notes -----------------------------------------------------------------------------

const isKeyName = (name) =>
  name !== '' && Buffer.byteLength(name) <= 255 && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);

function parseKey(text) {
  const [name, id] = text.split('+', 2);
  const typed = strictBase64(text.slice(name.length + id.length + 2));
  const key = { name, id, type: typed[0], raw: typed.subarray(1) };
  require_(isKeyName(name) && key.raw.length === 32, 'a malformed key');
  require_(sha256(name, '\n', typed).subarray(0, 4).toString('hex') === id, 'a wrong key id');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.raw.toString('base64url') };
  return { ...key, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

function parseNote(bytes) {
  require_(bytes.length <= MAX_NOTE_BYTES, 'too long');
  const whole = strictUtf8(bytes);
  require_(!/[\u0000-\u0009\u000b-\u001f]/.test(whole), 'a control character');
  const parting = whole.lastIndexOf('\n\n');
  require_(parting >= 0, 'no empty line');
  const lines = whole.slice(parting + 2).split('\n');
  require_(lines.pop() === '', 'no line feed at the end');
  require_(lines.length >= 1 && lines.length <= MAX_SIGNATURES, 'number of signatures');
  return { text: whole.slice(0, parting + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line) {
  const parts = line.split(' ');
  require_(parts.length === 3 && parts[0] === '\u2014' && isKeyName(parts[1]), 'a malformed line');
  const raw = strictBase64(parts[2]);
  require_(raw.length > 4, 'a signature of no bytes');
  return { name: parts[1], id: raw.subarray(0, 4).toString('hex'), signature: raw.subarray(4) };
}

function verifyCosignature(text, signature, key) {
  require_(signature.length === 72, 'a cosignature is 72 bytes');
  const seconds = signature.readBigUInt64BE(0);
  require_(seconds <= MAX_SIZE, 'a time beyond the format');
  const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
  require_(verify(null, message, key.publicKey, signature.subarray(8)), 'a bad cosignature');
}

// The names of the trusted logs that signed, and how many witnesses did.
function verifyNote(note, keys) {
  const logs = [];
  const witnesses = new Set();
  for (const line of note.signatures) {
    const key = keys.find((k) => k.name === line.name && k.id === line.id);
    if (key === undefined) continue;
    if (key.type === COSIGNATURE) {
      verifyCosignature(note.text, line.signature, key);
      witnesses.add(key.raw.toString('hex'));
    } else {
      require_(key.type === ED25519, 'a key of an unknown type');
      require_(verify(null, Buffer.from(note.text), key.publicKey, line.signature), 'bad signature');
      logs.push(key.name);
    }
  }
  for (const key of keys) if (key.type === ED25519) witnesses.delete(key.raw.toString('hex'));
  return { logs, witnesses: witnesses.size };
}

function verifyCheckpoint(bytes, keys) {
  const note = parseNote(bytes);
  const { logs, witnesses } = verifyNote(note, keys);
  const lines = note.text.split('\n');
  require_(lines.length >= 4 && lines.pop() === '', 'three lines at least');
  require_(lines.every((line) => line !== ''), 'an empty line');
  const [origin, size, root] = [lines[0], decimal(lines[1]), hashOfBase64(lines[2])];
  require_(size !== 0n || root.equals(sha256('')), 'the root of the empty log');
  require_(logs.includes(origin), 'the log did not sign');
  return { origin, size, root, witnesses };
}

// --- the tree (RFC 6962 section 2.1) ------------------------------------------------------------

const leafHash = (data) => sha256(Buffer.of(0), data);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

// The largest power of two below n.
function splitPoint(n) {
  let k = 1n;
  while (k * 2n < n) k *= 2n;
  return k;
}

function take(proof) {
  require_(proof.length > 0, 'the proof is too short');
  return proof.pop();
}

// The root of a tree of n leaves, from leaf m and its path, which is used up from its end.
function rootFromPath(m, n, leaf, path) {
  if (n === 1n) return leaf;
  const k = splitPoint(n);
  const other = take(path);
  return m < k
    ? nodeHash(rootFromPath(m, k, leaf, path), other)
    : nodeHash(other, rootFromPath(m - k, n - k, leaf, path));
}

function verifyInclusion(leaf, index, size, proof, root) {
  require_(index < size, 'the index is not in the tree');
  const path = [...proof];
  require_(rootFromPath(index, size, leaf, path).equals(root), 'another root');
  require_(path.length === 0, 'the proof is too long');
}

// The roots [of the first m leaves, of all n leaves] of a subtree.
function rootsFromProof(m, n, whole, oldRoot, proof) {
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

function verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof) {
  require_(oldSize <= newSize, 'the log shrank');
  if (oldSize === 0n) {
    require_(oldRoot.equals(sha256('')) && proof.length === 0, 'the empty tree');
    return;
  }
  const rest = [...proof];
  const [old, now] = rootsFromProof(oldSize, newSize, true, oldRoot, rest);
  require_(rest.length === 0, 'the proof is too long');
  require_(old.equals(oldRoot) && now.equals(newRoot), 'other roots');
}

// --- tlog-proof ---------------------------------------------------------------------------------

function verifyProof(bytes, leaf, keys) {
  let rest = bytes;
  const takeLine = () => {
    const end = rest.indexOf(0x0a);
    require_(end >= 0, 'a line is missing');
    const line = strictUtf8(rest.subarray(0, end));
    rest = rest.subarray(end + 1);
    return line;
  };
  require_(takeLine() === 'c2sp.org/tlog-proof@v1', 'another first line');
  let line = takeLine();
  if (line.startsWith('extra ')) {
    require_(strictBase64(line.slice(6)).length > 0, 'extra without data');
    line = takeLine();
  }
  require_(line.startsWith('index '), 'no index');
  const index = decimal(line.slice(6));
  const hashes = [];
  for (line = takeLine(); line !== ''; line = takeLine()) {
    require_(hashes.length < 63, 'too many hashes');
    hashes.push(hashOfBase64(line));
  }
  const head = verifyCheckpoint(rest, keys);
  verifyInclusion(leaf, index, head.size, hashes, head.root);
}

// --- the vectors --------------------------------------------------------------------------------

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, '../../../docs/formats/vectors');
let passed = 0;
let failed = 0;

const read = (name) => readFileSync(join(folder, name));
const lines = (name) => read(name).toString('utf8').split('\n').filter((line) => line !== '');
const hashes = (joined) => joined.split(',').filter(Boolean).map((hex) => Buffer.from(hex, 'hex'));

// Runs one case. Any other exception than Refused is a fault of this program and counts as failed.
function check(name, good, run) {
  let outcome = 'good';
  try {
    run();
  } catch (error) {
    outcome = error instanceof Refused ? `refused: ${error.message}` : `crashed: ${error.stack}`;
  }
  const right = good ? outcome === 'good' : outcome.startsWith('refused');
  right ? ++passed : ++failed;
  if (!right) console.error(`FAILED ${name}: should be ${good ? 'good' : 'refused'}, ${outcome}`);
}

function checkCheckpoints() {
  const keys = lines('checkpoint/trusted-keys.txt').map(parseKey);
  for (const line of lines('checkpoint/cases.tsv')) {
    const [file, verdict, expected] = line.split('\t');
    check(file, verdict === 'good', () => {
      const head = verifyCheckpoint(read(`checkpoint/${file}`), keys);
      const found = `size=${head.size} root=${head.root.toString('hex')} witnesses=${head.witnesses}`;
      if (verdict === 'good' && found !== expected) throw new Error(`${found}, not ${expected}`);
    });
  }
}

function checkProofs() {
  const keys = lines('proof/trusted-keys.txt').map(parseKey);
  for (const line of lines('proof/cases.tsv')) {
    const [file, verdict, note] = line.split('\t');
    const leaf = leafHash(Buffer.from(/^leaf=([0-9a-f]*)/.exec(note)[1], 'hex'));
    check(file, verdict === 'good', () => verifyProof(read(`proof/${file}`), leaf, keys));
  }
}

function checkTable(name, run) {
  lines(name).forEach((line, number) => {
    const [verdict, a, b, left, right, proof] = line.split('\t');
    const [x, y] = [left, right].map((hex) => Buffer.from(hex, 'hex'));
    check(`${name}:${number + 1}`, verdict === 'good', () =>
      run(BigInt(a), BigInt(b), x, y, hashes(proof)));
  });
}

checkCheckpoints();
checkProofs();
checkTable('proof/inclusion.tsv', (index, size, leaf, root, proof) =>
  verifyInclusion(leaf, index, size, proof, root));
checkTable('proof/consistency.tsv', (oldSize, newSize, oldRoot, newRoot, proof) =>
  verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
