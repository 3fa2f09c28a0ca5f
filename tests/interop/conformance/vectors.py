"""The vectors of docs/formats as requests to a client, with what is to come of them."""

import base64
import hashlib
import json

FORMATS = ("header", "acknowledgement", "key-statement", "guidance", "evidence", "leaf")


class Vector:
    """One vector: its name, the request, and what is expected: facts of a good one, or a reason (may be "")."""

    def __init__(self, name, request, facts=None, reason=None):
        self.name, self.request, self.facts, self.reason = name, {"op": "vector", **request}, facts, reason

    def problem(self, answer, strict):
        """What is wrong with a client's answer; empty for nothing."""
        if "refused" in answer:
            found = answer["refused"].get("reason", "")
            if self.reason is None:
                return f"refused ({found}) although it is good"
            return f"refused for {found}, not {self.reason}" if strict and self.reason not in ("", found) else ""
        if self.reason is not None:
            return f"accepted although it is bad ({self.reason or self.name})"
        wrong = [n for n, value in self.facts.items() if str(answer.get("facts", {}).get(n)) != value]
        return f"another {wrong[0]} than {self.facts[wrong[0]]}" if wrong else ""


def _rows(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]


def _lines(path):
    return path.read_text(encoding="utf-8").split()


def _facts(text):
    return dict(fact.split("=", 1) for fact in text.split(" ") if "=" in fact)


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _of_table(root, folder, more, facts_at=3):
    """The cases of a folder's cases.tsv; `more` completes the request from file and facts."""
    for row in _rows(root / folder / "cases.tsv"):
        file, verdict = row[:2]
        facts = _facts(row[facts_at]) if verdict == "good" else {}
        request = {"format": folder, "file": str(root / folder / file), **more(file, row)}
        yield Vector(f"{folder}/{file}", request, facts, None if verdict == "good" else "")


def _formats(root):
    domain, authority, identity = _lines(root / "key-statement" / "trusted-identity.txt")
    trusted = {"trust_domain": domain, "authority": authority, "identity": identity}

    def more(folder):
        if folder == "key-statement":
            return lambda file, row: {"trusted": trusted} if "chain" in file else {}
        return lambda file, row: {}

    for folder in FORMATS:
        for vector in _of_table(root, folder, more(folder)):
            record = (vector.facts or {}).pop("record", None)
            if record is not None:
                vector.request |= {"salt": vector.facts.pop("salt"), "record": str(root / "evidence" / record)}
            yield vector


def _log(root):
    receipts = {"log_keys": _lines(root / "receipt/log-keys.txt"), "witness_keys": _lines(root / "receipt/witness-keys.txt")}
    yield from _of_table(root, "receipt", lambda file, row: receipts, 2)
    keys = {"keys": _lines(root / "checkpoint/trusted-keys.txt")}
    yield from _of_table(root, "checkpoint", lambda file, row: keys, 2)
    keys = {"keys": _lines(root / "proof/trusted-keys.txt")}
    for vector in _of_table(root, "proof", lambda file, row: {**keys, "leaf": row[2].split(" ")[0][5:]}, 2):
        vector.facts.pop("leaf", None)
        yield vector
    for name, fields in (("inclusion", ("index", "size", "leaf", "root")),
                         ("consistency", ("old_size", "new_size", "old_root", "new_root"))):
        for number, (verdict, *values, proof) in enumerate(_rows(root / f"proof/{name}.tsv"), 1):
            request = {"format": name, **dict(zip(fields, values)), "proof": proof.split(",") if proof else []}
            yield Vector(f"proof/{name}.tsv:{number}", request, {}, None if verdict == "good" else "")


def _sealed(root):
    folder = root / "seal"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    kek = str(folder / "kek.bin")

    def vector(kind, case, request, clear=None):
        good = case["expect"] == "OK"
        facts = {"clear": _sha256(folder / clear)} if good and clear else {}
        return Vector(f"seal/{kind} {case['name']}", {"format": kind, **request}, facts, None if good else case["expect"])

    for case in index["envelopes"]:
        request = {n: str(folder / case[n]) for n in ("certificate", "key")}
        yield vector("envelope", case, {**request, "file": str(folder / case["envelope"])}, "kek.bin")
    for case in index["segments"]:
        yield vector("segment", case, {"file": str(folder / case["segment"]), "kek": kek}, case["clear"])
    for case in index["manifests"]:
        yield vector("manifest", case, {"file": str(folder / case["manifest"])})
    for case in index["objects"]:
        segments = [str(folder / one) for one in case["segments"]]
        request = {"file": str(folder / case["manifest"]), "kek": kek, "segments": segments}
        yield vector("object", case, request, case["clear"])


def _signatures(root):
    folder = root / "signature"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    trust = {"anchors": str(folder / index["anchors"]), "lists": str(folder / index["lists"])}
    for case in index["cases"]:
        good = case["expect"] == "OK"
        request = {"format": "signature", "file": str(folder / case["signature"]), **trust,
                   "message": str(folder / case["message"]), "at_unix_ms": case["at_unix_ms"]}
        signer = (folder / case["signer"]).read_text(encoding="ascii") if good else ""
        facts = {"signer": _fingerprint(signer)} if good else {}
        yield Vector(f"signature/{case['name']}", request, facts, None if good else case["expect"])
    # The committed signature of a practice note is over it and no other one.
    for message, reason in (("good-first.bin", None), ("good-second.bin", "SIGNATURE_INVALID")):
        request = {"format": "signature", "file": str(root / "guidance/good-first.bin.p7s"), **trust,
                   "message": str(root / "guidance" / message), "at_unix_ms": index["cases"][0]["at_unix_ms"]}
        yield Vector(f"signature/guidance {message}", request, {}, reason)


def _fingerprint(pem):
    body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    return hashlib.sha256(base64.b64decode(body)).hexdigest()


def all_of(root):
    """Every vector below docs/formats/vectors that a client judges; legal time is the hub's own business."""
    return [*_formats(root), *_log(root), *_sealed(root), *_signatures(root)]
