import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import type { Page } from '../../../../kernel/page.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { Attempt, Delivery, DeliveryState, Webhook } from '../../domain/webhooks/webhook.ts';
import { WEBHOOK } from './writeWebhook.ts';

export async function webhookById(db: Queryable, id: string): Promise<Webhook | null> {
  const [row] = await db.query<Webhook>(`select ${WEBHOOK} from kernel.webhook where id = $1`, [id], 'webhook_by_id');
  return row ?? null;
}

/** In the order of their names, one more than the page holds. */
export const listWebhooks = (db: Queryable, { first, after }: Page<readonly ['text', 'text']>): Promise<readonly Webhook[]> =>
  db.query<Webhook>(
    `select ${WEBHOOK} from kernel.webhook
     where state <> 'REMOVED' and ($1::text is null or (lower(name), id) > ($1, $2)) order by lower(name), id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, first + 1],
    'webhook_list',
  );

const DELIVERY = `id, seq::text, webhook_id as "webhookId", event_id as "eventId", topic, replay_of as "replayOf", state, attempts,
  next_at as "nextAt", created_at as "createdAt", ended_at as "endedAt", body`;

export interface ListedDelivery extends Delivery {
  readonly seq: string;
}

/** The latest first, one more than the page holds. */
export const listDeliveries = (
  db: Queryable,
  webhookId: string,
  state: DeliveryState | null,
  { first, after }: Page<readonly ['no']>,
): Promise<readonly ListedDelivery[]> =>
  db.query<ListedDelivery>(
    `select ${DELIVERY} from kernel.webhook_delivery
     where webhook_id = $1 and ($2::text is null or state = $2) and ($3::bigint is null or seq < $3) order by seq desc limit $4`,
    [webhookId, state, after?.[0] ?? null, first + 1],
    'webhook_deliveries',
  );

/** All attempts of deliveries: at most ten each. */
export const attemptsOf = (db: Queryable, deliveryIds: readonly string[]): Promise<readonly Attempt[]> =>
  db.query<Attempt>(
    `select delivery_id as "deliveryId", number, at, latency_ms as "latencyMs", status, problem from kernel.webhook_attempt
     where delivery_id = any($1) order by delivery_id, number`,
    [deliveryIds],
    'webhook_attempts_of',
  );

/**
 * Sends again what has ended: of one receiver, those that are named, or all that are dead.
 * @returns how many
 */
export async function replay(
  tx: Tx,
  webhookId: string,
  deliveryIds: readonly string[] | null,
  countMax: number,
): Promise<number> {
  const ended = await tx.query<{ id: string }>(
    `select d.id from kernel.webhook_delivery d
     where d.webhook_id = $1 and d.state <> 'WAITING' and case when $2::text[] is null then d.state = 'DEAD'
         and not exists (select from kernel.webhook_delivery r where r.replay_of = coalesce(d.replay_of, d.id) and r.seq > d.seq)
       else d.id = any($2) end
     order by d.seq limit $3`,
    [webhookId, deliveryIds, countMax],
    'webhook_replayable',
  );
  const rows = ended.map(({ id }) => ({ id: newId('delivery', toMs(tx.now)), of: id }));
  await tx.query(
    `insert into kernel.webhook_delivery (id, webhook_id, outbox_seq, event_id, topic, replay_of, body, state, next_at, created_at)
     select r.id, d.webhook_id, d.outbox_seq, d.event_id, d.topic, coalesce(d.replay_of, d.id), d.body, 'WAITING', $2, $2
     from json_to_recordset($1) as r(id text, "of" text) join kernel.webhook_delivery d on d.id = r."of" order by d.seq`,
    [JSON.stringify(rows), tx.now],
    'webhook_replay',
  );
  return rows.length;
}
