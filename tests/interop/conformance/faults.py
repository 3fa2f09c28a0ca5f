"""What a line does wrong, one class a fault. `request` and `answer` see each call and give what goes on instead."""

import base64
import hashlib
import time

import planted

from rogatoria.v1 import audit_service_pb2 as audit
from rogatoria.v1 import directory_service_pb2 as directory
from rogatoria.v1 import document_service_pb2 as document
from rogatoria.v1 import exchange_service_pb2 as exchange
from rogatoria.v1 import mailbox_service_pb2 as mailbox

from rogatoria_office import log, texts

UNKNOWN_FIELD = bytes([0xF8, 0x3F, 1])  # number 1023, a varint


class Fault:
    """Passes everything on. A subclass changes what it is about."""

    def request(self, line, name, data):
        return data

    def answer(self, line, name, data):
        return data


class _Request(Fault):
    """Changes one kind of request, decoded."""

    method, kind = "SubmitAct", exchange.SubmitActRequest

    def request(self, line, name, data):
        if name != self.method:
            return data
        message = self.kind.FromString(data)
        self.change(line, message)
        return message.SerializeToString()


class _Answer(Fault):
    """Changes one kind of answer, decoded."""

    method, kind = "SubmitAct", exchange.SubmitActResponse

    def answer(self, line, name, data):
        if name != self.method:
            return data
        message = self.kind.FromString(data)
        self.change(line, message)
        return message.SerializeToString()


# ---- on the way to the hub, which refuses ---------------------------------------------------------


class SentBody(_Request):
    """The body gets a field that the header's digest does not cover."""

    def change(self, line, message):
        message.act.body += UNKNOWN_FIELD


class SentHeaderField(_Request):
    """The header gets a field that nobody knows."""

    def change(self, line, message):
        message.act.header += UNKNOWN_FIELD


class SentHeaderDigest(_Request):
    """One byte of the header, inside the digest of the body, is another."""

    def change(self, line, message):
        header = bytearray(message.act.header)
        at = header.find(hashlib.sha256(message.act.body).digest())
        header[at] ^= 1
        message.act.header = bytes(header)


class SentSignature(_Request):
    """The last byte of the signature is another."""

    def change(self, line, message):
        message.act.signature = _flipped(message.act.signature)


class AnswerLost(Fault):
    """The first submission is recorded and its answer lost."""

    def answer(self, line, name, data):
        return None if name == "SubmitAct" and line.calls[name] == 1 else data


class IdReused(AnswerLost):
    """The answer is lost, and what is sent again is no longer the same."""

    def request(self, line, name, data):
        if name != "SubmitAct" or line.calls[name] == 1:
            return data
        message = exchange.SubmitActRequest.FromString(data)
        message.act.key_envelopes[0] += b"\0"
        return message.SerializeToString()


class UploadCut(Fault):
    """The line breaks when some chunks have passed, and comes back."""

    def __init__(self, after=5):
        self.after, self.done = after, False

    def request(self, line, name, data):
        if name == "PutChunk":
            line.seen.append(document.PutChunkRequest.FromString(data).offset)
        return data

    def answer(self, line, name, data):
        if name == "PutChunk" and len(line.seen) >= self.after and not self.done:
            self.done = True
            line.cut()
            time.sleep(0.2)
            return None
        return data


# ---- on the way to the office, which has to notice ------------------------------------------------


class _Resolution(_Answer):
    method, kind = "ResolveRecipients", directory.ResolveRecipientsResponse


class PlantedCertificate(_Resolution):
    """An operator's certificate in place of the desk's, under the desk's statement."""

    planted = b""  # set by the kit: a certificate of the same PKI

    def change(self, line, message):
        message.routes[0].sealing_certificates[0].certificate = self.planted


class PlantedStatement(_Resolution):
    """An operator's certificate with a statement for it by an identity key of the operator's own."""

    planted, state = b"", None  # set by the kit

    def change(self, line, message):
        sealing = message.routes[0].sealing_certificates[0]
        sealing.certificate = self.planted
        sealing.statement.CopyFrom(type(self).state(sealing.statement, self.planted))


