"""DER (X.690), strictly: one value has one encoding, and nothing else is read."""

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
_END, _DEPTH = b"\0\0", 32


def context(number):
    """Tag of a constructed element [number]."""
    return 0xA0 | number


class DerError(ValueError):
    """Not DER, or not of the shape that was asked for."""


class Element:
    """One element: its tag, all its bytes, and those between length and end."""

    def __init__(self, tag, whole, content, ber):
        self.tag, self.whole, self.content, self.ber = tag, whole, content, ber

    def expect(self, tag):
        if self.tag != tag:
            raise DerError(f"tag {tag:#x} expected, {self.tag:#x} found")
        return self

    def children(self, tag):
        return elements(self.expect(tag).content, self.ber)


def _length(data, at):
    """Length of the content and where it begins, of the element whose tag is at at - 1."""
    if at >= len(data):
        raise DerError("no length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    raw = data[at + 1 : at + 1 + count]
    value = int.from_bytes(raw, "big")
    if not 1 <= count <= 4 or len(raw) != count or raw[0] == 0 or value < 0x80:
        raise DerError("a length that is not in its shortest form")
    return value, at + 1 + count


def elements(data, ber=False):
    """The elements that stand one after the other in data, and nothing else.

    With `ber` also those of BER's open lengths, which some national tools write around a signature.
    """
    found, at = [], 0
    while at < len(data):
        begin, content_end, end = _extent(data, at, ber, 0)
        found.append(Element(data[at], data[at:end], data[begin:content_end], ber))
        at = end
    return found


def _extent(data, at, ber, depth):
    """Where the content of the element at `at` begins and ends, and where the element ends."""
    if data[at] & 0x1F == 0x1F or depth > _DEPTH:
        raise DerError("a high tag number, or too deep")
    if ber and data[at] & 0x20 and data[at + 1 : at + 2] == b"\x80":
        begin = here = at + 2
        while data[here : here + 2] != _END:
            if here >= len(data):
                raise DerError("an open length without its end")
            here = _extent(data, here, ber, depth + 1)[2]
        return begin, here, here + 2
    length, begin = _length(data, at + 1)
    if begin + length > len(data):
        raise DerError("past the end")
    return begin, begin + length, begin + length


def exactly(found, count):
    if len(found) != count:
        raise DerError(f"{count} elements expected, {len(found)} found")
    return found


def single(data, tag, ber=False):
    return exactly(elements(data, ber), 1)[0].expect(tag)


def oid(element):
    """Dotted text of an object identifier."""
    data = element.expect(OID).content
    if not data or data[-1] & 0x80:
        raise DerError("an object identifier")
    arcs, value = [], 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


# ---- writing ------------------------------------------------------------------------------------


def encode(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(raw)]) + raw + content


def sequence(*parts):
    return encode(SEQUENCE, *parts)


def set_of(*parts):
    """A SET OF stands in the order of its elements' encodings."""
    return encode(SET, *sorted(parts))


def integer(value):
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(data):
    return encode(OCTET_STRING, data)


def encode_oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for arc in [40 * first + second, *rest]:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return encode(OID, bytes(out))
