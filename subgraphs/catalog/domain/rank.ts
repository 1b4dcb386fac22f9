import type { ScoreTerm } from './search.ts';
import { wordsOf } from './words.ts';

/** What is known of a candidate when its place in the answer is decided. */
export interface Candidate {
  readonly no: string;
  readonly nameLower: string;
  /** `ts_rank` with weights for name, path, description and columns; 0 to about 1. */
  readonly textRank: number;
  readonly quality: number;
  /** True when it has all the words, false when only some. */
  readonly hasAll: boolean;
}

export interface Ranked {
  readonly no: string;
  readonly score: number;
  readonly explain: readonly ScoreTerm[];
}

/** How much each signal counts. An exact name comes first whatever the texts say. */
const WEIGHTS = { exactName: 10, namePrefix: 2, nameWords: 3, allWords: 3, text: 4, quality: 1 } as const;

/** Orders candidates by a formula that is explained in the answer. */
export function rank(words: readonly string[], candidates: readonly Candidate[]): readonly Ranked[] {
  return candidates.map((candidate) => score(words, candidate)).toSorted((a, b) => b.score - a.score || compareNo(a.no, b.no));
}

function score(words: readonly string[], candidate: Candidate): Ranked {
  const nameWords = wordsOf(candidate.nameLower);
  const inName = words.filter((word) => nameWords.some((part) => part === word || part.startsWith(word))).length;
  const signals: Record<keyof typeof WEIGHTS, number> = {
    exactName: nameWords.join(' ') === words.join(' ') ? 1 : 0,
    namePrefix: nameWords.join(' ').startsWith(words.join(' ')) ? 1 : 0,
    nameWords: words.length === 0 ? 0 : inName / words.length,
    allWords: candidate.hasAll ? 1 : 0,
    text: Math.min(1, candidate.textRank),
    quality: candidate.quality,
  };
  const explain = Object.entries(WEIGHTS).map(([signal, weight]) => ({
    signal,
    value: round(weight * (signals[signal as keyof typeof WEIGHTS] ?? 0)),
  }));
  return { no: candidate.no, score: round(explain.reduce((sum, { value }) => sum + value, 0)), explain };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Numbers are bigints as text: the shorter is the smaller. */
export const compareNo = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** How well a column fits: the share of the words that its name has, more for the whole name. */
export function columnScore(words: readonly string[], columnName: string): number {
  const parts = wordsOf(columnName);
  const hits = words.filter((word) =>
    parts.some((part) => part === word || part.startsWith(word) || word.startsWith(part)),
  ).length;
  const whole = parts.length > 0 && parts.every((part) => words.includes(part)) ? 0.5 : 0;
  return words.length === 0 || hits === 0 ? 0 : hits / words.length + whole;
}
