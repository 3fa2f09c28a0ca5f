"""Rules of the installable client library: its page names what it offers, and nothing in it throws."""

import re

import cpp
from tree import Finding

PAGE = "docs/client-library.md"
# Whose public methods the page names, each in a code span.
CLASSES = (
    ("common/client/office.h", "Office"),
    ("common/client/arrivals.h", "Arrivals"),
    ("common/client/act_builder.h", "ActBuilder"),
    ("common/crypto/cms_signer.h", "CmsSigner"),
)
LAYERS = tuple(
    f"common/{layer}"
    for layer in "base crypto token merkle model directory receipt rpc client".split()
)

_METHOD = re.compile(r"\b([A-Za-z]\w*)\s*\((?![^()]*\*\))")
_SPAN = re.compile(r"`([^`\n]+)`")
# Overloads of std::filesystem without a place for the error: what goes wrong is thrown.
_THROWING = re.compile(
    r"\b(?:fs|filesystem)::(?:exists|absolute|canonical|weakly_canonical|is_\w+|file_size|remove"
    r"|remove_all|rename|create_director\w+|copy\w*|current_path|last_write_time|status|space"
    r"|resize_file|permissions|(?:recursive_)?directory_iterator)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_ITERATED = re.compile(r"\bfor\s*\([^;)]*:\s*(?:std::)?(?:fs|filesystem)::\w*directory_iterator")


def client_page_is_whole(tree):
    """Each public method of the library's classes stands on the library's page."""
    spans = set()
    for span in _SPAN.findall(tree.text(PAGE) or ""):
        spans.update(re.findall(r"\w+", span))
    for path, name in CLASSES:
        for line, method in _public_methods(cpp.code_of(tree.text(path) or ""), name):
            if method not in spans and method != name:
                yield Finding(path, line, f"{PAGE} does not tell of {name}::{method}")


def _public_methods(code, name):
    """(line, method) of what stands at the first level of a class before `private:`."""
    start = re.search(rf"^class {name}\b[^;{{]*\{{", code, re.M)
    if start is None:
        return
    depth, is_public, line, statement = 0, False, code.count("\n", 0, start.end()) + 1, ""
    for text in code[start.end() :].split("\n"):
        if depth == 0:
            if re.match(r"\s*(public|private|protected):", text):
                is_public = "public:" in text
                statement = ""
            elif is_public:
                statement += " " + text
                found = _METHOD.search(re.sub(r"\brequires\s*\(.*", "", statement))
                is_other = re.match(r"\s*(using|friend|struct|static_assert|explicit|~)", statement)
                if found and not is_other and found.group(1)[0] != "~":
                    if "operator" not in statement and "= delete" not in statement:
                        yield line, found.group(1)
                    statement = "" if re.search(r"[;{}]", text) else "using"
                elif re.search(r"[;{}]", text):
                    statement = ""
            if re.search(r"[;}]\s*$", text):
                statement = ""
        depth += text.count("{") - text.count("}")
        if depth < 0:
            return
        line += 1


def library_does_not_throw(tree):
    """No call of std::filesystem in the library's layers that throws."""
    for path in tree.paths(*LAYERS, suffixes=cpp.CODE):
        code = cpp.code_of(tree.text(path) or "")
        for match in _THROWING.finditer(code):
            last = match.group(1).rsplit(",", 1)[-1].strip(" )\n")
            if not re.fullmatch(r"\w*(error|ignored|none|no_time)\w*|", last):
                yield Finding(path, code.count("\n", 0, match.start()) + 1,
                              "throws: give it a std::error_code, or see common/base/files.h")
        for match in _ITERATED.finditer(code):
            yield Finding(path, code.count("\n", 0, match.start()) + 1,
                          "its ++ throws: use ListFolder (common/base/files.h)")


RULES = (client_page_is_whole, library_does_not_throw)
