interface Made {
  /** The stage at which it was done. */
  readonly stage: number;
  /** Who did it: an id of `people`. */
  readonly by: string;
  /** `schema.name`, as it was called at that stage. */
  readonly dataset: string;
}

export type SampleAct =
  | (Made & { readonly act: 'own'; /** The accountable owner: an id of `teams` or `people`. */ readonly owner: string })
  | (Made & {
      readonly act: 'tag' | 'untag';
      readonly tag: string;
      /** Null for the dataset itself. */ readonly column: string | null;
    })
  | (Made & { readonly act: 'describe'; readonly text: string; readonly column: string | null });

const own = (stage: number, by: string, owner: string, ...datasets: readonly string[]): readonly SampleAct[] =>
  datasets.map((dataset) => ({ act: 'own', stage, by, dataset, owner }));

/** Names a column as `schema.table.column` and a dataset as `schema.table`. */
const tag = (stage: number, by: string, name: string, ...targets: readonly string[]): readonly SampleAct[] =>
  targets.map((target) => ({ act: 'tag', stage, by, tag: name, ...targetOf(target) }));

const describe = (stage: number, by: string, target: string, text: string): SampleAct => ({
  act: 'describe',
  stage,
  by,
  text,
  ...targetOf(target),
});

function targetOf(target: string): { readonly dataset: string; readonly column: string | null } {
  const [schema = '', table = '', column] = target.split('.');
  return { dataset: `${schema}.${table}`, column: column ?? null };
}

export const acts: readonly SampleAct[] = [
  ...own(0, 'mara', 'shop', 'raw.customers', 'raw.products', 'raw.orders', 'raw.order_items'),
  ...own(0, 'mara', 'finance', 'raw.payments', 'mart.revenue_daily', 'mart.fct_orders'),
  ...own(
    0,
    'mara',
    'data',
    'staging.stg_customers',
    'staging.stg_orders',
    'staging.stg_order_items',
    'staging.stg_payments',
    'mart.dim_customers',
  ),
  ...tag(
    0,
    'sunniva',
    'pii',
    'raw.customers.email',
    'raw.customers.name',
    'raw.customers.phone',
    'raw.customers.birth_date',
    'raw.web_events.ip',
  ),
  ...tag(0, 'sunniva', 'pii-sensitive', 'raw.payments.iban', 'raw.employees.salary', 'raw.employees.iban', 'raw.tickets.body'),
  ...tag(0, 'okello', 'finance', 'raw.payments', 'mart.revenue_daily'),
  describe(
    0,
    'okello',
    'mart.revenue_daily',
    'Turnover by day as it goes into the monthly report. Cancelled orders are not in it.',
  ),

  ...own(1, 'mara', 'finance', 'raw.refunds', 'staging.stg_refunds'),
  ...own(1, 'mara', 'growth', 'raw.marketing_consents', 'staging.stg_consents', 'raw.subscriptions'),
  ...own(1, 'mara', 'ml', 'ml.churn_features', 'ml.churn_labels'),
  ...own(1, 'mara', 'anselm', 'ml.churn_training'),
  ...tag(1, 'yuna', 'deprecated', 'raw.newsletter_subscribers'),
  describe(
    1,
    'yuna',
    'raw.newsletter_subscribers',
    'The old mailing list. Ask raw.marketing_consents instead, which knows when and to what a person agreed.',
  ),
  ...tag(1, 'anselm', 'model-input', 'ml.churn_features'),
  describe(
    1,
    'anselm',
    'ml.churn_labels.churned',
    'One when no order came within ninety days. Cancelled orders do not count as orders.',
  ),

  ...own(2, 'rafael', 'care', 'raw.support_tickets', 'staging.stg_tickets', 'mart.support_load'),
  ...own(2, 'lucie', 'shop', 'raw.categories', 'mart.dim_products'),
  ...tag(2, 'sunniva', 'pii', 'staging.stg_customers.email', 'staging.stg_customers.phone', 'staging.stg_customers.full_name'),
  ...tag(2, 'okello', 'certified', 'mart.fct_orders', 'mart.revenue_daily'),
  describe(
    2,
    'sunniva',
    'raw.support_tickets.body',
    'Free text with addresses and worse in it. No model and no report may read it.',
  ),
  describe(
    2,
    'okello',
    'raw.order_items.unit_price',
    'Charged price of one piece in euro, exact to the cent since prices are decimal.',
  ),

  ...own(3, 'yuna', 'growth', 'mart.marketing_audience', 'raw.web_events', 'staging.stg_sessions'),
  ...own(3, 'mara', 'okello', 'mart.customer_value'),
  ...tag(3, 'sunniva', 'pii', 'mart.marketing_audience.email', 'mart.marketing_audience.full_name', 'mart.dim_customers.email'),
  ...tag(3, 'anselm', 'model-input', 'staging.stg_sessions'),
  describe(
    3,
    'yuna',
    'mart.marketing_audience',
    'The only list that a campaign may be sent to. Rebuilt every night, so a withdrawn consent counts from the next day on.',
  ),

  ...own(4, 'mara', 'data', 'mart.cohort_retention', 'staging.stg_subscriptions'),
  ...tag(4, 'mara', 'certified', 'mart.dim_customers', 'mart.dim_products'),
  { act: 'untag', stage: 4, by: 'okello', dataset: 'mart.revenue_daily', tag: 'certified', column: null },
  describe(
    4,
    'imke',
    'ml.churn_features.discount_share',
    'Share of the list price that was given away. New; watch that it does not stand in for loyalty tier.',
  ),
  describe(
    4,
    'sunniva',
    'raw.web_events.ip_address',
    'Full address of the visitor. Only staging.stg_sessions may read it, and it shortens it.',
  ),
];
