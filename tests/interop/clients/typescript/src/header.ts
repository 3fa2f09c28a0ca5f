// The header of an act: its fields and their rules (docs/formats/header.md).
import { ACT_HEADER, type Message, readSigned, writeSigned } from './canonical.js';
import { demand as must } from './refused.js';

export const FIRST_LINE = 'rogatoria-act-header v1';

export interface Digest extends Message { sealed_sha256: Buffer; sealed_size: bigint; clear_hmac_sha256: Buffer }
export interface SealedTo extends Message { certificate_sha256: Buffer; purpose: bigint }
export interface Recipient extends Message { authority: string; sealed_to: SealedTo[]; route_id: string }
export interface MeasureRef extends Message { ordinal: bigint; code: string; outcome: bigint }
export interface LegalBasis extends Message { instrument: string; article: string }
export interface Urgency extends Message { level: bigint; reason: bigint; wished_by_unix_ms: bigint }
export interface Header extends Message {
  trust_domain: string; act_id: string; case_id: string; sender: string; recipients: Recipient[];
  channel_class: bigint; legal_basis: LegalBasis | undefined; channel_basis: string; case_type: bigint; kind: bigint;
  measures: MeasureRef[]; urgency: Urgency | undefined; deadline_effect: bigint; data_class: bigint; language: string;
  in_reply_to: string; case_position_seen: bigint; training: bigint; content: Digest | undefined; documents: Digest[];
  identity_part: Digest | undefined; directory_log_size: bigint; created_unix_ms: bigint; insist: bigint;
  related_cases: string[]; originals_follow: bigint; confirmation_due: string;
}

const demand = (condition: unknown, field: string): void => must(condition, 'FIELD_INVALID', field);

// The table of kinds: [name, opens a case of type, recipients at least, at most, measures, outcomes, basis]. Measures:
// 2 required, 1 allowed, 0 none.
type Row = [name: string, opens: bigint, least: number, most: number, measures: number, outcomes: bigint[], basis: boolean];
const KINDS: Row[] = [
  ['REQUEST', 1n, 1, 1, 2, [0n], true],
  ['ACKNOWLEDGEMENT', 0n, 1, 1, 1, [0n], false],
  ['CLARIFICATION_REQUEST', 0n, 1, 1, 1, [0n], false],
  ['CLARIFICATION_REPLY', 0n, 1, 1, 1, [0n], false],
  ['DECISION', 0n, 1, 1, 2, [1n, 2n, 3n], false],
  ['PROGRESS', 0n, 1, 1, 1, [0n], false],
  ['EXECUTION_RESULT', 0n, 1, 1, 2, [4n, 5n, 6n], false],
  ['WITHDRAWAL', 0n, 1, 1, 1, [0n], false],
  ['CLOSURE', 0n, 1, 1, 1, [0n], false],
  ['SPONTANEOUS_INFORMATION', 2n, 1, 32, 0, [0n], false],
  ['FREE_FORM', 0n, 1, 32, 1, [0n], false],
  ['SUPPLEMENT', 0n, 1, 1, 1, [0n], false],
  ['FORWARDING_NOTICE', 0n, 2, 2, 1, [0n], false],
  ['RETURN', 0n, 1, 1, 1, [0n], false],
  ['CONSULTATION', 0n, 1, 1, 1, [0n], false],
  ['CONDITIONS', 0n, 1, 1, 2, [0n], false],
  ['CONDITIONS_REPLY', 0n, 1, 1, 2, [7n, 8n], false],
  ['PROGRESS_QUERY', 0n, 1, 1, 1, [0n], false],
  ['EVIDENCE_TRANSFER', 0n, 1, 1, 2, [9n, 10n], false],
  ['RETURN_OF_ITEMS', 0n, 1, 1, 1, [0n], false],
  ['USE_CONSENT_REQUEST', 0n, 1, 1, 1, [0n], false],
  ['USE_CONSENT_REPLY', 0n, 1, 1, 1, [0n], false],
  ['EXCULPATORY_DISCLOSURE_NOTICE', 0n, 1, 32, 1, [0n], false],
  ['CONFIDENTIALITY_IMPOSSIBLE', 0n, 1, 1, 1, [0n], false],
  ['CHANNEL_CHANGE_NOTICE', 0n, 1, 32, 1, [0n], false],
  ['SUSPENSION', 0n, 1, 1, 1, [0n], false],
  ['RISK_ALERT', 2n, 1, 32, 0, [0n], false],
  ['INFORMAL_CONSULTATION', 3n, 1, 1, 0, [0n], false],
  ['DRAFT_REQUEST_REVIEW', 3n, 1, 1, 0, [0n], false],
  ['DATA_PRESERVATION', 4n, 1, 1, 2, [0n], true],
  ['PRESERVATION_CONFIRMATION', 0n, 1, 1, 1, [0n], false],
  ['PRESERVATION_EXTENSION', 0n, 1, 1, 1, [0n], false],
  ['PRESERVATION_EXPIRY', 0n, 1, 1, 1, [0n], false],
  ['PRESERVATION_FOLLOW_UP', 0n, 1, 1, 1, [0n], false],
  ['JIT_PROPOSAL', 5n, 1, 32, 0, [0n], true],
  ['JIT_AGREEMENT', 0n, 1, 32, 1, [0n], false],
  ['JIT_EXTENSION', 0n, 1, 32, 1, [0n], false],
  ['COORDINATION_MEETING', 0n, 1, 32, 1, [0n], false],
  ['OPENING', 0n, 1, 1, 0, [0n], false],
  ['CONSULTATION_REPLY', 0n, 1, 1, 1, [0n], false],
  ['DISCREPANCY_NOTICE', 0n, 1, 1, 1, [0n], false],
  ['DETECTION_REPORT', 6n, 1, 1, 0, [0n], false],
  ['VICTIM_IDENTIFICATION_NOTICE', 6n, 1, 1, 0, [0n], false],
  ['VICTIM_REFERRAL', 6n, 1, 1, 0, [0n], false],
  ['PROTECTION_REQUEST', 6n, 1, 1, 0, [0n], false],
  ['SHELTER_PLACEMENT', 6n, 1, 1, 0, [0n], false],
  ['RETURN_COORDINATION', 6n, 1, 1, 0, [0n], false],
  ['REPARATION_STATUS', 0n, 1, 1, 1, [0n], false],
  ['INTERSECTORAL_REFERRAL', 6n, 1, 1, 0, [0n], false],
  ['REFERRAL_ANSWER', 0n, 1, 1, 2, [7n, 8n], false],
  ['REFERRAL_FEEDBACK', 0n, 1, 1, 1, [0n], false],
  ['FOLLOW_UP', 0n, 1, 1, 1, [0n], false],
  ['SMUGGLING_REPORT', 2n, 1, 1, 0, [0n], false],
];
/** The row of a kind by its number. */
function rowOf(kind: bigint): Row {
  const row = KINDS[Number(kind) - 1];
  must(row, 'FIELD_INVALID', 'kind');
  return row;
}
export const kindName = (header: Header): string => rowOf(header.kind)[0];
/** Number of a kind, and the type of case that it opens: 0 for none. */
export function kindOf(name: string): { kind: bigint; opens: bigint } {
  const index = KINDS.findIndex((row) => row[0] === name);
  demand(index >= 0, 'kind');
  return { kind: BigInt(index + 1), opens: rowOf(BigInt(index + 1))[1] };
}

