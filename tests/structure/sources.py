"""Rules on the sources themselves: sizes, words, form."""

import ast
import concurrent.futures
import functools
import os
import re
import shutil
import statistics
import subprocess

import cpp
from tree import Finding

FILE_LINES = 600
FUNCTION_LINES = 70
CLANG_FORMAT_MAJOR = "14"

# Written in pieces, so that this file keeps its own rules.
BANNED = (
    (r"\bTO" r"DO\b", "do it, or file an issue"),
    (r"\bFIX" r"ME\b", "mend it, or file an issue"),
    (r"\bX" r"XX\b", "say what is meant"),
    (r"\bHA" r"CK\b", "say why it is as it is"),
    (r"\bDIS" r"ABLED_", "a test runs or does not exist"),
    (r"\bGTEST_" r"SKIP\b", "a test runs or does not exist"),
    (r"(?i)\bnot " r"implemented\b", "leave out what is not there"),
)
MACHINE_PATH = re.compile(r"(?<![\w./$}])/(?:work|root|home|Users)/[\w.-]")
PACKAGE_HOSTS = re.compile(
    r"(?i)\b(?:(?:deb|ftp|security)[.]debian[.]|registry[.]npm" r"js|registry[.]yarn"
    r"|pypi[.]o" r"rg|pythonhosted[.]|proxy[.]golang[.]|crates[.]i" r"o\b|archive[.]ubuntu[.])"
    r'|"resolved"\s*:'
)
SPEAK_TO_PEOPLE = ("common/client", "services/cli")
OWN_WORDS = re.compile(r"\.\s*Accepted\(|\babsl::\w+Error\(|\babsl::Status\(\s*absl::")
NOT_OURS = ("LICENSE", "docs/formats/vectors/")
SOURCES = (".cc", ".h", ".py", ".mjs", ".proto", ".cmake", ".sh")


def our_text(tree):
    """Every text file that we write by hand."""
    for path in tree.paths():
        if not path.startswith(NOT_OURS) and tree.text(path) is not None:
            yield path


def is_script(tree, path, *interpreters):
    first = (tree.text(path) or "").split("\n", 1)[0]
    return first.startswith("#!") and any(name in first for name in interpreters)


def file_sizes(tree):
    """No source file is longer than a reader can hold."""
    for path in tree.paths("common", "services", "tests", "proto", "deploy", ".ci"):
        length = len(tree.lines(path))
        is_source = path.endswith(SOURCES) or is_script(tree, path, "sh", "python", "node")
        if is_source and length > FILE_LINES:
            yield Finding(path, length, f"has {length} lines, more than {FILE_LINES}: split it")


def function_sizes(tree):
    """No function is longer than a screen."""
    for path, function in functions(tree):
        if function.length > FUNCTION_LINES:
            yield Finding(
                path,
                function.line,
                f"{function.name} has {function.length} lines, over {FUNCTION_LINES}: split it",
            )


def functions(tree):
    for path in tree.paths("common", "services", "tests", suffixes=cpp.CODE):
        for function in cpp.functions_of(tree.text(path) or ""):
            yield path, function
    for path in tree.paths("tests", "deploy"):
        if path.endswith(".py") or is_script(tree, path, "python"):
            for function in _python_functions(tree.text(path)):
                yield path, function


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield cpp.Function(node.lineno, node.name, node.end_lineno - node.lineno + 1)


def summary(tree):
    """One line on the sizes of the product's functions, for information."""
    lengths = [f.length for path, f in functions(tree) if path.startswith(("common/", "services/"))]
    if not lengths:
        return "no functions"
    return (
        f"{len(lengths)} functions in common and services: "
        f"median {statistics.median(lengths):g} lines, longest {max(lengths)}"
    )


def banned_words(tree):
    """Nothing is left for later in the sources."""
    patterns = [(re.compile(pattern), mend) for pattern, mend in BANNED]
    for path in our_text(tree):
        for number, line in enumerate(tree.lines(path), 1):
            for pattern, mend in patterns:
                if match := pattern.search(line):
                    yield Finding(path, number, f"'{match.group()}': {mend}")


