"""Documents (docs/formats/seal.md, "Documents of an act"): sealed segment by segment, never whole in memory."""

import hashlib
import hmac
import os
import re
import uuid

from rogatoria.content.v1 import document_pb2 as content
from rogatoria.v1 import act_pb2 as act
from rogatoria.v1 import document_service_pb2 as service

from . import acts, seal
from .certificate import sha256
from .refused import demand

CHUNK = 1024 * 1024


def segment_size(size):
    """The smallest power of two from 4 MiB on with which 1,024 segments are enough."""
    found = 4 * 1024 * 1024
    while size > 1024 * found:
        found *= 2
    return found


class SealedFile:
    """A file that is sealed to the same bytes as often as it is read: key and salt are for it alone."""

    cut = None  # clear bytes of a segment, where not the usual

    def __init__(self, path):
        self.path, self.name = path, os.path.basename(path)
        self.kek, self.salt = seal.generate_kek(), seal.generate_kek()
        self.whole, self.lines, self.clear_size = hashlib.sha256(), [], 0
        for clear, sealed in self.segments():
            self.whole.update(sealed)
            self.lines.append(seal.segment_line(sealed, len(clear)))
            self.clear_size += len(clear)
        self.sealed_size = sum(line[1] for line in self.lines)

    def segments(self):
        """Clear and sealed bytes of each segment."""
        so_far, size = hmac.new(self.salt, b"", "sha256"), self.cut or segment_size(os.path.getsize(self.path))
        with open(self.path, "rb") as file:
            number, clear = 1, file.read(size)
            while clear or number == 1:
                so_far.update(clear)
                derived = seal.derived_key(self.kek, number, len(clear), so_far.digest())
                yield clear, seal.seal_segment(self.kek, clear, *derived)
                number, clear = number + 1, file.read(size)
        self.clear_hmac = so_far.digest()

    def chunks(self):
        """(offset, bytes) of each chunk, all but the last of CHUNK bytes."""
        offset, rest = 0, b""
        for _, sealed in self.segments():
            rest += sealed
            while len(rest) >= CHUNK:
                yield offset, rest[:CHUNK]
                offset, rest = offset + CHUNK, rest[CHUNK:]
        if rest:
            yield offset, rest


def _missing(upload, offset):
    """Whether a chunk still has to be sent; only the first 256 missing ranges are told."""
    told = upload.missing
    beyond = len(told) == 256 and offset >= told[-1].offset + told[-1].size
    return beyond or any(one.offset <= offset < one.offset + one.size for one in told)


def upload(hub, sealed, act_id, readers, number):
    """Uploads a SealedFile: its digest for the header, and the Document for the act's content."""
    name = str(uuid.uuid4())
    begin = service.BeginUploadRequest(request_id=name, sealed_size=sealed.sealed_size, chunk_size=CHUNK)
    state = hub.call(hub.documents.BeginUpload, begin).upload
    for offset, data in sealed.chunks():
        if _missing(state, offset):
            chunk = service.PutChunkRequest(document_id=state.document_id, offset=offset, data=data,
                                            data_sha256=sha256(data))
            hub.call(hub.documents.PutChunk, chunk)
    finish = service.FinishUploadRequest(document_id=state.document_id, sealed_sha256=sealed.whole.digest())
    hub.call(hub.documents.FinishUpload, finish)
    manifest = seal.Manifest(act_id, "application/octet-stream", sealed.salt, sealed.clear_hmac,
                             sealed.clear_size, readers, sealed.lines)
    attached = content.AttachedFile(number=number, manifest=manifest.text(), kek=sealed.kek,
                                    document_id=state.document_id)
    digest = act.SealedDigest(sealed_sha256=sealed.whole.digest(), sealed_size=sealed.sealed_size,
                              clear_hmac_sha256=sealed.clear_hmac)
    document = content.Document(file_name=sealed.name, media_type="application/octet-stream",
                                attached=attached)
    return digest, document


def _read(hub, document_id, offset, size):
    """Exactly these sealed bytes."""
    parts, end = [], offset + size
    while offset < end:
        request = service.ReadDocumentRequest(document_id=document_id, offset=offset, size=min(CHUNK, end - offset))
        answer = hub.call(hub.documents.ReadDocument, request)
        sound = answer.data and sha256(answer.data) == answer.data_sha256
        demand(sound, "DIGEST_MISMATCH", "a chunk of the document")
        parts.append(answer.data)
        offset += len(answer.data)
    return b"".join(parts)


def download(hub, digest, head, document, path):
    """Fetches a document: each segment is checked before it is opened, the whole before the file has its name."""
    manifest = seal.Manifest.parse(document.attached.manifest)
    acts.check_manifest(manifest, head, digest.clear_hmac_sha256)
    demand(manifest.sealed_size == digest.sealed_size, "MANIFEST_MISMATCH", "another size than the header's")
    so_far, whole, offset, partial = hmac.new(manifest.salt, b"", "sha256"), hashlib.sha256(), 0, path + ".partial"
    with open(partial, "wb") as file:
        for number, (_, size, _) in enumerate(manifest.segments):
            sealed = _read(hub, document.attached.document_id, offset, size)
            manifest.check_segment(number, sealed)
            clear = seal.open_segment(document.attached.kek, sealed)
            file.write(clear)
            so_far.update(clear)
            whole.update(sealed)
            offset += size
        manifest.check_clear(file.tell(), so_far.digest())
        demand(whole.digest() == digest.sealed_sha256, "DIGEST_MISMATCH", "the document is not the header's")
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    hub.call(hub.documents.ReportOpening, service.ReportOpeningRequest(document_id=document.attached.document_id))


def plain_name(name):
    """Letters, digits and a few signs of it, at most 100."""
    return re.sub(r"[^\w .()+-]", "_", name)[-100:].lstrip(".") or "document"


def download_all(hub, head, body, folder):
    """All documents of an act, under names that no sender can make a path of."""
    found = []
    for document in [body.letter.document, *body.letter.translations, *body.letter.enclosures]:
        number = document.attached.number
        if number:
            demand(number <= len(head.documents), "MANIFEST_MISMATCH", "the header has no such document")
            path = os.path.join(folder, f"{number}-{plain_name(document.file_name)}")
            download(hub, head.documents[number - 1], head, document, path)
            found.append(path)
    return found
