// Documents (docs/formats/seal.md, "Documents of an act"): sealed segment by segment, never whole in memory.
import { createHash, randomUUID } from 'node:crypto';
import { open, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from './certificate.js';
import type { Digest, Header } from './header.js';
import type { Hub } from './hub.js';
import { checkManifest } from './manifest_check.js';
import type { ActContent, AttachedFile, Document, Upload } from './messages.js';
import { demand } from './refused.js';
import { derivedKey, generateKek, Manifest, openSegment, type ReaderLine, sealSegment, type SegmentLine,
  segmentLine } from './seal.js';

const CHUNK = 1024 * 1024;
const MEDIA_TYPE = 'application/octet-stream';

/** The smallest power of two from 4 MiB on with which 1,024 segments are enough. */
function segmentSize(size: number): number {
  let found = 4 * CHUNK;
  while (size > 1024 * found) found *= 2;
  return found;
}

/** HMAC-SHA-256 of what came so far, as often as one asks: node's own ends with its first answer. */
class RunningHmac {
  private readonly inner = createHash('sha256');
  private readonly outerKey: Buffer;

  constructor(key: Buffer) {
    const block = Buffer.alloc(64);
    key.copy(block);
    this.inner.update(block.map((byte) => byte ^ 0x36));
    this.outerKey = Buffer.from(block.map((byte) => byte ^ 0x5c));
  }

  update(bytes: Buffer): void {
    this.inner.update(bytes);
  }

  digest(): Buffer {
    return sha256(this.outerKey, this.inner.copy().digest());
  }
}

/** A file that is sealed to the same bytes as often as it is read: key and salt are for it alone. */
class SealedFile {
  readonly kek = generateKek();
  readonly salt = generateKek();
  readonly lines: SegmentLine[] = [];
  sha256: Buffer = Buffer.alloc(0);
  hmac: Buffer = Buffer.alloc(0);
  clearSize = 0;

  constructor(private readonly path: string) {}

  get sealedSize(): number {
    return this.lines.reduce((total, line) => total + line.sealedSize, 0);
  }

  /** Reads the file once to know what it will be. */
  async measure(): Promise<void> {
    const whole = createHash('sha256');
    for await (const { clear, sealed } of this.segments()) {
      whole.update(sealed);
      this.lines.push(segmentLine(sealed, clear.length));
      this.clearSize += clear.length;
    }
    this.sha256 = whole.digest();
  }

  /** Clear and sealed bytes of each segment. */
  async * segments(): AsyncGenerator<{ clear: Buffer; sealed: Buffer }> {
    const soFar = new RunningHmac(this.salt);
    const left = { size: (await stat(this.path)).size };
    const buffer = Buffer.alloc(segmentSize(left.size));
    const file = await open(this.path);
    try {
      for (let number = 1; left.size > 0 || number === 1; number++) {
        const want = Math.min(buffer.length, left.size);
        const { bytesRead } = await file.read(buffer, 0, want);
        demand(bytesRead === want, 'FILE_UNREADABLE', this.path);
        const clear = buffer.subarray(0, bytesRead);
        soFar.update(clear);
        const derived = derivedKey(this.kek, number, clear.length, soFar.digest());
        yield { clear, sealed: sealSegment(this.kek, clear, ...derived) };
        left.size -= bytesRead;
      }
    } finally {
      await file.close();
    }
    this.hmac = soFar.digest();
  }

  /** Each chunk and where it begins; all but the last of CHUNK bytes. */
  async * chunks(): AsyncGenerator<{ offset: number; data: Buffer }> {
    let [offset, rest] = [0, Buffer.alloc(0)];
    for await (const { sealed } of this.segments()) {
      rest = Buffer.concat([rest, sealed]);
      for (; rest.length >= CHUNK; rest = rest.subarray(CHUNK), offset += CHUNK) {
        yield { offset, data: rest.subarray(0, CHUNK) };
      }
    }
    if (rest.length > 0) yield { offset, data: rest };
  }
}

/** Whether a chunk still has to be sent; only the first 256 missing ranges are told. */
function isMissing({ missing }: Upload, offset: number): boolean {
  const last = missing.at(-1);
  const beyond = missing.length === 256 && last !== undefined && offset >= last.offset + last.size;
  return beyond || missing.some((one) => offset >= one.offset && offset < one.offset + one.size);
}

/** Seals and uploads a file: its digest for the header, and the Document for the act's content. */
export async function upload(hub: Hub, path: string, actId: string, readers: ReaderLine[],
  number: number): Promise<{ digest: Digest; document: Document }> {
  const sealed = new SealedFile(path);
  await sealed.measure();
  const begin = { requestId: randomUUID(), sealedSize: sealed.sealedSize, chunkSize: CHUNK };
  const { upload: state } = await hub.call<{ upload: Upload }>('DocumentService', 'beginUpload', begin);
  for await (const { offset, data } of sealed.chunks()) {
    if (!isMissing(state, offset)) continue;
    const chunk = { documentId: state.documentId, offset, data, dataSha256: sha256(data) };
    await hub.call('DocumentService', 'putChunk', chunk);
  }
  await hub.call('DocumentService', 'finishUpload', { documentId: state.documentId, sealedSha256: sealed.sha256 });
  const manifest = new Manifest(actId, MEDIA_TYPE, sealed.salt, sealed.hmac, sealed.clearSize, readers, sealed.lines);
  const attached = { number, manifest: manifest.text(), kek: sealed.kek, documentId: state.documentId };
  return {
    digest: { sealed_sha256: sealed.sha256, sealed_size: BigInt(sealed.sealedSize), clear_hmac_sha256: sealed.hmac },
    document: { fileName: basename(path), mediaType: MEDIA_TYPE, attached },
  };
}

/** Exactly these sealed bytes. */
async function read(hub: Hub, documentId: string, offset: number, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let at = offset; at < offset + size;) {
    const request = { documentId, offset: at, size: Math.min(CHUNK, offset + size - at) };
    const { data, dataSha256 } =
      await hub.call<{ data: Buffer; dataSha256: Buffer }>('DocumentService', 'readDocument', request);
    demand(data.length > 0 && sha256(data).equals(dataSha256), 'DIGEST_MISMATCH', 'a chunk of the document');
    parts.push(data);
    at += data.length;
  }
  return Buffer.concat(parts);
}

