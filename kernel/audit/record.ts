import type { RequestContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { publishAll } from '../outbox/publish.ts';
import type { Decision } from '../policy/decision.ts';
import { appendAll, type Appended, type Happening, type Origin } from './append.ts';

/** A happening and what it tells other subgraphs under the same name. */
export interface Recorded extends Happening {
  readonly payload: unknown;
}

export interface Receipt {
  readonly events: readonly Appended[];
  /** Id of the first event: what a mutation answers as `auditId`. */
  readonly auditId: string;
  readonly readToken: bigint;
}

/** The one way to say that something changed: the audit event and the message to others, in the transaction of the change. */
export async function record(tx: Tx, origin: Origin, happenings: readonly Recorded[]): Promise<Receipt> {
  if (happenings.length === 0) return { events: [], auditId: '', readToken: 0n };
  const events = await appendAll(tx, origin, happenings);
  const readToken = await publishAll(
    tx,
    events.map((event, i) => ({
      topic: happenings[i]?.action ?? '',
      aggregateId: event.aggregateId,
      aggregateVersion: event.version,
      eventId: event.id,
      payload: happenings[i]?.payload ?? null,
    })),
  );
  return { events, auditId: events[0]?.id ?? '', readToken };
}

/** The origin of events that a request makes. */
export function originOf(request: RequestContext, decision: Decision): Origin {
  const { principal } = request;
  return {
    actor: { id: principal.id, kind: principal.kind, onBehalfOf: principal.onBehalfOf, authMethod: principal.authMethod },
    decision,
    request: request.trace,
    correlationId: request.correlationId,
    isSimulated: request.simulatedAt !== undefined,
  };
}
