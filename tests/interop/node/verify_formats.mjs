// Checks the committed vectors of header, acknowledgement, key statement, guidance, evidence and leaf with
// nothing of Rogatoria: node's built-ins and the pages of docs/formats. Good ones must be read, with
// what cases.tsv says to be in them; bad ones must be refused.
//
//   node tests/interop/node/verify_formats.mjs [docs/formats/vectors]
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACKNOWLEDGEMENT, GUIDANCE, KEY_STATEMENT, Refused, demand, readSigned } from './formats_wire.mjs';
import { grammar, readHeader } from './formats_header.mjs';
import { readAudit, readEvidence, readLeaf } from './formats_texts.mjs';
import { verifyDetached } from './signature_formats.mjs';
import { readCertificate } from './x509.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.argv[2] ?? join(here, '../../../docs/formats/vectors');
const load = (...names) => readFileSync(join(root, ...names));
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

// --- header and acknowledgement -----------------------------------------------------------------

function headerFacts(buffer) {
  const h = readHeader(buffer);
  return {
    act: h.act_id, kind: `${h.kind}`, recipients: `${h.recipients.length}`, measures: `${h.measures.length}`,
    documents: `${h.documents.length}`, sha256: sha256(buffer).toString('hex'),
  };
}

function acknowledgementFacts(buffer) {
  const a = readSigned(buffer, 'rogatoria-acknowledgement v1', ACKNOWLEDGEMENT);
  demand(grammar.trustDomain(a.trust_domain) && grammar.actId(a.act_id), 'trust_domain, act_id');
  demand(a.header_sha256.length === 32 && grammar.authority(a.recipient), 'header_sha256, recipient');
  demand(a.acknowledged_unix_ms > 0n, 'acknowledged_unix_ms');
  return {
    act: a.act_id, recipient: a.recipient, instant: `${a.acknowledged_unix_ms}`,
    sha256: sha256(buffer).toString('hex'),
  };
}

// --- key statements -----------------------------------------------------------------------------

function checkSignature(keyDer, message, signature) {
  let key;
  try {
    key = createPublicKey({ key: keyDer, format: 'der', type: 'spki' });
  } catch {
    throw new Refused('no public key');
  }
  demand(key.export({ format: 'der', type: 'spki' }).equals(keyDer), 'not the DER of the key');
  const p256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails.namedCurve === 'prime256v1';
  demand(p256 || key.asymmetricKeyType === 'ed25519', 'kind of key');
  demand(verify(p256 ? 'sha256' : null, message, key, signature), 'signature');
}

function readStatement(text) {
  const leaf = readLeaf(text);
  demand(leaf.type === 'key-statement', 'type');
  const statement = Buffer.from(leaf.statement, 'base64');
  const key = Buffer.from(leaf['identity-key'], 'base64');
  const body = readSigned(statement, 'rogatoria-key-statement v1', KEY_STATEMENT);
  demand(grammar.trustDomain(body.trust_domain) && grammar.authority(body.authority), 'trust_domain, authority');
  demand(body.certificate_sha256.length === 32, 'certificate_sha256');
  demand(body.purpose >= 1n && body.purpose <= 5n, 'purpose');
  demand(body.not_before_unix_ms > 0n && body.not_after_unix_ms > body.not_before_unix_ms, 'validity');
  demand([0, 32].includes(body.previous_sha256.length), 'previous_sha256');
  checkSignature(key, statement, Buffer.from(leaf.signature, 'base64'));
  return { body, digest: sha256(statement), identity: sha256(key).toString('hex') };
}

function chainFacts(texts) {
  const [domain, authority, identity] = load('key-statement', 'trusted-identity.txt').toString().trim().split(' ');
  let previous = Buffer.alloc(0);
  const standing = new Map();
  for (const text of texts) {
    const one = readStatement(text);
    demand(one.identity === identity, 'another identity key');
    demand(one.body.trust_domain === domain && one.body.authority === authority, 'another authority');
    demand(one.body.previous_sha256.equals(previous), 'does not follow');
    previous = one.digest;
    standing.set(`${one.body.purpose} ${one.body.certificate_sha256.toString('hex')}`, one.body.revoked === 0n);
  }
  return { statements: `${texts.length}`, standing: `${[...standing.values()].filter(Boolean).length}` };
}

function keyStatementFacts(buffer, name) {
  const start = 'rogatoria-leaf v1\n';
  const texts = buffer.toString('latin1').split(start).slice(1).map((t) => Buffer.from(start + t, 'latin1'));
  if (name.includes('chain')) return chainFacts(texts);
  demand(texts.length === 1, 'one statement');
  const { body } = readStatement(texts[0]);
  return {
    authority: body.authority, purpose: `${body.purpose}`, revoked: `${body.revoked}`,
    certificate: body.certificate_sha256.toString('hex'),
  };
}

