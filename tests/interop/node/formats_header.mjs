// The field rules of docs/formats/header.md, in another language and from the page alone.
import { ACT_HEADER, demand, readSigned } from './formats_wire.mjs';

// The table of kinds: [opens a case of type, recipients at least, at most, measures, outcomes, basis]. Measures:
// 2 required, 1 allowed, 0 none.
const KINDS = [null,
  [1n, 1, 1, 2, [0n], true], // REQUEST
  [0n, 1, 1, 1, [0n], false], // ACKNOWLEDGEMENT
  [0n, 1, 1, 1, [0n], false], // CLARIFICATION_REQUEST
  [0n, 1, 1, 1, [0n], false], // CLARIFICATION_REPLY
  [0n, 1, 1, 2, [1n, 2n, 3n], false], // DECISION
  [0n, 1, 1, 1, [0n], false], // PROGRESS
  [0n, 1, 1, 2, [4n, 5n, 6n], false], // EXECUTION_RESULT
  [0n, 1, 1, 1, [0n], false], // WITHDRAWAL
  [0n, 1, 1, 1, [0n], false], // CLOSURE
  [2n, 1, 32, 0, [0n], false], // SPONTANEOUS_INFORMATION
  [0n, 1, 32, 1, [0n], false], // FREE_FORM
  [0n, 1, 1, 1, [0n], false], // SUPPLEMENT
  [0n, 2, 2, 1, [0n], false], // FORWARDING_NOTICE
  [0n, 1, 1, 1, [0n], false], // RETURN
  [0n, 1, 1, 1, [0n], false], // CONSULTATION
  [0n, 1, 1, 2, [0n], false], // CONDITIONS
  [0n, 1, 1, 2, [7n, 8n], false], // CONDITIONS_REPLY
  [0n, 1, 1, 1, [0n], false], // PROGRESS_QUERY
  [0n, 1, 1, 2, [9n, 10n], false], // EVIDENCE_TRANSFER
  [0n, 1, 1, 1, [0n], false], // RETURN_OF_ITEMS
  [0n, 1, 1, 1, [0n], false], // USE_CONSENT_REQUEST
  [0n, 1, 1, 1, [0n], false], // USE_CONSENT_REPLY
  [0n, 1, 32, 1, [0n], false], // EXCULPATORY_DISCLOSURE_NOTICE
  [0n, 1, 1, 1, [0n], false], // CONFIDENTIALITY_IMPOSSIBLE
  [0n, 1, 32, 1, [0n], false], // CHANNEL_CHANGE_NOTICE
  [0n, 1, 1, 1, [0n], false], // SUSPENSION
  [2n, 1, 32, 0, [0n], false], // RISK_ALERT
  [3n, 1, 1, 0, [0n], false], // INFORMAL_CONSULTATION
  [3n, 1, 1, 0, [0n], false], // DRAFT_REQUEST_REVIEW
  [4n, 1, 1, 2, [0n], true], // DATA_PRESERVATION
  [0n, 1, 1, 1, [0n], false], // PRESERVATION_CONFIRMATION
  [0n, 1, 1, 1, [0n], false], // PRESERVATION_EXTENSION
  [0n, 1, 1, 1, [0n], false], // PRESERVATION_EXPIRY
  [0n, 1, 1, 1, [0n], false], // PRESERVATION_FOLLOW_UP
  [5n, 1, 32, 0, [0n], true], // JIT_PROPOSAL
  [0n, 1, 32, 1, [0n], false], // JIT_AGREEMENT
  [0n, 1, 32, 1, [0n], false], // JIT_EXTENSION
  [0n, 1, 32, 1, [0n], false], // COORDINATION_MEETING
  [0n, 1, 1, 0, [0n], false], // OPENING
  [0n, 1, 1, 1, [0n], false], // CONSULTATION_REPLY
  [0n, 1, 1, 1, [0n], false], // DISCREPANCY_NOTICE
];
const JIT = 5n;
const FORMAL = 1n;

const LAST_INSTANT = 253402300799999n;
const LAST_COUNTER = 1n << 53n;

const AUTHORITY = /^[a-z][a-z0-9-]{1,31}$/;
const ACT_ID = /^[a-z][a-z0-9-]{1,31}\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TRUST_DOMAIN = /^[a-z0-9.-]{1,128}$/;
const INSTRUMENT = /^[A-Z][A-Z0-9-]{0,39}$/;
const MEASURE_CODE = /^[A-Z][A-Z0-9_]{0,39}$/;
const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;
const ROUTE = /^[!-~]{1,128}$/;

