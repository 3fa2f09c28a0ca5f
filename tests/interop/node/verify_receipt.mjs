// Checks the committed receipts with nothing of Rogatoria: node's own modules and the pages
// docs/formats/receipt.md, evidence.md, leaf.md, proof.md and checkpoint.md. Good ones must pass, bad
// ones must be refused.
//
//   node tests/interop/node/verify_receipt.mjs                     the committed vectors
//   node tests/interop/node/verify_receipt.mjs RECEIPT LOG_KEYS    one receipt
//
// Shares no code with the C++ library nor with verify_log.mjs; the root is found by recursion over the
// tree, not by climbing.
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_RECEIPT_BYTES = 160 * 1024;

class Refused extends Error {}
const must = (condition, why) => {
  if (!condition) throw new Refused(why);
};

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();

function base64(text, size) {
  const bytes = Buffer.from(text, 'base64');
  must(bytes.toString('base64') === text, 'base64 that no encoder writes');
  must(size === undefined || bytes.length === size, `not ${size} bytes`);
  return bytes;
}

function number(text) {
  must(/^(0|[1-9][0-9]{0,18})$/.test(text), 'not a number');
  return BigInt(text);
}

// --- the evidence: names of its lines in order, and what each value looks like (evidence.md) ----------

const ACT = /^[a-z][a-z0-9-]{1,31}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const AUTHORITY = /^[a-z][a-z0-9-]{1,31}$/;
const SHA = /^[0-9a-f]{64}$/;
const WORD = /^[!-~]{1,255}$/;
const CODE = /^[A-Z][A-Z0-9_]{0,39}$/;
const INSTRUMENT = /^[A-Z0-9][A-Z0-9-]{0,39}$/;
const optional = (pattern) => new RegExp(`^-$|${pattern.source}`);

