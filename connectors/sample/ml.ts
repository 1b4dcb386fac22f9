import { cutoffOn } from './latent.ts';
import type { Piece } from './piece.ts';

/** Features look only at what was known on this day; the label looks at the ninety days after it. */
const cutoffAt = (stage: number): string => `timestamp '${cutoffOn(stage)}'`;

const TICKETS_SINCE = 2;

const FEATURES: Readonly<Record<string, string>> = {
  tenure_days: 'Days since signing up.',
  orders_total: 'Orders so far.',
  orders_90d: 'Orders of the last ninety days.',
  days_since_last_order: 'Days since the last order; 999 when there was none.',
  revenue_total: 'Turnover so far in euro, refunds taken off.',
  basket_mean: 'Mean value of an order in euro.',
  delivery_days_mean: 'Mean time from checkout to the door.',
  voucher_share: 'Share of orders with a voucher.',
  refund_share: 'Share of turnover that was refunded.',
  tickets_180d: 'Help desk tickets of the last 180 days.',
  unhappy_tickets: 'Tickets that were rated one or two.',
  subscription_active: 'One while plant of the month runs.',
  sessions_30d: 'Visits of the last thirty days.',
  marketing_opt_in: 'One when email marketing is allowed.',
  discount_share: 'Share of the list price that was given away.',
};

const columnsAt = (stage: number): readonly string[] =>
  Object.keys(FEATURES).filter(
    (name) => (stage >= 3 || name !== 'sessions_30d') && (stage >= 4 || !['marketing_opt_in', 'discount_share'].includes(name)),
  );

const ticketsAt = (stage: number): string =>
  stage < TICKETS_SINCE
    ? 'select customer_id, opened_at, rating <= 2 as is_unhappy from raw.tickets'
    : 'select customer_id, opened_at, is_unhappy from staging.stg_tickets';

const churnFeatures: Piece = {
  name: 'ml.churn_features',
  owner: 'ml_pipeline',
  from: 1,
  at: (stage) => ({
    about: `One row per customer on ${cutoffOn(stage)}: what the churn model sees.`,
    columns: Object.fromEntries(columnsAt(stage).map((name) => [name, FEATURES[name] ?? ''])),
    sql: `create view ml.churn_features as
      with bought as (
        select customer_id, count(*) as orders_total,
          sum(case when ordered_at >= ${cutoffAt(stage)} - interval 90 day then 1 else 0 end) as orders_90d,
          date_diff('day', max(ordered_at), ${cutoffAt(stage)}) as days_since_last_order,
          sum(net_revenue) as revenue_total, avg(gross_amount) as basket_mean, avg(delivery_days) as delivery_days_mean,
          avg(case when used_voucher then 1.0 else 0.0 end) as voucher_share,
          sum(refunded_amount) / nullif(sum(gross_amount), 0) as refund_share,
          sum(discount_amount) / nullif(sum(gross_amount + discount_amount), 0) as discount_share
        from mart.fct_orders
        where ordered_at < ${cutoffAt(stage)}
        group by customer_id
      ), asked as (
        select customer_id, sum(case when opened_at >= ${cutoffAt(stage)} - interval 180 day then 1 else 0 end) as tickets_180d,
          sum(case when is_unhappy then 1 else 0 end) as unhappy_tickets
        from (${ticketsAt(stage)}) as t
        where opened_at < ${cutoffAt(stage)}
        group by customer_id
      )${
        stage < 3
          ? ''
          : `, visited as (
        select customer_id, count(*) as sessions_30d
        from staging.stg_sessions
        where started_at >= ${cutoffAt(stage)} - interval 30 day and started_at < ${cutoffAt(stage)}
        group by customer_id
      )`
      }
      select c.customer_id, date_diff('day', c.signed_up_at, ${cutoffAt(stage)}) as tenure_days,
        coalesce(b.orders_total, 0) as orders_total, coalesce(b.orders_90d, 0) as orders_90d,
        coalesce(b.days_since_last_order, 999) as days_since_last_order, coalesce(b.revenue_total, 0) as revenue_total,
        coalesce(b.basket_mean, 0) as basket_mean, coalesce(b.delivery_days_mean, 0) as delivery_days_mean,
        coalesce(b.voucher_share, 0) as voucher_share, coalesce(b.refund_share, 0) as refund_share,
        coalesce(a.tickets_180d, 0) as tickets_180d, coalesce(a.unhappy_tickets, 0) as unhappy_tickets,
        case when s.customer_id is not null and (s.cancelled_at is null or s.cancelled_at >= ${cutoffAt(stage)}) then 1 else 0 end as subscription_active
        ${stage < 3 ? '' : ', coalesce(v.sessions_30d, 0) as sessions_30d'}
        ${stage < 4 ? '' : ', case when m.granted then 1 else 0 end as marketing_opt_in, coalesce(b.discount_share, 0) as discount_share'}
      from staging.stg_customers as c
      left join bought as b on b.customer_id = c.customer_id
      left join asked as a on a.customer_id = c.customer_id
      left join staging.stg_subscriptions as s on s.customer_id = c.customer_id
      ${stage < 3 ? '' : 'left join visited as v on v.customer_id = c.customer_id'}
      ${stage < 4 ? '' : "left join staging.stg_consents as m on m.customer_id = c.customer_id and m.channel = 'email'"}
      where c.signed_up_at < ${cutoffAt(stage)}`,
  }),
};

const churnLabels: Piece = {
  name: 'ml.churn_labels',
  owner: 'ml_pipeline',
  from: 1,
  at: (stage) => ({
    about: `Who did not buy again within ninety days after ${cutoffOn(stage)}.`,
    columns: { churned: 'One when no order came.' },
    sql: `create view ml.churn_labels as
      select c.customer_id, case when count(o.order_id) = 0 then 1 else 0 end as churned
      from staging.stg_customers as c
      left join staging.stg_orders as o
        on o.customer_id = c.customer_id and o.ordered_at >= ${cutoffAt(stage)} and o.ordered_at < ${cutoffAt(stage)} + interval 90 day
      where c.signed_up_at < ${cutoffAt(stage)}
      group by c.customer_id`,
  }),
};

const churnTraining: Piece = {
  name: 'ml.churn_training',
  owner: 'ml_pipeline',
  from: 1,
  at: (stage) => ({
    about: 'Features and label side by side, split by customer.',
    columns: { split: 'train, validation or test; a customer never changes sides.' },
    sql: `create view ml.churn_training as
      select f.customer_id, ${columnsAt(stage)
        .map((name) => `f.${name}`)
        .join(', ')}, l.churned,
        case when f.customer_id % 10 < 7 then 'train' when f.customer_id % 10 < 8 then 'validation' else 'test' end as split
      from ml.churn_features as f
      join ml.churn_labels as l on l.customer_id = f.customer_id`,
  }),
};

export const ml: readonly Piece[] = [churnFeatures, churnLabels, churnTraining];
