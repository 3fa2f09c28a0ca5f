// The line texts of docs/formats/evidence.md and leaf.md, read strictly.
import { demand } from './formats_wire.mjs';
import { grammar } from './formats_header.mjs';

const KINDS = ['REQUEST', 'ACKNOWLEDGEMENT', 'CLARIFICATION_REQUEST', 'CLARIFICATION_REPLY', 'DECISION',
  'PROGRESS', 'EXECUTION_RESULT', 'WITHDRAWAL', 'CLOSURE', 'SPONTANEOUS_INFORMATION', 'FREE_FORM',
  'SUPPLEMENT', 'FORWARDING_NOTICE', 'RETURN', 'CONSULTATION', 'CONDITIONS', 'CONDITIONS_REPLY',
  'PROGRESS_QUERY', 'EVIDENCE_TRANSFER', 'RETURN_OF_ITEMS', 'USE_CONSENT_REQUEST', 'USE_CONSENT_REPLY',
  'EXCULPATORY_DISCLOSURE_NOTICE', 'CONFIDENTIALITY_IMPOSSIBLE', 'CHANNEL_CHANGE_NOTICE', 'SUSPENSION',
  'RISK_ALERT', 'INFORMAL_CONSULTATION', 'DRAFT_REQUEST_REVIEW', 'DATA_PRESERVATION',
  'PRESERVATION_CONFIRMATION', 'PRESERVATION_EXTENSION', 'PRESERVATION_EXPIRY', 'PRESERVATION_FOLLOW_UP',
  'JIT_PROPOSAL', 'JIT_AGREEMENT', 'JIT_EXTENSION', 'COORDINATION_MEETING', 'OPENING',
  'CONSULTATION_REPLY', 'DISCREPANCY_NOTICE'];
const EVENTS = ['A.1', 'A.2', 'B.1', 'B.2', 'B.3', 'D.1', 'D.2', 'E.1', 'E.2', 'X.1'];
const OPERATIONS = ['COLLECTION', 'ALTERATION', 'CONSULTATION', 'DISCLOSURE', 'COMBINATION', 'ERASURE',
  'REFUSAL', 'REFUSAL_SUMMARY', 'ADMINISTRATION', 'NOTICE'];

const oneOf = (...names) => (t) => names.includes(t);
const optional = (check) => (t) => t === '-' || check(t);
const number = (t) => /^(0|[1-9][0-9]*)$/.test(t) && BigInt(t) < 1n << 64n;
const version = (t) => number(t) && t !== '0' && BigInt(t) < 1n << 32n;
const sha256 = (t) => /^[0-9a-f]{64}$/.test(t);
const word = (t) => /^[!-~]{1,255}$/.test(t);
const instant = (t) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(t) &&
  !Number.isNaN(Date.parse(t)) && new Date(t).toISOString() === t;

function escaped(t) {
  if (t === '-') return true;
  if (!/^([!-$&-~]|%[0-9A-F]{2})+$/.test(t)) return false;
  const needless = (hex) => {
    const byte = Number.parseInt(hex, 16);
    return byte > 0x20 && byte < 0x7f && byte !== 0x25;
  };
  return t === '%2D' || ![...t.matchAll(/%([0-9A-F]{2})/g)].some((m) => needless(m[1]));
}

function ordinals(t) {
  const numbers = t.split(',');
  return numbers.every((n, i) => version(n) && (i === 0 || BigInt(numbers[i - 1]) < BigInt(n)));
}

function base64(t) {
  return Buffer.from(t, 'base64').toString('base64') === t;
}
const bytes = (size) => (t) => base64(t) && Buffer.from(t, 'base64').length === size;

const EVIDENCE = [
  ['event', oneOf(...EVENTS)], ['instant', instant], ['trust-domain', optional(word)],
  ['governing-law', optional(word)], ['act', optional(grammar.actId)], ['case', optional(grammar.actId)],
  ['kind', oneOf(...KINDS)], ['case-position', number],
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
const MISSED = [
  ['clock', grammar.measureCode], ['deadline-profile', (t) => t !== '-' && word(t)], ['due', instant],
  ['measures', optional(ordinals)], ['concerned', grammar.authority],
];
const AUDIT = [
  ['operation', oneOf(...OPERATIONS)], ['instant', instant], ['principal', escaped], ['method', escaped],
  ['object', escaped], ['outcome', escaped], ['count', number],
];
const LEAVES = {
  commitment: [['type', () => true], ['class', oneOf('evidence', 'audit')], ['commitment', bytes(32)]],
  'key-statement': [['type', () => true], ['statement', base64], ['signature', base64], ['identity-key', base64]],
  origin: [['type', () => true], ['reason', oneOf('FIRST', 'YEAR', 'RESTORE', 'KEY')],
    ['previous-origin', optional(word)], ['previous-size', number], ['previous-root', optional(bytes(32))]],
};

// Lines `name value` in exactly this order; an object of them.
function readLines(text, firstLine, rules) {
  demand(/^[\n -~]*$/.test(text) && text.endsWith('\n'), 'not lines of printable ASCII');
  const lines = text.split('\n');
  demand(lines.length === rules.length + 2 && lines[0] === firstLine, 'first line or number of lines');
  const values = {};
  rules.forEach(([name, accepts], i) => {
    const line = lines[i + 1];
    demand(line.startsWith(`${name} `), `a line ${name} belongs here`);
    const value = line.slice(name.length + 1);
    demand(/^[!-~]+$/.test(value) && accepts(value), name);
    values[name] = value;
  });
  return values;
}

export function readEvidence(buffer) {
  const text = buffer.toString('latin1');
  const rules = /^[^\n]*\nevent X\.1\n/.test(text) ? [...EVIDENCE, ...MISSED] : EVIDENCE;
  return readLines(text, 'rogatoria-evidence v1', rules);
}

export function readAudit(buffer) {
  return readLines(buffer.toString('latin1'), 'rogatoria-audit v1', AUDIT);
}

export function readLeaf(buffer) {
  const text = buffer.toString('latin1');
  const type = /^[^\n]*\ntype ([a-z-]+)\n/.exec(text)?.[1];
  demand(type !== undefined && Object.hasOwn(LEAVES, type), 'type');
  const leaf = readLines(text, 'rogatoria-leaf v1', LEAVES[type]);
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
