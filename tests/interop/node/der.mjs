// A small reader of DER (X.690), for the independent checks of the formats. It knows nothing of the
// C++ library. Anything out of the ordinary throws DerError.

export class DerError extends Error {}

export const TAG = {
  INTEGER: 0x02, BIT_STRING: 0x03, OCTET_STRING: 0x04, NULL: 0x05, OID: 0x06,
  UTC_TIME: 0x17, GENERALIZED_TIME: 0x18, SEQUENCE: 0x30, SET: 0x31,
};

// Header and content length of the element at `offset`.
function measure(bytes, offset) {
  if (offset + 2 > bytes.length) throw new DerError('no element');
  const tag = bytes[offset];
  if ((tag & 0x1f) === 0x1f) throw new DerError('high tag number');
  let length = bytes[offset + 1];
  let header = 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4 || offset + 2 + count > bytes.length) throw new DerError('length');
    length = bytes.readUIntBE(offset + 2, count);
    if (length < 0x80 || bytes[offset + 2] === 0) throw new DerError('length not in shortest form');
    header += count;
  }
  if (offset + header + length > bytes.length) throw new DerError('past the end');
  return { tag, header, length };
}

// The elements that stand one after the other in `bytes`, and nothing else.
export function elements(bytes) {
  const found = [];
  for (let offset = 0; offset < bytes.length;) {
    const { tag, header, length } = measure(bytes, offset);
    const end = offset + header + length;
    const whole = bytes.subarray(offset, end);
    found.push({ tag, whole, content: whole.subarray(header) });
    offset = end;
  }
  return found;
}

// The single element that `bytes` is.
export function single(bytes, tag) {
  const found = elements(bytes);
  if (found.length !== 1) throw new DerError('exactly one element expected');
  return expect(found[0], tag);
}

export function expect(element, tag) {
  if (element === undefined || element.tag !== tag) {
    throw new DerError(`tag ${tag.toString(16)} expected`);
  }
  return element;
}

// The children of a constructed element with this tag.
export function children(element, tag) {
  return elements(expect(element, tag).content);
}

// Dotted text of an OBJECT IDENTIFIER.
export function oid(element) {
  const bytes = expect(element, TAG.OID).content;
  if (bytes.length === 0 || (bytes[bytes.length - 1] & 0x80) !== 0) throw new DerError('OID');
  const arcs = [];
  let value = 0n;
  for (const byte of bytes) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if ((byte & 0x80) === 0) {
      arcs.push(value);
      value = 0n;
    }
  }
  const first = arcs[0] < 40n ? 0n : arcs[0] < 80n ? 1n : 2n;
  return [first, arcs[0] - first * 40n, ...arcs.slice(1)].join('.');
}

// Milliseconds since 1970 of a UTCTime or GeneralizedTime in UTC with whole seconds (RFC 5280).
export function time(element) {
  const text = element.content.toString('latin1');
  const generalized = element.tag === TAG.GENERALIZED_TIME;
  if (!generalized && element.tag !== TAG.UTC_TIME) throw new DerError('time');
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!match || (match[1].length === 4) !== generalized) throw new DerError('time');
  let year = Number(match[1]);
  if (!generalized) year += year < 50 ? 2000 : 1900;
  return Date.UTC(year, Number(match[2]) - 1, ...match.slice(3).map(Number));
}
