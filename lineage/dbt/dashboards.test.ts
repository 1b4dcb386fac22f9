import { expect, test } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import { dashboardsOf } from './dashboards.ts';
import { readManifest } from './readManifest.ts';

const dashboards = (exposure: object, version = 12) =>
  dashboardsOf(
    readManifest(
      dbtManifest({
        version,
        nodes: {
          'model.shop.orders': {},
          'model.shop.passing': { dependsOn: ['model.shop.orders'], more: { config: { materialized: 'ephemeral' } } },
        },
        more: { exposures: { 'exposure.shop.board': { name: 'board', ...exposure } } },
      }),
      { namespace: () => 'n' },
    ),
  );

test.each([2, 4, 12])('an exposure of version %i tells its kind, address, owner and what it reads', (version) => {
  const exposure = {
    type: 'ml',
    maturity: 'low',
    url: 'https://bi.example/1',
    description: ' Churn. ',
    owner: { name: 'Bea', email: 'Bea@example.com' },
    tags: ['ai'],
    depends_on: { nodes: ['model.shop.passing'] },
  };
  expect(dashboards(exposure, version)).toEqual([
    {
      // Manifests before v10 do not name their project; it is the package of most nodes.
      namespace: 'dbt://shop',
      name: 'shop.board',
      label: 'board',
      subtype: 'ML',
      maturity: 'LOW',
      url: 'https://bi.example/1',
      description: 'Churn.',
      owners: [{ email: 'bea@example.com', name: 'Bea' }],
      tags: ['ai'],
      reads: [{ namespace: 'n', name: 'shop.public.orders', column: null }],
    },
  ]);
});

test.each([
  ['an address that runs code', { url: 'javascript:alert(1)' }, { url: null }],
  ['an address that is none', { url: 'the wall' }, { url: null }],
  ['a kind that nobody knows', { type: 'hologram', maturity: 'ripe' }, { subtype: 'DASHBOARD', maturity: null }],
  ['a model that is not there', { depends_on: { nodes: ['model.shop.gone'] } }, { reads: [] }],
])('%s is left out', (_what, exposure, expected) => {
  expect(dashboards(exposure)).toMatchObject([expected]);
});
