import { splitName } from '../../../../kernel/identifier.ts';

/** A dataset as far as two of them are compared. */
export interface Likeness {
  readonly namespace: string;
  readonly name: string;
  /** Names of columns, lower-case. */
  readonly columns: ReadonlySet<string>;
}

export interface Similarity {
  /** How many parts of the names are the same, from the last one on. */
  readonly parts: number;
  readonly sharedColumns: number;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly string[];
}

const NAME_WEIGHT = 0.65;
const COLUMN_WEIGHT = 0.3;
const HOST_WEIGHT = 0.05;
/** Without a word of the name in common, columns alone must say that much. */
const COLUMNS_ALONE_MIN = 3;
const COVERED_ALONE_MIN = 0.8;

/** How alike a dataset that only lineage knows is to a crawled one; null when nothing speaks for it. */
export function similarity(orphan: Likeness, crawled: Likeness): Similarity | null {
  const [own, others] = [partsOf(orphan.name), partsOf(crawled.name)];
  const parts = sameFromTheEnd(own, others, (a, b) => a.toLowerCase() === b.toLowerCase());
  const sharedColumns = [...orphan.columns].filter((column) => crawled.columns.has(column)).length;
  const isComparable = orphan.columns.size > 0 && crawled.columns.size > 0;
  const covered = isComparable ? sharedColumns / orphan.columns.size : 0;
  if (parts === 0 && (sharedColumns < COLUMNS_ALONE_MIN || covered < COVERED_ALONE_MIN)) return null;
  if (isComparable && sharedColumns === 0 && parts < Math.max(own.length, others.length)) return null;
  const ofName = parts / Math.max(own.length, others.length);
  const hosts = likeHosts(orphan.namespace, crawled.namespace);
  // Where nothing is known of columns, the name speaks for both.
  const ofColumns = isComparable ? covered : ofName * 0.8;
  const isCaseOnly = parts > 0 && sameFromTheEnd(own, others, (a, b) => a === b) < parts;
  return {
    parts,
    sharedColumns,
    score: Math.round(100 * (NAME_WEIGHT * ofName + COLUMN_WEIGHT * ofColumns + (hosts === null ? 0 : HOST_WEIGHT))) / 100,
    reasons: [
      ...(parts === 0 ? [] : [nameReason(parts, own.length, others.length)]),
      ...(isCaseOnly ? ['The names differ in upper and lower case.'] : []),
      ...(isComparable && sharedColumns > 0 ? [`${sharedColumns} of ${orphan.columns.size} columns have the same names.`] : []),
      ...(hosts === null ? [] : [hosts]),
    ],
  };
}

const nameReason = (parts: number, own: number, others: number): string =>
  parts === own && parts === others
    ? 'The name is the same under another namespace.'
    : `The last ${parts === 1 ? 'part' : `${parts} parts`} of the name ${parts === 1 ? 'is' : 'are'} the same.`;

/** The most alike first: by name, then by columns. */
export const byLikeness = (a: Similarity, b: Similarity): number =>
  b.parts - a.parts || b.score - a.score || b.sharedColumns - a.sharedColumns;

const partsOf = (name: string): readonly string[] =>
  name.includes('/') && !name.includes('"')
    ? name.split('/').filter((part) => part !== '')
    : splitName(name).map(({ part }) => part);

/** The last two parts of a name as an index has them; null when there is only one. */
export function tailOf(name: string): string | null {
  const plain = partsOf(name).join(name.includes('/') ? '/' : '.');
  return /[^./]+[./][^./]+$/u.exec(plain)?.[0].toLowerCase() ?? null;
}

function sameFromTheEnd(a: readonly string[], b: readonly string[], same: (a: string, b: string) => boolean): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && same(a.at(-1 - count) ?? '', b.at(-1 - count) ?? '')) count += 1;
  return count;
}

/** `postgres://db` and `postgres://db.internal:5432` may well be one server. */
function likeHosts(a: string, b: string): string | null {
  const [left, right] = [hostOf(a), hostOf(b)];
  if (left === null || right === null || left.scheme !== right.scheme) return null;
  if (left.host === right.host) return `Both are at ${left.host}.`;
  return left.host.split('.')[0] === right.host.split('.')[0] ? `The hosts ${left.host} and ${right.host} begin alike.` : null;
}

function hostOf(namespace: string): { readonly scheme: string; readonly host: string } | null {
  const match = /^([a-z0-9+.-]+):\/\/([^/:]+)/iu.exec(namespace);
  return match === null ? null : { scheme: match[1]?.toLowerCase() ?? '', host: match[2]?.toLowerCase() ?? '' };
}
