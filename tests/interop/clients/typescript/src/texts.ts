// Texts of lines: evidence and audit record (docs/formats/evidence.md), leaf (docs/formats/leaf.md).
import { grammar } from './header.js';
import { demand as must } from './refused.js';

const demand = (condition: unknown, why: string): void => must(condition, 'TEXT_MALFORMED', why);

const EVENTS = ['A.1', 'A.2', 'B.1', 'B.2', 'B.3', 'D.1', 'D.2', 'E.1', 'E.2', 'X.1'];
const OPERATIONS = ['COLLECTION', 'ALTERATION', 'CONSULTATION', 'DISCLOSURE', 'COMBINATION', 'ERASURE',
  'REFUSAL', 'REFUSAL_SUMMARY', 'ADMINISTRATION', 'NOTICE'];

type Check = (text: string) => boolean;
type Rules = [name: string, accepts: Check][];
/** Values by the names of their lines. */
export type Lines = Record<string, string>;

const oneOf = (...names: string[]): Check => (t) => names.includes(t);
const optional = (check: Check): Check => (t) => t === '-' || check(t);
const number: Check = (t) => /^(0|[1-9][0-9]*)$/.test(t) && BigInt(t) < 1n << 64n;
const version: Check = (t) => number(t) && t !== '0' && BigInt(t) < 1n << 32n;
const sha256: Check = (t) => /^[0-9a-f]{64}$/.test(t);
const word: Check = (t) => /^[!-~]{1,255}$/.test(t);
const instant: Check = (t) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(t) &&
  !Number.isNaN(Date.parse(t)) && new Date(t).toISOString() === t;

function escaped(t: string): boolean {
  if (t === '-') return true;
  if (!/^([!-$&-~]|%[0-9A-F]{2})+$/.test(t)) return false;
  const needless = (hex: string): boolean => {
    const byte = Number.parseInt(hex, 16);
    return byte > 0x20 && byte < 0x7f && byte !== 0x25;
  };
  return t === '%2D' || ![...t.matchAll(/%([0-9A-F]{2})/g)].some((m) => needless(m[1] ?? ''));
}

function ordinals(t: string): boolean {
  const numbers = t.split(',');
  return numbers.every((n, i) => version(n) && (i === 0 || BigInt(numbers[i - 1] ?? 0) < BigInt(n)));
}

/** The bytes, if an encoder would have written just this. */
export function strictBase64(text: string, size?: number): Buffer {
  const bytes = Buffer.from(text, 'base64');
  demand(bytes.toString('base64') === text && (size === undefined || bytes.length === size), 'base64');
  return bytes;
}
const base64: Check = (t) => Buffer.from(t, 'base64').toString('base64') === t;
const bytes = (size: number): Check => (t) => base64(t) && Buffer.from(t, 'base64').length === size;

const EVIDENCE: Rules = [
  ['event', oneOf(...EVENTS)], ['instant', instant], ['trust-domain', optional(word)],
  ['governing-law', optional(word)], ['act', optional(grammar.actId)], ['case', optional(grammar.actId)],
  ['kind', grammar.kind], ['case-position', number],
  ['disposition', oneOf('IN_SEQUENCE', 'OUT_OF_SEQUENCE', 'CROSSED', 'REFUSED')],
  ['sender', optional(grammar.authority)], ['recipient', optional(grammar.authority)],
  ['channel-class', oneOf('FORMAL', 'INTERINSTITUTIONAL', 'INFORMAL')],
  ['legal-basis', optional(grammar.instrument)], ['channel-basis', optional(grammar.instrument)],
  ['effect', oneOf('NO_FORMAL_EFFECT', 'INTERINSTITUTIONAL', 'FORMAL', 'FORMAL_ORIGINAL',
    'FORMAL_UNSETTLED')],
  ['header-sha256', optional(sha256)], ['content-sha256', optional(sha256)], ['signer-sha256', optional(sha256)],
  ['signed-by', oneOf('USER', 'ORGANISATION_SEAL')], ['legal-date', optional(grammar.day)],
  ['legal-date-rule', optional(grammar.measureCode)], ['time-zone', optional(word)], ['calendar', optional(word)],
  ['calendar-version', optional(version)], ['calendar-sha256', optional(sha256)], ['tzdata', optional(word)],
  ['reason', optional(grammar.measureCode)], ['acknowledgement-sha256', optional(sha256)],
];
// An X.1 has these lines as well.
const MISSED: Rules = [
  ['clock', grammar.measureCode], ['deadline-profile', (t) => t !== '-' && word(t)], ['due', instant],
  ['measures', optional(ordinals)], ['concerned', grammar.authority],
];
const AUDIT: Rules = [
  ['operation', oneOf(...OPERATIONS)], ['instant', instant], ['principal', escaped], ['method', escaped],
  ['object', escaped], ['outcome', escaped], ['count', number],
];
// A step of a document's custody has these lines as well.
const CUSTODY: Rules = [
  ['custody', oneOf('UPLOADED', 'ATTACHED', 'DOWNLOADED', 'OPENED', 'FORWARDED', 'ERASED', 'READ_WHOLE')],
  ['concerned', optional(grammar.authority)],
];
const LEAVES: Record<string, Rules> = {
  commitment: [['type', () => true], ['class', oneOf('evidence', 'audit')], ['commitment', bytes(32)]],
  'key-statement': [['type', () => true], ['statement', base64], ['signature', base64], ['identity-key', base64]],
  origin: [['type', () => true], ['reason', oneOf('FIRST', 'YEAR', 'RESTORE', 'KEY')],
    ['previous-origin', optional(word)], ['previous-size', number], ['previous-root', optional(bytes(32))]],
};

