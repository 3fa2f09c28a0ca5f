"""A sender whose acts the hub takes, since it cannot see into them, and no recipient may: one class a lie.

Built on the Python client, whose parts it makes otherwise.
"""

import hashlib
import os
import uuid

from rogatoria_office import documents, seal
from rogatoria_office.acts import Office


class ManifestOfAnotherAct(Office):
    """The manifest inside the seal belongs to another act of the same sender."""

    def seal_body(self, kek, body, subject, act_id, readers):
        other = f"{self.settings.authority}/{uuid.uuid4()}"
        return super().seal_body(kek, body, subject, other, readers)


class HeaderOfAnotherText(Office):
    """The header's salted digest is of no text inside."""

    def seal_body(self, kek, body, subject, act_id, readers):
        return super().seal_body(kek, body, subject, act_id, readers)[0], os.urandom(32)


class ManifestOfAnotherText(Office):
    """Header and manifest agree on a salted digest, and the text inside has another."""

    def manifest(self, act_id, clear, readers, segments):
        made = super().manifest(act_id, clear, readers, segments)
        made.clear_hmac = os.urandom(32)
        return made


class HiddenReader(Office):
    """The manifest names a reader whom the header does not."""

    def seal_body(self, kek, body, subject, act_id, readers):
        return super().seal_body(kek, body, subject, act_id, [*readers, ("xx-other", "primary", "0" * 64)])


class ReaderLeftOut(Office):
    """The manifest lacks a reader whom the header names."""

    def seal_body(self, kek, body, subject, act_id, readers):
        return super().seal_body(kek, body, subject, act_id, readers[1:])


class SegmentOfAnotherKey(Office):
    """The content is sealed under another key than the envelope's."""

    def segments(self, kek, clear):
        return super().segments(seal.generate_kek(), clear)


class SegmentOtherThanManifest(Office):
    """The manifest states the digest of another segment."""

    def manifest(self, act_id, clear, readers, segments):
        made = super().manifest(act_id, clear, readers, segments)
        digest, sealed, size = made.segments[0]
        made.segments[0] = (hashlib.sha256(digest.encode()).hexdigest(), sealed, size)
        return made


class SegmentsSwapped(Office):
    """The content has two segments, in the other order than its manifest says."""

    def segments(self, kek, clear):
        half = len(clear) // 2
        return [(seal.seal_segment(kek, part), len(part)) for part in (clear[half:], clear[:half])]

    def manifest(self, act_id, clear, readers, segments):
        return super().manifest(act_id, clear, readers, segments[::-1])


class SegmentLeftOut(SegmentsSwapped):
    """The content has one of two segments."""

    def segments(self, kek, clear):
        self.both = super().segments(kek, clear)[::-1]
        return self.both[:1]

    def manifest(self, act_id, clear, readers, segments):
        return Office.manifest(self, act_id, clear, readers, self.both)


class EnvelopeForSomebodyElse(Office):
    """The key envelope names the sender only, whatever the header says."""

    def envelope(self, kek, certificates):
        return super().envelope(kek, [own.certificate for own in self.settings.sealing])


class _Swapped(documents.SealedFile):
    """Its second segment is uploaded before its first."""

    cut = 64 * 1024

    def __init__(self, path):
        super().__init__(path)
        parts = [sealed for _, sealed in self.segments()]
        self.bytes = b"".join([parts[1], parts[0], *parts[2:]])
        self.whole = hashlib.sha256(self.bytes)

    def chunks(self):
        for offset in range(0, len(self.bytes), documents.CHUNK):
            yield offset, self.bytes[offset : offset + documents.CHUNK]


class DocumentSegmentsSwapped(Office):
    """A document's segments are stored in another order than its manifest says."""

    def sealed_file(self, path):
        return _Swapped(path)


class _OtherText(documents.SealedFile):
    def chunks(self):
        yield from super().chunks()
        self.clear_hmac = self.salt


class DocumentOfAnotherText(Office):
    """Header and manifest of a document agree on a salted digest, and its text has another."""

    def sealed_file(self, path):
        return _OtherText(path)


class BodyOfNothing(Office):
    """The sealed body is no message."""

    def seal_body(self, kek, body, subject, act_id, readers):
        return b"\xff" * 100, super().seal_body(kek, body, subject, act_id, readers)[1]


class ContentOfNothing(Office):
    """What is inside the seal is as the manifest says, and no message."""

    def segments(self, kek, clear):
        return super().segments(kek, b"\xff" * 100)

    def manifest(self, act_id, clear, readers, segments):
        return super().manifest(act_id, b"\xff" * 100, readers, segments)


class _OddName(documents.SealedFile):
    def __init__(self, path):
        super().__init__(path)
        self.name = "../../..\\..//" + "ação" * 80 + "\n\x1b[2J.pdf"


class DocumentWithOddName(Office):
    """No lie, but a name that nobody may take for a path, or for one that fits."""

    def sealed_file(self, path):
        return _OddName(path)


def by_name(name):
    """The class for a scenario's name: hidden-reader is HiddenReader."""
    return globals()["".join(part.capitalize() for part in name.split("-"))]
