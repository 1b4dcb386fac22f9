import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { topicPattern } from '../../domain/webhooks/webhook.ts';

/** At most so many messages are looked through at once. */
const WINDOW = 20_000;

/**
 * Where looking goes on. Sequences are handed out before their transactions commit, so a lower one may appear after a higher one: all up to
 * `floor` have been looked through, and `ahead` becomes the floor once every transaction has ended that could still write below it.
 */
interface Mark {
  readonly floor: string;
  readonly ahead: Ahead | null;
}

interface Ahead {
  readonly seq: string;
  /** When `seq` was the last one. Whoever had got a lower one by then has a number as a transaction soon after. */
  readonly atMs?: number;
  /** Transactions below this one are waited for; null as long as some may have no number yet. */
  readonly xid: string | null;
}

const NUMBERED_MS = 2_000;

/**
 * Makes deliveries of new messages for the receivers that want them, each once.
 * @returns how many messages are left to look through
 */
export async function fanOut(tx: Tx): Promise<number> {
  const [stored] = await tx.query<{ value: string }>(`select value from kernel.setting where name = 'webhooks.seq' for update`);
  const mark = readMark(stored?.value ?? '0');
  const [now] = await tx.query<Now & { last: string }>(
    `select pg_snapshot_xmin(s)::text as xmin, pg_snapshot_xmax(s)::text as xmax, extract(epoch from clock_timestamp())::float8 * 1000 as ms,
       coalesce((select max(seq) from kernel.outbox), 0)::text as last,
       coalesce((select max(seq) from (select seq from kernel.outbox where seq > $1::bigint order by seq limit $2) as next), $1::bigint)::text as "upTo"
     from pg_current_snapshot() as s`,
    [mark.floor, WINDOW],
    'webhook_snapshot',
  );
  if (now === undefined) return 0;
  const { upTo } = now;
  await deliverUpTo(tx, mark.floor, upTo);
  const { floor, ahead } = movedOn(mark, now);
  await tx.query(
    `insert into kernel.setting (name, value) values ('webhooks.seq', $1) on conflict (name) do update set value = $1`,
    [JSON.stringify({ floor, ahead } satisfies Mark)],
  );
  return Math.max(0, Number(BigInt(now.last) - BigInt(upTo)));
}

interface Now {
  readonly xmin: string;
  readonly xmax: string;
  readonly ms: number;
  readonly upTo: string;
}

function movedOn({ floor, ahead }: Mark, { xmin, xmax, ms, upTo }: Now): Mark {
  const next: Ahead = { seq: upTo, atMs: ms, xid: null };
  if (ahead === null) return { floor, ahead: next };
  if (ahead.xid !== null) return BigInt(xmin) >= BigInt(ahead.xid) ? { floor: ahead.seq, ahead: next } : { floor, ahead };
  // A clock that was put back must not keep it waiting.
  return { floor, ahead: Math.abs(ms - (ahead.atMs ?? 0)) >= NUMBERED_MS ? { ...ahead, xid: xmax } : ahead };
}

function readMark(value: string): Mark {
  return /^\d+$/.test(value) ? { floor: value, ahead: null } : (JSON.parse(value) as Mark);
}

/** What is still being written is not seen yet, and looked for again. */
async function deliverUpTo(tx: Tx, floor: string, upTo: string): Promise<void> {
  const webhooks = await tx.query<{ id: string; topics: readonly string[]; since_seq: string }>(
    `select id, topics, since_seq::text from kernel.webhook where state <> 'REMOVED' order by id limit 1000`,
    [],
    'webhook_wanting',
  );
  for (const { id, topics, since_seq } of webhooks) {
    const messages = await tx.query<{ seq: string; event_id: string; topic: string }>(
      `select o.seq::text, o.event_id, o.topic from kernel.outbox o
       where o.seq > greatest($1::bigint, $2::bigint) and o.seq <= $3 and o.topic like any($4)
         and not exists (select from kernel.webhook_delivery d where d.webhook_id = $5 and d.outbox_seq = o.seq and d.replay_of is null)
       order by o.seq`,
      [floor, since_seq, upTo, topics.map(topicPattern), id],
      'webhook_messages',
    );
    await tx.query(
      `insert into kernel.webhook_delivery (id, webhook_id, outbox_seq, event_id, topic, state, next_at, created_at)
       select m.id, $1, m.seq, m.event_id, m.topic, 'WAITING', $3, $3
       from json_to_recordset($2) as m(id text, seq bigint, event_id text, topic text) order by m.seq
       on conflict do nothing`,
      [id, JSON.stringify(messages.map((message) => ({ ...message, id: newId('delivery', toMs(tx.now)) }))), tx.now],
    );
  }
}
