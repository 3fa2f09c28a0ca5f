// Signed messages (docs/formats/header.md): a first line, then protobuf's bytes in canonical form, read and written
// by their numbers alone: every field known, ascending, once, in the shortest form, no defaults.
import { demand as must, Refused } from './refused.js';

export type Value = string | bigint | Buffer | Message | (string | Message)[] | undefined;
/** A message by the names of its fields: '' or 0n or no bytes where nothing is written. */
export interface Message { [name: string]: Value }
type Bits = 'bool' | 'uint32' | 'int32' | 'uint64' | 'int64';
interface Field { name: string; type: 'text' | 'bytes' | 'number' | 'message'; bits?: Bits; schema?: Schema; many?: boolean }
/** Fields by number. */
export type Schema = Record<number, Field>;

const text = (name: string, options = {}): Field => ({ name, type: 'text', ...options });
const bytes = (name: string): Field => ({ name, type: 'bytes' });
const number = (name: string, bits: Bits): Field => ({ name, type: 'number', bits });
const message = (name: string, schema: Schema, options = {}): Field => ({ name, type: 'message', schema, ...options });
const many = { many: true };

const SEALED_TO: Schema = { 1: bytes('certificate_sha256'), 2: number('purpose', 'int32') };
const RECIPIENT: Schema = { 1: text('authority'), 2: message('sealed_to', SEALED_TO, many), 3: text('route_id') };
const LEGAL_BASIS: Schema = { 1: text('instrument'), 2: text('article') };
const MEASURE: Schema = { 1: number('ordinal', 'uint32'), 2: text('code'), 3: number('outcome', 'int32') };
const URGENCY: Schema = { 1: number('level', 'int32'), 2: number('reason', 'int32'), 3: number('wished_by_unix_ms', 'int64') };
const DIGEST: Schema = { 1: bytes('sealed_sha256'), 2: number('sealed_size', 'uint64'), 3: bytes('clear_hmac_sha256') };

export const ACT_HEADER: Schema = {
  1: text('trust_domain'), 2: text('act_id'), 3: text('case_id'), 4: text('sender'),
  5: message('recipients', RECIPIENT, many), 6: number('channel_class', 'int32'),
  7: message('legal_basis', LEGAL_BASIS), 8: text('channel_basis'), 9: number('case_type', 'int32'),
  10: number('kind', 'int32'), 11: message('measures', MEASURE, many), 12: message('urgency', URGENCY),
  13: number('deadline_effect', 'int32'), 14: number('data_class', 'int32'), 15: text('language'),
  16: text('in_reply_to'), 17: number('case_position_seen', 'uint64'), 18: number('training', 'bool'),
  19: message('content', DIGEST), 20: message('documents', DIGEST, many),
  21: message('identity_part', DIGEST), 22: number('directory_log_size', 'uint64'),
  23: number('created_unix_ms', 'int64'), 24: number('insist', 'int32'), 25: text('related_cases', many),
  26: number('originals_follow', 'bool'), 27: text('confirmation_due'),
};
export const ACKNOWLEDGEMENT: Schema = {
  1: text('trust_domain'), 2: text('act_id'), 3: bytes('header_sha256'), 4: text('recipient'),
  5: number('acknowledged_unix_ms', 'int64'),
};
export const GUIDANCE: Schema = {
  1: text('trust_domain'), 2: text('id'), 3: number('version', 'uint32'), 4: text('country'), 5: text('instrument'),
  6: text('measures', many), 7: text('language'), 8: number('published_unix_ms', 'int64'), 9: text('title'),
  10: text('text'), 11: bytes('supersedes_sha256'),
};
export const KEY_STATEMENT: Schema = {
  1: text('trust_domain'), 2: text('authority'), 3: bytes('certificate_sha256'), 4: number('purpose', 'int32'),
  5: number('not_before_unix_ms', 'int64'), 6: number('not_after_unix_ms', 'int64'),
  7: bytes('previous_sha256'), 8: number('revoked', 'bool'),
};

const demand = (condition: unknown, why: string): void => must(condition, 'NOT_CANONICAL', why);

class Cursor {
  private at = 0;
  constructor(private readonly buffer: Buffer) {}

