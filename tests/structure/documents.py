"""Rules on the protocol files, the pages, and what the pages promise."""

import re

import errors_page
from tree import Finding

COVERAGE = "docs/coverage.md"
BY_PROGRAMME = "## By programme"
PROGRAMME_COLUMNS = ("programme", "rpc", "command", "scenario", "test")
RUNNER = "tests/run"

_RPC = re.compile(r"\brpc\s+(\w+)\s*\([^)]*\)\s*returns\s*\([^)]*\)\s*(;|\{)")
_PERMISSION = re.compile(r"\boption\s*\(\s*(?:rogatoria\.v1\.)?permission\s*\)\s*=\s*(\w+)\s*;")
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
_TEST = re.compile(r"\b(?:TYPED_)?TEST(?:_[FP])?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)")
_COMMAND = re.compile(r"\bROGATORIA_MESSAGE\(CMD_(\w+),")
_SPAN = re.compile(r"`([^`]+)`")
_SHOWN = re.compile(r"^<!-- shows (\S+) -->\n```\w*\n(.*?)^```$", re.M | re.S)


def permissions_declared(tree):
    """Every method of the hub says who may call it; what says nothing is denied, and a mistake. (Who
    reaches the agent may ask it all.)"""
    for path in tree.paths("proto/rogatoria/v1", suffixes=("_service.proto",)):
        text = re.sub(r"//[^\n]*", "", tree.text(path) or "")
        for match in _RPC.finditer(text):
            body = text[match.end() : text.find("}", match.end())] if match.group(2) == "{" else ""
            permission = _PERMISSION.search(body)
            if not permission or permission.group(1).endswith("_UNSPECIFIED"):
                yield Finding(
                    path,
                    text.count("\n", 0, match.start()) + 1,
                    f"{match.group(1)} declares no permission: write option (permission) = ...; in "
                    "its body",
                )


def prose_of(text):
    """A page's text with its code blocks blanked, lines kept."""
    return _FENCE.sub(lambda match: "\n" * match.group().count("\n"), text)


def one_title(tree):
    """A page has one title."""
    for path in tree.paths(suffixes=(".md",)):
        titles = [
            number
            for number, line in enumerate(prose_of(tree.text(path) or "").splitlines(), 1)
            if line.startswith("# ")
        ]
        if len(titles) != 1:
            yield Finding(
                path, (titles + [1, 1])[1], f"has {len(titles)} titles of the first level; keep one"
            )


def links_resolve(tree):
    """A link from a page to a file or a heading of this project leads somewhere."""
    for path in tree.paths(suffixes=(".md",)):
        prose = prose_of(tree.text(path) or "")
        for match in _LINK.finditer(prose):
            target = match.group(1) or match.group(2)
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            problem = _problem_of_link(tree, path, target)
            if problem:
                yield Finding(path, prose.count("\n", 0, match.start()) + 1, problem)


def _problem_of_link(tree, path, target):
    name, _, anchor = target.partition("#")
    wanted = _resolve(path, name) if name else path
    if wanted != "" and wanted not in tree and not tree.has_folder(wanted):
        return f"the link {target} leads nowhere: there is no {wanted}"
    if anchor and wanted.endswith(".md") and anchor not in _anchors(tree.text(wanted) or ""):
        return f"the link {target} leads to a heading that {wanted} does not have"
    return None


def _resolve(page, target):
    parts = [] if target.startswith("/") else page.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _anchors(text):
    headings = re.findall(r"^#{1,6}\s+(.*?)\s*$", prose_of(text), re.M)
    slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return set(slugs) | {f"{slug}-{i}" for slug in slugs for i in range(1, slugs.count(slug))}


def programs_as_shown(tree):
    """A program that a page shows is the file, word for word: the block behind a comment that names it."""
    for path in tree.paths("docs", suffixes=(".md",)):
        text = tree.text(path) or ""
        for match in _SHOWN.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            name, block = match.groups()
            if name not in tree:
                yield Finding(path, line, f"shows {name}, which does not exist")
            elif tree.text(name) != block:
                yield Finding(path, line, f"what is shown is not {name}: copy it anew")
        shown = len(_SHOWN.findall(text))
        if text.count("<!-- shows ") != shown:
            yield Finding(path, 1, "a comment that says what is shown has no block right behind it")


