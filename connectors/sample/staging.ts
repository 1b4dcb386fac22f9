import type { Piece } from './piece.ts';

interface View {
  readonly about: string | null;
  readonly columns?: Readonly<Record<string, string>>;
  readonly query: string;
}

/** A view that dbt builds. */
export const view = (name: string, from: number, at: (stage: number) => View): Piece => ({
  name,
  owner: 'dbt_runner',
  from,
  at: (stage) => {
    const { about, columns, query } = at(stage);
    return { about, columns: columns ?? {}, sql: `create view ${name} as ${query}` };
  },
});

export const staging: readonly Piece[] = [
  view('staging.stg_customers', 0, (stage) => ({
    about: 'Customers with the columns that models may use; the street stays in raw.',
    columns: { email_domain: 'What stands behind the @.', birth_year: 'All that is left of the birth date.' },
    query: `
      select c.customer_id, c.email, ${stage < 2 ? 'c.name as full_name' : 'c.full_name'}, c.phone,
        split_part(c.email, '@', 2) as email_domain, date_part('year', c.birth_date) as birth_year,
        c.country, c.loyalty_tier, c.signed_up_at
      from raw.customers as c`,
  })),
  view('staging.stg_orders', 0, () => ({
    about: 'Orders that were not cancelled.',
    columns: { order_rank: 'First, second, ... order of the customer.', delivery_days: 'From checkout to the door.' },
    query: `
      select o.order_id, o.customer_id, o.ordered_at, o.delivered_at, o.channel, o.voucher_code is not null as used_voucher,
        date_diff('day', o.ordered_at, o.delivered_at) as delivery_days,
        row_number() over (partition by o.customer_id order by o.ordered_at, o.order_id) as order_rank
      from raw.orders as o
      where o.status <> 'cancelled'`,
  })),
  view('staging.stg_order_items', 0, () => ({
    about: 'Order lines with their value and the discount against the list price.',
    query: `
      select i.order_id, i.line_no, i.product_id, i.quantity, i.unit_price, i.quantity * i.unit_price as line_amount,
        i.quantity * (p.list_price - i.unit_price) as discount_amount
      from raw.order_items as i
      join raw.products as p on p.product_id = i.product_id`,
  })),
  view('staging.stg_payments', 0, (stage) => ({
    about: stage < 1 ? null : 'Payments that arrived, without bank details.',
    query: `
      select p.payment_id, p.order_id, p.method, p.amount, p.paid_at
      from raw.payments as p
      where p.succeeded`,
  })),
  view('staging.stg_refunds', 1, () => ({
    about: 'Refunds per order.',
    query: `
      select r.order_id, sum(r.amount) as refunded_amount, count(*) as refunds, min(r.refunded_at) as first_refunded_at
      from raw.refunds as r
      group by r.order_id`,
  })),
  view('staging.stg_consents', 1, () => ({
    about: 'What each person last said about each channel.',
    query: `
      with ranked as (
        select customer_id, channel, granted, given_at,
          row_number() over (partition by customer_id, channel order by given_at desc) as newest
        from raw.marketing_consents
      )
      select customer_id, channel, granted, given_at from ranked where newest = 1`,
  })),
  view('staging.stg_subscriptions', 1, () => ({
    about: 'Plant of the month with its running time.',
    query: `
      select s.customer_id, s.plan, s.started_at, s.cancelled_at, s.cancelled_at is null as is_active
      from raw.subscriptions as s`,
  })),
  view('staging.stg_tickets', 2, () => ({
    about: 'Help desk tickets without their text.',
    columns: { hours_to_close: 'Null while the ticket is open.' },
    query: `
      select t.ticket_id, t.customer_id, t.subject, t.rating, t.opened_at, t.closed_at,
        date_diff('hour', t.opened_at, t.closed_at) as hours_to_close, t.rating <= 2 as is_unhappy
      from raw.support_tickets as t`,
  })),
  view('staging.stg_sessions', 3, (stage) => ({
    about: 'Visits: events of one visitor with no gap longer than half an hour.',
    query: `
      with gaps as (
        select e.visitor_id, e.customer_id, e.kind, e.happened_at, ${stage < 4 ? 'e.ip' : 'e.ip_address'} as address,
          lag(e.happened_at) over (partition by e.visitor_id order by e.happened_at) as previous_at
        from raw.web_events as e
      ), numbered as (
        select visitor_id, customer_id, kind, happened_at, address,
          sum(case when previous_at is null or date_diff('minute', previous_at, happened_at) > 30 then 1 else 0 end)
            over (partition by visitor_id order by happened_at rows unbounded preceding) as session_no
        from gaps
      )
      select visitor_id, session_no, max(customer_id) as customer_id, min(happened_at) as started_at, max(happened_at) as ended_at,
        count(*) as events, max(case when kind = 'checkout' then 1 else 0 end) as bought, regexp_replace(max(address), '[0-9]+$', '0') as short_address
      from numbered
      group by visitor_id, session_no`,
  })),
];
