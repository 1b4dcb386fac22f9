import type { MlflowSource, Pair } from './source.ts';
import { Unwilling } from './target.ts';

/** Tags that say that something was imported. The times that it had are data: recorded is when it was imported. */
export const FROM_TAG = 'cadastre.imported.from';
export const VERSION_TAG = 'cadastre.imported.version';
const CREATED_TAG = 'cadastre.imported.createdAt';
const STAGE_TAG = 'cadastre.imported.stage';

/** What is said of something imported. */
export const importTags = (
  { label }: MlflowSource,
  { createdMs, stage, version }: { readonly createdMs?: number | null; readonly stage?: string; readonly version?: number } = {},
): readonly Pair[] => [
  { key: FROM_TAG, value: label },
  ...(typeof createdMs === 'number' && Number.isFinite(createdMs)
    ? [{ key: CREATED_TAG, value: new Date(createdMs).toISOString() }]
    : []),
  ...(stage === undefined || stage === '' || stage === 'None' ? [] : [{ key: STAGE_TAG, value: stage }]),
  ...(version === undefined ? [] : [{ key: VERSION_TAG, value: `${version}` }]),
];

/** What was done, and what was not and why. */
export interface Tally {
  experiments: number;
  runs: number;
  metricValues: number;
  loggedModels: number;
  models: number;
  versions: number;
  artifacts: number;
  artifactBytes: number;
  readonly notes: string[];
}

export const newTally = (): Tally => ({
  experiments: 0,
  runs: 0,
  metricValues: 0,
  loggedModels: 0,
  models: 0,
  versions: 0,
  artifacts: 0,
  artifactBytes: 0,
  notes: [],
});

/** Does something, or says why the server would not have it; the rest goes on. */
export async function orNote(tally: Tally, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Unwilling)) throw error;
    tally.notes.push(`${what} is not complete: ${error.message}`);
  }
}

/** Lists in parts. */
export function* portions<T>(items: readonly T[], size: number): Iterable<readonly T[]> {
  for (let place = 0; place < items.length; place += size) yield items.slice(place, place + size);
}
