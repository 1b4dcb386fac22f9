import { z } from 'zod';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import { parseUrn } from '../../../../kernel/urn.ts';
import type { Context } from '../../context.ts';
import type { KnownColumn } from '../../domain/features/binding.ts';
import type { VersionDataset } from '../../domain/model.ts';

/** A column by its URN in any spelling, or by its id. */
export interface ColumnRef {
  readonly urn?: string | null;
  readonly id?: string | null;
}

const AT_ONCE = 100;
const PAGE = 500;
const COLUMNS_MAX = 10_000;

const dataset = z.object({ id: z.string(), name: z.string() });
const column = z.object({ id: z.string(), urn: z.string(), name: z.string() });
/** Another asset than a column answers with nothing; a column whose dataset is hidden cannot be told from one. */
const columns = z.record(z.string(), column.extend({ dataset: dataset.nullable() }).or(z.looseObject({})).nullable());

const FIELDS = '... on Column { id urn name dataset { id name } }';

/**
 * Columns as the catalog knows them and the caller may see them, in the order asked for.
 * @throws Fault NOT_FOUND that names the first that is not there; BAD_USER_INPUT, SOURCE_UNAVAILABLE
 */
export async function knownColumns(context: Context, refs: readonly ColumnRef[]): Promise<readonly KnownColumn[]> {
  for (const { urn } of refs)
    if (typeof urn === 'string' && parseUrn(urn).kind !== 'column')
      throw badInput(`column: ${urn.slice(0, 200)} is no URN of a column.`);
  const found: KnownColumn[] = [];
  for (let place = 0; place < refs.length; place += AT_ONCE)
    found.push(...(await askFor(context, refs.slice(place, place + AT_ONCE))));
  return found;
}

async function askFor({ kernel, request }: Context, refs: readonly ColumnRef[]): Promise<readonly KnownColumn[]> {
  const asked = refs.map((_, i) => `$u${i}: Urn, $i${i}: ID`).join(', ');
  const fields = refs.map((_, i) => `c${i}: asset(urn: $u${i}, id: $i${i}) { ${FIELDS} }`).join(' ');
  const variables = Object.fromEntries(refs.flatMap(({ urn, id }, i) => [...given(`u${i}`, urn), ...given(`i${i}`, id)]));
  const answer = columns.parse(await kernel.graph.ask(request, `query RegistryColumns(${asked}) { ${fields} }`, variables));
  return refs.map((ref, i) => {
    const known = column.extend({ dataset }).safeParse(answer[`c${i}`]).data;
    if (known === undefined) throw notFound(`The column ${(ref.urn ?? ref.id ?? '').slice(0, 200)}`);
    return { id: known.id, urn: known.urn, name: known.name, datasetId: known.dataset.id, datasetName: known.dataset.name };
  });
}

const given = (name: string, value: string | null | undefined): readonly (readonly [string, string])[] =>
  value === undefined || value === null ? [] : [[name, value]];

const COLUMNS_OF = `query RegistryColumnsOf($urn: Urn, $id: ID, $first: Int!, $after: String) {
  asset(urn: $urn, id: $id) { ... on Dataset {
    id name columns(first: $first, after: $after) { edges { node { id urn name } } pageInfo { hasNextPage endCursor } } } } }`;

const pageOfColumns = z.object({
  asset: dataset
    .extend({
      columns: z.object({
        edges: z.array(z.object({ node: column })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    })
    .nullable(),
});

/**
 * Columns of datasets that a version was trained on, as they were then where the catalog goes back so far. What the caller may
 * not see, or the catalog does not know, is left out. At most 10,000.
 */
export async function columnsOfDatasets(context: Context, datasets: readonly VersionDataset[]): Promise<readonly KnownColumn[]> {
  const found: KnownColumn[] = [];
  for (const one of datasets) {
    const then = one.asOf === null ? [] : await columnsOf(context, one, one.asOf);
    found.push(...(then.length > 0 ? then : await columnsOf(context, one, null)));
    if (found.length > COLUMNS_MAX) break;
  }
  return found.slice(0, COLUMNS_MAX);
}

async function columnsOf(
  { kernel, request }: Context,
  { datasetId, urn }: VersionDataset,
  asOf: VersionDataset['asOf'],
): Promise<KnownColumn[]> {
  const found: KnownColumn[] = [];
  for (let after: string | null = null; ;) {
    const variables: Record<string, unknown> = { ...(datasetId === null ? { urn } : { id: datasetId }), first: PAGE, after };
    const { asset } = pageOfColumns.parse(await kernel.graph.ask({ ...request, asOf }, COLUMNS_OF, variables));
    if (asset === null) return found;
    found.push(...asset.columns.edges.map(({ node }) => ({ ...node, datasetId: asset.id, datasetName: asset.name })));
    const { hasNextPage, endCursor } = asset.columns.pageInfo;
    if (!hasNextPage || endCursor === null || found.length >= COLUMNS_MAX) return found;
    after = endCursor;
  }
}
