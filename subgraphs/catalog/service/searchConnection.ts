import { badInput, Fault } from '../../../kernel/fault.ts';
import { readPage, toConnection, type PageArgs } from '../../../kernel/page.ts';
import { seesEverything } from '../../../kernel/policy/visible.ts';
import type { Context } from '../context.ts';
import { principal } from '../domain/asset.ts';
import { type Choice, type Faceted, type FacetField, facetsOf } from '../domain/facets.ts';
import { compareNo } from '../domain/rank.ts';
import type { Correction, SearchEdge, SearchFacet } from '../domain/search.ts';
import { facetRows } from '../store/facetRows.ts';
import { NOT_NARROWED, type SearchNarrowing } from '../store/searchNarrowing.ts';
import { columnHits, type Found, search, SEARCH_KINDS, type SearchKind } from './search.ts';

export interface SearchFilterInput {
  readonly platforms?: readonly string[] | null;
  readonly sources?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly ownerIds?: readonly string[] | null;
}

export interface SearchArgs extends PageArgs {
  readonly query: string;
  readonly kinds?: readonly string[] | null;
  readonly filter?: SearchFilterInput | null;
}

export interface SearchAnswer {
  readonly edges: readonly SearchEdge[];
  readonly pageInfo: ReturnType<typeof toConnection>['pageInfo'];
  readonly totalCount: { readonly value: number; readonly exact: boolean };
  readonly corrections: readonly Correction[];
  readonly wish: Wish;
}

/** What is looked for. */
interface Wish {
  readonly query: string;
  readonly kinds: readonly SearchKind[];
  readonly narrowing: SearchNarrowing;
  readonly found: Found;
  readonly isKindGiven: boolean;
  /** Filled by the first facet; in all kinds or in those that are looked for. */
  readonly wide: Map<boolean, Promise<Wide>>;
}

interface Wide {
  readonly rows: readonly Faceted[];
  readonly isExact: boolean;
}

const VALUES_MAX = 50;
const BUCKETS_MAX = 100;

/** One page of what was found, with the columns that the words mean. @throws Fault BAD_USER_INPUT and AS_OF_UNSUPPORTED */
export async function searchConnection(context: Context, args: SearchArgs): Promise<SearchAnswer> {
  if (context.request.asOf !== null) {
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'search knows the present only. Use assets(filter:) for an earlier time.' });
  }
  const { query } = args;
  const isKindGiven = (args.kinds ?? []).length > 0;
  const wanted = isKindGiven ? (args.kinds ?? []) : ['CONTAINER', 'DATASET', 'DASHBOARD'];
  const kinds = SEARCH_KINDS.filter((kind) => wanted.includes(kind.toUpperCase()));
  const narrowing = readNarrowing(args.filter ?? {});
  const page = readPage(args, JSON.stringify(['search', query, kinds, narrowing]), 20, ['number', 'no']);
  const found = await find(context, query, kinds, narrowing);
  const rest = found.hits.filter((hit) => isAfter(hit, page.after)).slice(0, page.first + 1);
  const connection = toConnection(rest, page, ({ score, no }) => [score, no]);
  const columns = await columnHits(
    context.kernel.db,
    connection.edges.map(({ node }) => node.no),
    found.words,
  );
  return {
    ...connection,
    edges: connection.edges.map(({ cursor, node }) => ({ cursor, ...node, columnNos: columns.get(node.no) ?? [] })),
    totalCount: { value: found.hits.length, exact: found.isExact },
    corrections: found.corrections,
    wish: { query, kinds, narrowing, found, isKindGiven, wide: new Map() },
  };
}

/** What there is to choose from: each facet without what was chosen in it. @throws Fault BAD_USER_INPUT */
export async function searchFacets(
  context: Context,
  wish: Wish,
  by: readonly FacetField[],
  first: number,
): Promise<readonly SearchFacet[]> {
  if (first < 1 || first > BUCKETS_MAX) throw badInput(`facets: first is a number from 1 to ${BUCKETS_MAX}.`);
  const { narrowing } = wish;
  const choice: Choice = {
    KIND: wish.kinds.map((kind) => kind.toUpperCase()),
    PLATFORM: narrowing.platforms,
    SOURCE: narrowing.sources,
    TAG: narrowing.tags,
    OWNER: narrowing.ownerIds,
  };
  const facets = [...new Set(by)].map(async (field) => {
    // What is looked for where nothing is said was not chosen.
    const own = field === 'KIND' && !wish.isKindGiven ? { ...choice, KIND: null } : choice;
    const { rows, isExact } = await wideOf(context, wish, field === 'KIND');
    return facetsOf(rows, own, [field], first).map((facet) => ({
      ...facet,
      buckets: facet.buckets.map((bucket) => ({ ...bucket, principal: field === 'OWNER' ? principal(bucket.value) : null })),
      exact: isExact,
    }));
  });
  return (await Promise.all(facets)).flat();
}

/** What is found without any choice, in the kinds that are looked for or in all; once, however often facets are asked for. */
function wideOf(context: Context, wish: Wish, inAllKinds: boolean): Promise<Wide> {
  const known = wish.wide.get(inAllKinds);
  if (known !== undefined) return known;
  const made = countedOver(context, wish, inAllKinds);
  wish.wide.set(inAllKinds, made);
  return made;
}

async function countedOver(context: Context, { query, kinds, narrowing, found }: Wish, inAllKinds: boolean): Promise<Wide> {
  const isWide = !inAllKinds && Object.values(narrowing).every((part) => part === null);
  const { hits, isExact } = isWide ? found : await find(context, query, inAllKinds ? SEARCH_KINDS : kinds, NOT_NARROWED);
  const rows = await facetRows(
    context.kernel.db,
    hits.map(({ no }) => no),
  );
  return { rows, isExact };
}

async function find(context: Context, query: string, kinds: readonly SearchKind[], narrowing: SearchNarrowing): Promise<Found> {
  const { db } = context.kernel;
  const isAll = await seesEverything(db, context.request, 'catalog.read');
  return search(db, query, { kinds, narrowing, bitmap: await context.visible() }, isAll);
}

/** A list that is empty narrows nothing: that is what a person means who has taken back the last choice. */
function readNarrowing(filter: SearchFilterInput): SearchNarrowing {
  const part = (name: keyof SearchFilterInput): readonly string[] | null => {
    const values = [...new Set(filter[name])].toSorted();
    if (values.length > VALUES_MAX) throw badInput(`filter.${name}: ${values.length} values; at most ${VALUES_MAX}.`);
    return values.length === 0 ? null : values;
  };
  return { platforms: part('platforms'), sources: part('sources'), tags: part('tags'), ownerIds: part('ownerIds') };
}

/** Hits are ordered by falling score, then by number. */
function isAfter(hit: { readonly score: number; readonly no: string }, after: readonly [number, string] | null): boolean {
  if (after === null) return true;
  const [score, no] = after;
  return hit.score < score || (hit.score === score && compareNo(hit.no, no) > 0);
}
