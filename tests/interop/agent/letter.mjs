// letter.mjs PROTO-FOLDER ADDRESS TOKEN-FILE LETTER TO FOLDER: sends a letter, takes what came, keeps the receipts.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [protos, address, token, letter, to, folder] = process.argv.slice(2);
const api = grpc.loadPackageDefinition(loader.loadSync('rogatoria/agent/v1/agent_service.proto', { includeDirs: [protos] }));
const office = new api.rogatoria.agent.v1.AgentService(address, grpc.credentials.createInsecure());
const who = grpc.Metadata.fromHttp2Headers({ authorization: `Bearer ${readFileSync(token, 'utf8').trim()}` });
const call = (method, request) => promisify(office[method].bind(office))(request, who);
const id = `${letter}.id`; // written down before it is sent: it is never sent twice
if (!existsSync(id)) writeFileSync(id, randomUUID());
const { status: sent } = await call('send', { requestId: readFileSync(id, 'utf8'), kind: 'SPONTANEOUS_INFORMATION', to: [to],
  channel: 'INTERINSTITUTIONAL', subject: 'A letter', letter: { name: basename(letter), content: readFileSync(letter) } });
console.log('sent', sent.actId, sent.stateText);
for await (const { position, received } of office.watch({ idleSeconds: 3 }, who)) {
  if (received) console.log('came', received.actId, received.subject);
  for (const { number } of received?.documents ?? []) { // what cannot be had is said; what passes (the hub is away) comes again
    const got = await office.getDocument({ actId: received.actId, number }, who).toArray().catch((error) => error);
    if (/^(UNAVAILABLE|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED|CANCELLED|INTERNAL|UNKNOWN)$/.test(grpc.status[got.code])) throw got;
    const bytes = got instanceof Error ? got.details : Buffer.concat(got.flatMap((part) => part.content ?? []));
    writeFileSync(join(folder, `document-${position}-${number}${got instanceof Error ? '.missing.txt' : ''}`), bytes);
  }
  await call('acknowledge', { position });
}
for (const { fileName, content } of (await call('getReceipt', { actId: sent.actId })).receipts) writeFileSync(join(folder, fileName), content);
office.close();
