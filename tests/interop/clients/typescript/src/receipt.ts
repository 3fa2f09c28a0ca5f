// Receipts (docs/formats/receipt.md): evidence, salt and proof in one file that stands by itself.
import { createHmac } from 'node:crypto';
import { type Checkpoint, checkProof, type VerifierKey } from './log.js';
import { demand } from './refused.js';
import { evidenceLeaf, type Lines, readEvidence, strictBase64 } from './texts.js';

/** A receipt that holds: what it says is in `evidence`, by the names of its lines. */
export class Receipt {
  readonly evidence: Lines;
  readonly head: Checkpoint;
  readonly index: bigint;

  constructor(readonly bytes: Buffer, keys: VerifierKey[]) {
    demand(bytes.length <= 163840, 'LIMIT_EXCEEDED', 'receipt');
    const parting = bytes.indexOf('\n\n');
    const lines = bytes.subarray(0, parting + 1).toString('latin1').split('\n');
    const form = parting > 0 && lines[0] === 'rogatoria-receipt v1' && lines[1]?.startsWith('salt ');
    demand(form, 'TEXT_MALFORMED', 'a receipt');
    const salt = strictBase64((lines[1] ?? '').slice(5), 32);
    const text = Buffer.from(lines.slice(2).join('\n'), 'latin1');
    this.evidence = readEvidence(text);
    const leaf = evidenceLeaf(createHmac('sha256', salt).update(text).digest());
    ({ head: this.head, index: this.index } = checkProof(bytes.subarray(parting + 2), leaf, keys, false));
    const domain = this.evidence['trust-domain'] ?? '';
    demand(this.head.origin.startsWith(domain) && /^\/log\/(0|[1-9][0-9]*)$/.test(this.head.origin.slice(domain.length)),
      'CHECKPOINT_NOT_SIGNED', 'a log of another hub');
  }

  get event(): string {
    return this.evidence['event'] ?? '';
  }

  get level(): string {
    return this.head.witnesses > 0 ? 'WITNESSED' : 'BROKER';
  }

  /** That the evidence has these values. */
  demandSays(expected: Lines): void {
    for (const [name, value] of Object.entries(expected)) {
      demand(this.evidence[name] === value, 'RECEIPT_MISMATCH', `${name} is ${this.evidence[name]}, not ${value}`);
    }
  }
}
