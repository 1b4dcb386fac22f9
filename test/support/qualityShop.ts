import { dbtManifest, type ManifestSketch, type NodeSketch } from './dbtManifest.ts';

/** A small shop of one model with tests and one source whose freshness is checked. */
export const SOURCE = 'source.shop.raw.orders';
export const MODEL = 'model.shop.orders';
export const UNIQUE = 'test.shop.unique_orders_id.1';
export const NOT_NULL = 'test.shop.not_null_orders_total.2';

export const check = (name: string, column: string, more: object = {}): NodeSketch => ({
  kind: 'test',
  dependsOn: [MODEL],
  more: {
    name: `${name}_orders_${column}`,
    attached_node: MODEL,
    column_name: column,
    test_metadata: { name, kwargs: { column_name: column } },
    ...more,
  },
});

interface Sketch {
  readonly at?: string;
  readonly tests?: Readonly<Record<string, NodeSketch>>;
  readonly more?: ManifestSketch['more'];
}

export const TESTS = {
  [UNIQUE]: check('unique', 'id'),
  [NOT_NULL]: check('not_null', 'total', { config: { severity: 'warn' } }),
};

export function manifest({ at = '2026-11-21T08:00:00Z', tests = TESTS, more = {} }: Sketch = {}): string {
  const text = dbtManifest({
    nodes: { [MODEL]: { columns: { id: 'integer', total: 'numeric' }, dependsOn: [SOURCE] }, ...tests },
    sources: {
      [SOURCE]: {
        schema: 'raw',
        more: {
          freshness: { warn_after: { count: 12, period: 'hour' }, error_after: { count: 1, period: 'day' }, filter: null },
        },
      },
    },
    more,
  });
  return text.replace('2026-11-21T08:00:00Z', at);
}
