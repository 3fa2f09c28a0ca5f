// An office at work. Acts: resolved, sealed, signed and sent; received, verified, opened and acknowledged.
import { randomUUID } from 'node:crypto';
import type grpc from '@grpc/grpc-js';
import { ACKNOWLEDGEMENT, writeSigned } from './canonical.js';
import { Certificate, sha256 } from './certificate.js';
import { downloadAll, upload } from './documents.js';
import { type Digest, type Header, kindOf, readHeader, writeHeader } from './header.js';
import type { Hub } from './hub.js';
import { checkCertificate } from './keys.js';
import { checkInclusion, Checkpoint, leafHash } from './log.js';
import { checkManifest, readerLine } from './manifest_check.js';
import type { Act, Acknowledged, ActContent, Case, Delivery, ReceiptMessage, ReceiveResponse, Route, Routes,
  SealedBody, SealingCertificate, SubmitActResponse } from './messages.js';
import { Receipt } from './receipt.js';
import { demand, Refused } from './refused.js';
import { clearHmac, generateKek, Manifest, openKek, openSegment, type ReaderLine, sealKek, sealSegment,
  segmentLine } from './seal.js';
import type { Settings } from './settings.js';
import { sign, verify } from './signature.js';
import { keyStatementLeaf } from './texts.js';

const CHANNELS = ['', 'FORMAL', 'INTERINSTITUTIONAL', 'INFORMAL'];
const DATA_CLASSES = ['', 'NONE', 'ADMINISTRATIVE', 'OPERATIONAL', 'SENSITIVE'];
const OUTCOMES = ['UNSPECIFIED', 'ADMITTED', 'REFUSED', 'POSTPONED', 'PARTIALLY_EXECUTED', 'EXECUTED', 'NOT_EXECUTABLE',
  'ACCEPTED', 'DECLINED', 'TRANSMITTED', 'ITEMS_TO_RETURN'];
const MLA = 1n;
const REJECT = { cannotOpen: 1, contentMismatch: 2, notTrusted: 3 };

/** What an office wants to say; names as in docs/act-files.md, codes without their prefix. */
export interface Draft {
  kind: string; to: string[]; text?: string; subject?: string; channel?: string; instrument?: string; article?: string;
  channel_basis?: string; measures?: { ordinal?: number; code: string; outcome?: string }[]; case?: string;
  in_reply_to?: string; language?: string; data_class?: string; attach?: string[]; signer?: 'seal' | 'user';
  request_id?: string;
}

/** An act that holds. */
export interface Opened { act: Act; header: Header; content: ActContent; signer: Certificate; receipts: Receipt[] }
export interface Sent { actId: string; answer: SubmitActResponse; receipts: Receipt[] }
/** A delivery that was taken, with the E.1 for it, or given back. */
export type Taken = { opened: Opened; receipt: Receipt } | { refused: Refused };

export class Office {
  constructor(readonly settings: Settings, private readonly hub: Hub) {}

  // ---- sending ----------------------------------------------------------------------------------

  /** Routes to the addressees, whose certificates are proven to be their own. */
  private async resolve(draft: Draft): Promise<Routes> {
    const routes = await this.hub.call<Routes>('DirectoryService', 'resolveRecipients', {
      addressees: draft.to.map((authority) => ({ authority })),
      channelClass: CHANNELS.indexOf(draft.channel ?? 'INTERINSTITUTIONAL'), instrument: draft.instrument ?? '',
      kind: Number(kindOf(draft.kind).kind), caseId: draft.case ?? '', channelBasis: draft.channel_basis ?? '',
      measures: draft.case ? [] : (draft.measures ?? []).map((one) => one.code),
      dataClass: DATA_CLASSES.indexOf(draft.data_class ?? 'OPERATIONAL'),
    });
    const found = routes.routes.map((route) => route.authority.id);
    demand(found.join(' ') === draft.to.join(' '), 'KEY_NOT_TRUSTED', 'routes to others');
    for (const route of routes.routes) {
      demand(route.sealingCertificates.length > 0, 'KEY_NOT_TRUSTED', 'nothing to seal to');
      for (const sealing of route.sealingCertificates) await this.checkKey(route.authority.id, sealing);
    }
    return routes;
  }

