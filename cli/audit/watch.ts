import { openCheckpoint, parseCheckpoint, type Checkpoint } from '../../kernel/audit/log/checkpoint.ts';
import { consistencyProof, verifyConsistency } from '../../kernel/audit/log/consistency.ts';
import { LogError, malformed, tampered } from '../../kernel/audit/log/logError.ts';
import { parseNote } from '../../kernel/audit/log/note.ts';
import { parseVerifierKey, type VerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { tilePath } from '../../kernel/audit/log/tile.ts';
import { TileReader } from '../../kernel/audit/log/tileReader.ts';
import { Fault } from '../../kernel/fault.ts';
import { getRaw } from '../client.ts';
import type { WatchState } from './state.ts';

/** Reads one thing below `/log/`. @throws Fault STORE_UNAVAILABLE or NOT_FOUND */
export type ReadLog = (path: string) => Promise<Buffer>;

const ANSWER_BYTES_MAX = 1_000_000;

export const logAt =
  (url: string): ReadLog =>
  async (path) => {
    const { body } = await getRaw(new URL(`/log/${path}`, url));
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > ANSWER_BYTES_MAX) throw malformed(`/log/${path} is longer than ${ANSWER_BYTES_MAX} bytes.`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };

/** What is seen now, after it was compared with what was seen before. @throws LogError TAMPERED when it is not its continuation */
export async function look(read: ReadLog, state: WatchState | null, given: VerifierKey | null): Promise<WatchState & Checkpoint> {
  const note = (await read('checkpoint')).toString('utf8');
  const kept = state === null ? null : openCheckpoint(state.note, [state.key]);
  const claimed = parseCheckpoint(parseNote(note));
  if (kept !== null && claimed.origin !== kept.origin) throw tampered(otherLog(kept, claimed));
  const key = given ?? state?.key ?? (await readKey(read));
  const seen = openCheckpoint(note, [key]);
  if (kept !== null) await compare(read, kept, seen);
  return { ...seen, note, key };
}

const otherLog = (kept: Checkpoint, now: Checkpoint): string =>
  `The server shows the log ${now.origin} with ${now.size} entries; it was ${kept.origin} with ${kept.size}. ` +
  'Its database was restored behind what it had published, or replaced. When you know why, watch on with another --state.';

const readKey = async (read: ReadLog): Promise<VerifierKey> => parseVerifierKey((await read('vkey')).toString('utf8').trim());

async function compare(read: ReadLog, kept: Checkpoint, seen: Checkpoint): Promise<void> {
  if (seen.size < kept.size) throw tampered(`The log has ${seen.size} entries and had ${kept.size}: it was rolled back.`);
  if (kept.size === 0) return;
  const proof = await proofOf(read, kept.size, seen.size);
  if (!verifyConsistency({ earlier: kept, later: seen, proof }))
    throw tampered(`The log with ${seen.size} entries does not continue the one with ${kept.size}: history was rewritten.`);
}

/** Out of hashes that the server gives, which need not be believed: wrong ones prove nothing. */
async function proofOf(read: ReadLog, earlier: number, later: number): Promise<readonly Buffer[]> {
  try {
    return await consistencyProof(
      new TileReader(later, (tiles) => Promise.all(tiles.map((tile) => read(tilePath(tile))))),
      earlier,
      later,
    );
  } catch (error) {
    const isAbsent = error instanceof LogError || (error instanceof Fault && error.code === 'NOT_FOUND');
    if (isAbsent) throw tampered(`The server has no proof that its ${later} entries continue ${earlier}: ${error.message}`);
    throw error;
  }
}