const JIT = 5n;
const FORMAL = 1n;

const LAST_INSTANT = 253402300799999n;
const LAST_COUNTER = 1n << 53n;

const AUTHORITY = /^[a-z][a-z0-9-]{1,31}$/;
const ACT_ID = /^[a-z][a-z0-9-]{1,31}\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TRUST_DOMAIN = /^(?!\.)[a-z0-9.-]{1,128}(?<!\.)$/;
const INSTRUMENT = /^[A-Z][A-Z0-9-]{0,39}$/;
const MEASURE_CODE = /^[A-Z][A-Z0-9_]{0,39}$/;
const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;
const ROUTE = /^[!-~]{1,128}$/;

export const grammar = {
  authority: (t: string) => AUTHORITY.test(t),
  actId: (t: string) => ACT_ID.test(t),
  trustDomain: (t: string) => TRUST_DOMAIN.test(t),
  instrument: (t: string) => INSTRUMENT.test(t),
  measureCode: (t: string) => MEASURE_CODE.test(t),
  language: (t: string) => LANGUAGE.test(t),
  kind: (t: string) => KINDS.some(([name]) => name === t),
  day: (t: string) => /^\d{4}-\d{2}-\d{2}$/.test(t) && !Number.isNaN(Date.parse(t)) &&
    new Date(Date.parse(t)).toISOString().slice(0, 10) === t,
};

const between = (value: bigint, least: bigint, most: bigint): boolean => value >= least && value <= most;
const unique = (list: string[]): boolean => new Set(list).size === list.length;
const isArticle = (t: string): boolean => /^[0-9A-Za-z()\-.,]{0,32}$/.test(t) && !/[A-Za-z]{8}/.test(t);

function checkScalars(h: Header): void {
  demand(grammar.trustDomain(h.trust_domain), 'trust_domain');
  demand(grammar.actId(h.act_id) && grammar.actId(h.case_id), 'act_id, case_id');
  demand(grammar.authority(h.sender) && h.act_id.startsWith(`${h.sender}/`), 'sender');
  demand(h.channel_basis === '' || grammar.instrument(h.channel_basis), 'channel_basis');
  demand(LANGUAGE.test(h.language), 'language');
  demand(h.in_reply_to === '' || (grammar.actId(h.in_reply_to) && h.in_reply_to !== h.act_id), 'in_reply_to');
  demand(between(h.channel_class, 1n, 3n) && between(h.case_type, 1n, 6n), 'channel_class, case_type');
  rowOf(h.kind);
  demand(between(h.deadline_effect, 0n, 2n) && between(h.data_class, 1n, 4n), 'deadline_effect, data_class');
  demand(between(h.insist, 0n, 5n), 'insist');
  demand(h.case_position_seen <= LAST_COUNTER && h.directory_log_size <= LAST_COUNTER, 'counters');
  demand(between(h.created_unix_ms, 1n, LAST_INSTANT), 'created_unix_ms');
}