  /** The certificate is the authority's own word, and everybody can see in the log that it was said. */
  private async checkKey(authority: string, { statement, certificate, purpose }: SealingCertificate): Promise<void> {
    const claim = { certificate, purpose: BigInt(purpose), authority, trustDomain: this.settings.trustDomain };
    checkCertificate(statement, claim, this.settings.identities[authority], Date.now());
    const head = await this.head();
    demand(head.origin === statement.logOrigin, 'KEY_NOT_TRUSTED', 'stated in another log');
    const request = { index: statement.leafIndex, treeSize: Number(head.size) };
    const { hashes } = await this.hub.call<{ hashes: Buffer[] }>('AuditService', 'getInclusionProof', request);
    checkInclusion(leafHash(keyStatementLeaf(statement)), BigInt(statement.leafIndex), head.size, hashes, head.root);
  }

  private async head(): Promise<Checkpoint> {
    const { checkpoint } = await this.hub.call<{ checkpoint: string }>('AuditService', 'getCheckpoint', {});
    return new Checkpoint(Buffer.from(checkpoint), this.settings.logKeys);
  }

  /** Everybody the act is sealed for, ourselves too: as the manifest names them, and their certificates. */
  private readers(routes: Route[]): { lines: ReaderLine[]; certificates: Certificate[] } {
    const theirs = routes.flatMap((route) => route.sealingCertificates.map((one) =>
      ({ authority: route.authority.id, purpose: one.purpose, certificate: new Certificate(one.certificate) })));
    const ours = this.settings.sealing.map(({ certificate }) =>
      ({ authority: this.settings.authority, purpose: 1, certificate }));
    const all = [...theirs, ...ours];
    return { lines: all.map((one) => readerLine(one.authority, one.purpose, one.certificate.sha256)),
      certificates: all.map((one) => one.certificate) };
  }

  private sealBody(content: ActContent, subject: string, actId: string, lines: ReaderLine[],
    kek: Buffer): { body: Buffer; digest: Digest } {
    const clear = this.hub.write('ActContent', content);
    const segment = sealSegment(kek, clear);
    const salt = generateKek();
    const hmac = clearHmac(salt, clear);
    const manifest = new Manifest(actId, 'application/protobuf', salt, hmac, clear.length, lines,
      [segmentLine(segment, clear.length)]);
    const body = this.hub.write('SealedBody', {
      sealedManifest: sealSegment(kek, this.hub.write('SignedManifest', { manifest: manifest.text() })),
      sealedCoverSlip: sealSegment(kek, this.hub.write('CoverSlip', { subject })), segments: [segment],
    });
    return { body, digest: { sealed_sha256: sha256(body), sealed_size: BigInt(body.length), clear_hmac_sha256: hmac } };
  }

