import { expect, test } from 'vitest';
import { readEvents } from '../../../../lineage/openlineage/readEvents.ts';
import { keysOf } from './keysOf.ts';
import { inPortions } from './portions.ts';
import { readEvent } from './readEvent.ts';

const base = { eventTime: '2026-01-01T10:00:00Z', producer: 'p', schemaURL: 's' };
const dataset = (name: string, facets: object = {}) => ({ namespace: 'n', name, facets });
const event = (body: object) => {
  const read = readEvents({ ...base, ...body });
  const [first] = read.ok ? read.events : [];
  if (first === undefined) throw new Error(JSON.stringify(read));
  return readEvent(first);
};
const schema = (columns: number) => ({ fields: Array.from({ length: columns }, (_, i) => ({ name: `c${i}` })) });

test.each([
  ['events', Array.from({ length: 120 }, () => event({ dataset: dataset('d') })), [50, 50, 20]],
  [
    'datasets',
    Array.from({ length: 6 }, (_, i) => event({ job: { namespace: 'n', name: 'j' }, inputs: many(200, `${i}`) })),
    [2, 2, 2],
  ],
  ['columns', Array.from({ length: 5 }, () => event({ dataset: dataset('d', { schema: schema(4_000) }) })), [2, 2, 1]],
  [
    'a heavy event goes alone',
    [event({ dataset: dataset('d', { schema: schema(10_000) }) }), event({ dataset: dataset('d', { schema: schema(1) }) })],
    [1, 1],
  ],
  ['nothing', [], []],
])('a transaction has a bound: %s', (_what, events, lengths) => {
  const portions = inPortions(events);
  expect(portions.map((portion) => portion.length)).toEqual(lengths);
  expect(portions.flat()).toEqual(events);
});

function many(count: number, name: string): readonly object[] {
  return Array.from({ length: count }, (_, i) => dataset(`${name}-${i}`));
}

test('events touch their job and every dataset that they name, also those that only column lineage names', () => {
  const inputFields = [{ namespace: 'n', name: 'hidden', field: 'x' }];
  const output = dataset('out', { columnLineage: { fields: { y: { inputFields } } } });
  expect(keysOf([event({ job: { namespace: 'n', name: 'j' }, inputs: [dataset('in')], outputs: [output] })])).toEqual(
    new Set(['job ["n","j"]', 'dataset ["n","in"]', 'dataset ["n","out"]', 'dataset ["n","hidden"]']),
  );
});

test.each([
  ['another name', { symlinks: { identifiers: [{ namespace: 'n', name: 'b', type: 'TABLE' }] } }],
  ['an end', { lifecycleStateChange: { lifecycleStateChange: 'DROP' } }],
  [
    'a name before',
    { lifecycleStateChange: { lifecycleStateChange: 'RENAME', previousIdentifier: { namespace: 'n', name: 'b' } } },
  ],
])('what gives a dataset %s may touch anything', (_what, facets) => {
  expect(keysOf([event({ dataset: dataset('a', facets) })])).toBeNull();
});