function checkRecipients(h: Header): void {
  const [, , least, atMost] = rowOf(h.kind);
  const most = h.case_type === JIT ? 32 : atMost;
  demand(h.recipients.length >= least && h.recipients.length <= most, 'number of recipients');
  demand(unique(h.recipients.map((r) => r.authority)), 'a recipient twice');
  for (const r of h.recipients) {
    demand(grammar.authority(r.authority) && r.authority !== h.sender, 'recipient');
    demand(ROUTE.test(r.route_id), 'route_id');
    demand(r.sealed_to.length >= 1 && r.sealed_to.length <= 16, 'sealed_to');
    for (const s of r.sealed_to) {
      demand(s.certificate_sha256.length === 32 && between(s.purpose, 1n, 4n), 'sealed_to');
    }
    demand(unique(r.sealed_to.map((s) => `${s.purpose} ${s.certificate_sha256.toString('hex')}`)), 'sealed_to twice');
  }
}

function checkLegalBasis(h: Header): void {
  if (h.legal_basis === undefined) {
    demand(!rowOf(h.kind)[6] && h.channel_class !== FORMAL, 'legal_basis is missing');
    return;
  }
  demand(grammar.instrument(h.legal_basis.instrument) && isArticle(h.legal_basis.article), 'legal_basis');
}

function checkMeasures(h: Header): void {
  const opens = h.act_id === h.case_id;
  const [, , , , named, outcomes] = rowOf(h.kind);
  demand(h.measures.length > 0 || named !== 2, 'measures are missing');
  demand(h.measures.length === 0 || named !== 0, 'measures of a kind that names none');
  demand(h.measures.length <= 64, 'too many measures');
  let last = 0n;
  for (const m of h.measures) {
    demand(m.ordinal > last && m.ordinal <= 64n && (!opens || m.ordinal === last + 1n), 'ordinal');
    demand(grammar.measureCode(m.code), 'code');
    demand(outcomes.includes(m.outcome), 'outcome');
    last = m.ordinal;
  }
}

function checkUrgency(u: Urgency | undefined): void {
  if (u === undefined) return;
  demand(between(u.level, 0n, 2n) && between(u.reason, 0n, 5n), 'urgency');
  demand(between(u.wished_by_unix_ms, 0n, LAST_INSTANT), 'wished_by');
  demand(u.level !== 0n ? u.reason !== 0n : u.wished_by_unix_ms !== 0n, 'urgency says too little');
}

function checkDigest(d: Digest | undefined, most: bigint): void {
  must(d, 'FIELD_INVALID', 'digest');
  demand(d.sealed_sha256.length === 32 && d.clear_hmac_sha256.length === 32, 'digest');
  demand(between(d.sealed_size, 1n, most), 'sealed_size');
}

function checkRest(h: Header): void {
  const inline = 1024n * 1024n + 64n * 1024n;
  checkDigest(h.content, inline);
  demand(h.documents.length <= 64, 'too many documents');
  for (const d of h.documents) checkDigest(d, 65n << 30n);
  if (h.identity_part !== undefined) checkDigest(h.identity_part, inline);
  demand(h.related_cases.length <= 16 && unique(h.related_cases), 'related_cases');
  for (const c of h.related_cases) demand(grammar.actId(c) && c !== h.case_id, 'related_cases');
  if (h.confirmation_due !== '') demand(h.originals_follow === 1n && grammar.day(h.confirmation_due), 'confirmation');
}

function checkPlaceInCase(h: Header): void {
  if (h.act_id !== h.case_id) {
    demand(h.case_position_seen >= 1n, 'case_position_seen');
    return;
  }
  demand(rowOf(h.kind)[1] === h.case_type, 'the kind does not open such a case');
  demand(h.case_position_seen === 0n && h.in_reply_to === '' && h.insist === 0n, 'an opening act');
}

function check(h: Header): void {
  checkScalars(h);
  checkRecipients(h);
  checkLegalBasis(h);
  checkMeasures(h);
  checkUrgency(h.urgency);
  checkRest(h);
  checkPlaceInCase(h);
}

/** The header, if it is one. */
export function readHeader(buffer: Buffer): Header {
  must(buffer.length <= 16 * 1024, 'LIMIT_EXCEEDED', 'header');
  const header = readSigned(buffer, FIRST_LINE, ACT_HEADER) as Header;
  check(header);
  return header;
}

export function writeHeader(header: Header): Buffer {
  check(header);
  return writeSigned(FIRST_LINE, ACT_HEADER, header);
}