  private async header(draft: Draft, routes: Routes, actId: string, content: Digest, documents: Digest[]): Promise<Header> {
    const { kind, opens } = kindOf(draft.kind);
    const known = draft.case ? await this.case(draft.case) : undefined;
    return {
      trust_domain: this.settings.trustDomain, act_id: actId, case_id: draft.case || actId, sender: this.settings.authority,
      recipients: routes.routes.map((route) => ({ authority: route.authority.id, route_id: route.routeId,
        sealed_to: route.sealingCertificates.map((one) =>
          ({ certificate_sha256: sha256(one.certificate), purpose: BigInt(one.purpose) })) })),
      channel_class: BigInt(CHANNELS.indexOf(draft.channel ?? 'INTERINSTITUTIONAL')),
      legal_basis: draft.instrument ? { instrument: draft.instrument, article: draft.article ?? '' } : undefined,
      channel_basis: draft.channel_basis ?? '', case_type: known ? BigInt(known.caseType) : opens || MLA, kind,
      measures: (draft.measures ?? []).map((one, i) => ({ ordinal: BigInt(one.ordinal ?? i + 1), code: one.code,
        outcome: BigInt(OUTCOMES.indexOf(one.outcome ?? 'UNSPECIFIED')) })),
      urgency: undefined, deadline_effect: 0n, data_class: BigInt(DATA_CLASSES.indexOf(draft.data_class ?? 'OPERATIONAL')),
      language: draft.language ?? 'en', in_reply_to: draft.in_reply_to ?? '',
      case_position_seen: BigInt(known?.actCount ?? 0), training: 0n, content, documents, identity_part: undefined,
      directory_log_size: BigInt(routes.directoryLogSize), created_unix_ms: BigInt(Date.now()), insist: 0n,
      related_cases: [], originals_follow: 0n, confirmation_due: '',
    };
  }

  private async case(caseId: string): Promise<Case> {
    return (await this.hub.call<{ case: Case }>('ExchangeService', 'getCase', { caseId })).case;
  }

  /** Sends an act: resolved, sealed, signed; its documents are uploaded on the way. The receipts hold. */
  async send(draft: Draft, more: ActContent = {}): Promise<Sent> {
    const requestId = draft.request_id ?? randomUUID();
    const actId = `${this.settings.authority}/${requestId}`;
    const routes = await this.resolve(draft);
    const { lines, certificates } = this.readers(routes.routes);
    const uploads = [];
    for (const [i, path] of (draft.attach ?? []).entries()) uploads.push(await upload(this.hub, path, actId, lines, i + 1));
    const content = { ...more, letter: { text: draft.text ?? '', enclosures: uploads.map((one) => one.document) } };
    const kek = generateKek();
    const { body, digest } = this.sealBody(content, draft.subject ?? '', actId, lines, kek);
    const header = writeHeader(await this.header(draft, routes, actId, digest, uploads.map((one) => one.digest)));
    const pair = draft.signer === 'user' ? this.settings.user : this.settings.seal;
    demand(pair, 'PROFILE_INVALID', 'no key of a user');
    const act = { header, signature: sign(header, pair), body, keyEnvelopes: [sealKek(kek, certificates)] };
    const answer = await this.hub.call<SubmitActResponse>('ExchangeService', 'submitAct', { requestId, act });
    const receipts = answer.receipts.map((one) => this.checkReceipt(one.content, act));
    const told = receipts.map((one) => `${one.event} ${one.evidence['recipient']}`);
    demand(told.join() === ['A.1 -', ...draft.to.map((name) => `D.1 ${name}`)].join(), 'RECEIPT_MISMATCH', 'events');
    return { actId, answer, receipts };
  }

  /** A receipt that holds and speaks of this act and no other. */
  private checkReceipt(bytes: Buffer, act: Act): Receipt {
    const [found, header] = [new Receipt(bytes, this.settings.logKeys), readHeader(act.header)];
    found.demandSays({ 'trust-domain': this.settings.trustDomain, act: header.act_id, case: header.case_id,
      sender: header.sender, 'header-sha256': sha256(act.header).toString('hex'),
      'content-sha256': sha256(act.body).toString('hex') });
    return found;
  }

  /** All receipts of an act that we may see, checked against the act as the hub has it. */
  async receipts(actId: string): Promise<Receipt[]> {
    const act = await this.get(actId);
    const { receipts } = await this.hub.call<{ receipts: ReceiptMessage[] }>('AuditService', 'listReceipts', { actId });
    return receipts.map((one) => this.checkReceipt(one.content, act));
  }

  private async get(actId: string): Promise<Act> {
    const { act } = await this.hub.call<{ act: Act }>('ExchangeService', 'getAct', { actId });
    demand(readHeader(act.header).act_id === actId, 'HEADER_MALFORMED', 'another act');
    return act;
  }

  // ---- receiving --------------------------------------------------------------------------------

