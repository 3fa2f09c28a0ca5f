"""Receipts (docs/formats/receipt.md): evidence, salt and proof in one file that stands by itself."""

import hmac
import re

from . import log, texts
from .refused import demand

MAX_BYTES = 163840


class Receipt:
    """A receipt that holds: what it says is in .evidence, by the names of its lines."""

    def __init__(self, data, keys):
        demand(len(data) <= MAX_BYTES, "LIMIT_EXCEEDED", "receipt")
        head, _, proof = data.partition(b"\n\n")
        lines = head.split(b"\n", 2)
        sound = len(lines) == 3 and lines[0] == b"rogatoria-receipt v1" and lines[1].startswith(b"salt ")
        demand(sound, "TEXT_MALFORMED", "a receipt")
        salt = texts.strict_base64(lines[1][5:].decode("latin-1"), 32)
        text = lines[2] + b"\n"
        self.evidence = texts.read_evidence(text)
        leaf = texts.evidence_leaf(hmac.digest(salt, text, "sha256"))
        self.head, self.index = log.check_proof(proof, leaf, keys, extra_allowed=False)
        domain = re.escape(self.evidence["trust-domain"])
        demand(re.fullmatch(rf"{domain}/log/(?:0|[1-9][0-9]*)", self.head.origin), "CHECKPOINT_NOT_SIGNED",
               "a log of another hub")
        self.level = "WITNESSED" if self.head.witnesses else "BROKER"
        self.data = data

    @property
    def event(self):
        return self.evidence["event"]

    def demand_says(self, **expected):
        """That the evidence has these values: header_sha256='…' stands for the line header-sha256."""
        for name, value in expected.items():
            found = self.evidence[name.replace("_", "-")]
            demand(found == value, "RECEIPT_MISMATCH", f"{name} is {found}, not {value}")
