#!/usr/bin/env python3
"""Makes docs/errors.md from the error catalogue, common/base/reasons.inc.

    tests/structure/errors_page.py --write    after a change of the catalogue
"""

import pathlib
import re
import sys
from typing import NamedTuple

CATALOGUE = "common/base/reasons.inc"
PAGE = "docs/errors.md"

HEAD = """\
# Errors

Every refusal names one reason of this catalogue, in `google.rpc.ErrorInfo.reason`, under the gRPC
status given here; its details name the field concerned and what would have been accepted, and its
text comes in English, Spanish and Portuguese. This page is made from
[reasons.inc](../common/base/reasons.inc) by `tests/structure/errors_page.py --write`."""

_STRING = r'"(?:\\.|[^"\\])*"'
_TEXT = rf"({_STRING}(?:\s*{_STRING})*)"
_ENTRY = re.compile(
    rf"ROGATORIA_REASON\(\s*(\w+)\s*,\s*k(\w+)\s*,\s*{_TEXT}\s*,\s*{_TEXT}\s*,\s*{_TEXT}\s*\)"
)
_SECTION = re.compile(r"(?:^//[^\n]*\n)+", re.MULTILINE)


class Reason(NamedTuple):
    name: str
    status: str  # as gRPC writes it, INVALID_ARGUMENT
    texts: tuple  # English, Spanish, Portuguese


def _joined(literals):
    parts = re.findall(_STRING, literals)
    return "".join(re.sub(r"\\(.)", r"\1", part[1:-1]) for part in parts)


def _status(constant):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", constant).upper()


def reasons_of(catalogue):
    """All entries, in order."""
    return [
        Reason(name, _status(status), tuple(_joined(text) for text in texts))
        for name, status, *texts in _ENTRY.findall(catalogue)
    ]


def page_of(catalogue):
    """The page's text. Comments between entries are headings; the first one is the file's own."""
    parts = [HEAD]
    position = 0
    for comment in list(_SECTION.finditer(catalogue)) + [None]:
        end = comment.start() if comment else len(catalogue)
        parts.extend(_rows(reasons_of(catalogue[position:end])))
        if comment and position:
            parts.append(f"\n## {_heading(comment.group())}\n")
        position = comment.end() if comment else end
    return "\n".join(parts) + "\n"


def _heading(comment):
    words = " ".join(line.removeprefix("//").strip() for line in comment.splitlines())
    return words.rstrip(".")


def _cell(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def _rows(reasons):
    if not reasons:
        return []
    rows = ["| reason | status | text |", "|---|---|---|"]
    for reason in reasons:
        texts = "<br>".join(_cell(text) for text in reason.texts)
        rows.append(f"| `{reason.name}` | {reason.status} | {texts} |")
    return rows


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    page = page_of((root / CATALOGUE).read_text(encoding="utf-8"))
    if sys.argv[1:] == ["--write"]:
        (root / PAGE).write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()
