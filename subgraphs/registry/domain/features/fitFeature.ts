import type { KnownColumn } from './binding.ts';
import type { ColumnIndex } from './columnIndex.ts';
import { keyOf, type Word, wordsOf } from './words.ts';

/** Columns that a feature may come from by its name, all of them equally. */
export interface Fit {
  readonly columns: readonly KnownColumn[];
  readonly encoding: string | null;
  readonly confidence: number;
  readonly reason: FitReason;
}

export const FIT_REASONS = {
  SAME_NAME: 'The names are the same.',
  SAME_WORDS: 'The names have the same words.',
  QUALIFIED: 'The feature has the name of the dataset before that of the column.',
  TRANSFORMED: 'The feature has a known transformation beside the name of the column.',
  BUCKET: 'The feature has a range of values behind the name of the column.',
  ENCODED_VALUE: 'The feature may have a value behind the name of the column.',
  INTERACTION: 'The feature has the names of several columns.',
  PIPELINE_STEP: 'The feature has the name of a step of a pipeline before it.',
  SIBLINGS: 'Several features come from the column in the same way.',
  SEVERAL_COLUMNS: 'Several columns have this name.',
} as const;

export type FitReason = keyof typeof FIT_REASONS;

const AFTER = new Set(
  `log log1p log10 sqrt square squared abs exp sin cos scaled scale norm normalized normalised std standardized z zscore rank
   minmax clipped encoded enc ord ordinal label idx index code id hash hashed ohe onehot te target woe freq count cnt n num sum avg mean
   median min max mode first last var stddev lag lead diff delta pct ratio share year quarter month week day dow weekday hour minute
   age days missing isnull null isna na nan filled imputed flag len length embedding emb tfidf pca bin binned bucket`.split(
    /\s+/,
  ),
);
const BEFORE = new Set(
  `log log1p sqrt abs scaled norm std z is has num n count sum avg mean median min max last first lag diff delta pct cat enc onehot
   bin bucket days hash missing`.split(/\s+/),
);
const RANGE = /^[\s_]*(?:[<>≤≥]=?\s*-?[\d.]+|[[(]?-?[\d.]+\s*(?:,|-|_|\.\.|to)\s*-?(?:[\d.]+|inf)[\])]?|-?[\d.]+\+)$/i;
const INTERACTION = /\s+x\s+|_x_|\*|(?<=\S):(?=\S)/;
const MAX_WORDS = 40;

/** The best reading of a feature's name; an empty list when it says nothing. */
export function fitFeature(feature: string, index: ColumnIndex): readonly Fit[] {
  const words = wordsOf(feature);
  if (words.length === 0 || words.length > MAX_WORDS) return [];
  const whole = sameName(feature, words, index) ?? qualified(words, index) ?? transformed(words, index);
  if (whole !== null) return [whole];
  const several = interaction(feature, index);
  const part = several.length > 0 ? null : encoded(feature, words, index);
  return part === null ? several : [part];
}

function sameName(feature: string, words: readonly Word[], { byName, byWords }: ColumnIndex): Fit | null {
  const same = byName.get(feature);
  if (same !== undefined) return { columns: same, encoding: null, confidence: 1, reason: 'SAME_NAME' };
  const alike = byWords.get(keyOf(words));
  return alike === undefined ? null : { columns: alike, encoding: null, confidence: 0.9, reason: 'SAME_WORDS' };
}

/** `orders.net_revenue`, `fct_orders_net_revenue` */
function qualified(words: readonly Word[], { byWords }: ColumnIndex): Fit | null {
  for (let at = 1; at < words.length; at++) {
    const before = keyOf(words.slice(0, at));
    const columns = (byWords.get(keyOf(words.slice(at))) ?? []).filter(({ datasetName }) =>
      ` ${keyOf(wordsOf(datasetName))}`.endsWith(` ${before}`),
    );
    if (columns.length > 0) return { columns, encoding: null, confidence: 0.85, reason: 'QUALIFIED' };
  }
  return null;
}

/** `revenue_log`, `revenue_lag_7`, `log_revenue`: the longest name of a column counts. */
function transformed(words: readonly Word[], { byWords }: ColumnIndex): Fit | null {
  const isKnown = (rest: readonly Word[], known: ReadonlySet<string>): boolean =>
    rest.some(({ text }) => known.has(text)) && rest.every(({ text }) => known.has(text) || /^\d+[a-z]?$/.test(text));
  for (let length = words.length - 1; length > 0; length--) {
    for (const [inside, outside, known] of [
      [words.slice(0, length), words.slice(length), AFTER],
      [words.slice(-length), words.slice(0, -length), BEFORE],
    ] as const) {
      const columns = byWords.get(keyOf(inside));
      if (columns !== undefined && isKnown(outside, known))
        return { columns, encoding: keyOf(outside).replaceAll(' ', '_'), confidence: 0.8, reason: 'TRANSFORMED' };
    }
  }
  return null;
}

/** `country_DE`, `country=DE`, `age_(18, 30]` */
function encoded(feature: string, words: readonly Word[], { byWords }: ColumnIndex): Fit | null {
  for (let length = words.length - 1; length > 0; length--) {
    const columns = byWords.get(keyOf(words.slice(0, length)));
    if (columns === undefined) continue;
    const rest = feature.slice(words[length - 1]?.end);
    if (RANGE.test(rest)) return { columns, encoding: `bucket:${bare(rest)}`, confidence: 0.75, reason: 'BUCKET' };
    return { columns, encoding: `one-hot:${bare(rest)}`, confidence: 0.6, reason: 'ENCODED_VALUE' };
  }
  return null;
}

const ENCODING_MAX = 180;
const bare = (rest: string): string =>
  rest
    .replace(/^[\s_=.:\-[]+/, '')
    .replace(/^([^[(]*)\]$/, '$1')
    .slice(0, ENCODING_MAX);

/** `age x income`, `age*income` */
function interaction(feature: string, index: ColumnIndex): readonly Fit[] {
  const parts = feature.split(INTERACTION).map((part) => part.trim());
  if (parts.length < 2 || parts.length > 5) return [];
  const fits = parts.map((part) => sameName(part, wordsOf(part), index));
  return fits.flatMap((fit) =>
    fit === null || fits.includes(null)
      ? []
      : [{ columns: fit.columns, encoding: 'interaction', confidence: 0.7, reason: 'INTERACTION' as const }],
  );
}
