"""Signed messages (docs/formats/header.md): a first line, then protobuf's bytes in canonical form."""

from google.protobuf.message import DecodeError

from .refused import Refused, demand


def write_signed(first_line, message):
    """A message without unknown fields is written in canonical form by any protobuf library."""
    return first_line.encode() + b"\n" + message.SerializeToString(deterministic=True)


def read_signed(data, first_line, kind, reason):
    """The message, if it stands in its one form: what writing it again without what we do not know gives."""
    start = first_line.encode() + b"\n"
    demand(data.startswith(start), reason, f"the first line is not {first_line}")
    message = kind()
    try:
        message.ParseFromString(data[len(start):])
    except (DecodeError, ValueError) as error:
        raise Refused(reason, "not protobuf") from error
    known = kind()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    demand(write_signed(first_line, known) == data, reason, "not the canonical form, or a field too many")
    return known