  get done(): boolean {
    return this.at === this.buffer.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let i = 0; ; i++) {
      demand(this.at < this.buffer.length, 'the bytes end inside a number');
      const byte = this.buffer.readUInt8(this.at++);
      demand(i < 9 || (i === 9 && byte <= 1), 'a number of more than 64 bits');
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) {
        demand(byte !== 0 || i === 0, 'a number in more bytes than needed');
        return value;
      }
    }
  }

  take(size: bigint): Buffer {
    demand(size <= BigInt(this.buffer.length - this.at), 'longer than what is left of the bytes');
    const start = this.at;
    this.at += Number(size);
    return this.buffer.subarray(start, this.at);
  }
}

// ---- reading ------------------------------------------------------------------------------------

const FITS: Record<Bits, (value: bigint) => boolean> = {
  bool: (v) => v <= 1n,
  uint32: (v) => v < 1n << 32n,
  int32: (v) => BigInt.asIntN(64, v) === BigInt.asIntN(32, v),
  uint64: () => true,
  int64: () => true,
};

function readNumber(cursor: Cursor, bits: Bits): bigint {
  const raw = cursor.varint();
  demand(FITS[bits](raw), 'a number out of range');
  demand(raw !== 0n, 'the default value is written');
  return bits.startsWith('int') ? BigInt.asIntN(64, raw) : raw;
}

function readText(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Refused('NOT_CANONICAL', 'not UTF-8');
  }
}

function readValue(spec: Field, wire: bigint, cursor: Cursor): string | bigint | Buffer | Message {
  demand(wire === (spec.type === 'number' ? 0n : 2n), 'wrong wire type');
  if (spec.type === 'number') return readNumber(cursor, spec.bits!);
  const content = cursor.take(cursor.varint());
  if (spec.type === 'message') return readMessage(content, spec.schema!);
  demand(spec.many || content.length > 0, 'the default value is written');
  return spec.type === 'text' ? readText(content) : content;
}

const EMPTY: Record<Field['type'], () => Value> =
  { number: () => 0n, text: () => '', bytes: () => Buffer.alloc(0), message: () => undefined };

function readMessage(buffer: Buffer, schema: Schema): Message {
  const result: Message = {};
  for (const spec of Object.values(schema)) result[spec.name] = spec.many ? [] : EMPTY[spec.type]();
  const cursor = new Cursor(buffer);
  let last = 0n;
  while (!cursor.done) {
    const tag = cursor.varint();
    const spec = schema[Number(tag >> 3n)];
    if (spec === undefined) throw new Refused('NOT_CANONICAL', `unknown field ${tag >> 3n}`);
    demand(tag >> 3n > last || (spec.many && tag >> 3n === last), 'out of order or twice');
    last = tag >> 3n;
    const value = readValue(spec, tag & 7n, cursor);
    if (spec.many) (result[spec.name] as Value[]).push(value);
    else result[spec.name] = value;
  }
  return result;
}

/** The message behind the first line, if it stands in its one form. */
export function readSigned(buffer: Buffer, firstLine: string, schema: Schema): Message {
  const start = Buffer.from(`${firstLine}\n`, 'latin1');
  demand(buffer.subarray(0, start.length).equals(start), `the first line must be ${firstLine}`);
  return readMessage(buffer.subarray(start.length), schema);
}

// ---- writing ------------------------------------------------------------------------------------

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

function writeField(number: number, spec: Field, value: Value): Buffer[] {
  const tag = varint(BigInt(number) * 8n + (spec.type === 'number' ? 0n : 2n));
  if (spec.type === 'number') return value === 0n || value === undefined ? [] : [tag, varint(value as bigint)];
  if (value === undefined) return [];
  const content = spec.type === 'message' ? writeMessage(value as Message, spec.schema!) : Buffer.from(value as string);
  return content.length === 0 && spec.type !== 'message' && !spec.many ? [] : [tag, varint(BigInt(content.length)), content];
}

function writeMessage(message: Message, schema: Schema): Buffer {
  return Buffer.concat(Object.entries(schema).flatMap(([number, spec]) => {
    const values = spec.many ? message[spec.name] as Value[] ?? [] : [message[spec.name]];
    return values.flatMap((value) => writeField(Number(number), spec, value));
  }));
}

/** First line, line feed, message. */
export function writeSigned(firstLine: string, schema: Schema, value: Message): Buffer {
  return Buffer.concat([Buffer.from(`${firstLine}\n`), writeMessage(value, schema)]);
}
