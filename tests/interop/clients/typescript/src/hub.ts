// The connection to a hub: mutual TLS, deadlines, retries, and refusals with the hub's own reason. Messages are made by
// the .proto files at run time; what is signed is not left to them (canonical.ts).
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { Refused } from './refused.js';
import type { Settings } from './settings.js';

const SERVICES = ['exchange', 'mailbox', 'directory', 'audit', 'document']
  .map((name) => `rogatoria/v1/${name}_service.proto`);
const CONTENT = ['rogatoria/content/v1/content.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'];
const MAX_MESSAGE = 4 * 1024 * 1024;
const AGAIN = [grpc.status.UNAVAILABLE, grpc.status.RESOURCE_EXHAUSTED];
// As this library says that a connection broke in the middle of a call. Every call of ours may be made again.
const BROKEN = /RST_STREAM|Session closed/;

export type Stream = grpc.ClientDuplexStream<unknown, unknown>;
type Unary = (request: unknown, metadata: grpc.Metadata, options: grpc.CallOptions,
  callback: (error: grpc.ServiceError | null, response?: unknown) => void) => void;
type ServiceName = 'ExchangeService' | 'MailboxService' | 'DirectoryService' | 'AuditService' | 'DocumentService';

/** The connections of one office and the types of messages. */
export class Hub {
  private readonly clients = new Map<ServiceName, grpc.Client>();
  private readonly types = new protobuf.Root();
  private readonly api: Record<string, grpc.ServiceClientConstructor>;

  constructor(private readonly settings: Settings, protoFolder: string) {
    const how = { longs: Number, enums: Number, defaults: true, oneofs: true, includeDirs: [protoFolder] };
    const definition = protoLoader.loadSync(SERVICES, how);
    const loaded = grpc.loadPackageDefinition(definition)['rogatoria'] as grpc.GrpcObject;
    this.api = loaded['v1'] as unknown as Record<string, grpc.ServiceClientConstructor>;
    this.types.resolvePath = (_origin, target) => join(protoFolder, target);
    this.types.loadSync(CONTENT);
  }

  private client(service: ServiceName): grpc.Client {
    let client = this.clients.get(service);
    if (client === undefined) {
      const { hubCa, tls, endpoint } = this.settings;
      const credentials = grpc.credentials.createSsl(hubCa, tls.key, tls.certificate);
      client = new this.api[service]!(endpoint, credentials, { 'grpc.max_receive_message_length': MAX_MESSAGE,
        'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1000 });
      this.clients.set(service, client);
    }
    return client;
  }

  /** A unary call; what may help is tried again with the same bytes until patience ends. */
  async call<Response>(service: ServiceName, method: string, request: object, patienceMs = 30000): Promise<Response> {
    const end = Date.now() + patienceMs;
    for (let wait = 100; ; wait = Math.min(2 * wait, 2000)) {
      try {
        return await this.once<Response>(service, method, request, end);
      } catch (error) {
        const failed = error as grpc.ServiceError;
        if (!this.mayHelp(failed) || Date.now() + wait > end) throw this.refusal(failed);
      }
      await sleep(wait * (0.5 + Math.random() / 2));
    }
  }

  private once<Response>(service: ServiceName, method: string, request: object, deadline: number): Promise<Response> {
    const client = this.client(service) as unknown as Record<string, Unary>;
    return new Promise((resolve, reject) => {
      client[method]!(request, new grpc.Metadata({ waitForReady: true }), { deadline }, (error, response) =>
        error ? reject(error) : resolve(response as Response));
    });
  }

  openMailbox(deadlineMs: number): Stream {
    const client = this.client('MailboxService') as unknown as Record<string, (...args: unknown[]) => Stream>;
    return client['receive']!(new grpc.Metadata({ waitForReady: true }), { deadline: Date.now() + deadlineMs });
  }

  /** Whether trying again may help. RESOURCE_EXHAUSTED without a hint to come again does not pass by itself. */
  private mayHelp(error: grpc.ServiceError): boolean {
    if (error.code === grpc.status.INTERNAL) return BROKEN.test(error.details);
    return AGAIN.includes(error.code) &&
      (error.code !== grpc.status.RESOURCE_EXHAUSTED || this.detail(error, 'RetryInfo') !== undefined);
  }

  /** The hub's refusal with its reason from google.rpc.ErrorInfo; else the code of gRPC. */
  refusal(error: grpc.ServiceError): Refused {
    const info = this.detail(error, 'ErrorInfo') as { reason: string } | undefined;
    return new Refused(info?.reason ?? grpc.status[error.code] ?? 'UNKNOWN', error.details);
  }

  private detail(error: grpc.ServiceError, name: string): unknown {
    const raw = error.metadata?.get('grpc-status-details-bin')[0];
    if (raw === undefined) return undefined;
    const status = this.types.lookupType('google.rpc.Status').decode(raw as Buffer) as unknown as
      { details: { type_url: string; value: Buffer }[] };
    const found = status.details.find((one) => one.type_url.endsWith(`google.rpc.${name}`));
    return found && this.types.lookupType(`google.rpc.${name}`).decode(found.value);
  }

  /** Bytes of a message of the sealed content. */
  write(name: string, value: object): Buffer {
    const type = this.types.lookupType(`rogatoria.content.v1.${name}`);
    return Buffer.from(type.encode(type.fromObject(value)).finish());
  }

  /** A message of the sealed content, or a refusal. */
  read<Message>(name: string, bytes: Buffer): Message {
    const type = this.types.lookupType(`rogatoria.content.v1.${name}`);
    try {
      return type.toObject(type.decode(bytes), { longs: Number, enums: Number, defaults: true, bytes: Buffer }) as Message;
    } catch {
      throw new Refused('CONTENT_NOT_READABLE', name);
    }
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }
}
