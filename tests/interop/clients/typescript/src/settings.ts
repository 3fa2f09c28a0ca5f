// Who an office is, which keys it holds and whom it trusts: one JSON file (docs/integrators.md).
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Anchors, KeyPair } from './certificate.js';
import { VerifierKey } from './log.js';

interface Pair { certificate: string; key: string }
interface Fields {
  trust_domain: string; authority: string; endpoint: string; hub_ca: string; signer_ca: string; log_key: string;
  tls: Pair; user?: Pair; seal: Pair; sealing: Pair[]; identities: Record<string, string>;
}

/** The file's fields; paths in it are relative to it. */
export class Settings {
  readonly trustDomain: string;
  readonly authority: string;
  readonly endpoint: string;
  readonly logKeys: VerifierKey[];
  readonly identities: Record<string, string>;
  readonly signers: Anchors;
  readonly hubCa: Buffer;
  readonly tls: { certificate: Buffer; key: Buffer };
  readonly user: KeyPair | undefined;
  readonly seal: KeyPair;
  readonly sealing: KeyPair[];

  constructor(path: string) {
    const fields = JSON.parse(readFileSync(path, 'utf8')) as Fields;
    const at = (name: string): string => resolve(dirname(path), name);
    const pair = (names: Pair): KeyPair => new KeyPair({ certificate: at(names.certificate), key: at(names.key) });
    this.trustDomain = fields.trust_domain;
    this.authority = fields.authority;
    this.endpoint = fields.endpoint;
    this.logKeys = [new VerifierKey(fields.log_key)];
    this.identities = fields.identities;
    this.signers = new Anchors(at(fields.signer_ca));
    this.hubCa = readFileSync(at(fields.hub_ca));
    this.tls = { certificate: readFileSync(at(fields.tls.certificate)), key: readFileSync(at(fields.tls.key)) };
    this.user = fields.user && pair(fields.user);
    this.seal = pair(fields.seal);
    this.sealing = fields.sealing.map(pair);
  }
}
