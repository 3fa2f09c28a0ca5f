"""The layer table of the CMake files, and the rules that the includes keep to it."""

import functools
import re
from typing import NamedTuple

import cpp
from tree import Finding

TABLES = ("common/CMakeLists.txt", "services/CMakeLists.txt", "tests/CMakeLists.txt")
# Where the parts of a program are put together: the broker's, and the offices'.
BROKER = "services/daemon"
COMPOSITION_ROOTS = (BROKER, "services/cli")

# Folders, apart from files named *_service.* and *reactor*, that may see generated stubs: they cost
# seconds to compile.
STUB_FOLDERS = (
    "common/rpc/",
    "common/client/",
    "services/agent/",
    "services/cli/",
    "services/daemon/",
    "services/gate/",
    "tests/",
)

_CALL = re.compile(
    r"^\s*(rogatoria_library|rogatoria_program|rogatoria_tests|rogatoria_fuzzers)\s*\(([^)]*)\)",
    re.M,
)
_KEYWORDS = ("GRPC", "OWN_MAIN", "DEPS", "LINK", "EXCLUDE", "SOURCES", "LABELS", "TIMEOUT")


class Folder(NamedTuple):
    deps: frozenset
    links: frozenset


class Table:
    """Which folder may use which, as the CMake files say."""

    def __init__(self, folders):
        self.folders = folders

    def folder_of(self, path):
        """The declared folder that a file lies in; None if there is none."""
        parts = path.split("/")[:-1]
        while parts and "/".join(parts) not in self.folders:
            parts.pop()
        return "/".join(parts) or None

    @functools.lru_cache(maxsize=None)
    def reach(self, folder):
        """The folder and all it depends on, directly or not."""
        seen, waiting = set(), [folder]
        while waiting:
            name = waiting.pop()
            if name in self.folders and name not in seen:
                seen.add(name)
                waiting.extend(self.folders[name].deps)
        return frozenset(seen)

    def links(self, folder):
        """All that is linked, directly or not, from outside the table."""
        return frozenset().union(*(self.folders[name].links for name in self.reach(folder)))


def table_of(tree):
    folders = {}
    for path in TABLES:
        text = re.sub(r"#.*", "", tree.text(path) or "")
        for kind, words in _CALL.findall(text):
            _add_call(folders, kind, words.split())
    return Table(folders)


def _add_call(folders, kind, words):
    name = words[1] if kind == "rogatoria_program" else words[0]
    if kind in ("rogatoria_tests", "rogatoria_fuzzers"):
        name = "tests/" + name
    lists, current = {}, None
    for word in words:
        if word in _KEYWORDS:
            current = word
        elif current:
            lists.setdefault(current, set()).add(word)
    old = folders.get(name, Folder(frozenset(), frozenset()))
    folders[name] = Folder(
        old.deps | lists.get("DEPS", set()), old.links | lists.get("LINK", set())
    )


def layers(tree):
    """A folder includes only what its DEPS reach."""
    table = table_of(tree)
    for path in tree.paths("common", "services", "tests", suffixes=cpp.CODE):
        folder = table.folder_of(path)
        if folder is None:
            yield Finding(path, 1, "lies in no folder that a CMakeLists.txt declares; declare it")
            continue
        for include in cpp.includes_of(tree.text(path) or ""):
            if include.is_ours and include.path.startswith(("common/", "services/", "tests/")):
                yield from _check_include(tree, table, path, folder, include)


def _check_include(tree, table, path, folder, include):
    target = table.folder_of(include.path)
    if include.path not in tree:
        yield Finding(path, include.line, f"there is no {include.path}")
    elif target not in table.reach(folder):
        yield Finding(
            path,
            include.line,
            f"{folder} does not depend on {target}: move the code, or, if the layer below is right "
            f"to have, add it to the DEPS of {folder}",
        )


def services_apart(tree):
    """A service never depends on another; only a composition root knows others."""
    for folder, entry in table_of(tree).folders.items():
        if folder.startswith("services/") and folder not in COMPOSITION_ROOTS:
            for dep in entry.deps - {folder}:
                if dep.startswith("services/"):
                    yield Finding(
                        "services/CMakeLists.txt",
                        1,
                        f"{folder} depends on {dep}: services meet in the store; put what both "
                        "need into common",
                    )


def openssl_in_crypto_only(tree):
    """One folder knows OpenSSL."""
    for path in tree.paths("common", "services", "tests", suffixes=cpp.CODE):
        if path.startswith("common/crypto/"):
            continue
        for include in cpp.includes_of(tree.text(path) or ""):
            if include.path.startswith("openssl/"):
                yield Finding(
                    path, include.line, "only common/crypto includes <openssl/...>; use its headers"
                )


def stubs_at_the_edge(tree):
    """Generated stubs appear where the wire is, and nowhere else."""
    for path in tree.paths("common", "services", suffixes=cpp.CODE):
        name = path.rsplit("/", 1)[1]
        if path.startswith(STUB_FOLDERS) or "_service." in name or "reactor" in name:
            continue
        for include in cpp.includes_of(tree.text(path) or ""):
            if include.path.endswith(".grpc.pb.h"):
                yield Finding(
                    path,
                    include.line,
                    "a *.grpc.pb.h belongs in x_service.* or a reactor; pass values instead",
                )


def content_stays_sealed(tree):
    """What is inside the seal is linked by offices' programs only, never by the broker."""
    table = table_of(tree)
    for path in tree.paths("common", "services", suffixes=cpp.CODE):
        folder = table.folder_of(path)
        if folder is None or "proto_content" in table.links(folder):
            continue
        for include in cpp.includes_of(tree.text(path) or ""):
            if include.path.startswith("rogatoria/content/"):
                yield Finding(
                    path, include.line, f"{folder} must not see content: it does not link it"
                )
    broker = table.reach(BROKER)
    for folder in sorted(broker):
        if "proto_content" in table.folders[folder].links:
            yield Finding("services/CMakeLists.txt", 1, f"the broker links content by {folder}")


RULES = (layers, services_apart, openssl_in_crypto_only, stubs_at_the_edge, content_stays_sealed)
