import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { No } from '../domain/asset.ts';
import type { Candidate } from '../domain/rank.ts';

/** Candidates that are reranked; what lies beyond is counted as "at least". */
export const CANDIDATES_MAX = 500;

/** The query of one word: as it is written, as a beginning, and by its English stem. */
const WORDS = `select array(
    select case when length(word) >= 2 then to_tsquery('simple', quote_literal(word) || ':*') else to_tsquery('simple', quote_literal(word)) end
      || plainto_tsquery('english', word)
    from unnest($1::text[]) with ordinality as w(word, place) order by place) as queries`;

const tierOf = (tier: number, query: string): string =>
  `(select d.no, d.name_lc, d.quality, d.tsv from catalog.search_doc d join catalog.asset a on a.no = d.no
    where d.tier = ${tier} and d.tsv @@ ${query} and a.kind = any($3) and a.state <> 'removed' and kernel.may_see($2, d.acl_id)
    limit ${CANDIDATES_MAX})`;

/**
 * Assets that have all or any of the words. Tiers are searched in the order of their quality and the later ones only while
 * room is left; an asset of exactly this name is always among the candidates.
 */
export async function candidates(
  db: Queryable,
  words: readonly string[],
  bitmap: Bitmap,
  kinds: readonly string[],
  match: 'all' | 'any',
): Promise<readonly Candidate[]> {
  const query = await tsquery(db, words, match);
  if (query === '') return [];
  const rows = await db.query<Omit<Candidate, 'hasAll'>>(
    `select u.no, u.name_lc as "nameLower", u.quality, ts_rank('{0.05,0.2,0.4,1}', u.tsv, $1::tsquery, 1)::float8 as "textRank"
     from (${[0, 1, 2].map((tier) => tierOf(tier, '$1::tsquery')).join(' union all ')} limit ${CANDIDATES_MAX}) u
     union
     select d.no, d.name_lc, d.quality, ts_rank('{0.05,0.2,0.4,1}', d.tsv, $1::tsquery, 1)::float8
     from catalog.search_doc d join catalog.asset a on a.no = d.no
     where left(d.name_lc, 200) = any($4) and a.kind = any($3) and a.state <> 'removed' and kernel.may_see($2, d.acl_id)`,
    [query, bitmap, kinds, [words.join('_'), words.join(' '), words.join(''), words.join('-')]],
    'catalog_search_candidates',
  );
  return rows.map((row) => ({ ...row, hasAll: match === 'all' }));
}

async function tsquery(db: Queryable, words: readonly string[], match: 'all' | 'any'): Promise<string> {
  const [row] = await db.query<{ query: string | null }>(
    `with words as (${WORDS})
     select string_agg('(' || q::text || ')', $2) as query from words, unnest(queries) as q where q::text <> ''`,
    [words, match === 'all' ? ' & ' : ' | '],
    'catalog_search_query',
  );
  return row?.query ?? '';
}

/** Columns of datasets whose name has a word in it. */
export const columnsWithWords = (
  db: Queryable,
  datasetNos: readonly No[],
  words: readonly string[],
): Promise<readonly { readonly no: No; readonly datasetNo: No; readonly name: string }[]> =>
  db.query(
    `select no, dataset_no as "datasetNo", name from catalog.asset_column
     where dataset_no = any($1::bigint[]) and state = 'present' and lower(name) like any($2)
     order by dataset_no, ordinal limit 5000`,
    [datasetNos, words.map((word) => `%${likeSafe(word.slice(0, Math.max(3, word.length - 2)))}%`)],
    'catalog_columns_with_words',
  );

/** Columns of visible datasets whose name begins with a word. */
export const columnsWithBeginning = (
  db: Queryable,
  words: readonly string[],
  bitmap: Bitmap,
): Promise<readonly { readonly no: No; readonly datasetNo: No; readonly name: string }[]> =>
  db.query(
    `select h.no, h.dataset_no as "datasetNo", h.name from unnest($1::text[]) as w(beginning)
     cross join lateral (
       select c.no, c.dataset_no, c.name from catalog.asset_column c
       join kernel.resource r on r.no = c.dataset_no
       where left(lower(c.name), 200) like w.beginning and c.state = 'present' and kernel.may_see($2, r.acl_id)
       limit ${CANDIDATES_MAX}) h`,
    [words.map((word) => `${likeSafe(word)}%`), bitmap],
    'catalog_columns_with_beginning',
  );

const likeSafe = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