export const grammar = {
  authority: (t) => AUTHORITY.test(t),
  actId: (t) => ACT_ID.test(t),
  trustDomain: (t) => TRUST_DOMAIN.test(t),
  instrument: (t) => INSTRUMENT.test(t),
  measureCode: (t) => MEASURE_CODE.test(t),
  language: (t) => LANGUAGE.test(t),
  day: (t) => /^\d{4}-\d{2}-\d{2}$/.test(t) && !Number.isNaN(Date.parse(t)) &&
    new Date(Date.parse(t)).toISOString().slice(0, 10) === t,
};

const between = (value, least, most) => value >= least && value <= most;
const unique = (list) => new Set(list).size === list.length;
const isArticle = (t) => /^[0-9A-Za-z()\-.,]{0,32}$/.test(t) && !/[A-Za-z]{8}/.test(t);

function checkScalars(h) {
  demand(grammar.trustDomain(h.trust_domain), 'trust_domain');
  demand(grammar.actId(h.act_id) && grammar.actId(h.case_id), 'act_id, case_id');
  demand(grammar.authority(h.sender) && h.act_id.startsWith(`${h.sender}/`), 'sender');
  demand(h.channel_basis === '' || grammar.instrument(h.channel_basis), 'channel_basis');
  demand(LANGUAGE.test(h.language), 'language');
  demand(h.in_reply_to === '' || (grammar.actId(h.in_reply_to) && h.in_reply_to !== h.act_id), 'in_reply_to');
  demand(between(h.channel_class, 1n, 3n) && between(h.case_type, 1n, 5n), 'channel_class, case_type');
  demand(between(h.kind, 1n, BigInt(KINDS.length - 1)), 'kind');
  demand(between(h.deadline_effect, 0n, 2n) && between(h.data_class, 1n, 4n), 'deadline_effect, data_class');
  demand(between(h.insist, 0n, 5n), 'insist');
  demand(h.case_position_seen <= LAST_COUNTER && h.directory_log_size <= LAST_COUNTER, 'counters');
  demand(between(h.created_unix_ms, 1n, LAST_INSTANT), 'created_unix_ms');
}

function checkRecipients(h) {
  const [, least, atMost] = KINDS[Number(h.kind)];
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

function checkLegalBasis(h) {
  if (h.legal_basis === undefined) {
    demand(!KINDS[Number(h.kind)][5] && h.channel_class !== FORMAL, 'legal_basis is missing');
    return;
  }
  demand(grammar.instrument(h.legal_basis.instrument) && isArticle(h.legal_basis.article), 'legal_basis');
}

function checkMeasures(h) {
  const opens = h.act_id === h.case_id;
  const [, , , named, outcomes] = KINDS[Number(h.kind)];
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

function checkUrgency(u) {
  if (u === undefined) return;
  demand(between(u.level, 0n, 2n) && between(u.reason, 0n, 5n), 'urgency');
  demand(between(u.wished_by_unix_ms, 0n, LAST_INSTANT), 'wished_by');
  demand(u.level !== 0n ? u.reason !== 0n : u.wished_by_unix_ms !== 0n, 'urgency says too little');
}

function checkDigest(d, most) {
  demand(d !== undefined && d.sealed_sha256.length === 32 && d.clear_hmac_sha256.length === 32, 'digest');
  demand(between(d.sealed_size, 1n, most), 'sealed_size');
}

function checkRest(h) {
  const inline = 1024n * 1024n + 64n * 1024n;
  checkDigest(h.content, inline);
  demand(h.documents.length <= 64, 'too many documents');
  for (const d of h.documents) checkDigest(d, 65n << 30n);
  if (h.identity_part !== undefined) checkDigest(h.identity_part, inline);
  demand(h.related_cases.length <= 16 && unique(h.related_cases), 'related_cases');
  for (const c of h.related_cases) demand(grammar.actId(c) && c !== h.case_id, 'related_cases');
  if (h.confirmation_due !== '') demand(h.originals_follow === 1n && grammar.day(h.confirmation_due), 'confirmation');
}

function checkPlaceInCase(h) {
  if (h.act_id !== h.case_id) {
    demand(h.case_position_seen >= 1n, 'case_position_seen');
    return;
  }
  demand(KINDS[Number(h.kind)][0] === h.case_type, 'the kind does not open such a case');
  demand(h.case_position_seen === 0n && h.in_reply_to === '' && h.insist === 0n, 'an opening act');
}

export function readHeader(buffer) {
  demand(buffer.length <= 16 * 1024, 'larger than 16 KiB');
  const h = readSigned(buffer, 'rogatoria-act-header v1', ACT_HEADER);
  checkScalars(h);
  checkRecipients(h);
  checkLegalBasis(h);
  checkMeasures(h);
  checkUrgency(h.urgency);
  checkRest(h);
  checkPlaceInCase(h);
  return h;
}
