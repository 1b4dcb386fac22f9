import type { Tx } from '../../../../kernel/db/database.ts';

/**
 * Forgets deliveries that ended long ago, with their attempts, at most so many. One that was sent again is forgotten after its repeats.
 * @returns how many
 */
export async function pruneDeliveries(tx: Tx, days: number, limit: number): Promise<number> {
  const pruned = await tx.query(
    `with old as materialized (
       select d.id from kernel.webhook_delivery d
       where d.state <> 'WAITING' and d.ended_at < $1::timestamptz - make_interval(days => $2)
         and not exists (select from kernel.webhook_delivery r where r.replay_of = d.id)
       order by d.ended_at, d.seq limit $3 for update of d skip locked
     ), attempts as (
       delete from kernel.webhook_attempt where delivery_id in (select id from old)
     ) delete from kernel.webhook_delivery where id in (select id from old) returning id`,
    [tx.now, days, limit],
    'webhook_prune_deliveries',
  );
  return pruned.length;
}
