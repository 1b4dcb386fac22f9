import { type Origin } from '../../../../kernel/audit/append.ts';
import { originOf } from '../../../../kernel/audit/record.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Database } from '../../../../kernel/db/database.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Decision } from '../../../../kernel/policy/decision.ts';
import type { OpenLineageEvent } from '../../../../lineage/openlineage/event.ts';
import { ingestTogether } from './ingestTogether.ts';
import { keysOf } from './keysOf.ts';
import { readEvent, type ReadEvent } from './readEvent.ts';
import { inPortions } from './portions.ts';
import { createTurns, type Turns } from './turns.ts';

/** Where events take effect. */
export interface IngestPlace {
  readonly db: Database;
  readonly turns: Turns;
}

/** How many transactions write events at once. */
const LANES = 4;

/** The embedded engine has one connection. */
export const ingestPlace = (db: Database): IngestPlace => ({ db, turns: createTurns(db.engine === 'pglite' ? 1 : LANES) });

/**
 * Lets events take effect, a portion of them in each transaction. When the deadline comes in between, those before have taken
 * effect: a client that sends all again changes nothing by it.
 * @returns how many of them changed anything
 */
export async function ingestEvents(
  place: IngestPlace,
  request: RequestContext,
  decision: Decision,
  events: readonly OpenLineageEvent[],
): Promise<number> {
  const origin = originOf(request, decision);
  let changed = 0;
  for (const portion of inPortions(events.map(readEvent))) {
    if (request.signal.aborted)
      throw new Fault('DEADLINE_EXCEEDED', { public: 'Not all events were taken in time. Send them again in smaller batches.' });
    changed += await ingestPortion(place, origin, portion);
  }
  return changed;
}

/** A portion that fails is taken event by event, so that those before the one that fails take effect. */
async function ingestPortion(place: IngestPlace, origin: Origin, portion: readonly ReadEvent[]): Promise<number> {
  try {
    return await ingestInTurn(place, origin, portion);
  } catch (error) {
    if (portion.length === 1 || (error instanceof Fault && error.code === 'STORE_UNAVAILABLE')) throw error;
    let changed = 0;
    for (const event of portion) changed += await ingestInTurn(place, origin, [event]);
    return changed;
  }
}

async function ingestInTurn({ db, turns }: IngestPlace, origin: Origin, portion: readonly ReadEvent[]): Promise<number> {
  const changed = await turns.take(keysOf(portion), () => db.transaction((tx) => ingestTogether(tx, origin, portion)));
  return changed.filter(Boolean).length;
}
