"""The files that the rules look at, and what they find in them."""

import functools
import pathlib
import subprocess
from typing import NamedTuple


class Finding(NamedTuple):
    path: str
    line: int
    message: str  # what is wrong and how to mend it

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """The files of a checkout that are, or are about to be, under version control.

    Immutable; `with_file` gives another tree in which one file differs, which is how the self-test
    breaks a rule without touching the checkout.
    """

    def __init__(self, root, paths, changed=None):
        self.root = pathlib.Path(root)
        self._paths = frozenset(paths)
        self._changed = changed or {}

    @staticmethod
    def of_checkout(root):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout.decode()
        paths = [path for path in listed.split("\0") if path]
        return Tree(root, [path for path in paths if (pathlib.Path(root) / path).is_file()])

    def with_file(self, path, text):
        return Tree(self.root, self._paths | {path}, {**self._changed, path: text})

    def without_file(self, path):
        return Tree(self.root, self._paths - {path}, self._changed)

    def __contains__(self, path):
        return path in self._paths

    def paths(self, *folders, suffixes=("",)):
        """Sorted paths under any of the folders (all without one) with any of the suffixes."""
        prefixes = tuple(folder + "/" for folder in folders) or ("",)
        return sorted(p for p in self._paths if p.startswith(prefixes) and p.endswith(suffixes))

    def has_folder(self, path):
        return any(p.startswith(path.rstrip("/") + "/") for p in self._paths)

    def text(self, path):
        """The file's text; None for a file that is not text."""
        return self._changed[path] if path in self._changed else _read(self.root / path)

    def lines(self, path):
        return (self.text(path) or "").splitlines()


@functools.lru_cache(maxsize=None)
def _read(path):
    try:
        data = path.read_bytes()
    except FileNotFoundError:  # listed a moment ago, moved since
        return None
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
