import type { Queryable, Tx } from '../../../kernel/db/database.ts';

/** Something that another subgraph told of one of its things. */
export interface Told {
  readonly subjectId: string;
  /** Of the last message about it. */
  readonly eventId: string;
}

/** Sequences are handed out before their transactions commit: a lower one may appear after a higher one, by far less than this. */
const LATE_MAX = 20_000;

/** What was told since it was looked last, the last message of each thing, and up to where that was. */
export async function toldSince(
  db: Queryable,
  setting: string,
  topics: readonly string[],
): Promise<{ readonly upTo: string; readonly told: readonly Told[] }> {
  const [mark] = await db.query<{ after: string; last: string }>(
    `select coalesce((select value from kernel.setting where name = $1), '0') as after,
       coalesce((select max(seq) from kernel.outbox), 0)::text as last`,
    [setting],
    'registry_following_mark',
  );
  const { after, last } = mark ?? { after: '0', last: '0' };
  const told = await db.query<Told>(
    `select distinct on (aggregate_id) aggregate_id as "subjectId", event_id as "eventId" from kernel.outbox
     where seq > $1::bigint and seq <= $2::bigint and topic = any($3) order by aggregate_id, seq desc`,
    [after, last, topics],
    'registry_told_since',
  );
  return { upTo: last, told };
}

/** What was done is not looked at again, but for what may come late. */
export async function keepMark(tx: Tx, setting: string, upTo: string): Promise<void> {
  const mark = BigInt(upTo) - BigInt(LATE_MAX);
  await tx.query(
    `insert into kernel.setting (name, value) values ($1, $2) on conflict (name) do update set value = $2`,
    [setting, `${mark < 0n ? 0n : mark}`],
    'registry_keep_following_mark',
  );
}
