import { entriesInLog, headOf, listLogs, loadTiles, tileReader } from '../../../../kernel/audit/ledger/ledger.ts';
import { leafHash } from '../../../../kernel/audit/log/hash.ts';
import { readRoot } from '../../../../kernel/audit/log/hashReader.ts';
import { LogError } from '../../../../kernel/audit/log/logError.ts';
import { TILE_WIDTH } from '../../../../kernel/audit/log/tile.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Context } from '../../context.ts';
import type { AuditVerification } from '../../domain/audit.ts';

const COUNT_MAX = 100_000;
/** Full tiles at once. */
const STEP = 16 * TILE_WIDTH;

/** Recomputes leaves out of events and the root out of tiles, and compares. @throws Fault FORBIDDEN, BAD_USER_INPUT */
export async function verifyAudit({ kernel, request }: Context, from: number, count: number): Promise<AuditVerification> {
  requireAction(request, 'audit.read');
  if (!Number.isSafeInteger(from) || from < 0) throw badInput('from: a whole number from 0.');
  if (count < 1 || count > COUNT_MAX) throw badInput(`count: from 1 to ${COUNT_MAX}.`);
  const { db } = kernel;
  const [log] = await listLogs(db);
  const head = log === undefined ? null : await headOf(db, log.epoch);
  if (log === undefined || head === null) return found(from, from, 0, null, ['The log is empty.']);
  const findings: string[] = [];
  if (!(await rootOf(db, log.epoch, head.size))?.equals(head.root))
    findings.push(`The tiles do not have the root of the checkpoint at ${head.size}.`);
  const to = Math.min(head.size, from + count);
  let firstBad: number | null = null;
  let at = from;
  while (at < to && firstBad === null && !request.signal.aborted) {
    const next = Math.min(to, at - (at % TILE_WIDTH) + STEP);
    firstBad = await firstBadLeaf(db, log.epoch, at, next);
    at = next;
  }
  if (firstBad !== null) findings.push(`Entry ${firstBad} is not the one that was put into the log.`);
  if (request.signal.aborted) findings.push(`The time was over before ${to}. Go on from ${at}.`);
  return found(from, Math.min(at, to), head.size, firstBad, findings);
}

const found = (
  from: number,
  to: number,
  treeSize: number,
  firstBadIndex: number | null,
  findings: readonly string[],
): AuditVerification => ({ consistent: findings.length === 0, from, to, treeSize, firstBadIndex, findings });

/** The first leaf that is not that of its event, or not the one in its tile. */
async function firstBadLeaf(db: Queryable, epoch: number, from: number, to: number): Promise<number | null> {
  const entries = await entriesInLog(db, epoch, from, to - from);
  const first = Math.floor(from / TILE_WIDTH);
  const indexes = Array.from({ length: Math.ceil(to / TILE_WIDTH) - first }, (_, i) => first + i);
  const tiles = await loadTiles(
    db,
    epoch,
    indexes.map((index) => ({ level: 0, index, width: TILE_WIDTH })),
  );
  for (let index = from; index < to; index++) {
    const entry = entries[index - from];
    const tile = tiles[Math.floor(index / TILE_WIDTH) - first] ?? Buffer.alloc(0);
    const place = (index % TILE_WIDTH) * 32;
    if (entry === undefined || entry.leafIndex !== index) return index;
    const leaf = leafHash(Buffer.from(entry.body, 'utf8'));
    if (!leaf.equals(entry.leaf) || !leaf.equals(tile.subarray(place, place + 32))) return index;
  }
  return null;
}

async function rootOf(db: Queryable, epoch: number, size: number): Promise<Buffer | null> {
  try {
    return await readRoot(tileReader(db, epoch, size), size);
  } catch (error) {
    if (error instanceof LogError) return null;
    throw error;
  }
}
