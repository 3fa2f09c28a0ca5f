// The committed vectors of docs/formats, judged by this client (docs/integrators.md, the operation vector). Each function
// takes the request of one vector and gives what it found, by name; a bad one is Refused.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ACKNOWLEDGEMENT, readSigned } from './canonical.js';
import { Anchors, KeyPair, sha256 } from './certificate.js';
import { readGuidance } from './guidance.js';
import { grammar, readHeader } from './header.js';
import { checkChain, readStatement, type Statement } from './keys.js';
import { checkConsistency, checkInclusion, checkProof, Checkpoint, VerifierKey } from './log.js';
import { Receipt } from './receipt.js';
import { demand } from './refused.js';
import { Manifest, openKek, openSegment } from './seal.js';
import { verify } from './signature.js';
import { readAudit, readEvidence, readLeaf, strictBase64 } from './texts.js';

interface Request {
  format: string; file: string; trusted?: { trust_domain: string; authority: string; identity: string };
  salt?: string; record: string; log_keys: string[]; witness_keys: string[]; keys: string[];
  leaf: string; index: string; size: string; root: string; proof: string[];
  old_size: string; new_size: string; old_root: string; new_root: string;
  anchors: string; lists: string; message: string; at_unix_ms: number;
  certificate: string; key: string; kek: string; segments: string[];
}
type Facts = Record<string, unknown>;

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const digestOf = (path: string): string => sha256(readFileSync(path)).toString('hex');
const keysOf = (lines: string[]): VerifierKey[] => lines.map((line) => new VerifierKey(line));

function acknowledgement(request: Request): Facts {
  const a = readSigned(readFileSync(request.file), 'rogatoria-acknowledgement v1', ACKNOWLEDGEMENT) as {
    trust_domain: string; act_id: string; header_sha256: Buffer; recipient: string; acknowledged_unix_ms: bigint };
  demand(grammar.trustDomain(a.trust_domain) && grammar.actId(a.act_id) && a.header_sha256.length === 32 &&
    grammar.authority(a.recipient) && a.acknowledged_unix_ms > 0n, 'FIELD_INVALID');
  return { act: a.act_id, recipient: a.recipient, instant: a.acknowledged_unix_ms, sha256: digestOf(request.file) };
}

function statementOf(text: Buffer): Statement {
  const leaf = readLeaf(text);
  demand(leaf['type'] === 'key-statement', 'TEXT_MALFORMED', 'type');
  const [statement, signature, identityKey] = ['statement', 'signature', 'identity-key']
    .map((name) => strictBase64(leaf[name] ?? ''));
  return { statement: statement!, signature: signature!, identityKey: identityKey! };
}

function keyStatement(request: Request): Facts {
  const start = 'rogatoria-leaf v1\n';
  const [before, ...texts] = readFileSync(request.file, 'latin1').split(start);
  demand(before === '', 'TEXT_MALFORMED', 'bytes before the first statement');
  const statements = texts.map((text) => statementOf(Buffer.from(start + text, 'latin1')));
  if (request.trusted !== undefined) {
    const { trust_domain: domain, authority, identity } = request.trusted;
    return { statements: statements.length, standing: checkChain(statements, domain, authority, identity) };
  }
  const [only] = statements;
  demand(only && statements.length === 1, 'KEY_NOT_TRUSTED', 'one statement');
  const body = readStatement(only);
  return { authority: body.authority, purpose: body.purpose, revoked: body.revoked,
    certificate: body.certificate_sha256.toString('hex') };
}

function leaf(request: Request): Facts {
  const found = readLeaf(readFileSync(request.file));
  if (request.salt !== undefined) {
    const commitment = createHmac('sha256', hex(request.salt)).update(readFileSync(request.record)).digest();
    demand(commitment.equals(strictBase64(found['commitment'] ?? '')), 'RECEIPT_MISMATCH', 'commitment');
  }
  return found;
}

const JUDGES: Record<string, (request: Request) => Facts> = {
  acknowledgement, leaf, 'key-statement': keyStatement,
  header: ({ file }) => {
    const h = readHeader(readFileSync(file));
    return { act: h.act_id, kind: h.kind, recipients: h.recipients.length, measures: h.measures.length,
      documents: h.documents.length, sha256: digestOf(file) };
  },
  guidance: ({ file }) => {
    const g = readGuidance(readFileSync(file));
    return { id: g.id, version: g.version, country: g.country, measures: g.measures.length, language: g.language,
      sha256: digestOf(file) };
  },
  evidence: ({ file }) => {
    const bytes = readFileSync(file);
    return bytes.subarray(0, 16).toString('latin1') === 'rogatoria-audit ' ? readAudit(bytes) : readEvidence(bytes);
  },
  receipt: (r) => {
    const found = new Receipt(readFileSync(r.file), keysOf([...r.log_keys, ...r.witness_keys]));
    return { event: found.event, index: found.index, size: found.head.size, level: found.level };
  },
  checkpoint: (r) => {
    const head = new Checkpoint(readFileSync(r.file), keysOf(r.keys));
    return { size: head.size, root: head.root.toString('hex'), witnesses: head.witnesses };
  },
  proof: (r) => {
    checkProof(readFileSync(r.file), hex(r.leaf), keysOf(r.keys));
    return {};
  },
  inclusion: (r) => {
    checkInclusion(hex(r.leaf), BigInt(r.index), BigInt(r.size), r.proof.map(hex), hex(r.root));
    return {};
  },
  consistency: (r) => {
    checkConsistency(BigInt(r.old_size), BigInt(r.new_size), hex(r.old_root), hex(r.new_root), r.proof.map(hex));
    return {};
  },
  signature: (r) => {
    const anchors = new Anchors(r.anchors, r.lists);
    return { signer: verify(readFileSync(r.file), readFileSync(r.message), anchors, r.at_unix_ms).sha256.toString('hex') };
  },
  envelope: (r) => ({ clear: sha256(openKek(readFileSync(r.file), new KeyPair(r))).toString('hex') }),
  segment: (r) => ({ clear: sha256(openSegment(readFileSync(r.kek), readFileSync(r.file))).toString('hex') }),
  manifest: (r) => {
    const bytes = readFileSync(r.file);
    demand(Manifest.parse(bytes).text().equals(bytes), 'MANIFEST_MALFORMED', 'another text');
    return {};
  },
  object: (r) => {
    const segments = r.segments.map((path) => readFileSync(path));
    return { clear: sha256(Manifest.parse(readFileSync(r.file)).open(readFileSync(r.kek), segments)).toString('hex') };
  },
};

/** What was found in one vector, all of it as texts. */
export function judge(request: Request): Record<string, string> {
  const judgeOne = JUDGES[request.format];
  demand(judgeOne, 'UNSUPPORTED', request.format);
  return Object.fromEntries(Object.entries(judgeOne(request)).map(([name, value]) => [name, String(value)]));
}