// --- guidance -----------------------------------------------------------------------------------

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

// Version 1 follows nothing, every other one the version before it.
function checkVersion(g) {
  demand(g.version >= 1n && g.version <= 999999n, 'version');
  demand(g.supersedes_sha256.length === (g.version === 1n ? 0 : 32), 'supersedes_sha256');
}

function guidanceFacts(buffer, name) {
  demand(buffer.length <= 40 * 1024, 'larger than 40 KiB');
  const g = readSigned(buffer, 'rogatoria-guidance v1', GUIDANCE);
  demand(grammar.trustDomain(g.trust_domain), 'trust_domain');
  const [authority, ...rest] = g.id.split('/');
  demand(grammar.authority(authority) && /^[a-z0-9-]{1,64}$/.test(rest.join('/')), 'id');
  checkVersion(g);
  demand(/^[A-Z]{2}$/.test(g.country), 'country');
  demand(g.instrument === '' || grammar.instrument(g.instrument), 'instrument');
  demand(g.measures.length <= 64 && g.measures.every(grammar.measureCode), 'measures');
  demand(g.measures.every((code, i) => i === 0 || code > g.measures[i - 1]), 'order of measures');
  demand(grammar.language(g.language), 'language');
  demand(g.published_unix_ms > 0n && g.published_unix_ms <= 253402300799999n, 'published_unix_ms');
  const size = (text) => Buffer.byteLength(text);
  demand(size(g.title) >= 1 && size(g.title) <= 200 && !/\n/.test(g.title) && !CONTROL.test(g.title), 'title');
  demand(size(g.text) >= 1 && size(g.text) <= 32 * 1024 && !CONTROL.test(g.text), 'text');
  if (name === 'good-first.bin') checkSealed(buffer);
  return {
    id: g.id, version: `${g.version}`, country: g.country, measures: `${g.measures.length}`, language: g.language,
    sha256: sha256(buffer).toString('hex'),
  };
}

// The committed signature is over these bytes and no others, under the CA of the signature vectors.
function checkSealed(buffer) {
  const pem = load('signature', 'ca.pem').toString('latin1').replace(/-----[^-]+-----/g, '');
  const anchor = readCertificate(Buffer.from(pem, 'base64'));
  const signature = load('guidance', 'good-first.bin.p7s');
  const holds = (bytes) => {
    try {
      verifyDetached(signature, bytes, anchor, new Set(), 1795521600000);
      return true;
    } catch {
      return false;
    }
  };
  demand(holds(buffer) && !holds(load('guidance', 'good-second.bin')), 'signature');
}

// --- evidence and leaf --------------------------------------------------------------------------

function evidenceFacts(buffer) {
  return buffer.toString('latin1').startsWith('rogatoria-audit ') ? readAudit(buffer) : readEvidence(buffer);
}

function leafFacts(buffer, name, expected) {
  const leaf = readLeaf(buffer);
  if (expected?.salt === undefined) return leaf;
  const record = load('evidence', expected.record);
  const commitment = createHmac('sha256', Buffer.from(expected.salt, 'hex')).update(record).digest('base64');
  demand(commitment === leaf.commitment, 'the commitment is not HMAC-SHA-256(salt, record)');
  return { ...leaf, salt: expected.salt, record: expected.record };
}

// --- the cases ----------------------------------------------------------------------------------

const READERS = {
  header: headerFacts,
  acknowledgement: acknowledgementFacts,
  'key-statement': keyStatementFacts,
  guidance: guidanceFacts,
  evidence: evidenceFacts,
  leaf: leafFacts,
};

const factsOf = (text) => Object.fromEntries(text.split(' ').map((fact) => fact.split(/=(.*)/s).slice(0, 2)));

// What is wrong with our reading of one case; empty if nothing.
function judge(folder, name, verdict, text) {
  const expected = verdict === 'good' ? factsOf(text) : undefined;
  let found;
  try {
    found = READERS[folder](load(folder, name), name, expected);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return verdict === 'bad' ? '' : `refused: ${error.message}`;
  }
  if (verdict === 'bad') return `accepted, although ${text}`;
  const wrong = Object.entries(expected).find(([key, value]) => found[key] !== value);
  return wrong === undefined ? '' : `${wrong[0]} is ${found[wrong[0]]}, not ${wrong[1]}`;
}

let passed = 0;
let failed = 0;
for (const folder of Object.keys(READERS)) {
  for (const line of load(folder, 'cases.tsv').toString().trim().split('\n')) {
    const [name, verdict, , text] = line.split('\t');
    const problem = judge(folder, name, verdict, text);
    if (problem === '') passed += 1;
    else failed += 1;
    if (problem !== '') console.log(`FAIL ${folder}/${name}: ${problem}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
