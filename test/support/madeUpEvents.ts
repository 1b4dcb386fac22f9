import fc from 'fast-check';

/** Each of the first has the other name, too; events name either. */
const NAMES = ['a', 'b', 'c', 'a also', 'b also'];
const COLUMNS = ['x', 'y', 'z'];
const NAMESPACE = 'postgres://shop:5432';

/** Few, so that much is said at the same moment. */
const at = fc.integer({ min: 0, max: 9 }).map((minute) => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`);
const name = fc.constantFrom(...NAMES);
const column = fc.constantFrom(...COLUMNS);

const schema = fc.uniqueArray(column, { minLength: 1 }).map((columns) => ({
  schema: { fields: columns.map((field) => ({ name: field, type: `type of ${field}` })) },
}));
const columnLineage = fc
  .array(fc.record({ target: column, source: column, name, type: fc.constantFrom('DIRECT', 'INDIRECT') }), { maxLength: 4 })
  .map((edges) => ({
    columnLineage: {
      fields: Object.fromEntries(
        edges.map((edge) => [
          edge.target,
          {
            inputFields: [
              {
                namespace: NAMESPACE,
                name: edge.name,
                field: edge.source,
                transformations: [{ type: edge.type, subtype: edge.type === 'DIRECT' ? 'IDENTITY' : 'FILTER' }],
              },
            ],
          },
        ]),
      ),
    },
  }));
const others = fc.record(
  {
    documentation: fc.constantFrom('one', 'two').map((description) => ({ description })),
    ownership: fc.constantFrom('user:ana@example.com', 'team:data').map((owner) => ({ owners: [{ name: owner }] })),
    isLinked: fc.boolean(),
    lifecycle: fc.constantFrom('DROP', 'CREATE', 'RENAME'),
  },
  { requiredKeys: [] },
);
const facets = fc
  .tuple(fc.option(schema), fc.option(columnLineage), fc.option(others, { freq: 3 }))
  .map((some) => Object.assign({}, ...some));

/** Who had the name before is said of one dataset alone: of two that claim a name, the one that comes first keeps what it took. */
function lifecycleOf(called: string, lifecycle: string | undefined): object {
  if (lifecycle === undefined || (lifecycle === 'RENAME' && called !== 'c')) return {};
  const previousIdentifier = { namespace: NAMESPACE, name: 'a' };
  return { lifecycleStateChange: { lifecycleStateChange: lifecycle, ...(lifecycle === 'RENAME' && { previousIdentifier }) } };
}

const dataset = fc.record({ name, facets }).map(({ name: called, facets: { isLinked, lifecycle, ...said } }) => {
  const identifiers = [{ namespace: NAMESPACE, name: `${called} also`, type: 'TABLE' }];
  const symlinks = isLinked === true && called.length === 1 ? { symlinks: { identifiers } } : {};
  return { namespace: NAMESPACE, name: called, facets: { ...said, ...symlinks, ...lifecycleOf(called, lifecycle) } };
});
const producer = { producer: 'https://example.com/client', schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json' };
const sides = { inputs: fc.array(dataset, { maxLength: 2 }), outputs: fc.array(dataset, { maxLength: 2 }) };
const job = fc.constantFrom('load', 'export').map((jobName) => ({ namespace: 'jobs', name: jobName }));

/** Each run ends at most once, as clients do it. */
const run = fc
  .record({
    job,
    id: fc.uuid(),
    events: fc.array(fc.record({ eventTime: at, ...sides }), { minLength: 1, maxLength: 3 }),
    end: fc.constantFrom('COMPLETE', 'FAIL', 'RUNNING'),
  })
  .map((one) =>
    one.events.map((event, i) => ({
      ...producer,
      ...event,
      job: one.job,
      run: { runId: one.id },
      eventType: i === 0 ? one.end : 'RUNNING',
    })),
  );
const design = fc.record({ eventTime: at, job, ...sides }).map((event) => [{ ...producer, ...event }]);
const described = fc.record({ eventTime: at, dataset }).map((event) => [{ ...producer, ...event }]);

/** Groups of OpenLineage events about a few datasets and jobs: every facet, every kind, overlapping and contradicting. */
export const history = fc
  .array(fc.oneof({ arbitrary: run, weight: 3 }, design, described), { minLength: 2, maxLength: 5 })
  .map((groups) => groups.flat());
