// The wire protocol for a program without our library: @grpc/grpc-js, the .proto files, node:crypto and the
// openssl command. Nothing here shares code with the C++ client.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.ROGATORIA_NODE_MODULES, 'x.js'));
export const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const PROTO_ROOT = process.env.ROGATORIA_PROTO;
const SERVICES = ['exchange', 'mailbox', 'directory', 'audit'].map((name) => `rogatoria/v1/${name}_service.proto`);
const LOADING = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true, includeDirs: [PROTO_ROOT] };

export const api = grpc.loadPackageDefinition(protoLoader.loadSync(SERVICES, LOADING)).rogatoria.v1;

const types = new protobuf.Root();
types.resolvePath = (_origin, target) => path.join(PROTO_ROOT, target);
for (const file of [...SERVICES, 'rogatoria/content/v1/content.proto', 'google/rpc/error_details.proto']) {
  types.loadSync(file, { keepCase: true });
}
export const messageType = (name) => types.lookupType(name);

/** One office: its profile file, read with a few regular expressions rather than our TOML reader. */
export class Office {
  constructor(profilePath) {
    this.folder = path.dirname(profilePath);
    this.text = fs.readFileSync(profilePath, 'utf8');
    this.authority = this.value('authority');
    this.trustDomain = this.value('trust_domain');
    this.endpoint = /endpoints\s*=\s*\[\s*"([^"]+)"/.exec(this.text)[1];
    this.logKey = this.value('log_key');
  }
  value(key) {
    return new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, 'm').exec(this.text)[1];
  }
  file(name) {
    return path.resolve(this.folder, name);
  }
  /** Paths of the certificate and the key of a section: tls, user, seal, or [[sealing]]. */
  pair(section) {
    const body = this.text.slice(this.text.search(new RegExp(`^\\[{1,2}${section}\\]`, 'm')));
    const read = (key) => this.file(new RegExp(`^${key}\\s*=\\s*"([^"]+)"`, 'm').exec(body)[1]);
    return { certificate: read('certificate'), key: read('key') };
  }
  credentials() {
    const tls = this.pair('tls');
    return grpc.credentials.createSsl(
      fs.readFileSync(this.file(this.value('hub_ca'))), fs.readFileSync(tls.key), fs.readFileSync(tls.certificate));
  }
  client(service) {
    return new api[service](this.endpoint, this.credentials());
  }
}

/** A unary call as a promise; a refusal rejects with the gRPC error, `details` decoded. */
export function call(client, method, request, deadlineMs = 10000) {
  return new Promise((resolve, reject) => {
    client[method](request, new grpc.Metadata(), { deadline: Date.now() + deadlineMs }, (error, response) =>
      error ? reject(Object.assign(error, { reason: reasonOf(error) })) : resolve(response));
  });
}

/** The reason in google.rpc.ErrorInfo, from the raw trailer. */
export function reasonOf(error) {
  const raw = error.metadata?.get('grpc-status-details-bin')?.[0];
  if (!raw) return '';
  const status = messageType('google.rpc.Status').decode(raw);
  for (const detail of status.details) {
    if (detail.type_url.endsWith('google.rpc.ErrorInfo')) {
      return messageType('google.rpc.ErrorInfo').decode(detail.value).reason;
    }
  }
  return '';
}

export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest();

/** First line, line feed, protobuf bytes: protobufjs writes fields in ascending order and only those set. */
export function signedBytes(firstLine, typeName, value) {
  const type = messageType(typeName);
  const problem = type.verify(value);
  if (problem) throw new Error(`${typeName}: ${problem}`);
  return Buffer.concat([Buffer.from(`${firstLine}\n`), type.encode(type.fromObject(value)).finish()]);
}

/** A detached CAdES signature made by the openssl command. */
export function signWithOpenssl(bytes, pair, folder) {
  const file = path.join(folder, 'to-sign.bin');
  fs.writeFileSync(file, bytes);
  return execFileSync('openssl', ['cms', '-sign', '-cades', '-binary', '-md', 'sha256', '-outform', 'DER',
    '-in', file, '-signer', pair.certificate, '-inkey', pair.key]);
}

const openssl = (args, input) => execFileSync('openssl', args, { input, maxBuffer: 1 << 26 });

function sealWithKek(clear, kekHex) {
  return openssl(['cms', '-encrypt', '-binary', '-aes-256-gcm', '-outform', 'DER',
    '-secretkey', kekHex, '-secretkeyid', '01'], clear);
}

/** Seals a letter for some certificates (PEM files), with openssl alone. */
export function seal(letter, actId, recipients, folder) {
  const content = messageType('rogatoria.content.v1.ActContent');
  const clear = Buffer.from(content.encode(content.fromObject({ letter })).finish());
  const kekHex = crypto.randomBytes(32).toString('hex');
  const segment = sealWithKek(clear, kekHex);
  const salt = crypto.randomBytes(32);
  const hmac = crypto.createHmac('sha256', salt).update(clear).digest();
  const lines = recipients
    .map((r) => `recipient ${r.authority} ${r.purpose} ${r.sha256.toString('hex')}`)
    .sort((a, b) => (a < b ? -1 : 1));
  const manifest = [
    'rogatoria-manifest v1', `act ${actId}`, 'media-type application/protobuf', `salt ${salt.toString('hex')}`,
    `clear-hmac-sha256 ${hmac.toString('hex')}`, `clear-size ${clear.length}`, ...lines,
    `segment ${sha256(segment).toString('hex')} ${segment.length} ${clear.length}`, ''].join('\n');
  const encode = (name, value) => {
    const type = messageType(`rogatoria.content.v1.${name}`);
    return Buffer.from(type.encode(type.fromObject(value)).finish());
  };
  const body = encode('SealedBody', {
    sealed_manifest: sealWithKek(encode('SignedManifest', { manifest: Buffer.from(manifest) }), kekHex),
    sealed_cover_slip: sealWithKek(encode('CoverSlip', { subject: letter.text.slice(0, 20) }), kekHex),
    segments: [segment],
  });
  const envelope = openssl(['cms', '-encrypt', '-binary', '-aes-256-gcm', '-outform', 'DER',
    ...recipients.flatMap((r) => ['-recip', r.file, '-keyopt', 'ecdh_kdf_md:sha256'])], Buffer.from(kekHex, 'hex'));
  fs.writeFileSync(path.join(folder, 'envelope.der'), envelope);
  return { body, envelope, hmac };
}

/** Opens a sealed body with a key pair of ours: the letter's text. */
export function open(act, pair) {
  const kek = openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-recip', pair.certificate, '-inkey', pair.key],
    act.key_envelopes[0]);
  const body = messageType('rogatoria.content.v1.SealedBody').decode(act.body);
  const clear = body.segments.map((segment) => openssl(
    ['cms', '-decrypt', '-binary', '-inform', 'DER', '-secretkey', kek.toString('hex')], Buffer.from(segment)));
  return messageType('rogatoria.content.v1.ActContent').decode(Buffer.concat(clear)).letter.text;
}

/** DER of a certificate as a PEM file. */
export function writePem(der, file) {
  const base64 = der.toString('base64').replace(/(.{64})/g, '$1\n').trimEnd();
  fs.writeFileSync(file, `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
  return file;
}
