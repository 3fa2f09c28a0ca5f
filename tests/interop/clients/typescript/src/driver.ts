// The conformance kit's driver (docs/integrators.md): a line of JSON asks, a line of JSON answers.
//   node build/driver.js PROTO-FOLDER
import { createInterface } from 'node:readline';
import { Hub } from './hub.js';
import { kindName } from './header.js';
import { type Draft, Office, type Opened, type Taken } from './office.js';
import type { Receipt } from './receipt.js';
import { demand, Refused } from './refused.js';
import { Settings } from './settings.js';
import { judge } from './vectors.js';

const DISPOSITIONS = ['', 'IN_SEQUENCE', 'OUT_OF_SEQUENCE', 'REFUSED', 'CROSSED'];
type Request = Record<string, unknown> & { op: string };
type Answer = Record<string, unknown>;

/** Receipts that this client verified, for the kit to look at once more. */
const told = (receipts: Receipt[]): string[] => receipts.map((one) => one.bytes.toString('base64'));

/** One client at the kit's command. */
class Driver {
  private hub: Hub | undefined;
  private office: Office | undefined;
  private readonly protos = process.argv[2] ?? 'proto';

  private readonly operations: Record<string, (request: never) => Promise<Answer> | Answer> = {
    hello: () => ({ implementation: 'rogatoria-typescript', version: '1',
      operations: Object.keys(this.operations) }),
    configure: ({ settings }: { settings: string }) => {
      this.hub?.close();
      const found = new Settings(settings);
      this.hub = new Hub(found, this.protos);
      this.office = new Office(found, this.hub);
      return {};
    },
    send: async ({ act }: { act: Draft }) => {
      const { actId, answer, receipts } = await this.at().send(act);
      return { act_id: actId, disposition: DISPOSITIONS[answer.disposition], receipts: told(receipts) };
    },
    receive: async ({ act_id: actId, folder, timeout_s: seconds }: { act_id: string; folder: string; timeout_s: number }) => {
      let found: Taken | undefined;
      await this.at().receive(seconds * 1000, (taken) => {
        const ours = 'refused' in taken || taken.opened.header.act_id === actId;
        if (ours) found = taken;
        return ours;
      });
      demand(found, 'NOT_FOUND', 'nothing came');
      if ('refused' in found) throw found.refused;
      const forwarded = await this.at().openForwarded(found.opened);
      return { ...await this.describe(found.opened, folder), receipts: told([...found.opened.receipts, found.receipt]),
        forwarded: await Promise.all(forwarded.map((one) => this.describe(one, folder))) };
    },
    receipts: async ({ act_id: actId }: { act_id: string }) => ({ receipts: told(await this.at().receipts(actId)) }),
    forward: async ({ act_id: actId, to, reasons }: { act_id: string; to: string; reasons: string }) => {
      const sent = await this.at().forward(actId, to, reasons);
      return { act_id: sent.actId, disposition: DISPOSITIONS[sent.answer.disposition], receipts: told(sent.receipts) };
    },
    vector: (request: Parameters<typeof judge>[0]) => ({ facts: judge(request) }),
  };

  private at(): Office {
    demand(this.office, 'PROFILE_INVALID', 'not configured');
    return this.office;
  }

  private async describe(opened: Opened, folder: string): Promise<Answer> {
    const { header, content } = opened;
    return { act_id: header.act_id, case_id: header.case_id, sender: header.sender, kind: kindName(header),
      text: content.letter?.text ?? '', documents: await this.at().save(opened, folder) };
  }

  async answer(line: string): Promise<Answer> {
    const request = JSON.parse(line) as Request;
    const operation = this.operations[request.op] as ((request: Request) => Promise<Answer> | Answer) | undefined;
    if (operation === undefined) return { unsupported: request.op };
    try {
      return await operation(request);
    } catch (error) {
      if (error instanceof Refused) return { refused: { reason: error.reason, why: error.message } };
      return { failed: String((error as Error).stack) };
    }
  }

  close(): void {
    this.hub?.close();
  }
}

const driver = new Driver();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await driver.answer(line))}\n`);
}
driver.close();
