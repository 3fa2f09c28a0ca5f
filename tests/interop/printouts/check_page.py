#!/usr/bin/env python3
"""Holds a printed page to what makes it safe and accessible; with RECEIPT also that this stands on it whole.

    check_page.py PAGE LANGUAGE [RECEIPT]
"""
import re
import sys
from html.parser import HTMLParser

VOID = {"meta"}
ELEMENTS = set("html head meta title style body main h1 h2 h3 h4 h5 h6 p dl dt dd table caption thead tbody tr th td pre div".split())
ATTRIBUTES = {"lang", "dir", "class", "scope", "charset", "name", "http-equiv", "content"}
CONTRAST = 4.5  # WCAG 2.1, 1.4.3


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        assert tag in ELEMENTS, f"element {tag}"
        assert {name for name, _ in attributes} <= ATTRIBUTES, attributes
        self.seen.append((tag, dict(attributes), tuple(self.open)))
        self.texts.append("")
        if tag not in VOID:
            self.open.append((tag, len(self.seen) - 1))

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID, f"{tag} ends at once"
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, f"</{tag}> in {self.open}"
        self.open.pop()

    def handle_data(self, data):
        for _, index in self.open:
            self.texts[index] += data

    def handle_comment(self, data):
        raise AssertionError("a comment")

    def all(self, *tags):
        return [(tag, attributes, self.texts[i]) for i, (tag, attributes, _) in enumerate(self.seen) if tag in tags]


def luminance(colour):
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_style(style):
    """Every colour of text against every ground that a page has: whatever lies in whatever."""
    inks = re.findall(r"(?<![-\w])color:\s*#([0-9a-f]{3,6})", style)
    grounds = re.findall(r"background:\s*#([0-9a-f]{3,6})", style)
    assert len(inks) == len(re.findall(r"(?<![-\w])color:", style)) and len(inks) > 2, "colours as #..."
    assert len(grounds) == len(re.findall(r"background:", style)) and len(grounds) > 1
    for ink in inks:
        for ground in grounds:
            assert contrast(ink, ground) >= CONTRAST, (ink, ground, contrast(ink, ground))
    assert "url(" not in style and "@import" not in style, "nothing is fetched"
    assert "size: A4" in style and "counter(page)" in style


def check_tables(page):
    for tag, attributes, _ in page.all("th"):
        assert attributes.get("scope") in ("col", "row"), attributes
    tables = [i for i, (tag, _, _) in enumerate(page.seen) if tag == "table"]
    for table in tables:
        inside = [(i, one) for i, one in enumerate(page.seen) if ("table", table) in one[2]]
        assert [page.texts[i] for i, one in inside if one[0] == "caption"] != [""], "a caption"
        rows = [i for i, one in inside if one[0] == "tr"]
        widths = {sum(1 for _, one in inside if one[2][-1] == ("tr", row)) for row in rows}
        assert len(widths) == 1, f"rows of {widths} cells"
        assert len(rows) > 1, "a table with rows"


def check_facts(page):
    order = [tag for tag, _, inside in page.seen if inside and inside[-1][0] == "dl"]
    assert order[::2] == ["dt"] * (len(order) // 2) and order[1::2] == ["dd"] * (len(order) // 2)
    assert all(text for _, _, text in page.all("dt", "dd", "p", "h1", "h2", "h3", "h4", "h5", "h6"))


def main(path, language, receipt=None):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.startswith("<!DOCTYPE html>\n")
    page = Reader()
    page.feed(text.removeprefix("<!DOCTYPE html>\n"))
    page.close()
    assert not page.open, f"left open: {page.open}"
    assert page.seen[0][0] == "html" and page.seen[0][1] == {"lang": language}
    assert len(page.all("h1")) == 1 and len(page.all("main")) == 1 and page.all("title")[0][2].strip()
    levels = [int(tag[1]) for tag, _, _ in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels
    assert "default-src 'none'" in page.all("meta")[1][1]["content"]
    [(_, _, style)] = page.all("style")
    check_style(style)
    check_tables(page)
    check_facts(page)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), "steers"
    if receipt:
        with open(receipt, encoding="utf-8") as file:
            assert file.read() in [block for _, _, block in page.all("pre")], "not letter by letter"


main(*sys.argv[1:])
