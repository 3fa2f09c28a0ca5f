"""Vectors altered by chance: whatever the bytes are, clients must agree on whether they hold, and must not break.

No one says what the verdict has to be: two programs that share no code seldom make the same mistake.
"""

import pathlib
import random


def altered(data, chance):
    """A few bytes flipped, replaced, left out, put in or doubled."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(found)) if found else 0
        ways = (_flip, _replace, _leave_out, _put_in, _double) if found else (_put_in,)
        chance.choice(ways)(found, at, chance)
    return bytes(found)


def _flip(data, at, chance):
    data[at] ^= 1 << chance.randrange(8)


def _replace(data, at, chance):
    data[at] = chance.randrange(256)


def _leave_out(data, at, chance):
    del data[at]


def _put_in(data, at, chance):
    data.insert(at, chance.choice((0, 10, 32, 0x30, 0x80, 0xFF, chance.randrange(256))))


def _double(data, at, chance):
    data[at:at] = data[at:at + chance.randrange(1, 9)]


def verdict(answer):
    """What a client says of one file, as far as clients can be compared."""
    return "refused" if "refused" in answer else "taken" if "facts" in answer else "broke"


def run(clients, vectors, folder, count, seed):
    """(name of the vectors' folder, problem) for each alteration that clients do not agree on; none: ("", tries)."""
    chance, file, tries = random.Random(seed), pathlib.Path(folder) / "altered.bin", 0
    for vector in vectors:
        if vector.reason is not None or "file" not in vector.request:
            continue
        data = pathlib.Path(vector.request["file"]).read_bytes()
        for _ in range(count):
            file.write_bytes(altered(data, chance))
            request = {**vector.request, "file": str(file)}
            verdicts = [verdict(client.ask(request)) for client in clients]
            tries += 1
            if len(set(verdicts)) > 1 or "broke" in verdicts:
                kept = file.with_name(f"altered-{tries}.bin")
                file.rename(kept)
                yield vector.name, f"{', '.join(verdicts)}: {kept.read_bytes().hex()[:4000]}"
    yield "", tries
