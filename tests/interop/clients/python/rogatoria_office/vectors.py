"""The committed vectors of docs/formats, judged by this client (docs/integrators.md, the operation vector).

Each function takes the request of one vector and gives what it found, by name; a bad one is Refused.
"""

import hmac
import re

from rogatoria.v1 import directory_service_pb2 as directory
from rogatoria.v1 import mailbox_service_pb2 as mailbox

from . import guidance, header, keys, log, seal, signature, texts
from .canonical import read_signed
from .certificate import Anchors, KeyPair, sha256
from .receipt import Receipt
from .refused import demand


def _bytes(path):
    with open(path, "rb") as file:
        return file.read()


def _keys(lines):
    return [log.VerifierKey(line) for line in lines]


def judge_header(request):
    data = _bytes(request["file"])
    h = header.read(data)
    return {"act": h.act_id, "kind": h.kind, "recipients": len(h.recipients), "measures": len(h.measures),
            "documents": len(h.documents), "sha256": sha256(data).hex()}


def judge_acknowledgement(request):
    data = _bytes(request["file"])
    a = read_signed(data, "rogatoria-acknowledgement v1", mailbox.AcknowledgementStatement, "FIELD_INVALID")
    sound = (header.TRUST_DOMAIN.fullmatch(a.trust_domain) and header.ACT_ID.fullmatch(a.act_id)
             and len(a.header_sha256) == 32 and header.AUTHORITY.fullmatch(a.recipient)
             and a.acknowledged_unix_ms > 0)
    demand(sound, "FIELD_INVALID")
    return {"act": a.act_id, "recipient": a.recipient, "instant": a.acknowledged_unix_ms,
            "sha256": sha256(data).hex()}


def _statement(leaf_text):
    leaf = texts.read_leaf(leaf_text)
    demand(leaf["type"] == "key-statement", "TEXT_MALFORMED", "type")
    parts = [texts.strict_base64(leaf[name]) for name in ("statement", "signature", "identity-key")]
    return directory.KeyStatement(statement=parts[0], signature=parts[1], identity_key=parts[2])


def judge_key_statement(request):
    data = _bytes(request["file"])
    found = [_statement(text) for text in re.split(b"(?=rogatoria-leaf v1\n)", data) if text]
    trusted = request.get("trusted")
    if trusted:
        standing = keys.check_chain(found, trusted["trust_domain"], trusted["authority"], trusted["identity"])
        return {"statements": len(found), "standing": len(standing)}
    demand(len(found) == 1, "KEY_NOT_TRUSTED", "one statement")
    body = keys.read(found[0])
    return {"authority": body.authority, "purpose": body.purpose, "revoked": int(body.revoked),
            "certificate": body.certificate_sha256.hex()}


def judge_guidance(request):
    data = _bytes(request["file"])
    g = guidance.read(data)
    return {"id": g.id, "version": g.version, "country": g.country, "measures": len(g.measures),
            "language": g.language, "sha256": sha256(data).hex()}


def judge_evidence(request):
    data = _bytes(request["file"])
    return texts.read_audit(data) if data.startswith(b"rogatoria-audit ") else texts.read_evidence(data)


def judge_leaf(request):
    leaf = texts.read_leaf(_bytes(request["file"]))
    if "salt" in request:
        found = hmac.digest(bytes.fromhex(request["salt"]), _bytes(request["record"]), "sha256")
        demand(texts.strict_base64(leaf["commitment"]) == found, "RECEIPT_MISMATCH", "commitment")
    return leaf


def judge_receipt(request):
    found = Receipt(_bytes(request["file"]), _keys(request["log_keys"] + request["witness_keys"]))
    return {"event": found.event, "index": found.index, "size": found.head.size, "level": found.level}


def judge_checkpoint(request):
    head = log.Checkpoint(_bytes(request["file"]), _keys(request["keys"]))
    return {"size": head.size, "root": head.root.hex(), "witnesses": head.witnesses}


def judge_proof(request):
    log.check_proof(_bytes(request["file"]), bytes.fromhex(request["leaf"]), _keys(request["keys"]))
    return {}


def judge_inclusion(request):
    leaf, root, *hashes = map(bytes.fromhex, [request["leaf"], request["root"], *request["proof"]])
    log.check_inclusion(leaf, int(request["index"]), int(request["size"]), hashes, root)
    return {}


def judge_consistency(request):
    old, new, *hashes = map(bytes.fromhex, [request["old_root"], request["new_root"], *request["proof"]])
    log.check_consistency(int(request["old_size"]), int(request["new_size"]), old, new, hashes)
    return {}


def judge_signature(request):
    anchors = Anchors.from_pem(request["anchors"], request["lists"])
    message = _bytes(request["message"])
    signer = signature.verify(_bytes(request["file"]), message, anchors, request["at_unix_ms"])
    return {"signer": signer.sha256.hex()}


def judge_envelope(request):
    pair = KeyPair(request["certificate"], request["key"])
    return {"clear": sha256(seal.open_kek(_bytes(request["file"]), pair)).hex()}


def judge_segment(request):
    clear = seal.open_segment(_bytes(request["kek"]), _bytes(request["file"]))
    return {"clear": sha256(clear).hex()}


def judge_manifest(request):
    manifest = seal.Manifest.parse(_bytes(request["file"]))
    demand(manifest.text() == _bytes(request["file"]), "MANIFEST_MALFORMED", "another text")
    return {}


def judge_object(request):
    manifest = seal.Manifest.parse(_bytes(request["file"]))
    clear = manifest.open(_bytes(request["kek"]), [_bytes(path) for path in request["segments"]])
    return {"clear": sha256(clear).hex()}


def judge(request):
    """What was found in one vector, all of it as texts."""
    found = globals()["judge_" + request["format"].replace("-", "_")](request)
    return {name: str(value) for name, value in found.items()}