  /** A delivered act as it was sealed and signed, or a refusal. Judged at the instant of its A.1. */
  private openDelivered(act: Act, receipts: ReceiptMessage[]): Opened {
    const held = receipts.map((one) => this.checkReceipt(one.content, act));
    const accepted = held.find((one) => one.event === 'A.1');
    demand(accepted, 'RECEIPT_MISMATCH', 'no A.1');
    const opened = this.open(act, instantOf(accepted));
    accepted.demandSays({ 'signer-sha256': opened.signer.sha256.toString('hex') });
    return { ...opened, receipts: held };
  }

  private open(act: Act, at: number): Opened {
    const header = readHeader(act.header);
    const signer = verify(act.signature, act.header, this.settings.signers, at);
    demand(header.content!.sealed_sha256.equals(sha256(act.body)) && header.content!.sealed_size === BigInt(act.body.length),
      'DIGEST_MISMATCH', 'the body is not the header\'s');
    return { act, header, content: this.openBody(act, header), signer, receipts: [] };
  }

  private openBody(act: Act, header: Header): ActContent {
    const kek = this.keyOf(act);
    const body = this.hub.read<SealedBody>('SealedBody', act.body);
    const { manifest: text } = this.hub.read<{ manifest: Buffer }>('SignedManifest', openSegment(kek, body.sealedManifest));
    const manifest = Manifest.parse(text);
    checkManifest(manifest, header, header.content!.clear_hmac_sha256);
    return this.hub.read<ActContent>('ActContent', manifest.open(kek, body.segments));
  }

  private keyOf(act: Act): Buffer {
    let wrong = new Refused('NOT_SEALED_TO_US');
    for (const envelope of act.keyEnvelopes) {
      for (const pair of this.settings.sealing) {
        try {
          return openKek(envelope, pair);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          if (error.reason !== 'SEAL_NOT_RECIPIENT') wrong = error;
        }
      }
    }
    throw wrong;
  }

