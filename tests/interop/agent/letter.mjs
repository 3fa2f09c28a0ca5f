// letter.mjs PROTO-FOLDER ADDRESS TOKEN-FILE LETTER TO FOLDER: sends a letter, takes what came, keeps the receipts.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [protos, address, token, letter, to, folder] = process.argv.slice(2);
const api = grpc.loadPackageDefinition(loader.loadSync('rogatoria/agent/v1/agent_service.proto', { includeDirs: [protos] }));
const office = new api.rogatoria.agent.v1.AgentService(address, grpc.credentials.createInsecure());
const who = new grpc.Metadata();
who.set('authorization', `Bearer ${readFileSync(token, 'utf8').trim()}`);
const call = (method, request) => promisify(office[method].bind(office))(request, who);

const { status: sent } = await call('send', { requestId: randomUUID(), kind: 'SPONTANEOUS_INFORMATION', to: [to],
  channel: 'INTERINSTITUTIONAL', subject: 'A letter', letter: { name: basename(letter), content: readFileSync(letter) } });
console.log('sent', sent.actId, sent.stateText);

for await (const { position, received } of office.watch({ idleSeconds: 3 }, who)) {
  if (received) console.log('came', received.actId, received.subject);
  for (const { number } of received?.documents ?? []) {
    const parts = await office.getDocument({ actId: received.actId, number }, who).toArray();
    writeFileSync(join(folder, `document-${position}-${number}`), Buffer.concat(parts.flatMap((part) => part.content ?? [])));
  }
  await call('acknowledge', { position });
}
const { receipts } = await call('getReceipt', { actId: sent.actId });
for (const { fileName, content } of receipts) writeFileSync(join(folder, fileName), content);
office.close();
