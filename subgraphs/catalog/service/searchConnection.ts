import { Fault } from '../../../kernel/fault.ts';
import { readPage, toConnection, type PageArgs } from '../../../kernel/page.ts';
import { seesEverything } from '../../../kernel/policy/visible.ts';
import type { Context } from '../context.ts';
import { compareNo } from '../domain/rank.ts';
import type { Correction, SearchEdge } from '../domain/search.ts';
import { columnHits, search, SEARCH_KINDS } from './search.ts';

export interface SearchArgs extends PageArgs {
  readonly query: string;
  readonly kinds?: readonly string[] | null;
}

export interface SearchAnswer {
  readonly edges: readonly SearchEdge[];
  readonly pageInfo: ReturnType<typeof toConnection>['pageInfo'];
  readonly totalCount: { readonly value: number; readonly exact: boolean };
  readonly corrections: readonly Correction[];
}

/** One page of what was found, with the columns that the words mean. */
export async function searchConnection(context: Context, args: SearchArgs): Promise<SearchAnswer> {
  if (context.request.asOf !== null) {
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'search knows the present only. Use assets(filter:) for an earlier time.' });
  }
  const kinds = SEARCH_KINDS.filter((kind) => (args.kinds ?? ['CONTAINER', 'DATASET', 'DASHBOARD']).includes(kind.toUpperCase()));
  const page = readPage(args, JSON.stringify(['search', args.query, kinds]), 20, ['number', 'no']);
  const { db } = context.kernel;
  const isAll = await seesEverything(db, context.request, 'catalog.read');
  const found = await search(db, args.query, kinds, await context.visible(), isAll);
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
  };
}

/** Hits are ordered by falling score, then by number. */
function isAfter(hit: { readonly score: number; readonly no: string }, after: readonly [number, string] | null): boolean {
  if (after === null) return true;
  const [score, no] = after;
  return hit.score < score || (hit.score === score && compareNo(hit.no, no) > 0);
}
