import type { Database } from '../../db/database.ts';
import { parseCheckpoint } from '../log/checkpoint.ts';
import { malformed, quoted } from '../log/logError.ts';
import { parseNote, verifyNote } from '../log/note.ts';
import { parseVerifierKey, type VerifierKey } from '../log/noteKey.ts';
import { addCosignature, cosignedSize } from './cosignatures.ts';
import { listLogs } from './ledger.ts';
import { consistencyOf } from './proofs.ts';
import type { Anchor } from './publisher.ts';

export interface WitnessAddress {
  /** The submission prefix: `add-checkpoint` follows. */
  readonly url: string;
  readonly vkey: string;
}

/** A checkpoint of ours as a witness is asked to sign it. */
interface Submission {
  readonly epoch: number;
  readonly size: number;
  readonly note: string;
}

const DEADLINE_MS = 10_000;
const ANSWER_BYTES_MAX = 65_536;
/** Once to be told where the witness is, once from there. */
const TRIES = 2;

/** C2SP tlog-witness: somebody who signs that the log they see has only grown since they last saw it. */
export function witnessAnchor(db: Database, { url, vkey }: WitnessAddress): Anchor {
  const witness = readWitnessKey(vkey);
  const address = new URL('add-checkpoint', url.endsWith('/') ? url : `${url}/`);
  return {
    name: `witness ${witness.name}`,
    publish: async (note) => {
      const { origin, size } = parseCheckpoint(parseNote(note));
      const log = (await listLogs(db)).find((each) => each.origin === origin);
      if (log === undefined || size === 0) return;
      const submission = { epoch: log.epoch, size, note };
      const earlier = await cosignedSize(db, log.epoch, witness);
      if (earlier >= size) return;
      const line = await submit(db, address, witness, submission, earlier);
      await db.transaction((tx) => addCosignature(tx, { epoch: log.epoch, size, witness, line }));
    },
  };
}

/** @throws LogError MALFORMED */
export function readWitnessKey(vkey: string): VerifierKey {
  const key = parseVerifierKey(vkey);
  if (key.type !== 'witness') throw malformed(`${quoted(vkey)} is the key of a log, not of a witness.`);
  return key;
}

/** @returns the line of the witness's signature, which was checked */
async function submit(
  db: Database,
  address: URL,
  witness: VerifierKey,
  { epoch, size, note }: Submission,
  known: number,
): Promise<string> {
  let earlier = known;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const proof = earlier === 0 ? [] : await consistencyOf(db, epoch, earlier, size);
    const hashes = proof.map((hash) => `${hash.toString('base64')}\n`).join('');
    const { status, text } = await post(address, `old ${earlier}\n${hashes}\n${note}`);
    if (status === 200) return readCosignature(note, text, witness);
    const seen = status === 409 && /^(?:0|[1-9]\d{0,15})\n$/.test(text) ? Number(text) : null;
    if (seen === null) throw new Error(`the witness ${witness.name} answered ${status} to a checkpoint of ${size} entries`);
    if (seen > size) throw new Error(`the witness ${witness.name} has seen ${seen} entries, and not only ${size}`);
    earlier = seen;
  }
  throw new Error(`the witness ${witness.name} does not say where it is`);
}

async function post(address: URL, body: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  return { status: response.status, text: await readBounded(response) };
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) throw new Error(`a witness answered more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of all the lines in the answer the one of the key that we know, whose signature must fit. */
function readCosignature(note: string, answer: string, witness: VerifierKey): string {
  const cosigned = parseNote(note + answer);
  const [signed] = verifyNote(cosigned, [witness]);
  if ((signed?.at?.getTime() ?? 0) === 0) throw malformed(`The witness ${quoted(witness.name)} does not say when it signed.`);
  const found = cosigned.signatures.find(({ name, keyId }) => name === witness.name && keyId === witness.id);
  const bytes = Buffer.concat([Buffer.from(witness.id, 'hex'), found?.bytes ?? Buffer.alloc(0)]);
  return `— ${witness.name} ${bytes.toString('base64')}\n`;
}
