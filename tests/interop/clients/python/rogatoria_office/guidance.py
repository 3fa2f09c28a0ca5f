"""Practice notes (docs/formats/guidance.md)."""

import re

from rogatoria.v1 import guidance_pb2

from . import header
from .canonical import read_signed
from .refused import demand

_CONTROL = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f]")


def _field(condition, name):
    demand(condition, "FIELD_INVALID", name)


def read(data):
    _field(len(data) <= 40 * 1024, "size")
    g = read_signed(data, "rogatoria-guidance v1", guidance_pb2.GuidanceDocument, "FIELD_INVALID")
    authority, _, name = g.id.partition("/")
    _field(header.TRUST_DOMAIN.fullmatch(g.trust_domain), "trust_domain")
    _field(header.AUTHORITY.fullmatch(authority) and re.fullmatch("[a-z0-9-]{1,64}", name), "id")
    _field(1 <= g.version <= 999999 and len(g.supersedes_sha256) == (0 if g.version == 1 else 32), "version")
    _field(re.fullmatch("[A-Z]{2}", g.country) and header.LANGUAGE.fullmatch(g.language), "country, language")
    _field(not g.instrument or header.INSTRUMENT.fullmatch(g.instrument), "instrument")
    ordered = all(a < b for a, b in zip(g.measures, g.measures[1:]))
    _field(ordered and len(g.measures) <= 64 and all(map(header.MEASURE.fullmatch, g.measures)), "measures")
    _field(1 <= g.published_unix_ms <= header.LAST_INSTANT, "published_unix_ms")
    _field(1 <= len(g.title.encode()) <= 200 and not _CONTROL.search(g.title) and "\n" not in g.title, "title")
    _field(1 <= len(g.text.encode()) <= 32 * 1024 and not _CONTROL.search(g.text), "text")
    return g
