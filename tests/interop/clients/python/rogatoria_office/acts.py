"""Acts: resolved, sealed, signed and sent; received, verified, opened and acknowledged."""

import dataclasses
import datetime
import queue
import time
import uuid

import grpc
from google.protobuf.message import DecodeError
from rogatoria.content.v1 import content_pb2 as content
from rogatoria.v1 import act_pb2 as act
from rogatoria.v1 import audit_service_pb2 as audit
from rogatoria.v1 import directory_service_pb2 as directory
from rogatoria.v1 import exchange_service_pb2 as exchange
from rogatoria.v1 import mailbox_service_pb2 as mailbox

from . import documents, header, keys, log, seal, signature, texts
from .canonical import write_signed
from .certificate import Certificate, sha256
from .hub import refusal
from .receipt import Receipt
from .refused import Refused, demand

PURPOSES = {1: "primary", 2: "duty", 3: "substitute", 4: "archive"}


@dataclasses.dataclass
class Draft:
    """What an office wants to say; names as in docs/act-files.md, codes without their prefix."""

    kind: str
    to: list
    text: str = ""
    subject: str = ""
    channel: str = "INTERINSTITUTIONAL"
    instrument: str = ""
    article: str = ""
    channel_basis: str = ""
    measures: list = dataclasses.field(default_factory=list)  # [{"ordinal", "code", "outcome"?}]
    case: str = ""
    in_reply_to: str = ""
    language: str = "en"
    data_class: str = "OPERATIONAL"
    attach: list = dataclasses.field(default_factory=list)  # paths of files to upload
    signer: str = "seal"  # or user
    request_id: str = ""


class Opened:
    """An act that holds: header, content, who signed it, and the receipts that it came with."""

    def __init__(self, raw, head, body, signer):
        self.raw, self.header, self.content, self.signer = raw, head, body, signer
        self.receipts, self.statement, self.stated_ms = [], b"", 0


def now_ms():
    return int(time.time() * 1000)


