import type { Piece } from './piece.ts';
import { view } from './staging.ts';

export const mart: readonly Piece[] = [
  view('mart.dim_customers', 0, (stage) => ({
    about:
      stage < 1
        ? 'Customers for reports.'
        : 'One row per customer for reports: who they are and when they first and last bought.',
    query: `
      select c.customer_id, c.full_name, c.email, c.country, c.loyalty_tier, c.birth_year, c.signed_up_at,
        min(o.ordered_at) as first_ordered_at, max(o.ordered_at) as last_ordered_at, count(o.order_id) as orders
      from staging.stg_customers as c
      left join staging.stg_orders as o on o.customer_id = c.customer_id
      group by c.customer_id, c.full_name, c.email, c.country, c.loyalty_tier, c.birth_year, c.signed_up_at`,
  })),
  view('mart.fct_orders', 0, (stage) => ({
    about: 'One row per order with what it brought in.',
    columns: {
      gross_amount: 'Sum of the lines in euro, with VAT.',
      ...(stage < 1 ? {} : { net_revenue: 'gross_amount without what was refunded.' }),
    },
    query: `
      with lines as (
        select order_id, sum(line_amount) as gross_amount, sum(discount_amount) as discount_amount, sum(quantity) as pieces
        from staging.stg_order_items
        group by order_id
      )
      select o.order_id, o.customer_id, o.ordered_at, o.channel, o.delivery_days, o.order_rank, o.used_voucher,
        l.pieces, l.gross_amount, l.discount_amount, p.method as payment_method
        ${stage < 1 ? '' : ', coalesce(r.refunded_amount, 0) as refunded_amount, l.gross_amount - coalesce(r.refunded_amount, 0) as net_revenue'}
      from staging.stg_orders as o
      join lines as l on l.order_id = o.order_id
      left join staging.stg_payments as p on p.order_id = o.order_id
      ${stage < 1 ? '' : 'left join staging.stg_refunds as r on r.order_id = o.order_id'}`,
  })),
  view('mart.revenue_daily', 0, (stage) => ({
    about: 'Turnover by day, with the mean of the last seven days.',
    query: `
      with days as (
        select cast(ordered_at as date) as day, count(*) as orders, sum(${stage < 1 ? 'gross_amount' : 'net_revenue'}) as revenue
        from mart.fct_orders
        group by cast(ordered_at as date)
      )
      select day, orders, revenue, avg(revenue) over (order by day rows between 6 preceding and current row) as revenue_7d_mean
      from days`,
  })),
  view('mart.dim_products', 2, (stage) => ({
    about: 'Products with their group and how they sell.',
    query: `
      select p.product_id, p.sku, p.title, c.title as category, c.light, p.list_price, p.discontinued,
        coalesce(s.pieces_sold, 0) as pieces_sold, rank() over (partition by c.title order by s.pieces_sold desc nulls last) as rank_in_category
        ${stage < 3 ? '' : ', k.on_hand'}
      from raw.products as p
      join raw.categories as c on c.category_id = p.category_id
      left join (
        select product_id, sum(quantity) as pieces_sold from staging.stg_order_items group by product_id
      ) as s on s.product_id = p.product_id
      ${stage < 3 ? '' : 'left join raw.stock_levels as k on k.product_id = p.product_id and k.counted_on = (select max(counted_on) from raw.stock_levels)'}`,
  })),
  view('mart.support_load', 2, () => ({
    about: 'Tickets by week and subject, with the time to close them.',
    query: `
      select date_trunc('week', t.opened_at) as week, t.subject, count(*) as tickets, avg(t.hours_to_close) as hours_to_close_mean,
        sum(case when t.is_unhappy then 1 else 0 end) as unhappy
      from staging.stg_tickets as t
      group by date_trunc('week', t.opened_at), t.subject`,
  })),
  view('mart.customer_value', 3, () => ({
    about: 'What each customer brought in so far, and in which quarter of all customers that is.',
    columns: { value_quartile: 'One is the best quarter.' },
    query: `
      with totals as (
        select customer_id, count(*) as orders, sum(net_revenue) as revenue, min(ordered_at) as first_ordered_at
        from mart.fct_orders
        group by customer_id
      )
      select t.customer_id, c.loyalty_tier, t.orders, t.revenue, t.revenue / t.orders as basket_mean,
        ntile(4) over (order by t.revenue desc) as value_quartile, s.plan as subscription_plan
      from totals as t
      join staging.stg_customers as c on c.customer_id = t.customer_id
      left join staging.stg_subscriptions as s on s.customer_id = t.customer_id and s.is_active`,
  })),
  view('mart.marketing_audience', 3, () => ({
    about: 'Who may be written to. Nobody else may be.',
    query: `
      select c.customer_id, c.email, c.full_name, c.country, v.value_quartile
      from staging.stg_customers as c
      join staging.stg_consents as a on a.customer_id = c.customer_id and a.channel = 'email' and a.granted
      left join mart.customer_value as v on v.customer_id = c.customer_id`,
  })),
  view('mart.cohort_retention', 4, () => ({
    about: 'Of those who first bought in a month, how many bought again so many months later.',
    query: `
      with firsts as (
        select customer_id, date_trunc('month', min(ordered_at)) as cohort from staging.stg_orders group by customer_id
      ), active as (
        select f.cohort, date_diff('month', f.cohort, o.ordered_at) as months_later, count(distinct o.customer_id) as customers
        from firsts as f
        join staging.stg_orders as o on o.customer_id = f.customer_id
        group by f.cohort, date_diff('month', f.cohort, o.ordered_at)
      )
      select cohort, months_later, customers, customers * 1.0 / first_value(customers) over (partition by cohort order by months_later) as retention
      from active`,
  })),
];