// Lines `name value` in exactly this order; an object of them.
function readLines(text: string, firstLine: string, rules: Rules): Lines {
  demand(/^[\n -~]*$/.test(text) && text.endsWith('\n'), 'not lines of printable ASCII');
  const lines = text.split('\n');
  demand(lines.length === rules.length + 2 && lines[0] === firstLine, 'first line or number of lines');
  const values: Lines = {};
  rules.forEach(([name, accepts], i) => {
    const line = lines[i + 1] ?? '';
    demand(line.startsWith(`${name} `), `a line ${name} belongs here`);
    const value = line.slice(name.length + 1);
    demand(/^[!-~]+$/.test(value) && accepts(value), name);
    values[name] = value;
  });
  return values;
}

export function readEvidence(buffer: Buffer): Lines {
  const text = buffer.toString('latin1');
  const rules = /^[^\n]*\nevent X\.1\n/.test(text) ? [...EVIDENCE, ...MISSED] : EVIDENCE;
  return readLines(text, 'rogatoria-evidence v1', rules);
}

export function readAudit(buffer: Buffer): Lines {
  const text = buffer.toString('latin1');
  const rules = /\ncustody /.test(text) ? [...AUDIT, ...CUSTODY] : AUDIT;
  return readLines(text, 'rogatoria-audit v1', rules);
}

export function readLeaf(buffer: Buffer): Lines {
  const text = buffer.toString('latin1');
  const type = /^[^\n]*\ntype ([a-z-]+)\n/.exec(text)?.[1];
  const rules = type !== undefined && Object.hasOwn(LEAVES, type) ? LEAVES[type] : undefined;
  must(rules && buffer.length <= 65535, 'TEXT_MALFORMED', 'type');
  const leaf = readLines(text, 'rogatoria-leaf v1', rules);
  if (type === 'key-statement') {
    for (const name of ['statement', 'signature', 'identity-key']) demand(leaf[name] !== '-', name);
  }
  if (type === 'origin') {
    const none = leaf['previous-origin'] === '-' && leaf['previous-size'] === '0' && leaf['previous-root'] === '-';
    const all = leaf['previous-origin'] !== '-' && leaf['previous-size'] !== '0' && leaf['previous-root'] !== '-';
    demand(leaf.reason === 'FIRST' ? none : all, 'the log before');
  }
  return leaf;
}

export function evidenceLeaf(commitment: Buffer): Buffer {
  return Buffer.from(`rogatoria-leaf v1\ntype commitment\nclass evidence\ncommitment ${commitment.toString('base64')}\n`);
}

export function keyStatementLeaf(statement: { statement: Buffer; signature: Buffer; identityKey: Buffer }): Buffer {
  const [said, signature, key] = [statement.statement, statement.signature, statement.identityKey]
    .map((part) => part.toString('base64'));
  return Buffer.from(`rogatoria-leaf v1\ntype key-statement\nstatement ${said}\nsignature ${signature}\nidentity-key ${key}\n`);
}
