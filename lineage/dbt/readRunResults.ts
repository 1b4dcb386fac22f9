import { z } from 'zod';
import type { Instant } from '../../kernel/time.ts';
import { ArtifactError } from './artifactError.ts';
import { amount, listOf, text } from './fields.ts';
import { instantOf } from './observedAt.ts';
import { type ArtifactKind, parseArtifact } from './parseArtifact.ts';
import type { AssertionStatus, DbtAssertion, DbtDataset } from './project.ts';

export const RUN_RESULTS: ArtifactKind = { name: 'run-results', file: 'run_results.json', versions: { from: 1, to: 6 } };

/** How the last run of each node ended, by unique_id. */
export type RunResults = ReadonlyMap<string, RunResult>;
export type RunResult = z.infer<typeof result> & { readonly observedAt: Instant | null; readonly run: string | null };

const result = z.object({
  unique_id: z.string(),
  status: text.default(null),
  failures: amount.default(null),
  message: text.default(null),
  compiled_code: text.default(null),
  timing: listOf(z.object({ completed_at: text.default(null) })).default([]),
});

/** @throws ArtifactError */
export function readRunResults(source: string): RunResults {
  const { body, metadata, generatedAt } = parseArtifact(RUN_RESULTS, source);
  if (!Array.isArray(body['results'])) throw new ArtifactError('MALFORMED', '"results" of run_results.json is not a list.');
  const [written, run] = [instantOf(generatedAt), text.parse(metadata['invocation_id'] ?? null)];
  return new Map(
    listOf(result)
      .parse(body['results'])
      .map((one) => [one.unique_id, { ...one, observedAt: endOf(one) ?? written, run }]),
  );
}

const endOf = ({ timing }: z.infer<typeof result>): Instant | null =>
  timing
    .flatMap(({ completed_at }) => instantOf(completed_at) ?? [])
    .toSorted()
    .at(-1) ?? null;

const STATUS: Readonly<Record<string, AssertionStatus>> = {
  pass: 'PASSED',
  fail: 'FAILED',
  warn: 'WARNED',
  error: 'ERRORED',
  'runtime error': 'ERRORED',
  skipped: 'SKIPPED',
};

/** A test that was only compiled says `success`, and nothing about the data. */
export function withOutcome(assertion: DbtAssertion, found: RunResult | undefined): DbtAssertion {
  const status = Object.hasOwn(STATUS, found?.status ?? '') ? STATUS[found?.status ?? ''] : undefined;
  if (found === undefined || status === undefined) return assertion;
  const { observedAt, failures, message, run } = found;
  return {
    ...assertion,
    status,
    outcome: observedAt === null ? null : { status, observedAt, failures, message, maxLoadedAt: null, run },
  };
}

/** Since v6 the results carry what was run; a manifest of `dbt parse` has none of it. */
export const withRun = (dataset: DbtDataset, found: RunResult | undefined): DbtDataset =>
  found === undefined
    ? dataset
    : {
        ...dataset,
        status: found.status,
        code: { ...dataset.code, compiled: dataset.code.compiled ?? found.compiled_code },
      };