const EVIDENCE_LINES = [
  ['event', /^(A\.[12]|B\.[123]|D\.[12]|E\.[12]|X\.1)$/],
  ['instant', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ['trust-domain', WORD],
  ['governing-law', WORD],
  ['act', ACT],
  ['case', ACT],
  ['kind', CODE],
  ['case-position', /^(0|[1-9][0-9]*)$/],
  ['disposition', /^(IN_SEQUENCE|OUT_OF_SEQUENCE|CROSSED|REFUSED)$/],
  ['sender', AUTHORITY],
  ['recipient', optional(AUTHORITY)],
  ['channel-class', /^(FORMAL|INTERINSTITUTIONAL|INFORMAL)$/],
  ['legal-basis', optional(INSTRUMENT)],
  ['channel-basis', optional(INSTRUMENT)],
  ['effect', /^(NO_FORMAL_EFFECT|INTERINSTITUTIONAL|FORMAL|FORMAL_ORIGINAL|FORMAL_UNSETTLED)$/],
  ['header-sha256', SHA],
  ['content-sha256', SHA],
  ['signer-sha256', SHA],
  ['signed-by', /^(USER|ORGANISATION_SEAL)$/],
  ['legal-date', /^(-|\d{4}-\d\d-\d\d)$/],
  ['legal-date-rule', optional(CODE)],
  ['time-zone', WORD],
  ['calendar', WORD],
  ['calendar-version', /^(-|[1-9][0-9]*)$/],
  ['calendar-sha256', optional(SHA)],
  ['tzdata', WORD],
  ['reason', optional(CODE)],
  ['acknowledgement-sha256', optional(SHA)],
];

// What follows in an X.1, a missed deadline, and in nothing else.
const MISSED_LINES = [
  ['clock', CODE],
  ['deadline-profile', WORD],
  ['due', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ['measures', /^(-|[1-9][0-9]*(,[1-9][0-9]*)*)$/],
  ['concerned', AUTHORITY],
];

function parseEvidence(lines) {
  must(lines[0] === 'rogatoria-evidence v1', 'not an evidence');
  const rules = lines[1] === 'event X.1' ? [...EVIDENCE_LINES, ...MISSED_LINES] : EVIDENCE_LINES;
  must(lines.length === rules.length + 1, 'number of lines');
  const evidence = {};
  rules.forEach(([name, pattern], i) => {
    const line = lines[i + 1];
    must(line.startsWith(`${name} `), `expected the line ${name}`);
    const value = line.slice(name.length + 1);
    must(pattern.test(value), `a bad value of ${name}`);
    evidence[name] = value;
  });
  return evidence;
}

// --- the parts of the file ---------------------------------------------------------------------------

function parseReceipt(bytes) {
  must(bytes.length <= MAX_RECEIPT_BYTES, 'too large');
  const text = bytes.toString('utf8');
  must(Buffer.from(text, 'utf8').equals(bytes), 'not UTF-8');
  must(!/[\u0000-\u0009\u000b-\u001f]/.test(text), 'a control character');
  must(text.endsWith('\n'), 'no line feed at the end');
  const lines = text.slice(0, -1).split('\n');
  const take = () => {
    must(lines.length > 0, 'it ends too early');
    return lines.shift();
  };
  const takeUntilEmpty = () => {
    const taken = [];
    for (let line = take(); line !== ''; line = take()) taken.push(line);
    return taken;
  };
  must(take() === 'rogatoria-receipt v1', 'not a receipt');
  const saltLine = take();
  must(saltLine.startsWith('salt '), 'no salt');
  const evidenceLines = takeUntilEmpty();
  must(take() === 'c2sp.org/tlog-proof@v1', 'no proof');
  const indexLine = take();
  must(indexLine.startsWith('index '), 'no index');
  const hashes = takeUntilEmpty().map((line) => base64(line, 32));
  must(hashes.length <= 63, 'too many hashes');
  const head = takeUntilEmpty();
  must(head.length >= 3, 'a checkpoint has three lines');
  must(lines.length >= 1 && lines.length <= 32, 'number of signatures');
  return {
    salt: base64(saltLine.slice(5), 32),
    evidenceText: evidenceLines.join('\n') + '\n',
    evidence: parseEvidence(evidenceLines),
    index: number(indexLine.slice(6)),
    hashes,
    noteText: head.join('\n') + '\n',
    origin: head[0],
    size: number(head[1]),
    root: base64(head[2], 32),
    signatures: lines.map((line) => {
      const parts = line.split(' ');
      must(parts.length === 3 && parts[0] === '\u2014', 'text behind the checkpoint');
      const raw = base64(parts[2]);
      must(raw.length > 4, 'an empty signature');
      return { name: parts[1], id: raw.subarray(0, 4), value: raw.subarray(4) };
    }),
  };
}

// --- the tree ----------------------------------------------------------------------------------------

// The root of `size` leaves whose number `index` hashes to `leaf`; takes the path from its end.
function rootOf(index, size, leaf, path) {
  if (size === 1n) return leaf;
  let left = 1n;
  while (left * 2n < size) left *= 2n;
  must(path.length > 0, 'the proof is too short');
  const other = path.pop();
  return index < left
    ? sha256(Buffer.of(1), rootOf(index, left, leaf, path), other)
    : sha256(Buffer.of(1), other, rootOf(index - left, size - left, leaf, path));
}

// --- keys and signatures -----------------------------------------------------------------------------

function parseKey(text) {
  const [, name, id, material] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  must(name !== undefined, 'a malformed key');
  const typed = base64(material, 33);
  must(sha256(name, '\n', typed).subarray(0, 4).toString('hex') === id, 'a wrong key id');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: typed.subarray(1).toString('base64url') };
  return { name, id, type: typed[0], key: createPublicKey({ key: jwk, format: 'jwk' }) };
}

function checkSignature(signature, key, noteText) {
  if (key.type === 1) {
    must(verify(null, Buffer.from(noteText), key.key, signature.value), 'a bad signature');
    return;
  }
  must(key.type === 4 && signature.value.length === 72, 'a malformed cosignature');
  const message = `cosignature/v1\ntime ${signature.value.readBigUInt64BE(0)}\n${noteText}`;
  const rest = signature.value.subarray(8);
  must(verify(null, Buffer.from(message), key.key, rest), 'a bad cosignature');
}

// --- all of it ---------------------------------------------------------------------------------------

export function verifyReceipt(bytes, logKeys, witnessKeys) {
  const receipt = parseReceipt(bytes);
  const commitment = createHmac('sha256', receipt.salt).update(receipt.evidenceText).digest();
  const leaf =
    'rogatoria-leaf v1\ntype commitment\nclass evidence\n' +
    `commitment ${commitment.toString('base64')}\n`;
  must(receipt.index < receipt.size, 'the index is not in the tree');
  const path = [...receipt.hashes];
  const root = rootOf(receipt.index, receipt.size, sha256(Buffer.of(0), leaf), path);
  must(path.length === 0, 'the proof is too long');
  must(root.equals(receipt.root), 'another root');

  let bySelf = false;
  let witnesses = 0;
  for (const signature of receipt.signatures) {
    const known = [...logKeys, ...witnessKeys].find(
      (key) => key.name === signature.name && key.id === signature.id.toString('hex'));
    if (known === undefined) continue;
    checkSignature(signature, known, receipt.noteText);
    if (logKeys.includes(known)) bySelf ||= known.name === receipt.origin;
    else witnesses += 1;
  }
  must(bySelf, 'the log did not sign');
  const domain = receipt.evidence['trust-domain'];
  must(/^\/log\/(0|[1-9][0-9]*)$/.test(receipt.origin.slice(domain.length)) &&
         receipt.origin.startsWith(domain), 'a log of another hub');
  const level = witnesses > 0 ? 'WITNESSED' : 'BROKER';
  return `event=${receipt.evidence.event} index=${receipt.index} size=${receipt.size} level=${level}`;
}

const linesOf = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');

function checkVectors() {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder = join(here, '../../../docs/formats/vectors/receipt');
  const logKeys = linesOf(join(folder, 'log-keys.txt')).map(parseKey);
  const witnessKeys = linesOf(join(folder, 'witness-keys.txt')).map(parseKey);
  let passed = 0;
  let failed = 0;
  for (const line of linesOf(join(folder, 'cases.tsv'))) {
    const [file, verdict, expected] = line.split('\t');
    let said = '';
    let good = true;
    try {
      said = verifyReceipt(readFileSync(join(folder, file)), logKeys, witnessKeys);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      good = false;
      said = error.message;
    }
    if (good === (verdict === 'good') && (!good || said === expected)) {
      passed += 1;
    } else {
      failed += 1;
      console.log(`${file}: expected ${verdict} (${expected}), got ${good ? 'good' : 'bad'} (${said})`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

const [receiptFile, keyFile] = process.argv.slice(2);
if (receiptFile === undefined) {
  checkVectors();
} else {
  console.log(verifyReceipt(readFileSync(receiptFile), linesOf(keyFile).map(parseKey), []));
}
