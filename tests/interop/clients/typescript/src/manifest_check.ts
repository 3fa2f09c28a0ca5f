// What a manifest has to do with the header of its act.
import type { Header } from './header.js';
import { demand } from './refused.js';
import type { Manifest } from './seal.js';

const PURPOSES = ['', 'primary', 'duty', 'substitute', 'archive'];

export const readerLine = (authority: string, purpose: number | bigint, certificateSha256: Buffer): string =>
  `${authority} ${PURPOSES[Number(purpose)]} ${certificateSha256.toString('hex')}`;

/** That a manifest is of this act, of this clear text, and for whom the header says and its sender. */
export function checkManifest(manifest: Manifest, header: Header, clearHmac: Buffer): void {
  demand(manifest.act === header.act_id, 'MANIFEST_MISMATCH', 'another act');
  demand(manifest.hmac.equals(clearHmac), 'MANIFEST_MISMATCH', 'another clear text than the header\'s');
  const named = header.recipients.flatMap((one) =>
    one.sealed_to.map((to) => readerLine(one.authority, to.purpose, to.certificate_sha256)));
  const others = manifest.readers.filter((line) => !line.startsWith(`${header.sender} `));
  const same = [...new Set(named)].sort().join('\n') === [...others].sort().join('\n');
  demand(same, 'MANIFEST_MISMATCH', 'other readers than the header\'s');
}
