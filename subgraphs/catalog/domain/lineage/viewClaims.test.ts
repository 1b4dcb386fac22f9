import { expect, test } from 'vitest';
import { viewClaims, type ViewFlow } from './viewClaims.ts';

const flow = (column: string, position: number | null, kind: ViewFlow['kind']): ViewFlow => ({
  source: { name: 'shop.orders', column },
  position,
  kind,
  expression: null,
  confidence: 1,
  reasons: [],
  masking: false,
});
const view = { namespace: 'n', name: 'shop.revenue', columns: ['who', 'total'] };
const said = (flows: readonly ViewFlow[]) =>
  viewClaims(view, flows).map(({ source, target, subtype }) => `${source.column} > ${target.column ?? 'all'} ${subtype}`);

test('what shapes the rows hangs on the view once, however many columns it has', () => {
  expect(said([flow('amount', 1, 'aggregation'), flow('state', null, 'filter'), flow('customer', null, 'join')])).toEqual([
    'amount > total AGGREGATION',
    'state > all FILTER',
    'customer > all JOIN',
  ]);
});

test('an output that the view does not have is no edge, nor is one without a known source', () => {
  expect(said([flow('amount', 7, 'identity'), { ...flow('amount', 0, 'identity'), source: null }])).toEqual([]);
});
