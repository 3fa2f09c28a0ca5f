// DER (X.690), strictly: one value has one encoding, and nothing else is read.

export class DerError extends Error {}

export const TAG = {
  INTEGER: 0x02, BIT_STRING: 0x03, OCTET_STRING: 0x04, NULL: 0x05, OID: 0x06,
  UTC_TIME: 0x17, GENERALIZED_TIME: 0x18, SEQUENCE: 0x30, SET: 0x31,
};

/** Tag of a constructed element [number]. */
export const context = (number: number): number => 0xa0 | number;

/** One element: its tag, all its bytes, and those between length and end. */
export interface Element {
  tag: number;
  whole: Buffer;
  content: Buffer;
  ber: boolean;
}

const DEPTH = 32;

/** Bytes before the content of the element at `offset`, in the content, and behind it. */
interface Extent { tag: number; header: number; length: number; trailer: number }

/** One of BER's open lengths ends with two zero bytes after its children. */
function measureOpen(bytes: Buffer, offset: number, depth: number): Extent {
  let at = offset + 2;
  while (bytes.length < at + 2 || bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const { header, length, trailer } = measure(bytes, at, true, depth + 1);
    at += header + length + trailer;
  }
  return { tag: bytes.readUInt8(offset), header: 2, length: at - offset - 2, trailer: 2 };
}

function measure(bytes: Buffer, offset: number, ber: boolean, depth: number): Extent {
  if (offset + 2 > bytes.length || depth > DEPTH) throw new DerError('no element');
  const tag = bytes.readUInt8(offset);
  if ((tag & 0x1f) === 0x1f) throw new DerError('high tag number');
  let length = bytes.readUInt8(offset + 1);
  if (ber && length === 0x80 && (tag & 0x20) !== 0) return measureOpen(bytes, offset, depth);
  let header = 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4 || offset + 2 + count > bytes.length) throw new DerError('length');
    length = bytes.readUIntBE(offset + 2, count);
    if (length < 0x80 || bytes[offset + 2] === 0) throw new DerError('length not in shortest form');
    header += count;
  }
  if (offset + header + length > bytes.length) throw new DerError('past the end');
  return { tag, header, length, trailer: 0 };
}

/** The elements that stand one after the other in `bytes`, and nothing else. With `ber` also those of BER's open
 * lengths, which some national tools write around a signature. */
export function elements(bytes: Buffer, ber = false): Element[] {
  const found: Element[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const { tag, header, length, trailer } = measure(bytes, offset, ber, 0);
    const end = offset + header + length + trailer;
    const whole = bytes.subarray(offset, end);
    found.push({ tag, whole, content: whole.subarray(header, header + length), ber });
    offset = end;
  }
  return found;
}

export function expect(element: Element | undefined, tag: number): Element {
  if (element === undefined || element.tag !== tag) throw new DerError(`tag ${tag.toString(16)} expected`);
  return element;
}

/** The single element that `bytes` is. */
export function single(bytes: Buffer, tag: number, ber = false): Element {
  const found = elements(bytes, ber);
  if (found.length !== 1) throw new DerError('exactly one element expected');
  return expect(found[0], tag);
}

/** The children of a constructed element with this tag. */
export function children(element: Element | undefined, tag: number): Element[] {
  const parent = expect(element, tag);
  return elements(parent.content, parent.ber);
}

/** Exactly so many children: a shape that is destructured without a doubt. */
export function shape(element: Element | undefined, tag: number, count: number): Element[] {
  const found = children(element, tag);
  if (found.length !== count) throw new DerError(`${count} elements expected`);
  return found;
}

/** Dotted text of an OBJECT IDENTIFIER. */
export function oid(element: Element | undefined): string {
  const bytes = expect(element, TAG.OID).content;
  if (bytes.length === 0 || (bytes.readUInt8(bytes.length - 1) & 0x80) !== 0) throw new DerError('OID');
  const arcs: bigint[] = [];
  let value = 0n;
  for (const byte of bytes) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if ((byte & 0x80) === 0) {
      arcs.push(value);
      value = 0n;
    }
  }
  const start = arcs[0] ?? 0n;
  const first = start < 40n ? 0n : start < 80n ? 1n : 2n;
  return [first, start - first * 40n, ...arcs.slice(1)].join('.');
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime in UTC with whole seconds (RFC 5280). */
export function time(element: Element): number {
  const text = element.content.toString('latin1');
  const generalized = element.tag === TAG.GENERALIZED_TIME;
  if (!generalized && element.tag !== TAG.UTC_TIME) throw new DerError('time');
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!match || (match[1]?.length === 4) !== generalized) throw new DerError('time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(generalized ? year : year + (year < 50 ? 2000 : 1900), month - 1, day, hour, minute, second);
}

// ---- writing ------------------------------------------------------------------------------------

export function encode(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const count = Math.ceil((32 - Math.clz32(content.length)) / 8);
  const length = Buffer.alloc(count);
  length.writeUIntBE(content.length, 0, count);
  return Buffer.concat([Buffer.of(tag, 0x80 | count), length, content]);
}

export const sequence = (...parts: Buffer[]): Buffer => encode(TAG.SEQUENCE, ...parts);
/** A SET OF stands in the order of its elements' encodings. */
export const setOf = (...parts: Buffer[]): Buffer => encode(TAG.SET, ...parts.sort(Buffer.compare));
export const octets = (bytes: Buffer): Buffer => encode(TAG.OCTET_STRING, bytes);
/** A number from 0 to 127. */
export const small = (value: number): Buffer => encode(TAG.INTEGER, Buffer.of(value));

export function encodeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [40 * first + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return encode(TAG.OID, Buffer.from(bytes));
}