  /** Takes deliveries one after the other, until `done` says so or the time is up. */
  receive(deadlineMs: number, done: (taken: Taken) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.hub.openMailbox(deadlineMs);
      let waiting: Opened | Refused | undefined;
      let said = SAID_NOTHING;
      const end = (error?: Error): void => {
        stream.cancel();
        if (error) reject(error);
        else resolve();
      };
      const take = (delivery: Delivery): void => {
        ({ waiting, said } = this.take(delivery, (message) => stream.write(message)));
      };
      const settle = (answer: Acknowledged): void => {
        const [settled, word] = [waiting, said];
        waiting = undefined;
        if (settled !== undefined && done(this.settled(settled, word, answer))) return end();
        stream.write({ credit: { count: 1 } });
      };
      stream.on('data', (message: ReceiveResponse) => {
        try {
          if (message.delivery) take(message.delivery);
          else if (message.acknowledged) settle(message.acknowledged);
        } catch (error) {
          end(error as Error);
        }
      });
      stream.on('error', (error: grpc.ServiceError) => {
        const quiet = ['DEADLINE_EXCEEDED', 'CANCELLED'].includes(this.hub.refusal(error).reason);
        end(quiet ? undefined : this.hub.refusal(error));
      });
      stream.on('end', () => end());
      stream.write({ open: { role: 'SUBSCRIPTION_ROLE_PRIMARY' } });
      stream.write({ credit: { count: 1 } });
    });
  }

  /** Opens a delivery and acknowledges it, or gives it back. A notice is only acknowledged. */
  private take(delivery: Delivery,
    write: (message: object) => void): { waiting: Opened | Refused | undefined; said: Said } {
    const { position, act } = delivery;
    if (!act) {
      write({ acknowledge: { position } });
      return { waiting: undefined, said: SAID_NOTHING };
    }
    try {
      const opened = this.openDelivered(act, delivery.receipts);
      const at = Date.now();
      const statement = writeSigned('rogatoria-acknowledgement v1', ACKNOWLEDGEMENT, {
        trust_domain: this.settings.trustDomain, act_id: opened.header.act_id, header_sha256: sha256(act.header),
        recipient: this.settings.authority, acknowledged_unix_ms: BigInt(at) });
      write({ acknowledge: { position, statement, signature: sign(statement, this.settings.seal) } });
      return { waiting: opened, said: { statement, at } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      write({ reject: { position, reason: rejectReason(error) } });
      return { waiting: error, said: SAID_NOTHING };
    }
  }

  private settled(taken: Opened | Refused, said: Said, answer: Acknowledged): Taken {
    if (taken instanceof Refused) return { refused: taken };
    demand(!answer.error && answer.receipt, 'RECEIPT_MISMATCH', answer.error?.message ?? 'no E.1');
    const receipt = this.checkReceipt(answer.receipt.content, taken.act);
    receipt.demandSays({ event: 'E.1', recipient: this.settings.authority });
    // Before: another system of this office was first. Of a formal act nobody's is unsigned.
    const formal = CHANNELS[Number(taken.header.channel_class)] === 'FORMAL';
    const unsigned = receipt.evidence['acknowledgement-sha256'] === '-';
    if (instantOf(receipt) >= said.at || (formal && unsigned)) {
      receipt.demandSays({ 'acknowledgement-sha256': sha256(said.statement).toString('hex') });
    }
    return { opened: taken, receipt };
  }

  // ---- handing on -------------------------------------------------------------------------------

  /** Hands an act on to the competent authority: its key is sealed anew, its body stays as it is. */
  async forward(actId: string, to: string, reasons: string): Promise<Sent> {
    const act = await this.get(actId);
    const header = readHeader(act.header);
    const draft: Draft = { kind: 'FORWARDING_NOTICE', to: [to, header.sender], case: header.case_id, in_reply_to: actId,
      channel: CHANNELS[Number(header.channel_class)] ?? '', instrument: header.legal_basis?.instrument ?? '',
      article: header.legal_basis?.article ?? '', channel_basis: header.channel_basis, language: header.language };
    const [competent] = (await this.resolve(draft)).routes;
    const certificates = competent!.sealingCertificates.map((one) => new Certificate(one.certificate));
    const keyEnvelope = sealKek(this.keyOf(act), certificates);
    return this.send(draft, { forwardingNotice: { reasons, competentAuthority: to, forwardedActs: [{ actId, keyEnvelope }] } });
  }

  /** The acts that a notice hands on to us, opened with the keys in it. Their receipts are their parties'. */
  async openForwarded({ content: { forwardingNotice }, receipts: [accepted] }: Opened): Promise<Opened[]> {
    if (forwardingNotice?.competentAuthority !== this.settings.authority) return [];
    const opened: Opened[] = [];
    for (const { actId, keyEnvelope } of forwardingNotice.forwardedActs) {
      const act = await this.get(actId);
      act.keyEnvelopes.push(keyEnvelope);
      opened.push(this.open(act, instantOf(accepted!)));
    }
    return opened;
  }

  /** Fetches, checks and opens the documents that an act attaches; their paths. */
  save(opened: Opened, folder: string): Promise<string[]> {
    return downloadAll(this.hub, opened.header, opened.content, folder);
  }
}

/** An acknowledgement as it was signed, and when. */
interface Said {
  statement: Buffer;
  at: number;
}
const SAID_NOTHING: Said = { statement: Buffer.alloc(0), at: 0 };

const instantOf = (receipt: Receipt): number => Date.parse(receipt.evidence['instant'] ?? '');

function rejectReason({ reason }: Refused): number {
  if (/^(SEAL_|NOT_SEALED)/.test(reason)) return REJECT.cannotOpen;
  return /^(SIGNATURE|CERTIFICATE|SIGNER|RECEIPT|CHECKPOINT|PROOF)/.test(reason) ? REJECT.notTrusted : REJECT.contentMismatch;
}
