import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../fault.ts';
import type { Instant } from '../time.ts';
import type { Database } from './database.ts';

/** Nothing that is recorded from now on gets an earlier time: the start of the oldest transaction that may still write. */
const WATERMARK = `
  select coalesce(min(xact_start), clock_timestamp()) as watermark from pg_stat_activity
  where datname = current_database() and application_name = 'cadastre' and state <> 'idle' and pid <> pg_backend_pid()`;

const TRIES = 10;
const PAUSE_MS = 100;

/**
 * Waits, for about a second, until no transaction can record anything at or before a moment any more: only then does the same
 * question as of that moment always get the same answer. The embedded engine runs one transaction at a time, so there it is so.
 * @throws Fault AS_OF_NOT_SETTLED
 */
export async function untilSettled(db: Database, asOf: Instant, signal: AbortSignal): Promise<void> {
  if (db.engine === 'pglite') return;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const [row] = await db.query<{ watermark: Instant }>(WATERMARK, [], 'db_watermark');
    if (row !== undefined && row.watermark > asOf) return;
    await sleep(PAUSE_MS, undefined, { signal });
  }
  throw new Fault('AS_OF_NOT_SETTLED', {
    public: `Changes up to ${asOf} are still being recorded. Ask for an earlier moment, or try again shortly.`,
  });
}
