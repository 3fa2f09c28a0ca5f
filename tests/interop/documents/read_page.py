#!/usr/bin/env python3
"""Reads a page of a chain of custody as strictly as XML: its language, headings, tables; no script, nothing fetched.

    read_page.py PAGE LANGUAGE DOCUMENT ACT
"""
import base64
import hashlib
import hmac
import re
import sys
import xml.etree.ElementTree as tree

TITLES = {
    "en": "Chain of custody of a document",
    "es": "Cadena de custodia de un documento",
    "pt": "Cadeia de custódia de um documento",
}
ALLOWED = set("html head meta title style body main h1 h2 h3 p dl dt dd table caption thead tbody tr th td pre span".split())


def text_of(element):
    return "".join(element.itertext())


def main(path, language, document, act):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    assert page.startswith("<!DOCTYPE html>\n")
    root = tree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    assert root.get("lang") == language
    assert {element.tag for element in root.iter()} <= ALLOWED, "only plain elements"
    assert not [name for element in root.iter() for name in element.keys() if name in ("src", "href", "style")]
    assert [text_of(one) for one in root.iter("h1")] == [TITLES[language]]
    levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch("h[1-6]", one.tag)]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), "no level is skipped"
    [table] = root.iter("table")
    assert text_of(table.find("caption"))
    columns = table.find("thead").find("tr").findall("th")
    assert all(one.get("scope") == "col" and text_of(one) for one in columns)
    rows = table.find("tbody").findall("tr")
    assert len(rows) >= 4
    for row in rows:
        assert row.find("th").get("scope") == "row"
        assert len(list(row)) == len(columns)
    assert document in text_of(root) and act in text_of(root)
    check_leaves([text_of(one) for one in root.iter("pre")], len(rows))


def check_leaves(blocks, steps):
    """What the page says one can check: each leaf is the HMAC of its record."""
    for i in range(steps):
        record, salt, leaf, proof = blocks[4 * i : 4 * i + 4]
        commitment = hmac.new(bytes.fromhex(salt), record.encode(), hashlib.sha256).digest()
        assert base64.b64encode(commitment).decode() in leaf, (commitment, leaf)
        assert proof.startswith("c2sp.org/tlog-proof")
    assert blocks[4 * steps].startswith("openssl cms -verify")


main(*sys.argv[1:])
