import type { Database, Queryable } from '../../db/database.ts';
import { internalRequest } from '../../identity/internal.ts';
import { decide } from '../../policy/decision.ts';
import { digestText } from '../../canonical.ts';
import { Frontier } from '../log/frontier.ts';
import { originOf as originOfRequest, record } from '../record.ts';
import type { AnchorFile } from './anchorFile.ts';
import { addLog, type Head, headOf, listLogs, type Log, tileReader } from './ledger.ts';
import { type Ahead, aheadOf, originOf } from './restored.ts';

/** What the leader knows of the log that it extends. */
export interface Ledger {
  readonly log: Log;
  readonly frontier: Frontier;
}

export interface OpenLogOptions {
  /** How the first log of this database is called. */
  readonly origin: string;
  readonly signingKey: Buffer;
  /** Where the newest published checkpoint stands. */
  readonly anchor?: AnchorFile | undefined;
}

/**
 * The log to go on with, made when there is none, with the right edge of its tree out of its tiles. Where more was published
 * than the database holds, another log begins, and says so in its first entry.
 * @throws when tiles and checkpoint contradict each other: then nothing is added to them
 */
export async function openLog(db: Database, options: OpenLogOptions): Promise<Ledger> {
  const log = (await newestLog(db)) ?? (await beginLog(db, { epoch: 1, origin: options.origin, precededBy: null }, null));
  const head = await headOf(db, log.epoch);
  const published = (await options.anchor?.read()) ?? null;
  const ahead = published === null ? null : await aheadOf(db, log, head, published, options.signingKey);
  if (ahead === null) return { log, frontier: await frontierOf(db, log, head) };
  const epoch = log.epoch + 1;
  const first = log.epoch === 1 ? log.origin : log.origin.slice(0, -`/${log.epoch}`.length);
  const next = await beginLog(db, { epoch, origin: originOf(first, epoch), precededBy: ahead.note }, { log, head, ahead });
  return { log: next, frontier: new Frontier() };
}

/** The log that grows; null before the first event was put into one. */
export async function newestLog(db: Queryable): Promise<Log | null> {
  return (await listLogs(db))[0] ?? null;
}

async function frontierOf(db: Queryable, log: Log, head: Head | null): Promise<Frontier> {
  if (head === null) return new Frontier();
  const frontier = await Frontier.read(tileReader(db, log.epoch, head.size), head.size);
  if (frontier.root().equals(head.root)) return frontier;
  throw new Error(`the tiles of log ${log.epoch} do not have the root of its checkpoint`);
}

interface Restore {
  readonly log: Log;
  readonly head: Head | null;
  readonly ahead: Ahead;
}

async function beginLog(db: Database, log: Log, restore: Restore | null): Promise<Log> {
  const begun = await db.transaction(async (tx) => {
    const newest = await newestLog(tx);
    if (newest !== null && newest.epoch >= log.epoch) return newest;
    await addLog(tx, log);
    if (restore !== null) await record(tx, originOfRequest(request, decide(request, 'audit.manage')), [restored(log, restore)]);
    return log;
  });
  return begun;
}

const request = internalRequest('restore');

const restored = ({ origin }: Log, { log, head, ahead }: Restore) => ({
  action: 'governance.log.restored.v1',
  subject: { type: 'AuditLog', id: 'audit-log', digest: digestText(ahead.note) },
  aggregateId: 'audit-log',
  fields: ['origin'],
  reason: ahead.how,
  detail: { from: log.origin, to: origin, published: ahead.size, held: head?.size ?? 0 },
  payload: { origin, previousOrigin: log.origin, publishedSize: ahead.size, heldSize: head?.size ?? 0 },
});
