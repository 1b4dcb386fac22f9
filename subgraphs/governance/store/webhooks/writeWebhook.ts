import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { Webhook } from '../../domain/webhooks/webhook.ts';

export const WEBHOOK = `id, name, url, topics, state, state_reason as "stateReason", secret_before_until as "secretBeforeUntil",
  version, created_by as "createdBy", created_at as "createdAt"`;

/** False when another one has this name. */
export async function addWebhook(tx: Tx, webhook: Webhook, sealedSecret: string): Promise<boolean> {
  const { id, name, url, topics, state, createdBy, createdAt } = webhook;
  const made = await tx.query(
    `insert into kernel.webhook (id, name, url, topics, state, secret, since_seq, created_by, created_at)
     select $1, $2, $3, $4, $5, $6, coalesce(max(seq), 0), $7, $8 from kernel.outbox
     on conflict do nothing returning id`,
    [id, name, url, topics, state, sealedSecret, createdBy, createdAt],
    'webhook_add',
  );
  return made.length > 0;
}

/** Those that were removed are not there any more. */
export async function lockWebhook(tx: Tx, id: string): Promise<Webhook | null> {
  const [row] = await tx.query<Webhook>(
    `select ${WEBHOOK} from kernel.webhook where id = $1 and state <> 'REMOVED' for update`,
    [id],
    'webhook_lock',
  );
  return row ?? null;
}

export async function nameIsTaken(tx: Tx, id: string, name: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from kernel.webhook where lower(name) = lower($2) and id <> $1 and state <> 'REMOVED'`,
    [id, name],
    'webhook_name_taken',
  );
  return rows.length > 0;
}

/** What waits for a receiver that is removed will not be sent any more. */
export async function writeWebhook(tx: Tx, { id, name, url, topics, state, stateReason, version }: Webhook): Promise<void> {
  await tx.query(
    'update kernel.webhook set name = $2, url = $3, topics = $4, state = $5, state_reason = $6, version = $7 where id = $1',
    [id, name, url, topics, state, stateReason, version],
    'webhook_write',
  );
  if (state !== 'REMOVED') return;
  await tx.query(
    `update kernel.webhook_delivery set state = 'DEAD', next_at = null, ended_at = $2 where webhook_id = $1 and state = 'WAITING'`,
    [id, tx.now],
    'webhook_drop_waiting',
  );
}

/** The secret before goes on until then; the one before that ends now. */
export async function writeSecret(tx: Tx, id: string, sealedSecret: string, beforeUntil: Instant): Promise<void> {
  await tx.query(
    `update kernel.webhook set secret_before = secret, secret_before_until = $3, secret = $2, version = version + 1 where id = $1`,
    [id, sealedSecret, beforeUntil],
    'webhook_write_secret',
  );
}

export async function countWebhooks(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from kernel.webhook where state <> 'REMOVED'`,
    [],
    'webhook_count',
  );
  return row?.count ?? 0;
}