class OtherPurpose(_Resolution):
    """The desk's certificate is said to be the archive's."""

    def change(self, line, message):
        message.routes[0].sealing_certificates[0].purpose = 4


class OtherRoute(_Request):
    """The route leads to another authority than was asked for: one that is pinned too, with its own true statement."""

    method, kind = "ResolveRecipients", directory.ResolveRecipientsRequest
    other = ""  # set by the kit

    def change(self, line, message):
        message.addressees[0].authority = self.other


class FurtherRoute(OtherRoute):
    """Beside the route that was asked for there is one to another pinned authority."""

    def change(self, line, message):
        message.addressees.add(authority=self.other)


class UnprovenStatement(_Answer):
    """The proof that a statement stands in the log leads elsewhere."""

    method, kind = "GetInclusionProof", audit.GetInclusionProofResponse

    def change(self, line, message):
        if message.hashes:
            message.hashes[0] = _flipped(message.hashes[0])


class ForgedLog(Fault):
    """A log of the operator's own, in which the statements do stand: all fits, but the log's key did not sign its head."""

    leaves = ()

    def answer(self, line, name, data):
        change = {"ResolveRecipients": self._resolved, "GetCheckpoint": self._head, "GetInclusionProof": self._proof}
        return change[name](data) if name in change else data

    def request(self, line, name, data):
        if name == "GetInclusionProof":
            self.asked = audit.GetInclusionProofRequest.FromString(data).index
            return audit.GetInclusionProofRequest().SerializeToString()
        return data

    def restate(self, authority, statement):
        """What a statement says otherwise: nothing."""

    def signed(self, text, signatures):
        """The note of a head: under the signatures that the true head has."""
        return f"{text}\n{signatures}"

    def _resolved(self, data):
        message = directory.ResolveRecipientsResponse.FromString(data)
        statements = []
        for route in message.routes:
            for sealing in route.sealing_certificates:
                self.restate(route.authority.id, sealing.statement)
                statements.append(sealing.statement)
        self.leaves = [log.leaf_hash(texts.key_statement_leaf(one)) for one in statements]
        for index, one in enumerate(statements):
            one.leaf_index = index
        return message.SerializeToString()

    def _head(self, data):
        message = audit.GetCheckpointResponse.FromString(data)
        text, _, signatures = message.checkpoint.partition("\n\n")
        root = base64.b64encode(planted.root_of(self.leaves)).decode()
        message.checkpoint = self.signed(f"{text.splitlines()[0]}\n{len(self.leaves)}\n{root}\n", signatures)
        return message.SerializeToString()

    def _proof(self, data):
        hashes = planted.path_of(self.asked, self.leaves)
        message = audit.GetInclusionProofResponse(leaf_hash=self.leaves[self.asked], hashes=hashes,
                                                  tree_size=len(self.leaves))
        return message.SerializeToString()


class StatementOver(ForgedLog):
    """A statement by the authority's own identity key, in a log whose head the log's key signed: it was valid once."""

    identity_keys, log = {}, None  # set by the kit: by authority; a planted.TrueLog
    from_day, to_day = -2, -1

    def restate(self, authority, statement):
        day, now = 86400_000, int(time.time() * 1000)
        times = {"not_before_unix_ms": now + self.from_day * day, "not_after_unix_ms": now + self.to_day * day}
        statement.CopyFrom(planted.restated(statement, self.identity_keys[authority], **times))

    def signed(self, text, signatures):
        return self.log.signed(text)


class StatementNotBegun(StatementOver):
    """The same, of a statement that will be valid."""

    from_day, to_day = 1, 2


class AlteredReceipt(_Answer):
    """A receipt of what was sent says another instant."""

    def change(self, line, message):
        message.receipts[-1].content = _other_instant(message.receipts[-1].content)


