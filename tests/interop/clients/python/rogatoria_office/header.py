"""The header of an act: its fields and their rules (docs/formats/header.md)."""

import datetime
import re

from rogatoria.v1 import act_pb2 as act

from .canonical import read_signed, write_signed
from .refused import demand

FIRST_LINE = "rogatoria-act-header v1"
MAX_BYTES = 16 * 1024
LAST_INSTANT = 253402300799999
LAST_COUNTER = 1 << 53
INLINE = 1024 * 1024 + 64 * 1024

AUTHORITY = re.compile(r"[a-z][a-z0-9-]{1,31}")
ACT_ID = re.compile(rf"{AUTHORITY.pattern}/[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
TRUST_DOMAIN = re.compile(r"(?!\.)[a-z0-9.-]{1,128}(?<!\.)")
INSTRUMENT = re.compile(r"[A-Z][A-Z0-9-]{0,39}")
MEASURE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
ARTICLE = re.compile(r"(?!.*[A-Za-z]{8})[0-9A-Za-z().,-]{0,32}")
ROUTE = re.compile(r"[!-~]{1,128}")

# The table of kinds: what it opens, recipients at most, measures, outcomes, whether a legal basis is
# required whatever the channel. Two rows say how many recipients there must be at least.
_ONE, _MANY = 1, 32
KINDS = {
    "REQUEST": ("MLA", _ONE, "required", "", True),
    "ACKNOWLEDGEMENT": ("", _ONE, "allowed", "", False),
    "CLARIFICATION_REQUEST": ("", _ONE, "allowed", "", False),
    "CLARIFICATION_REPLY": ("", _ONE, "allowed", "", False),
    "DECISION": ("", _ONE, "required", "ADMITTED REFUSED POSTPONED", False),
    "PROGRESS": ("", _ONE, "allowed", "", False),
    "EXECUTION_RESULT": ("", _ONE, "required", "PARTIALLY_EXECUTED EXECUTED NOT_EXECUTABLE", False),
    "WITHDRAWAL": ("", _ONE, "allowed", "", False),
    "CLOSURE": ("", _ONE, "allowed", "", False),
    "SPONTANEOUS_INFORMATION": ("SPONTANEOUS", _MANY, "none", "", False),
    "FREE_FORM": ("", _MANY, "allowed", "", False),
    "SUPPLEMENT": ("", _ONE, "allowed", "", False),
    "FORWARDING_NOTICE": ("", 2, "allowed", "", False),
    "RETURN": ("", _ONE, "allowed", "", False),
    "CONSULTATION": ("", _ONE, "allowed", "", False),
    "CONDITIONS": ("", _ONE, "required", "", False),
    "CONDITIONS_REPLY": ("", _ONE, "required", "ACCEPTED DECLINED", False),
    "PROGRESS_QUERY": ("", _ONE, "allowed", "", False),
    "EVIDENCE_TRANSFER": ("", _ONE, "required", "TRANSMITTED ITEMS_TO_RETURN", False),
    "RETURN_OF_ITEMS": ("", _ONE, "allowed", "", False),
    "USE_CONSENT_REQUEST": ("", _ONE, "allowed", "", False),
    "USE_CONSENT_REPLY": ("", _ONE, "allowed", "", False),
    "EXCULPATORY_DISCLOSURE_NOTICE": ("", _MANY, "allowed", "", False),
    "CONFIDENTIALITY_IMPOSSIBLE": ("", _ONE, "allowed", "", False),
    "CHANNEL_CHANGE_NOTICE": ("", _MANY, "allowed", "", False),
    "SUSPENSION": ("", _ONE, "allowed", "", False),
    "RISK_ALERT": ("SPONTANEOUS", _MANY, "none", "", False),
    "INFORMAL_CONSULTATION": ("CONSULTATION", _ONE, "none", "", False),
    "DRAFT_REQUEST_REVIEW": ("CONSULTATION", _ONE, "none", "", False),
    "DATA_PRESERVATION": ("PRESERVATION", _ONE, "required", "", True),
    "PRESERVATION_CONFIRMATION": ("", _ONE, "allowed", "", False),
    "PRESERVATION_EXTENSION": ("", _ONE, "allowed", "", False),
    "PRESERVATION_EXPIRY": ("", _ONE, "allowed", "", False),
    "PRESERVATION_FOLLOW_UP": ("", _ONE, "allowed", "", False),
    "JIT_PROPOSAL": ("JIT", _MANY, "none", "", True),
    "JIT_AGREEMENT": ("", _MANY, "allowed", "", False),
    "JIT_EXTENSION": ("", _MANY, "allowed", "", False),
    "COORDINATION_MEETING": ("", _MANY, "allowed", "", False),
    "OPENING": ("", _ONE, "none", "", False),
    "CONSULTATION_REPLY": ("", _ONE, "allowed", "", False),
    "DISCREPANCY_NOTICE": ("", _ONE, "allowed", "", False),
    "DETECTION_REPORT": ("REFERRAL", _ONE, "none", "", False),
    "VICTIM_IDENTIFICATION_NOTICE": ("REFERRAL", _ONE, "none", "", False),
    "VICTIM_REFERRAL": ("REFERRAL", _ONE, "none", "", False),
    "PROTECTION_REQUEST": ("REFERRAL", _ONE, "none", "", False),
    "SHELTER_PLACEMENT": ("REFERRAL", _ONE, "none", "", False),
    "RETURN_COORDINATION": ("REFERRAL", _ONE, "none", "", False),
    "REPARATION_STATUS": ("", _ONE, "allowed", "", False),
    "INTERSECTORAL_REFERRAL": ("REFERRAL", _ONE, "none", "", False),
    "REFERRAL_ANSWER": ("", _ONE, "required", "ACCEPTED DECLINED", False),
    "REFERRAL_FEEDBACK": ("", _ONE, "allowed", "", False),
    "FOLLOW_UP": ("", _ONE, "allowed", "", False),
    "SMUGGLING_REPORT": ("SPONTANEOUS", _ONE, "none", "", False),
}
LEAST = {"FORWARDING_NOTICE": 2}


def kind_name(header):
    demand(0 < header.kind <= len(KINDS), "FIELD_INVALID", "kind")
    return act.ActKind.Name(header.kind).removeprefix("ACT_KIND_")


def opens(header):
    return header.act_id == header.case_id


def _field(condition, name):
    demand(condition, "FIELD_INVALID", name)


def is_day(text):
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _check_plain(h):
    _field(TRUST_DOMAIN.fullmatch(h.trust_domain), "trust_domain")
    _field(ACT_ID.fullmatch(h.act_id) and ACT_ID.fullmatch(h.case_id), "act_id, case_id")
    _field(AUTHORITY.fullmatch(h.sender) and h.act_id.startswith(h.sender + "/"), "sender")
    _field(not h.channel_basis or INSTRUMENT.fullmatch(h.channel_basis), "channel_basis")
    _field(LANGUAGE.fullmatch(h.language), "language")
    _field(not h.in_reply_to or (ACT_ID.fullmatch(h.in_reply_to) and h.in_reply_to != h.act_id), "in_reply_to")
    _field(1 <= h.channel_class <= 3 and 1 <= h.case_type <= 6, "channel_class, case_type")
    _field(0 <= h.deadline_effect <= 2 and 1 <= h.data_class <= 4, "deadline_effect, data_class")
    _field(0 <= h.insist <= 5, "insist")
    _field(max(h.case_position_seen, h.directory_log_size) <= LAST_COUNTER, "counters")
    _field(1 <= h.created_unix_ms <= LAST_INSTANT, "created_unix_ms")


def _check_recipients(h, kind):
    most = _MANY if h.case_type == act.CASE_TYPE_JIT else KINDS[kind][1]
    _field(LEAST.get(kind, 1) <= len(h.recipients) <= most, "recipients")
    _field(len({r.authority for r in h.recipients}) == len(h.recipients), "recipients: one twice")
    for r in h.recipients:
        _field(AUTHORITY.fullmatch(r.authority) and r.authority != h.sender, "recipients.authority")
        _field(ROUTE.fullmatch(r.route_id) and 1 <= len(r.sealed_to) <= 16, "recipients")
        pairs = {(s.purpose, s.certificate_sha256) for s in r.sealed_to}
        sound = all(1 <= purpose <= 4 and len(digest) == 32 for purpose, digest in pairs)
        _field(sound and len(pairs) == len(r.sealed_to), "recipients.sealed_to")


def _check_measures(h, kind):
    _, _, named, outcomes, _ = KINDS[kind]
    _field((named != "required" or h.measures) and (named != "none" or not h.measures), "measures")
    allowed = {act.MeasureOutcome.Value(f"MEASURE_OUTCOME_{o}") for o in outcomes.split()} or {0}
    last = 0
    for m in h.measures:
        _field(last < m.ordinal <= 64 and (not opens(h) or m.ordinal == last + 1), "measures.ordinal")
        _field(MEASURE.fullmatch(m.code) and m.outcome in allowed, "measures.code, outcome")
        last = m.ordinal


def _check_basis_and_urgency(h, kind):
    if h.HasField("legal_basis"):
        _field(INSTRUMENT.fullmatch(h.legal_basis.instrument) and ARTICLE.fullmatch(h.legal_basis.article), "legal_basis")
    else:
        _field(not KINDS[kind][4] and h.channel_class != act.CHANNEL_CLASS_FORMAL, "legal_basis")
    if h.HasField("urgency"):
        u = h.urgency
        _field(0 <= u.level <= 2 and 0 <= u.reason <= 5 and 0 <= u.wished_by_unix_ms <= LAST_INSTANT, "urgency")
        _field(u.reason if u.level else u.wished_by_unix_ms, "urgency says too little")


def _check_digest(digest, most, name):
    sizes = len(digest.sealed_sha256) == 32 and len(digest.clear_hmac_sha256) == 32
    _field(sizes and 1 <= digest.sealed_size <= most, name)


def _check_rest(h, kind):
    _check_digest(h.content, INLINE, "content")
    _field(len(h.documents) <= 64, "documents")
    for digest in h.documents:
        _check_digest(digest, 65 << 30, "documents")
    if h.HasField("identity_part"):
        _check_digest(h.identity_part, INLINE, "identity_part")
    related = set(h.related_cases)
    sound = len(related) == len(h.related_cases) <= 16 and all(ACT_ID.fullmatch(c) for c in related)
    _field(sound and h.case_id not in related, "related_cases")
    _field(not h.confirmation_due or (h.originals_follow and is_day(h.confirmation_due)), "confirmation_due")
    if not opens(h):
        _field(h.case_position_seen >= 1, "case_position_seen")
        return
    opened = KINDS[kind][0]
    _field(opened and act.CaseType.Name(h.case_type) == f"CASE_TYPE_{opened}", "kind does not open such a case")
    _field(not (h.case_position_seen or h.in_reply_to or h.insist), "an opening act")


def check(h):
    kind = kind_name(h)
    _check_plain(h)
    _check_recipients(h, kind)
    _check_measures(h, kind)
    _check_basis_and_urgency(h, kind)
    _check_rest(h, kind)


def read(data):
    """The header, if it is one."""
    demand(len(data) <= MAX_BYTES, "LIMIT_EXCEEDED", "header")
    header = read_signed(data, FIRST_LINE, act.ActHeader, "HEADER_MALFORMED")
    check(header)
    return header


def write(header):
    check(header)
    return write_signed(FIRST_LINE, header)
