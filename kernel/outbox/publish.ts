import type { Tx } from '../db/database.ts';

/** The channel that wakes readers after the commit; its payload is empty because a reader goes by sequence. */
export const OUTBOX_CHANNEL = 'cadastre_outbox';

export interface Message {
  readonly topic: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly eventId: string;
  readonly payload: unknown;
}

/**
 * Writes messages for other subgraphs in the transaction that they tell of.
 * @returns the highest sequence: the read token of this transaction; 0 when there was nothing to tell
 */
export async function publishAll(tx: Tx, messages: readonly Message[]): Promise<bigint> {
  if (messages.length === 0) return 0n;
  const rows = messages.map((message) => ({
    topic: message.topic,
    aggregate_id: message.aggregateId,
    aggregate_version: message.aggregateVersion,
    event_id: message.eventId,
    payload: JSON.stringify(message.payload),
  }));
  const [row] = await tx.query<{ seq: string }>(
    `with written as (
       insert into kernel.outbox (topic, aggregate_id, aggregate_version, event_id, payload, recorded_at)
       select topic, aggregate_id, aggregate_version, event_id, payload, $2
       from json_to_recordset($1) as m(topic text, aggregate_id text, aggregate_version int, event_id text, payload text)
       returning seq)
     select max(seq)::text as seq from written`,
    [JSON.stringify(rows), tx.now],
    'outbox_publish',
  );
  return BigInt(row?.seq ?? 0);
}
