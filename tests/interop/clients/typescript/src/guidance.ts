// Practice notes (docs/formats/guidance.md).
import { GUIDANCE, type Message, readSigned } from './canonical.js';
import { grammar } from './header.js';
import { demand as must } from './refused.js';

export interface Guidance extends Message {
  trust_domain: string; id: string; version: bigint; country: string; instrument: string; measures: string[];
  language: string; published_unix_ms: bigint; title: string; text: string; supersedes_sha256: Buffer;
}

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
const demand = (condition: unknown, field: string): void => must(condition, 'FIELD_INVALID', field);

export function readGuidance(buffer: Buffer): Guidance {
  demand(buffer.length <= 40 * 1024, 'larger than 40 KiB');
  const g = readSigned(buffer, 'rogatoria-guidance v1', GUIDANCE) as Guidance;
  const [authority = '', ...rest] = g.id.split('/');
  demand(grammar.trustDomain(g.trust_domain), 'trust_domain');
  demand(grammar.authority(authority) && /^[a-z0-9-]{1,64}$/.test(rest.join('/')), 'id');
  demand(g.version >= 1n && g.version <= 999999n, 'version');
  demand(g.supersedes_sha256.length === (g.version === 1n ? 0 : 32), 'supersedes_sha256');
  demand(/^[A-Z]{2}$/.test(g.country) && grammar.language(g.language), 'country, language');
  demand(g.instrument === '' || grammar.instrument(g.instrument), 'instrument');
  demand(g.measures.length <= 64 && g.measures.every(grammar.measureCode), 'measures');
  demand(g.measures.every((code, i) => i === 0 || code > (g.measures[i - 1] ?? '')), 'order of measures');
  demand(g.published_unix_ms > 0n && g.published_unix_ms <= 253402300799999n, 'published_unix_ms');
  const size = Buffer.byteLength;
  demand(size(g.title) >= 1 && size(g.title) <= 200 && !/\n/.test(g.title) && !CONTROL.test(g.title), 'title');
  demand(size(g.text) >= 1 && size(g.text) <= 32 * 1024 && !CONTROL.test(g.text), 'text');
  return g;
}
