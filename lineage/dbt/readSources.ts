import { z } from 'zod';
import type { Instant } from '../../kernel/time.ts';
import { anything, listOf, text } from './fields.ts';
import { freshnessOf } from './freshness.ts';
import { instantOf } from './observedAt.ts';
import { type ArtifactKind, parseArtifact } from './parseArtifact.ts';
import type { AssertionStatus, DbtDataset, DbtFreshness, DbtOutcome } from './project.ts';

export const SOURCES: ArtifactKind = { name: 'sources', file: 'sources.json', versions: { from: 1, to: 3 } };

/** What `dbt source freshness` found, by unique_id. */
export type Freshness = ReadonlyMap<string, FreshnessResult>;
type FreshnessResult = z.infer<typeof result> & { readonly writtenAt: Instant | null; readonly run: string | null };

const result = z.object({
  unique_id: z.string(),
  status: text.default(null),
  // v1 says `state`.
  state: text.default(null),
  max_loaded_at: text.default(null),
  snapshotted_at: text.default(null),
  error: text.default(null),
  criteria: z.unknown().optional(),
});
const unkeyed = result.omit({ unique_id: true });

/** @throws ArtifactError */
export function readSources(source: string): Freshness {
  const { body, metadata, generatedAt } = parseArtifact(SOURCES, source);
  const about = { writtenAt: instantOf(generatedAt), run: text.parse(metadata['invocation_id'] ?? null) };
  const results = body['results'];
  if (Array.isArray(results))
    return new Map(
      listOf(result)
        .parse(results)
        .map((one) => [one.unique_id, { ...one, ...about }]),
    );
  // v1 has them by unique_id under another name.
  return new Map(
    Object.entries(anything.parse(body['sources'] ?? results ?? {})).flatMap(([unique_id, value]) => {
      const { success, data } = unkeyed.safeParse(value);
      return success ? [[unique_id, { unique_id, ...data, ...about }] as const] : [];
    }),
  );
}

/** `error` says that the data is too old, `runtime error` that nobody could look. */
const STATUS: Readonly<Record<string, AssertionStatus>> = {
  pass: 'PASSED',
  warn: 'WARNED',
  error: 'FAILED',
  'runtime error': 'ERRORED',
};

export function withFreshness(dataset: DbtDataset, found: FreshnessResult | undefined): DbtDataset {
  if (found === undefined) return dataset;
  const status = found.status ?? found.state;
  const criteria: DbtFreshness = freshnessOf(found.criteria) ??
    dataset.freshness ?? { warnAfter: null, errorAfter: null, filter: null, outcome: null };
  return {
    ...dataset,
    loadedAt: found.max_loaded_at,
    status,
    freshness: { ...criteria, outcome: outcomeOf(found, status) },
  };
}

function outcomeOf(found: FreshnessResult, written: string | null): DbtOutcome | null {
  const status = Object.hasOwn(STATUS, written ?? '') ? STATUS[written ?? ''] : undefined;
  const observedAt = instantOf(found.snapshotted_at) ?? found.writtenAt;
  if (status === undefined || observedAt === null) return null;
  const maxLoadedAt = instantOf(found.max_loaded_at);
  return { status, observedAt, failures: null, message: found.error, maxLoadedAt, run: found.run };
}
