// Key statements (docs/formats/key-statement.md): whose certificates these are, by their own word.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { KEY_STATEMENT, type Message, readSigned } from './canonical.js';
import { sha256 } from './certificate.js';
import { grammar } from './header.js';
import { demand as must, Refused } from './refused.js';

/** The three parts of rogatoria.v1.KeyStatement that count. */
export interface Statement { statement: Buffer; signature: Buffer; identityKey: Buffer }
export interface StatementBody extends Message {
  trust_domain: string; authority: string; certificate_sha256: Buffer; purpose: bigint;
  not_before_unix_ms: bigint; not_after_unix_ms: bigint; previous_sha256: Buffer; revoked: bigint;
}

const demand = (condition: unknown, why: string): void => must(condition, 'KEY_NOT_TRUSTED', why);

function checkSignature(statement: Statement): void {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: statement.identityKey, format: 'der', type: 'spki' });
  } catch {
    throw new Refused('KEY_NOT_TRUSTED', 'no public key');
  }
  demand(key.export({ format: 'der', type: 'spki' }).equals(statement.identityKey), 'another DER of the key');
  const p256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  demand(p256 || key.asymmetricKeyType === 'ed25519', 'another kind of key');
  demand(verify(p256 ? 'sha256' : null, statement.statement, key, statement.signature), 'the statement\'s signature');
}

/** The body of a statement that holds by itself. */
export function readStatement(statement: Statement): StatementBody {
  const body = readSigned(statement.statement, 'rogatoria-key-statement v1', KEY_STATEMENT) as StatementBody;
  demand(grammar.trustDomain(body.trust_domain) && grammar.authority(body.authority), 'trust_domain, authority');
  demand(body.certificate_sha256.length === 32 && body.purpose >= 1n && body.purpose <= 7n, 'certificate, purpose');
  demand(body.not_before_unix_ms > 0n && body.not_after_unix_ms > body.not_before_unix_ms, 'validity');
  demand([0, 32].includes(body.previous_sha256.length), 'previous_sha256');
  checkSignature(statement);
  return body;
}

/** What a certificate is said to be. */
export interface Claim { certificate: Buffer; purpose: bigint; authority: string; trustDomain: string }

/** That the authority's own identity key, fixed out of band, says: this certificate, for this purpose, now. */
export function checkCertificate(statement: Statement, claim: Claim, pinned: string | undefined, now: number): void {
  demand(pinned !== undefined && sha256(statement.identityKey).toString('hex') === pinned, 'another identity');
  const body = readStatement(statement);
  demand(body.trust_domain === claim.trustDomain && body.authority === claim.authority && body.revoked === 0n &&
    body.purpose === claim.purpose && body.certificate_sha256.equals(sha256(claim.certificate)), 'about something else');
  demand(BigInt(now) >= body.not_before_unix_ms && BigInt(now) <= body.not_after_unix_ms, 'not at this time');
}

/** All statements of an authority, oldest first: how many certificates stand. */
export function checkChain(statements: Statement[], trustDomain: string, authority: string, pinned: string): number {
  let previous: Buffer = Buffer.alloc(0);
  const standing = new Map<string, boolean>();
  for (const statement of statements) {
    demand(sha256(statement.identityKey).toString('hex') === pinned, 'another identity');
    const body = readStatement(statement);
    demand(body.trust_domain === trustDomain && body.authority === authority, 'another authority');
    demand(body.previous_sha256.equals(previous), 'does not follow');
    previous = sha256(statement.statement);
    standing.set(`${body.purpose} ${body.certificate_sha256.toString('hex')}`, body.revoked === 0n);
  }
  return [...standing.values()].filter(Boolean).length;
}
