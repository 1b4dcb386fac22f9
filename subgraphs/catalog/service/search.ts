import type { Database } from '../../../kernel/db/database.ts';
import { badInput } from '../../../kernel/fault.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { No } from '../domain/asset.ts';
import { columnScore, compareNo, rank, type Ranked } from '../domain/rank.ts';
import type { Correction } from '../domain/search.ts';
import { nearest, oneErrorAway } from '../domain/typos.ts';
import { wordsOf } from '../domain/words.ts';
import {
  candidates,
  CANDIDATES_MAX,
  COLUMNS_MAX,
  columnsWithBeginning,
  columnsWithWords,
  type SearchScope,
} from '../store/searchRows.ts';
import { NOT_NARROWED } from '../store/searchNarrowing.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import { occurring, type Restriction, similar } from '../store/terms.ts';

export const SEARCH_KINDS = ['container', 'dataset', 'dashboard', 'column'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export interface Found {
  readonly hits: readonly Ranked[];
  readonly corrections: readonly Correction[];
  readonly words: readonly string[];
  /** False when there may be more than the candidates that were ranked. */
  readonly isExact: boolean;
}

const QUERY_MAX = 500;
const WORDS_MAX = 12;
const COLUMNS_SHOWN = 5;
/** Where so many have all the words, those that have only some are left out. */
const ENOUGH = CANDIDATES_MAX / 10;
/** Datasets whose columns are looked at for words inside their names. */
const DATASETS_MAX = 100;
const ASSET_KINDS = ['container', 'dataset', 'dashboard'] as const satisfies readonly SearchKind[];

/** Finds assets for words as people write them. @throws Fault BAD_USER_INPUT */
export async function search(db: Database, query: string, scope: SearchScope, seesEverything: boolean): Promise<Found> {
  const { kinds, bitmap } = scope;
  if (query.length > QUERY_MAX) throw badInput(`query has ${query.length} characters; at most ${QUERY_MAX} are read.`);
  const written = [...new Set(wordsOf(query))].slice(0, WORDS_MAX);
  if (written.length === 0) throw badInput('query has no word in it. Write what you look for, e.g. "customer email".');
  // Whoever sees nothing learns nothing from corrections either: they tell which words occur.
  if (bitmap.length === 0) return { hits: [], corrections: [], words: written, isExact: true };
  const { words, corrections } = await correct(db, written, seesEverything ? null : bitmap);
  const look = await lookFor(db, words, bitmap);
  const assetKinds = kinds.filter((kind) => kind !== 'column');
  const assets = assetKinds.length === 0 ? [] : await look({ ...scope, kinds: assetKinds });
  const columns = kinds.includes('column') ? await rankedColumns(db, words, scope, look) : NONE;
  const hits = [...assets, ...columns.ranked].toSorted((a, b) => b.score - a.score || compareNo(a.no, b.no));
  return { hits, corrections, words, isExact: hits.length < CANDIDATES_MAX && columns.isExact };
}

/** Reads words that occur nowhere as the nearest that do. */
async function correct(
  db: Database,
  written: readonly string[],
  restriction: Restriction,
): Promise<{ words: readonly string[]; corrections: readonly Correction[] }> {
  const known = await occurring(db, written, restriction);
  const words = await Promise.all(
    written.map(async (word) => {
      if (known.has(word) || word.length < 3 || word.length > 40) return word;
      return nearest(word, await similar(db, word, oneErrorAway(word), restriction)) ?? word;
    }),
  );
  return {
    words,
    corrections: written.flatMap((word, i) => (words[i] === word ? [] : [{ written: word, read: words[i] ?? word }])),
  };
}

type Look = (scope: SearchScope) => Promise<readonly Ranked[]>;

/**
 * Assets that have all the words first; those that have some follow where few have all. Which it is, is decided before anything is
 * chosen: a choice never finds what the search without it does not.
 */
async function lookFor(db: Database, words: readonly string[], bitmap: Bitmap): Promise<Look> {
  const wide: SearchScope = { kinds: ASSET_KINDS, narrowing: NOT_NARROWED, bitmap };
  const ofWide = words.length === 1 ? [] : await candidates(db, words, wide, 'all');
  const isWide = ({ kinds, narrowing }: SearchScope): boolean =>
    words.length > 1 && kinds.length === ASSET_KINDS.length && Object.values(narrowing).every((part) => part === null);
  return async (scope) => {
    const all = isWide(scope) ? ofWide : await candidates(db, words, scope, 'all');
    if (words.length === 1 || ofWide.length >= ENOUGH) return rank(words, all);
    const any = await candidates(db, words, scope, 'any');
    const seen = new Set(all.map(({ no }) => no));
    return rank(words, [...all, ...any.filter(({ no }) => !seen.has(no))].slice(0, CANDIDATES_MAX));
  };
}

interface RankedColumns {
  readonly ranked: readonly Ranked[];
  readonly isExact: boolean;
}

const NONE: RankedColumns = { ranked: [], isExact: true };

/** Columns by their own name and by how well their dataset fits. */
async function rankedColumns(db: Database, words: readonly string[], scope: SearchScope, look: Look): Promise<RankedColumns> {
  const datasets = await look({ ...scope, kinds: ['dataset'], tagsOn: 'anyColumn' });
  const scoreOf = new Map(datasets.map(({ no, score }) => [no, score]));
  const ofDatasets = await columnsWithWords(
    db,
    datasets.slice(0, DATASETS_MAX).map(({ no }) => no),
    words,
    scope.narrowing,
  );
  const found = [...ofDatasets, ...(await columnsWithBeginning(db, words, scope))];
  const ranked = [...new Map(found.map((column) => [column.no, column])).values()].flatMap((column) => {
    const own = columnScore(words, column.name);
    if (own === 0) return [];
    const explain = [
      { signal: 'columnName', value: 8 * own },
      { signal: 'dataset', value: scoreOf.get(column.datasetNo) ?? 0 },
    ];
    return [{ no: column.no, score: explain.reduce((sum, { value }) => sum + value, 0), explain }];
  });
  return {
    ranked: ranked.toSorted((a, b) => b.score - a.score || compareNo(a.no, b.no)).slice(0, CANDIDATES_MAX),
    isExact: datasets.length <= DATASETS_MAX && ofDatasets.length < COLUMNS_MAX,
  };
}

/** The columns of found datasets that the words mean, best first. */
export async function columnHits(
  db: Database,
  datasetNos: readonly No[],
  words: readonly string[],
): Promise<ReadonlyMap<No, readonly No[]>> {
  if (datasetNos.length === 0) return new Map();
  const found = (await columnsWithWords(db, datasetNos, words, NOT_NARROWED))
    .map((column) => ({ ...column, score: columnScore(words, column.name) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
  return new Map(
    [...groupBy(found, ({ datasetNo }) => datasetNo)].map(([no, columns]) => [
      no,
      columns.slice(0, COLUMNS_SHOWN).map((column) => column.no),
    ]),
  );
}
