import { originOf } from '../../../../kernel/audit/record.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Database } from '../../../../kernel/db/database.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Decision } from '../../../../kernel/policy/decision.ts';
import type { OpenLineageEvent } from '../../../../lineage/openlineage/event.ts';
import { ingestEvent } from './ingestEvent.ts';
import type { InTurn } from './inTurn.ts';

/** Where events take effect. */
export interface IngestPlace {
  readonly db: Database;
  readonly inTurn: InTurn;
}

/**
 * Lets events take effect, each in a transaction of its own. When the deadline comes in between, those before have taken
 * effect: a client that sends all again changes nothing by it.
 * @returns how many of them changed anything
 */
export async function ingestEvents(
  { db, inTurn }: IngestPlace,
  request: RequestContext,
  decision: Decision,
  events: readonly OpenLineageEvent[],
): Promise<number> {
  const origin = originOf(request, decision);
  let changed = 0;
  for (const event of events) {
    if (request.signal.aborted)
      throw new Fault('DEADLINE_EXCEEDED', { public: 'Not all events were taken in time. Send them again in smaller batches.' });
    if (await inTurn(() => db.transaction((tx) => ingestEvent(tx, origin, event)))) changed += 1;
  }
  return changed;
}