class OtherReceipt(_Answer):
    """Receipts that hold, of another act: the one that the kit sent before."""

    receipts = ()  # set by the kit

    def change(self, line, message):
        for one, other in zip(message.receipts, self.receipts):
            one.content = other


class MissingReceipt(_Answer):
    """One receipt is missing."""

    def change(self, line, message):
        del message.receipts[-1]


class _Delivery(_Answer):
    method, kind = "Receive", mailbox.ReceiveResponse

    def change(self, line, message):
        if message.HasField("delivery") and message.delivery.HasField("act"):
            self.change_delivery(message.delivery)


class DeliveredBody(_Delivery):
    """The body has a field more than what was signed."""

    def change_delivery(self, delivery):
        delivery.act.body += UNKNOWN_FIELD


class DeliveredHeader(_Delivery):
    """The header has a field more."""

    def change_delivery(self, delivery):
        delivery.act.header += UNKNOWN_FIELD


class DeliveredSignature(_Delivery):
    """The last byte of the signature is another."""

    def change_delivery(self, delivery):
        delivery.act.signature = _flipped(delivery.act.signature)


class DeliveredSigner(_Delivery):
    """Signed by somebody whom no approved authority certified."""

    sign = None  # set by the kit

    def change_delivery(self, delivery):
        delivery.act.signature = type(self).sign(delivery.act.header)


class DeliveredOtherSigner(DeliveredSigner):
    """Signed by a person of another office, who is certified, but did not sign what the hub recorded."""


class DeliveredReceipt(_Delivery):
    """The receipt of the act's acceptance says another instant."""

    def change_delivery(self, delivery):
        delivery.receipts[0].content = _other_instant(delivery.receipts[0].content)


class DeliveredWithoutReceipt(_Delivery):
    """The act comes without the receipt that the hub took it."""

    def change_delivery(self, delivery):
        del delivery.receipts[:]


class DeliveredEnvelope(_Delivery):
    """The key envelope's last byte is another."""

    def change_delivery(self, delivery):
        delivery.act.key_envelopes[0] = _flipped(delivery.act.key_envelopes[0])


class AlteredHandover(_Answer):
    """The receipt for the acknowledgement says another instant."""

    method, kind = "Receive", mailbox.ReceiveResponse

    def change(self, line, message):
        if message.HasField("acknowledged") and message.acknowledged.HasField("receipt"):
            message.acknowledged.receipt.content = _other_instant(message.acknowledged.receipt.content)


class HandoverOfAnotherStatement(_Answer):
    """The receipt for the acknowledgement holds, under the log's key, and is of another statement than was given."""

    method, kind = "Receive", mailbox.ReceiveResponse
    log = None  # set by the kit: a planted.TrueLog

    def change(self, line, message):
        if message.HasField("acknowledged") and message.acknowledged.HasField("receipt"):
            receipt = message.acknowledged.receipt
            receipt.content = self.log.receipt(receipt.content, "acknowledgement-sha256", "5a" * 32)


class DocumentChunk(_Answer):
    """A byte of a document is another, and the digest beside it is made to fit."""

    method, kind = "ReadDocument", document.ReadDocumentResponse

    def change(self, line, message):
        message.data = _flipped(message.data)
        message.data_sha256 = hashlib.sha256(message.data).digest()


def _flipped(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def _other_instant(receipt):
    """The receipt with the last digit of its first instant changed."""
    at = receipt.index(b"\ninstant ") + len(b"\ninstant 2026-11-24T12:00:00.12")
    digit = b"0" if receipt[at:at + 1] != b"0" else b"1"
    return receipt[:at] + digit + receipt[at + 1:]


def by_name(name):
    """The class for a scenario's name: planted-certificate is PlantedCertificate."""
    found = globals().get("".join(part.capitalize() for part in name.split("-")))
    if not (isinstance(found, type) and issubclass(found, Fault)):
        raise ValueError(f"there is no fault {name}")
    return found
