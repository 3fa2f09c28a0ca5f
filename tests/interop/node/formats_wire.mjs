// A strict reader of protobuf's wire format, for the signed messages of docs/formats: every field
// known, ascending, once, shortest numbers, no defaults. Written from docs/formats/header.md; shares
// nothing with the C++.
export class Refused extends Error {}

export function demand(condition, why) {
  if (!condition) throw new Refused(why);
}

// Field types: number -> [name, type, more]. `more` is a schema for messages; `many` marks lists.
const field = (name, type, options = {}) => ({ name, type, ...options });
const text = (name, options) => field(name, 'text', options);
const bytes = (name) => field(name, 'bytes');
const number = (name, bits) => field(name, 'number', { bits });
const message = (name, schema, options) => field(name, 'message', { schema, ...options });
const many = { many: true };

const SEALED_TO = { 1: bytes('certificate_sha256'), 2: number('purpose', 'int32') };
const RECIPIENT = { 1: text('authority'), 2: message('sealed_to', SEALED_TO, many), 3: text('route_id') };
const LEGAL_BASIS = { 1: text('instrument'), 2: text('article') };
const MEASURE = { 1: number('ordinal', 'uint32'), 2: text('code'), 3: number('outcome', 'int32') };
const URGENCY = { 1: number('level', 'int32'), 2: number('reason', 'int32'), 3: number('wished_by_unix_ms', 'int64') };
const DIGEST = { 1: bytes('sealed_sha256'), 2: number('sealed_size', 'uint64'), 3: bytes('clear_hmac_sha256') };

export const ACT_HEADER = {
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
export const ACKNOWLEDGEMENT = {
  1: text('trust_domain'), 2: text('act_id'), 3: bytes('header_sha256'), 4: text('recipient'),
  5: number('acknowledged_unix_ms', 'int64'),
};
export const GUIDANCE = {
  1: text('trust_domain'), 2: text('id'), 3: number('version', 'uint32'), 4: text('country'), 5: text('instrument'),
  6: text('measures', many), 7: text('language'), 8: number('published_unix_ms', 'int64'), 9: text('title'),
  10: text('text'), 11: bytes('supersedes_sha256'),
};
export const KEY_STATEMENT = {
  1: text('trust_domain'), 2: text('authority'), 3: bytes('certificate_sha256'), 4: number('purpose', 'int32'),
  5: number('not_before_unix_ms', 'int64'), 6: number('not_after_unix_ms', 'int64'),
  7: bytes('previous_sha256'), 8: number('revoked', 'bool'),
};

class Cursor {
  constructor(buffer) {
    this.buffer = buffer;
    this.at = 0;
  }
  get done() {
    return this.at === this.buffer.length;
  }
  varint() {
    let value = 0n;
    for (let i = 0; ; i++) {
      demand(this.at < this.buffer.length, 'the bytes end inside a number');
      demand(i < 10, 'a number of more than 64 bits');
      const byte = this.buffer[this.at++];
      demand(i < 9 || byte <= 1, 'a number of more than 64 bits');
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) {
        demand(byte !== 0 || i === 0, 'a number in more bytes than needed');
        return value;
      }
    }
  }
  take(size) {
    demand(size <= BigInt(this.buffer.length - this.at), 'longer than what is left of the bytes');
    const start = this.at;
    this.at += Number(size);
    return this.buffer.subarray(start, this.at);
  }
}

const FITS = {
  bool: (v) => v <= 1n,
  uint32: (v) => v < 1n << 32n,
  int32: (v) => BigInt.asIntN(64, v) === BigInt.asIntN(32, v),
  uint64: () => true,
  int64: () => true,
};

function readNumber(cursor, bits) {
  const raw = cursor.varint();
  demand(FITS[bits](raw), 'a number out of range');
  demand(raw !== 0n, 'the default value is written');
  return bits.startsWith('int') ? BigInt.asIntN(64, raw) : raw;
}

function readText(content) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Refused('not UTF-8');
  }
}

function readValue(spec, wire, cursor) {
  demand(wire === (spec.type === 'number' ? 0n : 2n), 'wrong wire type');
  if (spec.type === 'number') return readNumber(cursor, spec.bits);
  const content = cursor.take(cursor.varint());
  if (spec.type === 'message') return readMessage(content, spec.schema);
  demand(spec.many || content.length > 0, 'the default value is written');
  return spec.type === 'text' ? readText(content) : content;
}

// An object with every field: '' or 0n where nothing is written, undefined for absent messages.
function readMessage(buffer, schema) {
  const result = {};
  for (const spec of Object.values(schema)) {
    if (spec.many) result[spec.name] = [];
    else if (spec.type === 'number') result[spec.name] = 0n;
    else if (spec.type === 'text') result[spec.name] = '';
    else if (spec.type === 'bytes') result[spec.name] = Buffer.alloc(0);
  }
  const cursor = new Cursor(buffer);
  let last = 0n;
  while (!cursor.done) {
    const tag = cursor.varint();
    const spec = schema[(tag >> 3n).toString()];
    demand(spec !== undefined, `unknown field ${tag >> 3n}`);
    demand(tag >> 3n > last || (spec.many && tag >> 3n === last), 'out of order or twice');
    last = tag >> 3n;
    const value = readValue(spec, tag & 7n, cursor);
    if (spec.many) result[spec.name].push(value);
    else result[spec.name] = value;
  }
  return result;
}

// Signed bytes: the first line, a line feed, the message.
export function readSigned(buffer, firstLine, schema) {
  const start = Buffer.from(`${firstLine}\n`, 'latin1');
  demand(buffer.subarray(0, start.length).equals(start), `the first line must be ${firstLine}`);
  return readMessage(buffer.subarray(start.length), schema);
}
