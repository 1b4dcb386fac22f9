import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../kernel/canonical.ts';
import { parseInstant } from '../../kernel/time.ts';
import { type ClaimType, distinctClaims, SUBTYPES } from './claim.ts';
import { claimsOf } from './claims.ts';
import { columnClaims } from './columnClaims.ts';
import { edgeClaims } from './edgesFacet.ts';
import { datasetEvent, type ExportedEdge, jobEvent, ownLineageEvent } from './export.ts';
import type { OpenLineageEvent } from './event.ts';
import { readEvents } from './readEvents.ts';
import { EMPTY_STATEMENT, joinStatements, statementOf } from './statement.ts';

const name = fc.constantFrom('orders', 'Ordres é🕷', 'a.b', 'x"y');
const end = fc.record({ namespace: fc.constantFrom('postgres://db:5432', 'bigquery'), name });
const column = fc.constantFrom('id', 'net price', 'ключ');
const way = fc
  .constantFrom<ClaimType>('DIRECT', 'INDIRECT')
  .chain((type) => fc.record({ type: fc.constant(type), subtype: fc.constantFrom(...SUBTYPES[type]) }));
const more = fc.record({
  expression: fc.constantFrom(null, 'a + b', 'Größe'),
  masking: fc.boolean(),
  confidence: fc.constantFrom(1, 0.8, 0.5, 0),
  reasons: fc.constantFrom<readonly string[]>([], ['JOB_LEVEL'], ['STAR_EXPANDED', 'AMBIGUOUS_COLUMN']),
});

const columnEdge: fc.Arbitrary<ExportedEdge> = fc
  .tuple(end, column, end, fc.option(column), way, more)
  .map(([source, from, target, to, kind, rest]) => ({
    source: { ...source, column: from },
    target: { ...target, column: to },
    ...kind,
    ...rest,
  }));
/** Some of these go between datasets of which others do not: what inputs and outputs alone would say is more. */
const datasetEdge: fc.Arbitrary<ExportedEdge> = fc
  .tuple(end, end, way, more)
  .filter(([source, target]) => canonicalJson(source) !== canonicalJson(target))
  .map(([source, target, kind, rest]) => ({
    source: { ...source, column: null },
    target: { ...target, column: null },
    ...kind,
    ...rest,
  }));
const AT = parseInstant('2026-01-01T10:00:00Z');

const keyOf = ({ source, target, type, subtype }: ExportedEdge): string => canonicalJson([source, target, type, subtype]);

const inOrder = (edges: readonly ExportedEdge[]): readonly ExportedEdge[] =>
  edges.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

function read(event: object): OpenLineageEvent {
  const answer = readEvents(JSON.parse(JSON.stringify(event)));
  if (!answer.ok) throw new Error(`${answer.path}: ${answer.message}`);
  const [first] = answer.events;
  if (first === undefined) throw new Error('no event');
  return first;
}

const edges = fc.uniqueArray(fc.oneof(columnEdge, datasetEdge), { selector: keyOf, maxLength: 30 });
const job = {
  namespace: 'airflow',
  name: 'load',
  origin: 'VIEW' as const,
  isPartial: false,
  description: null,
  sql: null,
  integration: null,
  processingType: null,
  jobType: null,
  inputs: [],
  outputs: [],
};

test('edges that are exported and read again are the same, and as sure', () => {
  fc.assert(
    fc.property(edges, (exported) => {
      const event = read(jobEvent({ ...job, edges: exported }, AT));
      expect(event.kind === 'job' && claimsOf(statementOf(event))).toEqual(inOrder(exported));
    }),
  );
});

test('so are those that a dataset says of itself', () => {
  const target = { namespace: 'bigquery', name: 'a.b' };
  fc.assert(
    fc.property(edges, (all) => {
      const exported = all.map((edge) => ({ ...edge, target: { ...target, column: edge.target.column } }));
      const event = read(ownLineageEvent({ ...target, edges: exported, origin: 'DBT', isPartial: true }, AT));
      const facet = event.kind === 'dataset' ? event.dataset.facets?.cadastre_lineageEdges : null;
      expect(facet && edgeClaims(target, facet)).toEqual(exported);
      expect(facet?.origin).toBe('DBT');
    }),
  );
});

test('other tools find the edges between columns in the facet that the specification has for them', () => {
  fc.assert(
    fc.property(edges, (exported) => {
      const event = read(jobEvent({ ...job, edges: exported }, AT));
      const claims =
        event.kind === 'job'
          ? (event.outputs ?? []).flatMap((output) => columnClaims(output, output.facets?.columnLineage ?? null))
          : [];
      const ofColumns = exported.filter(({ source }) => source.column !== null);
      expect(distinctClaims(claims)).toEqual(inOrder(ofColumns.map((edge) => ({ ...edge, confidence: 1, reasons: [] }))));
    }),
  );
});

test('column lineage that is said later goes before edges that were said one by one', () => {
  const edge = (column: string): ExportedEdge => ({
    source: { namespace: 'n', name: 'in', column },
    target: { namespace: 'n', name: 'out', column },
    type: 'DIRECT',
    subtype: 'IDENTITY',
    expression: null,
    masking: false,
    confidence: 0.5,
    reasons: [],
  });
  const relayed = read(jobEvent({ ...job, edges: [edge('a')] }, AT));
  const later = read({
    ...jobEvent({ ...job, edges: [] }, parseInstant('2026-01-02T10:00:00Z')),
    outputs: [
      {
        namespace: 'n',
        name: 'out',
        facets: {
          columnLineage: {
            fields: {
              b: {
                inputFields: [
                  { namespace: 'n', name: 'in', field: 'b', transformations: [{ type: 'DIRECT', subtype: 'IDENTITY' }] },
                ],
              },
            },
          },
        },
      },
    ],
  });
  const both = [relayed, later].map((event) => (event.kind === 'job' ? statementOf(event) : EMPTY_STATEMENT));
  for (const [a = EMPTY_STATEMENT, b = EMPTY_STATEMENT] of [both, both.toReversed()])
    expect(claimsOf(joinStatements(a, b))).toEqual([{ ...edge('b'), confidence: 1 }]);
});

test.each([
  ['a subtype of the other type', { subtype: 'JOIN' }, 'edges[0].subtype'],
  ['surer than sure', { confidence: 1.5 }, 'edges[0].confidence'],
  ['a reason that is a sentence', { reasons: ['Because.'] }, 'edges[0].reasons[0]'],
])('%s is refused', (_what, wrong, path) => {
  const facet = { edges: [{ namespace: 'n', name: 'd', type: 'DIRECT', subtype: 'IDENTITY', ...wrong }] };
  const dataset = { namespace: 'n', name: 'm', facets: { cadastre_lineageEdges: facet } };
  expect(readEvents({ eventTime: AT, producer: 'p', schemaURL: 's', dataset })).toMatchObject({
    ok: false,
    path: `$.dataset.facets.cadastre_lineageEdges.${path}`,
  });
});

test('a dataset goes out with its columns and what is said of it', () => {
  const columns = [
    { name: 'id', type: 'bigint', description: null },
    { name: 'note', type: null, description: 'Free text.' },
  ];
  const aliases = [{ namespace: 'n', name: 'also' }];
  const event = datasetEvent({ namespace: 'n', name: 'd', description: 'All orders.', columns, aliases }, AT);
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
            symlinks: { identifiers: [{ namespace: 'n', name: 'also' }] },
          },
        },
      },
    ],
  });
});
