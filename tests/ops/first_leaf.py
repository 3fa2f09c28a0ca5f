#!/usr/bin/env python3
"""That a published log begins with a leaf that commits to where a backup's log ended.

    first_leaf.py TILES LOG BACKUP     shares no code with the product: C2SP tlog-tiles, backup.txt
"""

import base64
import pathlib
import struct
import sys


def main(tiles, log, backup):
    folder = pathlib.Path(tiles) / log / "tile" / "entries"
    bundle = next(p for p in sorted(folder.rglob("*")) if p.is_file()).read_bytes()
    (length,) = struct.unpack(">H", bundle[:2])
    leaf = dict(line.split(" ", 1) for line in bundle[2 : 2 + length].decode().splitlines())
    facts = dict(
        line.split(" ", 1) for line in (pathlib.Path(backup) / "backup.txt").read_text().splitlines()
    )
    wanted = {
        "type": "origin",
        "reason": "RESTORE",
        "previous-origin": f"rogatoria.example/log/{facts['log']}",
        "previous-size": facts["log-size"],
        "previous-root": base64.b64encode(bytes.fromhex(facts["root"])).decode(),
    }
    found = {name: leaf.get(name) for name in wanted}
    if found != wanted:
        sys.exit(f"the first leaf says {found}, not {wanted}")


if __name__ == "__main__":
    main(*sys.argv[1:])
