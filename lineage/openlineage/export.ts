import type { Instant } from '../../kernel/time.ts';
import type { Claim, ClaimEnd } from './claim.ts';
import { EDGES_FACET, type RelayedOrigin } from './edgesFacet.ts';
import { type Named, namedKey } from './statement.ts';

const PRODUCER = 'urn:cadastre:export';
const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs';
const FACETS = 'https://openlineage.io/spec/facets';
const EDGES_SCHEMA =
  'urn:cadastre:openlineage:1-0-0:CadastreLineageEdgesDatasetFacet.json#/$defs/CadastreLineageEdgesDatasetFacet';

export interface ExportedColumn {
  readonly name: string;
  readonly type: string | null;
  readonly description: string | null;
}

/** Between datasets, or from a column to a column or dataset. */
export type ExportedEdge = Omit<Claim, 'confidence' | 'reasons'> & Partial<Pick<Claim, 'confidence' | 'reasons'>>;

/** Edges of one piece of evidence. */
export interface ExportedEdges {
  readonly edges: readonly ExportedEdge[];
  readonly origin: RelayedOrigin;
  /** True when edges were left out that lead from or to what the reader may not see. */
  readonly isPartial: boolean;
}

export interface ExportedDataset extends Named {
  readonly description: string | null;
  readonly columns: readonly ExportedColumn[];
  /** Other names of it. */
  readonly aliases: readonly Named[];
}

export interface ExportedJob extends Named, ExportedEdges {
  readonly description: string | null;
  readonly sql: { readonly query: string; readonly dialect: string | null } | null;
  readonly integration: string | null;
  readonly processingType: string | null;
  readonly jobType: string | null;
  /** What it reads and writes beside what its edges say. */
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
}

/** A dataset with its columns and its other names. */
export const datasetEvent = ({ namespace, name, description, columns, aliases }: ExportedDataset, at: Instant): object =>
  aboutDataset(
    { namespace, name },
    {
      schema: schemaFacet(columns),
      ...(description !== null && { documentation: { ...facet('1-1-0/DocumentationDatasetFacet'), description } }),
      ...(aliases.length > 0 && {
        symlinks: {
          ...facet('1-0-1/SymlinksDatasetFacet'),
          identifiers: aliases.map((alias) => ({ ...nameOf(alias), type: 'TABLE' })),
        },
      }),
    },
    at,
  );

/** What a dataset says itself, without a job, of where it comes from. */
export const ownLineageEvent = (dataset: Named & ExportedEdges, at: Instant): object =>
  aboutDataset(dataset, edgeFacets(dataset.edges, dataset), at);

const aboutDataset = (dataset: Named, facets: object, at: Instant): object => ({
  eventTime: at,
  producer: PRODUCER,
  schemaURL: `${SPEC}/DatasetEvent`,
  dataset: { ...nameOf(dataset), facets },
});

/** What a job, a view, a model or a person says of lineage, as lineage by design: it does not tell of any run. */
export function jobEvent(job: ExportedJob, at: Instant): object {
  const into = new Map<string, { readonly target: Named; readonly edges: ExportedEdge[] }>();
  for (const output of job.outputs) into.set(namedKey(output), { target: output, edges: [] });
  for (const edge of job.edges) {
    const group = into.get(namedKey(edge.target)) ?? { target: nameOf(edge.target), edges: [] };
    group.edges.push(edge);
    into.set(namedKey(edge.target), group);
  }
  const inputs = new Map([...job.inputs, ...job.edges.map(({ source }) => source)].map((name) => [namedKey(name), nameOf(name)]));
  return {
    eventTime: at,
    producer: PRODUCER,
    schemaURL: `${SPEC}/JobEvent`,
    job: { namespace: job.namespace, name: job.name, facets: jobFacets(job) },
    inputs: inOrder(inputs),
    outputs: inOrder(into).map(({ target, edges }) => ({ ...nameOf(target), facets: edgeFacets(edges, job) })),
  };
}

/** By name, so that the same graph is the same text. */
const inOrder = <T>(byKey: ReadonlyMap<string, T>): readonly T[] =>
  [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);

function jobFacets({ description, sql, integration, processingType, jobType }: ExportedJob): object {
  return {
    ...(description !== null && { documentation: { ...facet('1-1-0/DocumentationJobFacet'), description } }),
    ...(sql !== null && {
      sql: { ...facet('1-1-0/SQLJobFacet'), query: sql.query, ...(sql.dialect !== null && { dialect: sql.dialect }) },
    }),
    ...(integration !== null && {
      jobType: {
        ...facet('2-0-4/JobTypeJobFacet'),
        integration,
        processingType: processingType ?? 'NONE',
        ...(jobType !== null && { jobType }),
      },
    }),
  };
}

const nameOf = ({ namespace, name }: Named): Named => ({ namespace, name });

const schemaFacet = (columns: readonly ExportedColumn[]): object => ({
  ...facet('1-2-0/SchemaDatasetFacet'),
  fields: columns.map(({ name, type, description }) => ({
    name,
    ...(type !== null && { type }),
    ...(description !== null && { description }),
  })),
});

/** For everybody the column lineage, and for those who know it all edges with what the specification has no word for. */
function edgeFacets(edges: readonly ExportedEdge[], { origin, isPartial }: Pick<ExportedEdges, 'origin' | 'isPartial'>): object {
  const ofColumns = edges.filter(({ source }) => source.column !== null);
  return {
    ...(ofColumns.length > 0 && { columnLineage: lineageFacet(ofColumns) }),
    [EDGES_FACET]: {
      _producer: PRODUCER,
      _schemaURL: EDGES_SCHEMA,
      origin,
      ...(isPartial && { isPartial }),
      edges: edges.map(edgeOf),
    },
  };
}

const edgeOf = ({ source, target, type, subtype, expression, masking, confidence = 1, reasons = [] }: ExportedEdge): object => ({
  ...nameOf(source),
  ...(source.column !== null && { field: source.column }),
  ...(target.column !== null && { column: target.column }),
  type,
  subtype,
  ...(expression !== null && { description: expression }),
  ...(masking && { masking }),
  ...(confidence !== 1 && { confidence }),
  ...(reasons.length > 0 && { reasons }),
});

function lineageFacet(edges: readonly ExportedEdge[]): object {
  const byColumn = new Map<string | null, ExportedEdge[]>();
  for (const edge of edges) byColumn.set(edge.target.column, [...(byColumn.get(edge.target.column) ?? []), edge]);
  const rows = byColumn.get(null) ?? [];
  const fields = [...byColumn].flatMap(([column, entering]) =>
    column === null ? [] : [[column, { inputFields: inputFields(entering) }] as const],
  );
  return {
    ...facet('1-2-0/ColumnLineageDatasetFacet'),
    fields: Object.fromEntries(fields),
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
    ...nameOf(source),
    field: source.column,
    transformations,
  }));
}

const facet = (file: string): object => ({
  _producer: PRODUCER,
  _schemaURL: `${FACETS}/${file}.json#/$defs/${file.split('/').at(-1) ?? ''}`,
});
