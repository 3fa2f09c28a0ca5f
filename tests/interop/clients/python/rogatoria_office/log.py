"""The hub's log: signed heads (docs/formats/checkpoint.md) and proofs (docs/formats/proof.md)."""

import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .refused import Refused, demand
from .texts import strict_base64

MAX_SIZE = (1 << 63) - 1
# Unicode's White_Space, which a name never holds.
_SPACES = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NAME = re.compile(f"[^+{_SPACES}\0-\x1f]+")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(data):
    return sha256(b"\0", data)


def number(text):
    demand(re.fullmatch(r"0|[1-9][0-9]{0,18}", text) and int(text) <= MAX_SIZE, "TEXT_MALFORMED", "number")
    return int(text)


class VerifierKey:
    """A key line: name+id+base64(type || key)."""

    def __init__(self, line):
        self.name, self.id, material = line.split("+", 2)
        typed = strict_base64(material, 33)
        demand(sha256(self.name.encode(), b"\n", typed)[:4].hex() == self.id, "TEXT_MALFORMED", "key id")
        self.type, self.raw = typed[0], typed[1:]
        self.is_log = self.type == 1

    def check(self, text, signature):
        """Checks the signature of a log or the cosignature of a witness over the text of a note."""
        if not self.is_log:
            demand(self.type == 4 and len(signature) == 72, "CHECKPOINT_NOT_SIGNED", "a cosignature's form")
            seconds = int.from_bytes(signature[:8], "big")
            demand(seconds <= MAX_SIZE, "CHECKPOINT_NOT_SIGNED", "a cosignature's time")
            text, signature = f"cosignature/v1\ntime {seconds}\n".encode() + text, signature[8:]
        demand(self._verifies(signature, text), "CHECKPOINT_NOT_SIGNED", self.name)

    def _verifies(self, signature, text):
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class Checkpoint:
    """A head that a trusted log signed; how many witnesses did as well."""

    def __init__(self, data, keys):
        text, lines = _split_note(data)
        self.witnesses = self._verify(text, lines, keys)
        fields = text.decode().split("\n")[:-1]
        demand(len(fields) >= 3 and all(fields), "TEXT_MALFORMED", "a checkpoint's lines")
        self.origin, self.size, self.root = fields[0], number(fields[1]), strict_base64(fields[2], 32)
        demand(self.size or self.root == sha256(), "TEXT_MALFORMED", "the root of the empty log")
        demand(self.origin in self._signed, "CHECKPOINT_NOT_SIGNED", "the log itself did not sign")

    def _verify(self, text, lines, keys):
        self._signed, witnesses = set(), set()
        for line in lines:
            dash, name, blob = (line.split(" ") + ["", ""])[:3]
            raw = strict_base64(blob)
            sound = line.count(" ") == 2 and dash == "\u2014" and _NAME.fullmatch(name) and len(raw) > 4
            demand(sound and len(name.encode()) <= 255, "TEXT_MALFORMED", "a signature line")
            for key in keys:
                if (key.name, key.id) == (name, raw[:4].hex()):
                    key.check(text, raw[4:])
                    (self._signed if key.is_log else witnesses).add(key.name if key.is_log else key.raw)
        return len(witnesses - {key.raw for key in keys if key.is_log})


def _split_note(data):
    """The signed text and the lines of signatures behind the last empty line."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("TEXT_MALFORMED", "not UTF-8") from error
    sound = len(data) <= 128 * 1024 and not re.search("[\0-\x09\x0b-\x1f]", whole) and whole.endswith("\n")
    text, gap, rest = whole.rpartition("\n\n")
    lines = rest.split("\n")[:-1]
    demand(sound and gap and 1 <= len(lines) <= 32, "TEXT_MALFORMED", "a note")
    return (text + "\n").encode(), lines


def check_inclusion(leaf, index, size, hashes, root):
    """RFC 9162 section 2.1.3.2: the hashes lead from the leaf to the root."""
    demand(index < size, "PROOF_INVALID", "the index is beyond the tree")
    at, last, found = index, size - 1, leaf
    for one in hashes:
        demand(last, "PROOF_INVALID", "a hash too many")
        if at & 1 or at == last:
            found = sha256(b"\1", one, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\1", found, one)
        at, last = at >> 1, last >> 1
    demand(last == 0 and found == root, "PROOF_INVALID", "another root")


def check_consistency(old_size, new_size, old_root, new_root, hashes):
    """RFC 9162 section 2.1.4.2: one tree is the beginning of the other."""
    demand(old_size <= new_size, "PROOF_INVALID", "the log shrank")
    if old_size in (0, new_size):
        same = old_root == (sha256() if old_size == 0 else new_root)
        demand(same and not hashes, "PROOF_INVALID", "other roots")
        return
    path = list(hashes) if old_size & (old_size - 1) else [old_root, *hashes]
    demand(path, "PROOF_INVALID", "a hash is missing")
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        demand(last, "PROOF_INVALID", "a hash too many")
        if at & 1 or at == last:
            old, new = sha256(b"\1", one, old), sha256(b"\1", one, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = sha256(b"\1", new, one)
        at, last = at >> 1, last >> 1
    demand(last == 0 and (old, new) == (old_root, new_root), "PROOF_INVALID", "other roots")


def check_proof(data, leaf, keys, extra_allowed=True):
    """A C2SP tlog-proof of a leaf's data: the head that it leads to, and the index."""
    proof, gap, note = data.partition(b"\n\n")
    lines = proof.decode("latin-1").split("\n")
    demand(gap and lines.pop(0) == "c2sp.org/tlog-proof@v1" and lines, "TEXT_MALFORMED", "a tlog-proof")
    if extra_allowed and lines[0].startswith("extra "):
        demand(0 < len(strict_base64(lines.pop(0)[6:])) <= 65536, "TEXT_MALFORMED", "extra")
    demand(lines and lines[0].startswith("index ") and len(lines) <= 64, "TEXT_MALFORMED", "index")
    index = number(lines[0][6:])
    hashes = [strict_base64(line, 32) for line in lines[1:]]
    head = Checkpoint(note, keys)
    check_inclusion(leaf_hash(leaf), index, head.size, hashes, head.root)
    return head, index