/** Fetches a document: each segment is checked before it is opened, the whole before the file has its name. */
async function download(hub: Hub, digest: Digest, header: Header, attached: AttachedFile, path: string): Promise<void> {
  const manifest = Manifest.parse(attached.manifest);
  checkManifest(manifest, header, digest.clear_hmac_sha256);
  demand(BigInt(manifest.sealedSize) === digest.sealed_size, 'MANIFEST_MISMATCH', 'another size than the header\'s');
  const [soFar, whole] = [new RunningHmac(manifest.salt), createHash('sha256')];
  const file = await open(`${path}.partial`, 'w');
  try {
    let [offset, size] = [0, 0];
    for (const [number, line] of manifest.segments.entries()) {
      const sealed = await read(hub, attached.documentId, offset, line.sealedSize);
      manifest.checkSegment(number, sealed);
      const clear = openSegment(attached.kek, sealed);
      await file.write(clear);
      soFar.update(clear);
      whole.update(sealed);
      offset += sealed.length;
      size += clear.length;
    }
    manifest.checkClear(size, soFar.digest());
    demand(whole.digest().equals(digest.sealed_sha256), 'DIGEST_MISMATCH', 'the document is not the header\'s');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
  await hub.call('DocumentService', 'reportOpening', { documentId: attached.documentId });
}

/** Letters, digits and a few signs of a name, at most 100: no sender can make a path of it. */
const plainName = (name: string): string =>
  [...name.replace(/[^\p{L}\p{N}_ .()+-]/gu, '_')].slice(-100).join('').replace(/^\.+/, '') || 'document';

/** All documents of an act. */
export async function downloadAll(hub: Hub, header: Header, content: ActContent, folder: string): Promise<string[]> {
  const { document, translations = [], enclosures = [] } = content.letter ?? { text: '' };
  const paths: string[] = [];
  for (const one of [document, ...translations, ...enclosures]) {
    const attached = one?.attached;
    if (!one || !attached) continue;
    const digest = header.documents[attached.number - 1];
    demand(digest, 'MANIFEST_MISMATCH', 'the header has no such document');
    paths.push(join(folder, `${attached.number}-${plainName(one.fileName)}`));
    await download(hub, digest, header, attached, paths.at(-1)!);
  }
  return paths;
}
