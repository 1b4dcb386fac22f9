export interface SampleTerm {
  readonly name: string;
  readonly definition: string;
  readonly synonyms: readonly string[];
  /** Name of the term above it, which comes before it in the list. */
  readonly parent: string | null;
  /** An id of `teams`. */
  readonly owner: string;
  readonly published: boolean;
  /** `schema.table` or `schema.table.column`, as they are called today. */
  readonly assets: readonly string[];
}

/** What the words mean that people at Fern & Fable use, and what they offer each other: of today. */
export const sampleGlossary = {
  /** Who wrote it down: an id of `people`. */
  by: 'okello',
  terms: [
    {
      name: 'Revenue',
      definition: 'What customers paid for plants and pots in a period, with VAT, by the day on which they ordered.',
      synonyms: ['Turnover', 'Gross revenue'],
      parent: null,
      owner: 'finance',
      published: true,
      assets: ['mart.fct_orders.gross_amount'],
    },
    {
      name: 'Net revenue',
      definition:
        'Revenue without what was refunded. Vouchers are taken off, shipping is not in it. This is the figure of the books.',
      synonyms: [],
      parent: 'Revenue',
      owner: 'finance',
      published: true,
      assets: ['mart.fct_orders.net_revenue', 'mart.revenue_daily.revenue', 'mart.customer_value.revenue'],
    },
    {
      name: 'Churn',
      definition: 'A customer has churned who ordered before and places no order within ninety days.',
      synonyms: ['Customer churn', 'Attrition'],
      parent: null,
      owner: 'growth',
      published: false,
      assets: ['ml.churn_labels'],
    },
  ],
  product: {
    name: 'Sales figures',
    description:
      'Orders and turnover by day and by customer, for reports and plans. Complete every morning at seven; ask Finance.',
    owner: 'finance',
    members: ['mart.fct_orders', 'mart.revenue_daily', 'mart.customer_value'],
  },
} as const satisfies {
  readonly by: string;
  readonly terms: readonly SampleTerm[];
  readonly product: {
    readonly name: string;
    readonly description: string;
    readonly owner: string;
    readonly members: readonly string[];
  };
};
