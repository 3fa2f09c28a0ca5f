// Verifies a receipt with node:crypto and the format page alone: commitment, leaf, inclusion path, checkpoint
// signature. Written from docs/formats; shares nothing with the C++ verifier.
import crypto from 'node:crypto';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), crypto.createHash('sha256')).digest();
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function splitReceipt(file) {
  const text = file.toString('utf8');
  const gap = text.indexOf('\n\n');
  const head = text.slice(0, gap + 1).split('\n');
  if (head[0] !== 'rogatoria-receipt v1' || !head[1].startsWith('salt ')) throw new Error('not a receipt');
  return {
    salt: Buffer.from(head[1].slice(5), 'base64'),
    evidence: Buffer.from(head.slice(2).join('\n')),
    proof: text.slice(gap + 2),
  };
}

function parseProof(text) {
  const gap = text.indexOf('\n\n');
  const lines = text.slice(0, gap).split('\n');
  if (lines[0] !== 'c2sp.org/tlog-proof@v1') throw new Error('not a tlog-proof');
  return {
    index: Number(lines[1].replace('index ', '')),
    hashes: lines.slice(2).map((line) => Buffer.from(line, 'base64')),
    note: text.slice(gap + 2),
  };
}

/** RFC 9162 section 2.1.3.2. */
function rootFrom(leafHash, index, size, hashes) {
  let fn = index, sn = size - 1, root = leafHash;
  for (const hash of hashes) {
    if (sn === 0) throw new Error('proof too long');
    if (fn % 2 === 1 || fn === sn) {
      root = sha256(NODE, hash, root);
      while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else {
      root = sha256(NODE, root, hash);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  if (sn !== 0) throw new Error('proof too short');
  return root;
}

function verifyNote(note, verifierKey) {
  const [name, id, key] = [verifierKey.slice(0, verifierKey.indexOf('+')), ...verifierKey.slice(verifierKey.indexOf('+') + 1).split(/\+(.*)/s)];
  const raw = Buffer.from(key, 'base64');
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const publicKey = crypto.createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw.subarray(1)]), format: 'der', type: 'spki' });
  for (const line of note.slice(split + 2).split('\n').filter(Boolean)) {
    const [, signer, base64] = line.split(' ');
    const blob = Buffer.from(base64, 'base64');
    if (signer !== name || blob.subarray(0, 4).toString('hex') !== id) continue;
    if (crypto.verify(null, Buffer.from(text), publicKey, blob.subarray(4))) return text.split('\n');
  }
  throw new Error('no good signature of the log');
}

/** The evidence as an object of its lines, or an exception saying what does not hold. */
export function verifyReceipt(file, verifierKey) {
  const receipt = splitReceipt(file);
  const commitment = crypto.createHmac('sha256', receipt.salt).update(receipt.evidence).digest('base64');
  const leaf = Buffer.from(`rogatoria-leaf v1\ntype commitment\nclass evidence\ncommitment ${commitment}\n`);
  const proof = parseProof(receipt.proof);
  const [, size, root] = verifyNote(proof.note, verifierKey);
  const computed = rootFrom(sha256(LEAF, leaf), proof.index, Number(size), proof.hashes);
  if (computed.toString('base64') !== root) throw new Error('the path does not lead to the signed root');
  const lines = receipt.evidence.toString('utf8').trimEnd().split('\n').slice(1);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}
