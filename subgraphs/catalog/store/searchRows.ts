import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { No } from '../domain/asset.ts';
import type { Candidate } from '../domain/rank.ts';
import { narrowingSql, NOT_NARROWED, type SearchNarrowing, type TagBearer } from './searchNarrowing.ts';

/** Candidates that are reranked; what lies beyond is counted as "at least". */
export const CANDIDATES_MAX = 500;

/** Among what is looked. */
export interface SearchScope {
  readonly kinds: readonly string[];
  readonly narrowing: SearchNarrowing;
  /** What bears the tags that are asked for: the assets unless said. */
  readonly tagsOn?: TagBearer;
  /** What the caller may see. */
  readonly bitmap: Bitmap;
}

/** The query of one word: as it is written, as a beginning, and by its English stem. */
const WORDS = `select array(
    select case when length(word) >= 2 then to_tsquery('simple', quote_literal(word) || ':*') else to_tsquery('simple', quote_literal(word)) end
      || plainto_tsquery('english', word)
    from unnest($1::text[]) with ordinality as w(word, place) order by place) as queries`;

const tierOf = (tier: number, query: string, narrowed: string): string =>
  `(select d.no, d.name_lc, d.quality, d.tsv from catalog.search_doc d join catalog.asset a on a.no = d.no
    where d.tier = ${tier} and d.tsv @@ ${query} and a.kind = any($3) and a.state <> 'removed' and kernel.may_see($2, d.acl_id)${narrowed}
    limit ${CANDIDATES_MAX})`;

/** Beginnings of names that are looked at, best first. */
const BEGINNINGS_MAX = 100;

/** What the words could stand for as a name or its beginning. */
const spellingsOf = (words: readonly string[]): readonly string[] => [
  ...new Set(['_', ' ', '', '-', '.'].map((between) => words.join(between))),
];

/**
 * Assets that have all or any of the words. Tiers are searched in the order of their quality and the later ones only while
 * room is left; an asset of exactly this name, and the best whose names begin with it, are always among the candidates.
 */
export async function candidates(
  db: Queryable,
  words: readonly string[],
  { kinds, narrowing, bitmap, tagsOn = 'asset' }: SearchScope,
  match: 'all' | 'any',
): Promise<readonly Candidate[]> {
  const query = await tsquery(db, words, match);
  if (query === '') return [];
  const narrowed = narrowingSql(narrowing, tagsOn, 5);
  const rows = await db.query<Omit<Candidate, 'hasAll'>>(
    `select u.no, u.name_lc as "nameLower", u.quality, ts_rank('{0.05,0.2,0.4,1}', u.tsv, $1::tsquery, 1)::float8 as "textRank"
     from (${[0, 1, 2].map((tier) => tierOf(tier, '$1::tsquery', narrowed.conditions)).join(' union all ')} limit ${CANDIDATES_MAX}) u
     union
     select n.no, n.name_lc, n.quality, ts_rank('{0.05,0.2,0.4,1}', n.tsv, $1::tsquery, 1)::float8
     from unnest($4::text[]) as w(spelling)
     cross join lateral (
       ${named(`left(d.name_lc, 200) = w.spelling${narrowed.conditions}`, CANDIDATES_MAX)}
       union all
       ${named(`length(w.spelling) > 1 and ${beginsWith('left(d.name_lc, 200)', 'w.spelling')}${narrowed.conditions}`, BEGINNINGS_MAX)}) n`,
    [query, bitmap, kinds, spellingsOf(words), ...narrowed.values],
    `catalog_search_candidates${narrowed.name}`,
  );
  return rows.map((row) => ({ ...row, hasAll: match === 'all' }));
}

const named = (condition: string, count: number): string =>
  `(select d.no, d.name_lc, d.quality, d.tsv from catalog.search_doc d join catalog.asset a on a.no = d.no
    where ${condition} and a.kind = any($3) and a.state <> 'removed' and kernel.may_see($2, d.acl_id)
    order by d.quality desc, d.no limit ${count})`;

/** A range instead of a pattern: a pattern that comes from a row uses no index. */
const beginsWith = (text: string, beginning: string): string =>
  `${text} ~>=~ ${beginning} and ${text} ~<=~ (${beginning} || chr(1114111))`;

async function tsquery(db: Queryable, words: readonly string[], match: 'all' | 'any'): Promise<string> {
  const [row] = await db.query<{ query: string | null }>(
    `with words as (${WORDS})
     select string_agg('(' || q::text || ')', $2) as query from words, unnest(queries) as q where q::text <> ''`,
    [words, match === 'all' ? ' & ' : ' | '],
    'catalog_search_query',
  );
  return row?.query ?? '';
}

/** Columns that are looked at; there may be more. */
export const COLUMNS_MAX = 5_000;

export interface FoundColumn {
  readonly no: No;
  readonly datasetNo: No;
  readonly name: string;
}

/** Columns of datasets whose name has a word in it. What is narrowed but their tags has narrowed the datasets already. */
export function columnsWithWords(
  db: Queryable,
  datasetNos: readonly No[],
  words: readonly string[],
  narrowing: SearchNarrowing,
): Promise<readonly FoundColumn[]> {
  const narrowed = narrowingSql({ ...NOT_NARROWED, tags: narrowing.tags }, 'column', 3);
  return db.query(
    `select c.no, c.dataset_no as "datasetNo", c.name from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no
     where c.dataset_no = any($1::bigint[]) and c.state = 'present' and a.state <> 'removed' and lower(c.name) like any($2)${narrowed.conditions}
     order by c.dataset_no, c.ordinal limit ${COLUMNS_MAX}`,
    [datasetNos, words.map((word) => `%${likeSafe(word.slice(0, Math.max(3, word.length - 2)))}%`), ...narrowed.values],
    `catalog_columns_with_words${narrowed.name}`,
  );
}

/** Columns of visible datasets whose name begins with a word. */
export function columnsWithBeginning(
  db: Queryable,
  words: readonly string[],
  { narrowing, bitmap }: SearchScope,
): Promise<readonly FoundColumn[]> {
  const narrowed = narrowingSql(narrowing, 'column', 3);
  return db.query(
    `select h.no, h.dataset_no as "datasetNo", h.name from unnest($1::text[]) as w(beginning)
     cross join lateral (
       select c.no, c.dataset_no, c.name from catalog.asset_column c
       join catalog.asset a on a.no = c.dataset_no
       join kernel.resource r on r.no = c.dataset_no
       where ${beginsWith('left(lower(c.name), 200)', 'w.beginning')} and c.state = 'present' and a.state <> 'removed'
         and kernel.may_see($2, r.acl_id)${narrowed.conditions}
       limit ${CANDIDATES_MAX}) h`,
    [words, bitmap, ...narrowed.values],
    `catalog_columns_with_beginning${narrowed.name}`,
  );
}

const likeSafe = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
