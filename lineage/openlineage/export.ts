import type { Instant } from '../../kernel/time.ts';
import type { Claim, ClaimEnd } from './claim.ts';
import { type Named, namedKey } from './statement.ts';

const PRODUCER = 'urn:cadastre:export';
const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs';
const FACETS = 'https://openlineage.io/spec/facets';

export interface ExportedColumn {
  readonly name: string;
  readonly type: string | null;
  readonly description: string | null;
}

export interface ExportedDataset extends Named {
  readonly description: string | null;
  readonly columns: readonly ExportedColumn[];
}

/** An edge between datasets or from a column to a column or dataset. OpenLineage has no word for how sure it is. */
export type ExportedEdge = Pick<Claim, 'source' | 'target' | 'type' | 'subtype' | 'expression' | 'masking'>;

export interface Exported {
  readonly datasets: readonly ExportedDataset[];
  readonly edges: readonly ExportedEdge[];
  /** Namespace of the jobs that stand for edges between whole datasets. */
  readonly jobNamespace: string;
  readonly at: Instant;
}

/**
 * Our graph as events that other tools read: a DatasetEvent for each dataset, with its columns and where they come from, and a
 * JobEvent for each dataset that others flow into as a whole, because only jobs have inputs.
 */
export function exportEvents({ datasets, edges, jobNamespace, at }: Exported): readonly object[] {
  const described = new Map(datasets.map((dataset) => [namedKey(dataset), dataset]));
  const into = new Map<string, { readonly target: Named; readonly edges: ExportedEdge[] }>();
  for (const { namespace, name } of datasets) into.set(namedKey({ namespace, name }), { target: { namespace, name }, edges: [] });
  for (const edge of edges) {
    const { namespace, name } = edge.target;
    const group = into.get(namedKey(edge.target)) ?? { target: { namespace, name }, edges: [] };
    group.edges.push(edge);
    into.set(namedKey(edge.target), group);
  }
  return [...into].flatMap(([key, { target, edges: entering }]) => [
    datasetEvent(
      target,
      described.get(key),
      entering.filter(({ source }) => source.column !== null),
      at,
    ),
    ...jobEvents(
      target,
      entering.filter(({ source }) => source.column === null),
      jobNamespace,
      at,
    ),
  ]);
}

function datasetEvent(
  target: Named,
  described: ExportedDataset | undefined,
  edges: readonly ExportedEdge[],
  at: Instant,
): object {
  return {
    eventTime: at,
    producer: PRODUCER,
    schemaURL: `${SPEC}/DatasetEvent`,
    dataset: {
      ...target,
      facets: {
        ...(described !== undefined && { schema: schemaFacet(described.columns) }),
        ...(described !== undefined &&
          described.description !== null && {
            documentation: { ...facet('1-1-0/DocumentationDatasetFacet'), description: described.description },
          }),
        ...(edges.length > 0 && { columnLineage: lineageFacet(edges) }),
      },
    },
  };
}

function jobEvents(target: Named, edges: readonly ExportedEdge[], jobNamespace: string, at: Instant): readonly object[] {
  if (edges.length === 0) return [];
  const inputs = edges.map(({ source }) => ({ namespace: source.namespace, name: source.name }));
  const job = { namespace: jobNamespace, name: `${target.namespace}/${target.name}` };
  return [{ eventTime: at, producer: PRODUCER, schemaURL: `${SPEC}/JobEvent`, job, inputs, outputs: [target] }];
}

const schemaFacet = (columns: readonly ExportedColumn[]): object => ({
  ...facet('1-1-1/SchemaDatasetFacet'),
  fields: columns.map(({ name, type, description }) => ({
    name,
    ...(type !== null && { type }),
    ...(description !== null && { description }),
  })),
});

function lineageFacet(edges: readonly ExportedEdge[]): object {
  const byColumn = new Map<string | null, ExportedEdge[]>();
  for (const edge of edges) byColumn.set(edge.target.column, [...(byColumn.get(edge.target.column) ?? []), edge]);
  const rows = byColumn.get(null) ?? [];
  byColumn.delete(null);
  const fields: Record<string, object> = {};
  for (const [column, entering] of byColumn) if (column !== null) fields[column] = { inputFields: inputFields(entering) };
  return {
    ...facet('1-2-0/ColumnLineageDatasetFacet'),
    fields,
    ...(rows.length > 0 && { dataset: inputFields(rows) }),
  };
}

/** One entry for each source, with all its ways. */
function inputFields(edges: readonly ExportedEdge[]): readonly object[] {
  const bySource = new Map<string, { readonly source: ClaimEnd; readonly transformations: object[] }>();
  for (const { source, type, subtype, expression, masking } of edges) {
    const key = JSON.stringify([source.namespace, source.name, source.column]);
    const entry = bySource.get(key) ?? { source, transformations: [] };
    entry.transformations.push({ type, subtype, ...(expression !== null && { description: expression }), masking });
    bySource.set(key, entry);
  }
  return [...bySource.values()].map(({ source, transformations }) => ({
    namespace: source.namespace,
    name: source.name,
    field: source.column,
    transformations,
  }));
}

const facet = (file: string): object => ({
  _producer: PRODUCER,
  _schemaURL: `${FACETS}/${file}.json#/$defs/${file.split('/').at(-1) ?? ''}`,
});
