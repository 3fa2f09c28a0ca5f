#!/usr/bin/env bash
# Makes a closed database say that its schema is of another version, with sqlite3 and with page
# checksums as common/storage/sqlite/checked_vfs.cc defines them.
#
#   set_schema_version.sh DATABASE VERSION
set -euo pipefail
sqlite3 "$1" "INSERT INTO schema_version VALUES ($2, 'made by a test'); PRAGMA wal_checkpoint(TRUNCATE);" >/dev/null
python3 - "$1" <<'PYTHON'
import struct
import sys

PAGE, MASK, ODD = 4096, 2**64 - 1, 0x9E3779B97F4A7C15


def mix(state, word):
    state = ((state ^ word) * ODD) & MASK
    return state ^ (state >> 32)


def checksum(page, number):
    lanes = [1, 2, 3, 4]
    for i, word in enumerate(struct.unpack("<511Q", page[: PAGE - 8])):
        lanes[i % 4] = mix(lanes[i % 4], word)
    total = mix(ODD, number)
    for lane in lanes:
        total = mix(total, lane)
    return struct.pack("<Q", total)


with open(sys.argv[1], "r+b") as file:
    data = file.read()
    file.seek(0)
    for at in range(0, len(data), PAGE):
        page = data[at : at + PAGE]
        file.write(page[:-8] + checksum(page, at // PAGE + 1))
PYTHON
