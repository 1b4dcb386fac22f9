import type { Queryable } from '../../db/database.ts';
import { openCheckpoint, parseCheckpoint } from '../log/checkpoint.ts';
import { readRoot } from '../log/hashReader.ts';
import { LogError } from '../log/logError.ts';
import { parseNote } from '../log/note.ts';
import { signerKey } from '../log/noteKey.ts';
import { type Head, type Log, tileReader } from './ledger.ts';

/** What the database cannot continue: a checkpoint of its log that was published, and why. */
export interface Ahead {
  readonly note: string;
  readonly size: number;
  /** `BEHIND`: it lost entries that were published. `OTHER`: it has other entries than were published. */
  readonly how: 'BEHIND' | 'OTHER';
}

/**
 * Compares a log with what was published of it. A database that was restored from a backup must not go on under the same name:
 * whoever has seen the published checkpoint would see two histories.
 * @param published a signed checkpoint, of this log, of an earlier one, or of another database's
 */
export async function aheadOf(
  db: Queryable,
  log: Log,
  head: Head | null,
  published: string,
  signingKey: Buffer,
): Promise<Ahead | null> {
  const keys = keysOf(log, signingKey);
  // Of another log than ours: this database was not restored but begun anew.
  if (!keys.some(({ name }) => name === parseCheckpoint(parseNote(published)).origin)) return null;
  const { origin, size, root } = openCheckpoint(published, keys);
  if (origin !== log.origin || size === 0) return null;
  if (size > (head?.size ?? 0)) return { note: published, size, how: 'BEHIND' };
  return (await rootAt(db, log.epoch, size))?.equals(root) === true ? null : { note: published, size, how: 'OTHER' };
}

/** Logs of one database are named alike and signed by one key; a published checkpoint may be that of any of them. */
function keysOf({ origin, epoch }: Log, signingKey: Buffer) {
  const first = epoch === 1 ? origin : origin.slice(0, -`/${epoch}`.length);
  return Array.from({ length: epoch }, (_, i) => signerKey(originOf(first, i + 1), signingKey).verifier);
}

/** How the log of an epoch is called. */
export const originOf = (first: string, epoch: number): string => (epoch === 1 ? first : `${first}/${epoch}`);

async function rootAt(db: Queryable, epoch: number, size: number): Promise<Buffer | null> {
  try {
    return await readRoot(tileReader(db, epoch, size), size);
  } catch (error) {
    if (error instanceof LogError) return null;
    throw error;
  }
}