def no_foreign_places(tree):
    """The project names no path of one machine, and no host that packages come from."""
    for path in our_text(tree):
        for number, line in enumerate(tree.lines(path), 1):
            if match := MACHINE_PATH.search(line):
                yield Finding(path, number, f"'{match.group()}...' is a path of one machine")
            if match := PACKAGE_HOSTS.search(line):
                yield Finding(
                    path, number, f"'{match.group()}' names where packages come from; leave it out"
                )


def headers_explain_themselves(tree):
    """A header starts with a comment that says what it is, and is included once."""
    for path in tree.paths("common", "services", suffixes=(".h",)):
        lines = tree.lines(path)
        if not lines or not lines[0].startswith("// "):
            yield Finding(path, 1, "begin the header with a comment: what it is and is not")
        if "#pragma once" not in lines:
            yield Finding(path, 1, "write #pragma once after the header's comment")


def texts_are_catalogued(tree):
    """What the office's side says to a person is in a catalogue, in every language."""
    for path in tree.paths(*SPEAK_TO_PEOPLE, suffixes=cpp.CODE):
        code = cpp.code_of(tree.text(path) or "")
        for match in OWN_WORDS.finditer(code):
            yield Finding(
                path,
                cpp.line_of(code, match.start()),
                f"'{match.group()}' speaks one language: use Explained or Failure"
                " (common/base/sentence.h)",
            )


def formatted(tree):
    """The formatter would change nothing."""
    tool = _clang_format()
    paths = tree.paths("common", "services", "tests", suffixes=cpp.CODE)
    lines = _in_parallel(lambda p: _badly_formatted(tool, tree.root, p, tree.text(p) or ""), paths)
    for path, line in lines:
        if line:
            yield Finding(path, line, f"run: clang-format -i {path}")


def _clang_format():
    for name in (f"clang-format-{CLANG_FORMAT_MAJOR}", "clang-format"):
        if shutil.which(name):
            return name
    raise RuntimeError("clang-format is not installed: run deploy/install-dependencies test")


@functools.lru_cache(maxsize=None)
def _badly_formatted(tool, root, path, text):
    """The first line that the formatter would change; 0 if there is none."""
    run = subprocess.run(
        [tool, "--dry-run", "--Werror", "--style=file", f"--assume-filename={path}"],
        input=text,
        cwd=root,
        text=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    line = re.search(r":(\d+):\d+: error", run.stderr)
    return 0 if run.returncode == 0 else int(line.group(1)) if line else 1


def shell_scripts(tree):
    """Shell scripts stop at the first error and hold no known trap."""
    paths = [path for path in our_text(tree) if is_script(tree, path, "bash", "/sh")]
    for path in paths:
        wanted = "set -euo pipefail" if is_script(tree, path, "bash") else "set -eu"
        if wanted not in tree.lines(path):
            yield Finding(path, 1, f"write: {wanted}")
    for path, traps in _in_parallel(lambda p: _shell_traps(tree.text(p)), paths):
        for line, message in traps:
            yield Finding(path, int(line), message)


@functools.lru_cache(maxsize=None)
def _shell_traps(text):
    # Left out: SC1091 (sourced files are looked at on their own), SC2015 and SC2016 (A && B || C, and
    # a $ in single quotes, where they are meant as such), SC2094 (comparing a file with itself).
    run = subprocess.run(
        ["shellcheck", "--format=gcc", "--exclude=SC1091,SC2015,SC2016,SC2094", "-"],
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    return re.findall(r"^-:(\d+):\d+: (.*)$", run.stdout, re.M)


def _in_parallel(look, paths):
    """Pairs of a path and what was seen in it."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(zip(paths, pool.map(look, paths)))


RULES = (
    file_sizes,
    function_sizes,
    banned_words,
    no_foreign_places,
    headers_explain_themselves,
    texts_are_catalogued,
    formatted,
    shell_scripts,
)
