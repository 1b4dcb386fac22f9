import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../kernel/canonical.ts';
import { parseInstant } from '../../kernel/time.ts';
import { type ClaimType, distinctClaims, SUBTYPES } from './claim.ts';
import { claimsOf } from './claims.ts';
import { columnClaims } from './columnClaims.ts';
import { type ExportedEdge, exportEvents } from './export.ts';
import { readEvents } from './readEvents.ts';
import { statementOf } from './statement.ts';

const name = fc.constantFrom('orders', 'Ordres é🕷', 'a.b', 'x"y');
const end = fc.record({ namespace: fc.constantFrom('postgres://db:5432', 'bigquery'), name });
const column = fc.constantFrom('id', 'net price', 'ключ');
const way = fc
  .constantFrom<ClaimType>('DIRECT', 'INDIRECT')
  .chain((type) => fc.record({ type: fc.constant(type), subtype: fc.constantFrom(...SUBTYPES[type]) }));
const more = fc.record({ expression: fc.constantFrom(null, 'a + b', 'Größe'), masking: fc.boolean() });

const columnEdge: fc.Arbitrary<ExportedEdge> = fc
  .tuple(end, column, end, fc.option(column), way, more)
  .map(([source, from, target, to, kind, rest]) => ({
    source: { ...source, column: from },
    target: { ...target, column: to },
    ...kind,
    ...rest,
  }));
const datasetEdge: fc.Arbitrary<ExportedEdge> = fc
  .tuple(end, end)
  .filter(([source, target]) => canonicalJson(source) !== canonicalJson(target))
  .map(([source, target]) => ({
    source: { ...source, column: null },
    target: { ...target, column: null },
    type: 'DIRECT',
    subtype: 'TRANSFORMATION',
    expression: null,
    masking: false,
  }));

const keyOf = ({ source, target, type, subtype }: ExportedEdge): string => canonicalJson([source, target, type, subtype]);

function imported(events: readonly object[]): readonly ExportedEdge[] {
  const read = readEvents(JSON.parse(JSON.stringify(events)));
  if (!read.ok) throw new Error(`${read.path}: ${read.message}`);
  const claims = read.events.flatMap((event) =>
    event.kind === 'dataset'
      ? columnClaims(event.dataset, event.dataset.facets?.columnLineage ?? null)
      : claimsOf(statementOf(event)),
  );
  return distinctClaims(claims).map(({ source, target, type, subtype, expression, masking }) => ({
    source,
    target,
    type,
    subtype,
    expression,
    masking,
  }));
}

test('what is exported and read again is the same', () => {
  const edges = fc.uniqueArray(fc.oneof(columnEdge, datasetEdge), { selector: keyOf, maxLength: 30 });
  fc.assert(
    fc.property(edges, (exported) => {
      const events = exportEvents({
        datasets: [],
        edges: exported,
        jobNamespace: 'cadastre',
        at: parseInstant('2026-01-01T10:00:00Z'),
      });
      const inOrder = exported.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      expect(imported(events)).toEqual(inOrder);
    }),
  );
});

test('a dataset goes out with its columns and what is said of it', () => {
  const columns = [
    { name: 'id', type: 'bigint', description: null },
    { name: 'note', type: null, description: 'Free text.' },
  ];
  const datasets = [{ namespace: 'n', name: 'd', description: 'All orders.', columns }];
  const [event] = exportEvents({ datasets, edges: [], jobNamespace: 'c', at: parseInstant('2026-01-01T10:00:00Z') });
  expect(readEvents(event)).toMatchObject({
    ok: true,
    events: [
      {
        kind: 'dataset',
        dataset: {
          facets: {
            schema: {
              fields: [
                { name: 'id', type: 'bigint' },
                { name: 'note', description: 'Free text.' },
              ],
            },
            documentation: { description: 'All orders.' },
          },
        },
      },
    ],
  });
});
