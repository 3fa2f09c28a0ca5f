"""Texts of lines: evidence and audit record (docs/formats/evidence.md), leaf (docs/formats/leaf.md)."""

import base64
import binascii
import datetime
import re

from . import header
from .refused import demand


def strict_base64(text, size=None):
    """The bytes, if an encoder would have written just this."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    sound = data is not None and base64.b64encode(data).decode() == text and size in (None, len(data))
    demand(sound, "TEXT_MALFORMED", "base64")
    return data


def _is_base64(size=None):
    def check(text):
        strict_base64(text, size)
        return True

    return check


def _is(pattern):
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text)


def _optional(check):
    return lambda text: text == "-" or check(text)


def _number(limit=1 << 64, least=0):
    return lambda text: re.fullmatch(r"0|[1-9][0-9]*", text) and least <= int(text) < limit


def _instant(text):
    try:
        datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)


def _ordinals(text):
    parts = text.split(",")
    good = all(_number(1 << 32, 1)(p) for p in parts)
    return good and all(int(a) < int(b) for a, b in zip(parts, parts[1:]))


def _escaped(text):
    if text in ("-", "%2D"):
        return True
    needless = [h for h in re.findall("%([0-9A-F]{2})", text) if 0x20 < int(h, 16) < 0x7F and h != "25"]
    return re.fullmatch("(?:[!-$&-~]|%[0-9A-F]{2})+", text) and not needless


_AUTHORITY, _ACT = header.AUTHORITY.fullmatch, header.ACT_ID.fullmatch
_CODE, _INSTRUMENT, _SHA = header.MEASURE.fullmatch, header.INSTRUMENT.fullmatch, _is("[0-9a-f]{64}")
_WORD = _is("[!-~]{1,255}")

EVIDENCE = [
    ("event", _is(r"A\.[12]|B\.[123]|D\.[12]|E\.[12]|X\.1")), ("instant", _instant),
    ("trust-domain", _optional(_WORD)), ("governing-law", _optional(_WORD)), ("act", _optional(_ACT)),
    ("case", _optional(_ACT)), ("kind", header.KINDS.__contains__), ("case-position", _number()),
    ("disposition", _is("IN_SEQUENCE|OUT_OF_SEQUENCE|CROSSED|REFUSED")), ("sender", _optional(_AUTHORITY)),
    ("recipient", _optional(_AUTHORITY)), ("channel-class", _is("FORMAL|INTERINSTITUTIONAL|INFORMAL")),
    ("legal-basis", _optional(_INSTRUMENT)), ("channel-basis", _optional(_INSTRUMENT)),
    ("effect", _is("NO_FORMAL_EFFECT|INTERINSTITUTIONAL|FORMAL|FORMAL_ORIGINAL|FORMAL_UNSETTLED")),
    ("header-sha256", _optional(_SHA)), ("content-sha256", _optional(_SHA)), ("signer-sha256", _optional(_SHA)),
    ("signed-by", _is("USER|ORGANISATION_SEAL")), ("legal-date", _optional(header.is_day)),
    ("legal-date-rule", _optional(_CODE)), ("time-zone", _optional(_WORD)), ("calendar", _optional(_WORD)),
    ("calendar-version", _optional(_number(1 << 32, 1))), ("calendar-sha256", _optional(_SHA)),
    ("tzdata", _optional(_WORD)), ("reason", _optional(_CODE)), ("acknowledgement-sha256", _optional(_SHA)),
]
MISSED = [
    ("clock", _CODE), ("deadline-profile", lambda t: t != "-" and _WORD(t)), ("due", _instant),
    ("measures", _optional(_ordinals)), ("concerned", _AUTHORITY),
]
AUDIT = [
    ("operation", _is("COLLECTION|ALTERATION|CONSULTATION|DISCLOSURE|COMBINATION|ERASURE|REFUSAL|REFUSAL_SUMMARY|"
                      "ADMINISTRATION|NOTICE")),
    ("instant", _instant), ("principal", _escaped), ("method", _escaped), ("object", _escaped),
    ("outcome", _escaped), ("count", _number()),
]
# A step of a document's custody has these lines as well.
CUSTODY = [
    ("custody", _is("UPLOADED|ATTACHED|DOWNLOADED|OPENED|FORWARDED|ERASED|READ_WHOLE")), ("concerned", _optional(_AUTHORITY)),
]
LEAVES = {
    "commitment": [("class", _is("evidence|audit")), ("commitment", _is_base64(32))],
    "key-statement": [("statement", _is_base64()), ("signature", _is_base64()), ("identity-key", _is_base64())],
    "origin": [("reason", _is("FIRST|YEAR|RESTORE|KEY")), ("previous-origin", _optional(_WORD)),
               ("previous-size", _number()), ("previous-root", _optional(_is_base64(32)))],
}


def _lines(data, first_line, rules):
    """The values by name, if these are exactly the lines and each has a value of its kind."""
    text = data.decode("latin-1")
    demand(re.fullmatch(r"[\n -~]*\n", text), "TEXT_MALFORMED", "not lines of printable ASCII")
    first, *lines = text[:-1].split("\n")
    demand(first == first_line and len(lines) == len(rules), "TEXT_MALFORMED", "first line or number of lines")
    values = {}
    for (name, accepts), line in zip(rules, lines):
        key, _, value = line.partition(" ")
        sound = key == name and re.fullmatch("[!-~]+", value) and accepts(value)
        demand(sound, "TEXT_MALFORMED", name)
        values[name] = value
    return values


def read_evidence(data):
    rules = EVIDENCE + MISSED if b"\nevent X.1\n" in data[:64] else EVIDENCE
    return _lines(data, "rogatoria-evidence v1", rules)


def read_audit(data):
    return _lines(data, "rogatoria-audit v1", AUDIT + CUSTODY if b"\ncustody " in data else AUDIT)


def read_leaf(data):
    kind = re.match(rb"[^\n]*\ntype ([a-z-]+)\n", data)
    kind = kind.group(1).decode() if kind else ""
    demand(kind in LEAVES and len(data) <= 65535, "TEXT_MALFORMED", "type")
    leaf = _lines(data, "rogatoria-leaf v1", [("type", lambda t: True), *LEAVES[kind]])
    if kind == "origin":
        before = [leaf["previous-origin"] != "-", leaf["previous-size"] != "0", leaf["previous-root"] != "-"]
        demand(not any(before) if leaf["reason"] == "FIRST" else all(before), "TEXT_MALFORMED", "the log before")
    return leaf


def evidence_leaf(commitment):
    text = base64.b64encode(commitment).decode()
    return f"rogatoria-leaf v1\ntype commitment\nclass evidence\ncommitment {text}\n".encode()


def key_statement_leaf(statement):
    encoded = [base64.b64encode(part).decode() for part in (statement.statement, statement.signature,
                                                           statement.identity_key)]
    return "rogatoria-leaf v1\ntype key-statement\nstatement {}\nsignature {}\nidentity-key {}\n".format(
        *encoded).encode()
