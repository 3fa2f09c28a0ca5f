// One act from Portugal to Colombia and back by a program that has only gRPC stubs, node:crypto and openssl: resolve,
// check the key statement, seal, sign, submit, receive, open, acknowledge, verify every receipt; then what must fail.
//   node client.mjs SENDER-PROFILE RECIPIENT-PROFILE SCRATCH-FOLDER
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Office, call, messageType, open, seal, sha256, signWithOpenssl, signedBytes, writePem } from './wire.mjs';
import { verifyReceipt } from './receipt.mjs';

const [senderProfile, recipientProfile, scratch] = process.argv.slice(2);
const sender = new Office(senderProfile);
const recipient = new Office(recipientProfile);
const LETTER = 'Pedimos a audição da testemunha; a carta segue em anexo.';

let passed = 0;
let failed = 0;
async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.stack}`);
  }
}

const directory = sender.client('DirectoryService');
const exchange = sender.client('ExchangeService');
const audit = sender.client('AuditService');

async function resolve() {
  return call(directory, 'ResolveRecipients', {
    addressees: [{ authority: recipient.authority }], channel_class: 'CHANNEL_CLASS_INTERINSTITUTIONAL',
    instrument: 'UN-TIP-2000', kind: 'ACT_KIND_REQUEST', case_id: '',
  });
}

/** The certificate is the authority's own word: its identity key signed exactly this digest and purpose. */
function checkStatement(certificate, pinned) {
  const { statement, signature, identity_key: identityKey } = certificate.statement;
  assert.equal(sha256(identityKey).toString('hex'), pinned);
  const key = crypto.createPublicKey({ key: identityKey, format: 'der', type: 'spki' });
  assert.ok(crypto.verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', statement, key, signature));
  const line = Buffer.from('rogatoria-key-statement v1\n');
  assert.deepEqual(statement.subarray(0, line.length), line);
  const body = messageType('rogatoria.v1.KeyStatementBody').decode(statement.subarray(line.length));
  assert.deepEqual(Buffer.from(body.certificate_sha256), sha256(certificate.certificate));
  assert.equal(body.authority, recipient.authority);
}

function makeAct(routes, uuid) {
  const actId = `${sender.authority}/${uuid}`;
  const route = routes.routes[0];
  const readers = route.sealing_certificates.map((c, i) => ({
    authority: recipient.authority, purpose: c.purpose.replace('SEALING_PURPOSE_', '').toLowerCase(),
    sha256: sha256(c.certificate), file: writePem(c.certificate, path.join(scratch, `recipient-${i}.pem`)),
  }));
  const own = sender.pair('sealing');
  const ownDer = new crypto.X509Certificate(fs.readFileSync(own.certificate)).raw;
  readers.push({ authority: sender.authority, purpose: 'primary', sha256: sha256(ownDer), file: own.certificate });
  const sealed = seal({ text: LETTER }, actId, readers, scratch);
  const header = signedBytes('rogatoria-act-header v1', 'rogatoria.v1.ActHeader', {
    trust_domain: sender.trustDomain, act_id: actId, case_id: actId, sender: sender.authority,
    recipients: [{
      authority: recipient.authority, route_id: route.route_id,
      sealed_to: route.sealing_certificates.map((c) => ({
        certificate_sha256: sha256(c.certificate),
        purpose: messageType('rogatoria.v1.SealedTo').fields.purpose.resolve().resolvedType.values[c.purpose],
      })),
    }],
    channel_class: 2, legal_basis: { instrument: 'UN-TIP-2000', article: '8' }, case_type: 1, kind: 1,
    measures: [{ ordinal: 1, code: 'VIDEO_HEARING' }], data_class: 3, language: 'pt-PT',
    content: { sealed_sha256: sha256(sealed.body), sealed_size: sealed.body.length, clear_hmac_sha256: sealed.hmac },
    directory_log_size: routes.directory_log_size || undefined, created_unix_ms: Date.now(),
  });
  return {
    request_id: uuid,
    act: { header, signature: signWithOpenssl(header, sender.pair('user'), scratch), body: sealed.body, key_envelopes: [sealed.envelope] },
  };
}

async function refused(request, code, reason) {
  await assert.rejects(call(exchange, 'SubmitAct', request), (error) => {
    assert.equal(error.code, code, `${error.code} ${error.message}`);
    assert.equal(error.reason, reason);
    return true;
  });
}

/** Takes deliveries until the act comes; acknowledges it with the organisation's seal. */
function receive(actId) {
  return new Promise((resolveDelivery, rejectDelivery) => {
    const mailbox = recipient.client('MailboxService');
    const stream = mailbox.Receive();
    const result = {};
    const timer = setTimeout(() => { stream.cancel(); rejectDelivery(new Error('nothing came')); }, 15000);
    stream.on('error', (error) => { if (!result.receipt) rejectDelivery(error); });
    stream.on('data', (message) => {
      if (message.delivery) {
        const { act, position, receipts } = message.delivery;
        const header = messageType('rogatoria.v1.ActHeader').decode(act.header.subarray('rogatoria-act-header v1\n'.length));
        if (header.act_id === actId) Object.assign(result, { act, receipts, position });
        const statement = signedBytes('rogatoria-acknowledgement v1', 'rogatoria.v1.AcknowledgementStatement', {
          trust_domain: recipient.trustDomain, act_id: header.act_id, header_sha256: sha256(act.header),
          recipient: recipient.authority, acknowledged_unix_ms: Date.now(),
        });
        stream.write({ acknowledge: { position, statement, signature: signWithOpenssl(statement, recipient.pair('seal'), scratch) } });
      } else if (message.acknowledged && message.acknowledged.position === result.position) {
        clearTimeout(timer);
        result.receipt = message.acknowledged.receipt;
        result.error = message.acknowledged.error;
        stream.end();
        stream.cancel();
        mailbox.close();
        resolveDelivery(result);
      }
    });
    stream.write({ open: { role: 'SUBSCRIPTION_ROLE_PRIMARY' } });
    stream.write({ credit: { count: 8 } });
  });
}

const uuid = crypto.randomUUID();
const actId = `${sender.authority}/${uuid}`;
let routes;
let request;
let sent;
let delivery;

await check('ResolveRecipients gives a route and certificates', async () => {
  routes = await resolve();
  assert.equal(routes.routes[0].authority.id, recipient.authority);
  assert.ok(routes.routes[0].sealing_certificates.length >= 1);
});
await check('the key statement of each certificate holds under the pinned identity', () => {
  const pinned = new RegExp(`^"?${recipient.authority}"?\\s*=\\s*"([0-9a-f]{64})"`, 'm').exec(sender.text)[1];
  for (const certificate of routes.routes[0].sealing_certificates) checkStatement(certificate, pinned);
});
await check('SubmitAct with a signature made by openssl', async () => {
  request = makeAct(routes, uuid);
  sent = await call(exchange, 'SubmitAct', request);
  assert.equal(sent.disposition, 'ACT_DISPOSITION_IN_SEQUENCE');
  assert.deepEqual(sent.receipts.map((r) => r.event),
    ['TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE', 'TRANSPORT_EVENT_CONTENT_CONSIGNMENT']);
});
await check('its receipts verify with code of our own', () => {
  for (const receipt of sent.receipts) {
    const evidence = verifyReceipt(receipt.content, sender.logKey);
    assert.equal(evidence.act, actId);
    assert.equal(evidence['header-sha256'], sha256(request.act.header).toString('hex'));
  }
  const consigned = verifyReceipt(sent.receipts[1].content, sender.logKey);
  assert.match(consigned['legal-date'], /^\d{4}-\d{2}-\d{2}$/);
});
await check('a receipt altered by one byte does not verify', () => {
  const bad = Buffer.from(sent.receipts[0].content);
  bad[bad.indexOf('act ') + 4] ^= 1;
  assert.throws(() => verifyReceipt(bad, sender.logKey));
});
await check('the same act again gives the same bytes', async () => {
  const again = await call(exchange, 'SubmitAct', request);
  assert.deepEqual(again, sent);
});
await check('other bytes under the same id are refused', () =>
  refused({ ...request, act: { ...request.act, key_envelopes: [Buffer.concat([request.act.key_envelopes[0], Buffer.from([0])])] } }, 6, 'ACT_ID_REUSED'));
await check('a header altered by one byte is refused', async () => {
  const other = makeAct(routes, crypto.randomUUID());
  other.act.header[other.act.header.length - 1] ^= 1;
  await refused(other, 3, 'SIGNATURE_INVALID');
});
await check('a body other than the header names is refused', async () => {
  const other = makeAct(routes, crypto.randomUUID());
  other.act.body = Buffer.concat([other.act.body, Buffer.from([0])]);
  await refused(other, 3, 'DIGEST_MISMATCH');
});
await check('a stranger\'s case looks like a missing one', async () => {
  const stranger = recipient.client('ExchangeService');
  const answers = [];
  for (const id of [`br-pgr/${crypto.randomUUID()}`, `br-pgr/${crypto.randomUUID()}`]) {
    await call(stranger, 'GetCase', { case_id: id }).catch((error) => answers.push([error.code, error.reason, error.details]));
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0][1], 'CASE_NOT_FOUND');
});
await check('the recipient receives, opens and acknowledges it', async () => {
  delivery = await receive(actId);
  assert.equal(delivery.error, null);
  assert.equal(open(delivery.act, recipient.pair('sealing')), LETTER);
  assert.deepEqual(delivery.act.header, request.act.header);
});
await check('E.1 carries the recipient\'s own word, and the sender gets it too', async () => {
  const handed = verifyReceipt(delivery.receipt.content, recipient.logKey);
  assert.equal(handed.event, 'E.1');
  const all = await call(audit, 'ListReceipts', { act_id: actId });
  assert.deepEqual(all.receipts.map((r) => verifyReceipt(r.content, sender.logKey).event), ['A.1', 'D.1', 'E.1']);
  assert.deepEqual(all.receipts[2].content, delivery.receipt.content);
});

for (const client of [directory, exchange, audit]) client.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
