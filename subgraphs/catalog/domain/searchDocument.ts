import { descriptionsInOrder } from './precedence.ts';
import type { SnapshotBody } from './snapshot.ts';
import { foldText, wordsOf } from './words.ts';

/** What search knows of an asset: words by weight, and how much it is worth showing. */
export interface SearchDocument {
  readonly no: string;
  readonly nameLower: string;
  /** Name (weight A), path and tags (B), description (C), columns (D): plain words for `to_tsvector`. */
  readonly nameWords: string;
  readonly pathWords: string;
  readonly descriptionWords: string;
  readonly columnWords: string;
  /** 0 to 1. */
  readonly quality: number;
  /** 0 is searched first. */
  readonly tier: 0 | 1 | 2;
  /** Each word once, for the dictionary of what occurs. */
  readonly distinctWords: readonly string[];
}

/** Words of the columns beyond this bound are found by the index on column names only. */
const COLUMN_WORDS_MAX = 20_000;
/** PostgreSQL keeps at most a megabyte of distinct words, each stored up to four times over. */
const COLUMN_TEXT_MAX = 200_000;
const DISTINCT_MAX = 2_000;

export function searchDocument(body: SnapshotBody): SearchDocument {
  const name = wordsOf(body.simpleName);
  const path = [...wordsOf(body.name), ...wordsOf(body.platform), ...body.tags.flatMap((tag) => wordsOf(tag.name))];
  const description = wordsOf(descriptionText(body));
  const columns = body.columns.flatMap((column) => wordsOf(column.name)).slice(0, COLUMN_WORDS_MAX);
  const quality = qualityOf(body);
  return {
    no: body.no,
    nameLower: foldText(body.simpleName),
    nameWords: name.join(' '),
    pathWords: path.join(' '),
    descriptionWords: description.join(' '),
    columnWords: [...columns, ...columnDescriptions(body)].join(' ').slice(0, COLUMN_TEXT_MAX),
    quality,
    tier: quality >= 0.7 ? 0 : quality >= 0.35 ? 1 : 2,
    distinctWords: [...new Set([...name, ...path, ...columns, ...description])].filter(isDictionaryWord).slice(0, DISTINCT_MAX),
  };
}

const descriptionText = (body: SnapshotBody): string =>
  descriptionsInOrder(
    body.description,
    body.descriptions.map(({ text, origin }) => ({ text, origin, principalId: null, setAt: null })),
  )
    .map(({ text }) => text)
    .join(' ')
    .slice(0, 20_000);

const columnDescriptions = (body: SnapshotBody): readonly string[] =>
  body.columns.flatMap((column) => wordsOf(column.description ?? '')).slice(0, COLUMN_WORDS_MAX);

const isDictionaryWord = (word: string): boolean => word.length >= 3 && /\p{L}/u.test(word);

/** A described, owned, tagged dataset is worth more than a bare one; a missing one little. */
function qualityOf(body: SnapshotBody): number {
  const described = body.columns.filter((column) => column.description !== null || column.descriptions.length > 0).length;
  const parts = [
    0.15,
    body.kind === 'container' ? 0 : 0.15,
    body.description !== null || body.descriptions.length > 0 ? 0.2 : 0,
    body.owners.some((owner) => owner.role !== 'TECHNICAL') ? 0.25 : 0,
    body.tags.length > 0 ? 0.1 : 0,
    body.columns.length > 0 ? 0.15 * (described / body.columns.length) : 0,
  ];
  const sum = parts.reduce((total, part) => total + part, 0);
  return Math.round((body.state === 'present' ? sum : sum * 0.25) * 1000) / 1000;
}