class Office:
    """An office at work: its settings and a connection to its hub."""

    def __init__(self, settings, hub):
        self.settings, self.hub = settings, hub

    # ---- sending --------------------------------------------------------------------------------

    def resolve(self, draft):
        """Routes to the addressees, whose certificates are proven to be their own."""
        request = directory.ResolveRecipientsRequest(
            addressees=[directory.Addressee(authority=name) for name in draft.to],
            channel_class=f"CHANNEL_CLASS_{draft.channel}", instrument=draft.instrument,
            kind=f"ACT_KIND_{draft.kind}", case_id=draft.case, channel_basis=draft.channel_basis,
            data_class=f"DATA_CLASS_{draft.data_class}")
        if not draft.case:
            request.measures.extend(m["code"] for m in draft.measures)
        found = self.hub.call(self.hub.directory.ResolveRecipients, request)
        demand([r.authority.id for r in found.routes] == draft.to, "KEY_NOT_TRUSTED", "routes to others")
        for route in found.routes:
            demand(route.sealing_certificates, "KEY_NOT_TRUSTED", "nothing to seal to")
            for sealing in route.sealing_certificates:
                self.check_key(route.authority.id, sealing)
        return found

    def check_key(self, authority, sealing):
        """The certificate is the authority's own word, and everybody can see in the log that it was said."""
        pinned = self.settings.identities.get(authority)
        keys.check_certificate(sealing.statement, sealing.certificate, sealing.purpose, authority,
                               self.settings.trust_domain, pinned, now_ms())
        head = self.head()
        demand(head.origin == sealing.statement.log_origin, "KEY_NOT_TRUSTED", "stated in another log")
        request = audit.GetInclusionProofRequest(index=sealing.statement.leaf_index, tree_size=head.size)
        proof = self.hub.call(self.hub.audit.GetInclusionProof, request)
        leaf = log.leaf_hash(texts.key_statement_leaf(sealing.statement))
        log.check_inclusion(leaf, sealing.statement.leaf_index, head.size, proof.hashes, head.root)

    def head(self):
        found = self.hub.call(self.hub.audit.GetCheckpoint, audit.GetCheckpointRequest())
        return log.Checkpoint(found.checkpoint.encode(), self.settings.log_keys)

    def readers(self, routes):
        """Everybody the act is sealed for, as the manifest names them, and their certificates; ourselves too."""
        lines, certificates = [], []
        for route in routes.routes:
            for sealing in route.sealing_certificates:
                certificates.append(Certificate(sealing.certificate))
                lines.append((route.authority.id, PURPOSES[sealing.purpose], certificates[-1].sha256.hex()))
        for own in self.settings.sealing:
            certificates.append(own.certificate)
            lines.append((self.settings.authority, "primary", own.certificate.sha256.hex()))
        return lines, certificates

    def compose(self, draft, routes, body=None):
        """The act, sealed and signed; documents are uploaded on the way. `body` replaces the letter."""
        act_id = f"{self.settings.authority}/{draft.request_id}"
        lines, certificates = self.readers(routes)
        body = body or content.ActContent()
        body.letter.text = draft.text
        digests = []
        for number, path in enumerate(draft.attach, 1):
            digest, attached = documents.upload(self.hub, self.sealed_file(path), act_id, lines, number)
            digests.append(digest)
            body.letter.enclosures.append(attached)
        kek = seal.generate_kek()
        sealed, clear_hmac = self.seal_body(kek, body, draft.subject, act_id, lines)
        head = self._header(draft, routes, act_id)
        head.content.CopyFrom(act.SealedDigest(sealed_sha256=sha256(sealed), sealed_size=len(sealed),
                                               clear_hmac_sha256=clear_hmac))
        head.documents.extend(digests)
        data = header.write(head)
        pair = self.settings.user if draft.signer == "user" else self.settings.seal
        return act.Act(header=data, signature=signature.sign(data, pair), body=sealed,
                       key_envelopes=[self.envelope(kek, certificates)])

    # The parts that the conformance kit's dishonest sender makes otherwise.

    def sealed_file(self, path):
        return documents.SealedFile(path)

    def envelope(self, kek, certificates):
        return seal.seal_kek(kek, certificates)

    def segments(self, kek, clear):
        """(sealed, clear size) of each segment; one is enough for what fits into an act."""
        return [(seal.seal_segment(kek, clear), len(clear))]

    def manifest(self, act_id, clear, readers, segments):
        salt = seal.generate_kek()
        return seal.Manifest(act_id, "application/protobuf", salt, seal.clear_hmac(salt, clear), len(clear), readers,
                             [seal.segment_line(sealed, size) for sealed, size in segments])

    def seal_body(self, kek, body, subject, act_id, readers):
        """The sealed body, and the salted digest of the content for the header."""
        clear = body.SerializeToString(deterministic=True)
        segments = self.segments(kek, clear)
        manifest = self.manifest(act_id, clear, readers, segments)
        said = content.SignedManifest(manifest=manifest.text()).SerializeToString()
        slip = content.CoverSlip(subject=subject).SerializeToString()
        sealed = content.SealedBody(sealed_manifest=seal.seal_segment(kek, said),
                                    sealed_cover_slip=seal.seal_segment(kek, slip),
                                    segments=[one for one, _ in segments])
        return sealed.SerializeToString(), manifest.clear_hmac

    def _header(self, draft, routes, act_id):
        case_type = header.KINDS[draft.kind][0] or "MLA"
        head = act.ActHeader(
            trust_domain=self.settings.trust_domain, act_id=act_id, case_id=draft.case or act_id,
            sender=self.settings.authority, channel_class=f"CHANNEL_CLASS_{draft.channel}",
            channel_basis=draft.channel_basis, case_type=f"CASE_TYPE_{case_type}",
            kind=f"ACT_KIND_{draft.kind}", data_class=f"DATA_CLASS_{draft.data_class}",
            language=draft.language, in_reply_to=draft.in_reply_to,
            directory_log_size=routes.directory_log_size, created_unix_ms=now_ms())
        if draft.instrument:
            head.legal_basis.CopyFrom(act.LegalBasis(instrument=draft.instrument, article=draft.article))
        for number, m in enumerate(draft.measures, 1):
            outcome = "MEASURE_OUTCOME_" + m.get("outcome", "UNSPECIFIED")
            head.measures.add(ordinal=m.get("ordinal", number), code=m["code"], outcome=outcome)
        if draft.case:
            found = self.case(draft.case)
            head.case_type, head.case_position_seen = found.case_type, found.act_count
        for route in routes.routes:
            one = head.recipients.add(authority=route.authority.id, route_id=route.route_id)
            for sealing in route.sealing_certificates:
                one.sealed_to.add(certificate_sha256=sha256(sealing.certificate), purpose=sealing.purpose)
        return head

    def case(self, case_id):
        request = exchange.GetCaseRequest(case_id=case_id)
        return getattr(self.hub.call(self.hub.exchange.GetCase, request), "case")

    def send(self, draft, body=None):
        """Sends an act; its id, disposition and the receipts, which hold."""
        draft.request_id = draft.request_id or str(uuid.uuid4())
        routes = self.resolve(draft)
        made = self.compose(draft, routes, body)
        request = exchange.SubmitActRequest(request_id=draft.request_id, act=made)
        answer = self.hub.call(self.hub.exchange.SubmitAct, request)
        receipts = [self.check_receipt(r.content, made) for r in answer.receipts]
        told = [(r.event, r.evidence["recipient"]) for r in receipts]
        demand(told == [("A.1", "-"), *(("D.1", name) for name in draft.to)], "RECEIPT_MISMATCH", "events")
        return header.read(made.header).act_id, answer, receipts

    def check_receipt(self, data, raw):
        """A receipt that holds and speaks of this act and no other."""
        found, head = Receipt(data, self.settings.log_keys), header.read(raw.header)
        found.demand_says(trust_domain=self.settings.trust_domain, act=head.act_id, case=head.case_id,
                          sender=head.sender, header_sha256=sha256(raw.header).hex(),
                          content_sha256=sha256(raw.body).hex())
        return found

    def receipts(self, act_id):
        """All receipts of an act that we may see, checked against the act as the hub has it."""
        raw = self.get(act_id)
        found = self.hub.call(self.hub.audit.ListReceipts, audit.ListReceiptsRequest(act_id=act_id))
        return [self.check_receipt(r.content, raw) for r in found.receipts]

    def get(self, act_id):
        raw = self.hub.call(self.hub.exchange.GetAct, exchange.GetActRequest(act_id=act_id)).act
        demand(header.read(raw.header).act_id == act_id, "HEADER_MALFORMED", "another act")
        return raw

    # ---- receiving ------------------------------------------------------------------------------

    def open_delivered(self, raw, receipts):
        """A delivered act as it was sealed and signed, or a refusal. Judged at the instant of its A.1."""
        held = [self.check_receipt(data, raw) for data in receipts]
        accepted = next((r for r in held if r.event == "A.1"), None)
        demand(accepted, "RECEIPT_MISMATCH", "no A.1")
        opened = self.open(raw, instant_ms(accepted))
        accepted.demand_says(signer_sha256=opened.signer.sha256.hex())
        opened.receipts = held
        return opened

    def open(self, raw, at_ms):
        head = header.read(raw.header)
        signer = signature.verify(raw.signature, raw.header, self.settings.signers, at_ms)
        same = sha256(raw.body) == head.content.sealed_sha256 and len(raw.body) == head.content.sealed_size
        demand(same, "DIGEST_MISMATCH", "the body is not the header's")
        return Opened(raw, head, _open_body(self.key_of(raw), raw.body, head), signer)

    def key_of(self, raw):
        refusals = []
        for envelope in raw.key_envelopes:
            for pair in self.settings.sealing:
                try:
                    return seal.open_kek(envelope, pair)
                except Refused as error:
                    refusals.append(error)
        wrong = [error for error in refusals if error.reason != "SEAL_NOT_RECIPIENT"]
        raise (wrong or [Refused("NOT_SEALED_TO_US")])[0]

    def receive(self, deadline_s=30.0):
        """Takes deliveries, one after the other: (opened act, E.1), or (act id, the refusal) of one given back."""
        asked = queue.Queue()
        asked.put(mailbox.ReceiveRequest(open=mailbox.ReceiveRequest.Open(role="SUBSCRIPTION_ROLE_PRIMARY")))
        asked.put(mailbox.ReceiveRequest(credit=mailbox.ReceiveRequest.Credit(count=1)))
        stream = self.hub.mailbox.Receive(iter(asked.get, None), timeout=deadline_s, wait_for_ready=True)
        taken = None
        try:
            for message in stream:
                if message.HasField("delivery"):
                    taken = self._take(message.delivery, asked)
                elif message.HasField("acknowledged"):
                    settled, taken = taken, None
                    if settled is not None:
                        yield self._settled(settled, message.acknowledged)
                    asked.put(mailbox.ReceiveRequest(credit=mailbox.ReceiveRequest.Credit(count=1)))
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED):
                raise refusal(error) from error
        finally:
            asked.put(None)
            stream.cancel()

    def _take(self, delivery, asked):
        """Opens a delivery and acknowledges it, or gives it back. A notice is only acknowledged."""
        position = delivery.position
        if delivery.HasField("notice"):
            asked.put(mailbox.ReceiveRequest(acknowledge=mailbox.ReceiveRequest.Acknowledge(position=position)))
            return None
        try:
            opened = self.open_delivered(delivery.act, [r.content for r in delivery.receipts])
        except Refused as error:
            reject = mailbox.ReceiveRequest.Reject(position=position, reason=_reject_reason(error))
            asked.put(mailbox.ReceiveRequest(reject=reject))
            return error
        opened.stated_ms = now_ms()
        statement = write_signed("rogatoria-acknowledgement v1", mailbox.AcknowledgementStatement(
            trust_domain=self.settings.trust_domain, act_id=opened.header.act_id,
            header_sha256=sha256(delivery.act.header), recipient=self.settings.authority,
            acknowledged_unix_ms=opened.stated_ms))
        word = mailbox.ReceiveRequest.Acknowledge(position=position, statement=statement,
                                                  signature=signature.sign(statement, self.settings.seal))
        asked.put(mailbox.ReceiveRequest(acknowledge=word))
        opened.statement = statement
        return opened

    def _settled(self, taken, answer):
        if isinstance(taken, Refused):
            return taken, None
        demand(not answer.HasField("error"), "RECEIPT_MISMATCH", answer.error.message)
        handed = self.check_receipt(answer.receipt.content, taken.raw)
        handed.demand_says(event="E.1", recipient=self.settings.authority)
        # Before: another system of this office was first. Of a formal act nobody's is unsigned.
        formal = taken.header.channel_class == act.CHANNEL_CLASS_FORMAL
        unsigned = handed.evidence["acknowledgement-sha256"] == "-"
        if instant_ms(handed) >= taken.stated_ms or formal and unsigned:
            handed.demand_says(acknowledgement_sha256=sha256(taken.statement).hex())
        return taken, handed

    # ---- handing on -----------------------------------------------------------------------------

    def forward(self, act_id, to, reasons):
        """Hands an act on to the competent authority: its key is sealed anew, its body stays as it is."""
        raw = self.get(act_id)
        head = header.read(raw.header)
        draft = Draft("FORWARDING_NOTICE", [to, head.sender], case=head.case_id, in_reply_to=act_id,
                      channel=act.ChannelClass.Name(head.channel_class).removeprefix("CHANNEL_CLASS_"),
                      instrument=head.legal_basis.instrument, article=head.legal_basis.article,
                      channel_basis=head.channel_basis, language=head.language)
        routes = self.resolve(draft)
        certificates = [Certificate(s.certificate) for s in routes.routes[0].sealing_certificates]
        body = content.ActContent()
        notice = body.forwarding_notice
        notice.reasons, notice.competent_authority = reasons, to
        envelope = seal.seal_kek(self.key_of(raw), certificates)
        notice.forwarded_acts.add(act_id=act_id, key_envelope=envelope)
        return self.send(draft, body)

    def open_forwarded(self, notice):
        """The acts that a notice hands on to us, opened with the keys in it. Their receipts are their parties'."""
        for one in notice.content.forwarding_notice.forwarded_acts:
            if notice.content.forwarding_notice.competent_authority != self.settings.authority:
                continue
            raw = self.get(one.act_id)
            raw.key_envelopes.append(one.key_envelope)
            yield self.open(raw, instant_ms(notice.receipts[0]))

    def save(self, opened, folder):
        """Fetches, checks and opens the documents that an act attaches; their paths."""
        return documents.download_all(self.hub, opened.header, opened.content, folder)


