"""As much of C++ as the rules need: code without comments and literals, includes, functions."""

import functools
import re
from typing import NamedTuple

CODE = (".cc", ".h")

_NOISE = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | \bR"(?P<tag>[^()\s]*)\(.*?\)(?P=tag)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.MULTILINE)
_TEMPLATE = re.compile(r"\btemplate\s*<[^<>]*(?:<[^<>]*(?:<[^<>]*>[^<>]*)*>[^<>]*)*>")
_SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum)\b|\bextern\s*$")


class Include(NamedTuple):
    line: int
    path: str
    is_ours: bool  # in quotes


class Function(NamedTuple):
    line: int
    name: str
    length: int  # lines, from the opening brace to the closing one


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


@functools.lru_cache(maxsize=None)
def code_of(text):
    """The text with comments, literals and directives blanked; lines and columns stay."""
    return _DIRECTIVE.sub(_blank, _NOISE.sub(_blank, text))


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes_of(text):
    return [
        Include(line_of(text, match.start()), match.group(2), match.group(1) == '"')
        for match in _INCLUDE.finditer(text)
    ]


def functions_of(text):
    """Functions with bodies at namespace or class level; lambdas belong to theirs."""
    code = code_of(text)
    found = []
    head_start = position = 0
    while match := re.compile(r"[;{}]").search(code, position):
        position = match.end()
        if match.group() == "{":
            head = _TEMPLATE.sub("", code[head_start : match.start()])
            if not _opens_scope(head):
                position = _after_closing_brace(code, match.start())
                if ")" in head:
                    found.append(_function(code, head, match.start(), position))
        head_start = position
    return found


def _opens_scope(head):
    return bool(_SCOPE.search(head)) and not head.rstrip().endswith(")")


def _after_closing_brace(code, opening):
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, opening):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.end()
    return len(code)


def _function(code, head, opening, end):
    name = re.search(r"([\w:~]+|operator\s*\S+)\s*\(", head)
    first = line_of(code, opening)
    return Function(first, name.group(1) if name else "?", line_of(code, end - 1) - first + 1)
