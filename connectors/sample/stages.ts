export interface SampleStage {
  /** How long before now the warehouse came into this state. */
  readonly monthsAgo: number;
  readonly title: string;
  readonly changes: readonly string[];
}

/** A year of the warehouse of Fern & Fable, an online shop for houseplants that does not exist. */
export const SAMPLE_STAGES: readonly SampleStage[] = [
  {
    monthsAgo: 12,
    title: 'The shop and its first numbers',
    changes: ['raw tables of the shop, the help desk and the payroll', 'staging views over them', 'daily revenue'],
  },
  {
    monthsAgo: 9,
    title: 'Refunds, consent, and a first churn model',
    changes: [
      'new tables raw.refunds, raw.marketing_consents and raw.subscriptions',
      'mart.fct_orders gains refunded_amount',
      'ml.churn_features, ml.churn_labels and ml.churn_training appear',
      'comments on the customers and payments tables',
    ],
  },
  {
    monthsAgo: 6,
    title: 'Money becomes exact',
    changes: [
      'prices change from DOUBLE to DECIMAL(10,2)',
      'raw.customers.name is renamed to full_name',
      'raw.tickets is renamed to raw.support_tickets',
      'new: raw.categories, mart.dim_products, staging.stg_tickets, mart.support_load',
    ],
  },
  {
    monthsAgo: 3,
    title: 'The newsletter list is retired',
    changes: [
      'raw.newsletter_subscribers is gone; raw.marketing_consents replaces it',
      'new: raw.stock_levels, staging.stg_sessions, mart.customer_value, mart.marketing_audience',
      'ml.churn_features gains sessions_30d',
      'the description of raw.web_events says how long it is kept',
    ],
  },
  {
    monthsAgo: 0,
    title: 'Today',
    changes: [
      'raw.web_events.ip is renamed to ip_address',
      'ml.churn_features gains marketing_opt_in and discount_share',
      'new: mart.cohort_retention',
      'raw.employees gains cost_centre',
    ],
  },
];

export const LAST_STAGE = SAMPLE_STAGES.length - 1;
