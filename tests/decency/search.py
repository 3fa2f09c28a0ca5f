#!/usr/bin/env python3
"""Looks for marked words in files, folders (names and contents), databases and a process's memory.

    search.py WORDS PLACE...

WORDS is a file with one word a line. A PLACE is a path, `dump:PATH` for every value of a SQLite
database as SQL, or `memory:PID` for all that a process holds. A word is looked for as it is, in
small and in capital letters, as UTF-16, in hexadecimal and in base64 at any place of a longer text.
Prints each word found and where; exits 1 when there was one.
"""

import base64
import pathlib
import sqlite3
import sys

PIECE = 16 * 1024 * 1024


def spellings(word):
    """The byte strings that would give a word away."""
    for text in {word, word.lower(), word.upper()}:
        plain = text.encode()
        yield plain
        yield text.encode("utf-16-le")
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        for before in range(3):
            # What the neighbours decide is cut off at both ends.
            whole = base64.b64encode(b"\0" * before + plain)
            yield whole[(before * 8 + 5) // 6 : len(plain + b"\0" * before) * 8 // 6]


def pieces_of(read):
    """What a reader gives, piece by piece, each with the end of the one before."""
    tail = b""
    while piece := read(PIECE):
        yield tail + piece
        tail = piece[-512:]


def file_pieces(path):
    with open(path, "rb") as file:
        yield from pieces_of(file.read)


def memory_pieces(pid):
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            addresses, rights = line.split()[:2]
            begin, end = (int(number, 16) for number in addresses.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            try:
                memory.seek(begin)
                yield from pieces_of(lambda size, end=end: memory.read(min(size, end - memory.tell())))
            except OSError:
                continue  # unmapped meanwhile


def dump_pieces(path):
    """Values of any type as `.dump` writes them, and blobs as the bytes that they are."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.text_factory = bytes
    for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
        name = table.decode()
        yield name.encode()
        for row in database.execute(f'select * from "{name}"'):
            yield b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    database.close()


def places(argument):
    """Yields (where, pieces) for one argument."""
    if argument.startswith("memory:"):
        yield argument, memory_pieces(argument.removeprefix("memory:"))
    elif argument.startswith("dump:"):
        yield argument, dump_pieces(argument.removeprefix("dump:"))
    else:
        root = pathlib.Path(argument)
        assert root.exists(), f"{argument} is not there"
        for path in [root, *sorted(root.rglob("*"))]:
            yield f"the name of {path}", [str(path.relative_to(root.parent)).encode()]
            if path.is_file():
                yield str(path), file_pieces(path)


def main():
    words = pathlib.Path(sys.argv[1]).read_text().split()
    wanted = {spelling: word for word in words for spelling in spellings(word)}
    found = set()
    for argument in sys.argv[2:]:
        for where, pieces in places(argument):
            for piece in pieces:
                found |= {(word, where) for spelling, word in wanted.items() if spelling in piece}
    for word, where in sorted(found):
        print(f"{word} is in {where}")
    return 1 if found else 0


sys.exit(main())