def instant_ms(receipt):
    moment = datetime.datetime.strptime(receipt.evidence["instant"], "%Y-%m-%dT%H:%M:%S.%f%z")
    return int(moment.timestamp() * 1000)


def _reject_reason(error):
    if error.reason.startswith(("SEAL_", "NOT_SEALED")):
        return "REJECT_REASON_CANNOT_OPEN"
    trust = error.reason.startswith(("SIGNATURE", "CERTIFICATE", "SIGNER", "RECEIPT", "CHECKPOINT", "PROOF"))
    return "REJECT_REASON_NOT_TRUSTED" if trust else "REJECT_REASON_CONTENT_MISMATCH"


def _decoded(kind, data):
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise Refused("CONTENT_NOT_READABLE", kind.DESCRIPTOR.name) from error


def _open_body(kek, data, head):
    body = _decoded(content.SealedBody, data)
    said = _decoded(content.SignedManifest, seal.open_segment(kek, body.sealed_manifest))
    manifest = seal.Manifest.parse(said.manifest)
    check_manifest(manifest, head, head.content.clear_hmac_sha256)
    return _decoded(content.ActContent, manifest.open(kek, body.segments))


def check_manifest(manifest, head, clear_hmac):
    """That a manifest is of this act, of this clear text, and for whom the header says and its sender."""
    demand(manifest.act == head.act_id, "MANIFEST_MISMATCH", "another act")
    demand(manifest.clear_hmac == clear_hmac, "MANIFEST_MISMATCH", "another clear text than the header's")
    named = {(r.authority, PURPOSES[s.purpose], s.certificate_sha256.hex()) for r in head.recipients for s in r.sealed_to}
    others = {line for line in manifest.recipients if line[0] != head.sender}
    demand(others == named, "MANIFEST_MISMATCH", "other readers than the header's")