def covered_by_existing_tests(tree):
    """The tests that the coverage page names exist.

    They are the code spans in the last column of its tables: a path (tests/crash/run), or a
    GoogleTest case (Suite.Case).
    """
    if COVERAGE not in tree:
        return
    cases = {
        f"{suite}.{case}"
        for path in tree.paths("tests", suffixes=(".cc", ".h"))
        for suite, case in _TEST.findall(tree.text(path) or "")
    }
    for number, line in enumerate(tree.lines(COVERAGE), 1):
        if line.startswith("|"):
            for name in _SPAN.findall(line.rstrip().rstrip("|").rsplit("|", 1)[-1]):
                if name not in cases and name not in tree and not tree.has_folder(name):
                    yield Finding(COVERAGE, number, f"names a test that does not exist: {name}")


def programmes_by_what_exists(tree):
    """The table of programmes has a page's code spans in each column, and each names what there is:
    rpcs of the protos, commands of the command line's catalogue, pages of scenarios. The last
    column is looked at with the other tables."""
    if COVERAGE not in tree:
        return
    known = _known_by_column(tree)
    rows = _rows_below(tree.lines(COVERAGE), BY_PROGRAMME)
    if tuple(cell.lower() for cell in next(iter(rows.values()), ())) != PROGRAMME_COLUMNS:
        yield Finding(COVERAGE, 1, f"has no table under {BY_PROGRAMME!r} with {PROGRAMME_COLUMNS}")
        return
    for number, cells in list(rows.items())[2:]:
        for column, cell in zip(PROGRAMME_COLUMNS[1:], cells[1:]):
            names = _SPAN.findall(cell)
            if not names and cell != "–":
                yield Finding(COVERAGE, number, f"names no {column}")
            for name in names:
                if column in known and name not in known[column]:
                    yield Finding(COVERAGE, number, f"names no {column} that there is: {name}")


def _known_by_column(tree):
    protos = [tree.text(path) or "" for path in tree.paths("proto", suffixes=("_service.proto",))]
    texts = [tree.text(path) or "" for path in tree.paths("services/cli", suffixes=(".inc",))]
    commands = {name for text in texts for name in _COMMAND.findall(text)}
    return {
        "rpc": {match.group(1) for text in protos for match in _RPC.finditer(text)},
        "command": {name.lower().replace("_", " ") for name in commands},
        "scenario": set(tree.paths("docs/scenarios", suffixes=(".md",))),
    }


def _rows_below(lines, heading):
    """The first table behind a heading: its cells, by line."""
    rows, inside = {}, False
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            inside = line == heading
        elif inside and line.startswith("|"):
            rows[number] = [cell.strip() for cell in line.strip().strip("|").split("|")]
        elif rows:
            break
    return rows


def errors_page_is_current(tree):
    """The page of errors says what the catalogue says."""
    catalogue = tree.text(errors_page.CATALOGUE) or ""
    if catalogue.count("ROGATORIA_REASON(") != len(errors_page.reasons_of(catalogue)) + 1:
        yield Finding(errors_page.CATALOGUE, 1, "an entry cannot be read: name, code, three texts")
    page = tree.text(errors_page.PAGE) if errors_page.PAGE in tree else None
    if page != errors_page.page_of(catalogue):
        yield Finding(errors_page.PAGE, 1, "run tests/structure/errors_page.py --write")


def tests_are_run(tree):
    """Every test source belongs to a declared program, and every script to a stage of tests/run."""
    programs = tree.text("tests/CMakeLists.txt") or ""
    declared = set(re.findall(r"rogatoria_tests\(\s*(\S+)", programs))
    for path in tree.paths("tests", suffixes=("_test.cc",)):
        folder = path.rsplit("/", 1)[0].removeprefix("tests/")
        if folder not in declared:
            yield Finding(path, 1, f"would never run: write rogatoria_tests({folder} ...)")
    runner = tree.text(RUNNER) or ""
    for path in tree.paths("tests", suffixes=("/run",)):
        if path != RUNNER and not path.startswith("tests/interop/") and path not in runner:
            yield Finding(path, 1, f"would never run: give it a stage in {RUNNER}")


RULES = (
    permissions_declared,
    one_title,
    links_resolve,
    programs_as_shown,
    covered_by_existing_tests,
    programmes_by_what_exists,
    errors_page_is_current,
    tests_are_run,
)
