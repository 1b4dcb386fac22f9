import type { RequestContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { OUTBOX_CHANNEL } from '../outbox/publish.ts';
import type { Decision } from '../policy/decision.ts';
import { appendAll, appendOne, type Appended, type Happening, type Origin } from './append.ts';
import { compose } from './compose.ts';

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

/**
 * The one way to say that something changed: the audit event and the message to others, in the transaction of the change.
 * @throws Fault LIMIT_EXCEEDED, before anything is written, when an event is too long for the log
 */
export async function record(tx: Tx, origin: Origin, happenings: readonly Recorded[]): Promise<Receipt> {
  const tellings = happenings.map((happening) => ({ ...compose(tx, origin, happening), payload: happening.payload }));
  const [first] = tellings;
  if (first === undefined) return { events: [], auditId: '', readToken: 0n };
  const { events, readToken } = tellings.length === 1 ? await appendOne(tx, first) : await appendAll(tx, tellings);
  tx.notify(OUTBOX_CHANNEL);
  return { events, auditId: first.event.id, readToken };
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
