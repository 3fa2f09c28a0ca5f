// Judges the committed vectors of docs/formats/seal.md and signature.md with code of its own:
//   node tests/interop/node/verify_seal.mjs [folder of the vectors]
// Good ones must pass and bad ones must be refused for the reason that the index names. Last line:
// "N passed, M failed"; exit code 1 if any failed, or if there was nothing to judge.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkObject, openKek, openSegment, parseManifest } from './seal_formats.mjs';
import { verifyDetached } from './signature_formats.mjs';
import { readCertificate, readRevocationList, Refusal } from './x509.mjs';

const root = process.argv[2] ??
  fileURLToPath(new URL('../../../docs/formats/vectors', import.meta.url));
let passed = 0;
let failed = 0;

function folder(name) {
  const read = (file) => readFileSync(join(root, name, file));
  return { read, pem: (file) => pemToDer(read(file)), index: JSON.parse(read('index.json')) };
}

function pemToDer(pem) {
  const text = pem.toString('latin1');
  const match = /-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(text);
  return Buffer.from(match[1], 'base64');
}

// Runs one vector: `check` returns when it is good, throws a Refusal when it is not.
function judge(kind, vector, check) {
  let verdict = 'OK';
  try {
    check();
  } catch (error) {
    verdict = error instanceof Refusal ? error.message : `${error.name}: ${error.message}`;
  }
  if (verdict === vector.expect) {
    ++passed;
  } else {
    ++failed;
    console.log(`${kind} ${vector.name}: expected ${vector.expect}, got ${verdict}`);
  }
}

function mustEqual(actual, expected) {
  if (!actual.equals(expected)) throw new Error('other bytes than expected');
}

function judgeSignatures() {
  const { read, pem, index } = folder('signature');
  const anchor = readCertificate(pem(index.anchors));
  const revoked = readRevocationList(pem(index.lists), anchor);
  for (const vector of index.cases) {
    judge('signature', vector, () => {
      const signer = verifyDetached(read(vector.signature), read(vector.message), anchor, revoked,
        vector.at_unix_ms);
      mustEqual(signer.der, pem(vector.signer));
    });
  }
}

function judgeSeals() {
  const { read, pem, index } = folder('seal');
  const kek = read('kek.bin');
  for (const vector of index.envelopes) {
    const key = createPrivateKey(read(vector.key));
    judge('envelope', vector,
      () => mustEqual(openKek(read(vector.envelope), key, pem(vector.certificate)), kek));
  }
  for (const vector of index.segments) {
    judge('segment', vector,
      () => mustEqual(openSegment(kek, read(vector.segment)), read(vector.clear)));
  }
  for (const vector of index.manifests) {
    judge('manifest', vector, () => parseManifest(read(vector.manifest)));
  }
  for (const vector of index.objects) {
    judge('object', vector, () => {
      const segments = vector.segments.map(read);
      const clear = Buffer.concat(segments.map((segment) => openSegment(kek, segment)));
      checkObject(parseManifest(read(vector.manifest)), segments, clear);
      mustEqual(clear, read(vector.clear));
    });
  }
}

judgeSignatures();
judgeSeals();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
