import { z } from 'zod';
import { ArtifactError } from './artifactError.ts';
import { amount, listOf, text } from './fields.ts';
import { type ArtifactKind, parseArtifact } from './parseArtifact.ts';
import type { AssertionStatus, DbtAssertion, DbtDataset } from './project.ts';

export const RUN_RESULTS: ArtifactKind = { name: 'run-results', file: 'run_results.json', versions: { from: 1, to: 6 } };

/** How the last run of each node ended, by unique_id. */
export type RunResults = ReadonlyMap<string, RunResult>;
export type RunResult = z.infer<typeof result>;

const result = z.object({
  unique_id: z.string(),
  status: text.default(null),
  failures: amount.default(null),
  message: text.default(null),
  compiled_code: text.default(null),
});

/** @throws ArtifactError */
export function readRunResults(source: string): RunResults {
  const { body } = parseArtifact(RUN_RESULTS, source);
  if (!Array.isArray(body['results'])) throw new ArtifactError('MALFORMED', '"results" of run_results.json is not a list.');
  return new Map(
    listOf(result)
      .parse(body['results'])
      .map((one) => [one.unique_id, one]),
  );
}

const STATUS: Readonly<Record<string, AssertionStatus>> = {
  pass: 'PASSED',
  fail: 'FAILED',
  warn: 'WARNED',
  error: 'ERRORED',
  'runtime error': 'ERRORED',
  skipped: 'SKIPPED',
};

/** A test that was only compiled says `success`, and nothing about the data. */
export const withOutcome = (assertion: DbtAssertion, found: RunResult | undefined): DbtAssertion =>
  found === undefined
    ? assertion
    : { ...assertion, status: STATUS[found.status ?? ''] ?? null, failures: found.failures, message: found.message };

/** Since v6 the results carry what was run; a manifest of `dbt parse` has none of it. */
export const withRun = (dataset: DbtDataset, found: RunResult | undefined): DbtDataset =>
  found === undefined
    ? dataset
    : {
        ...dataset,
        status: found.status,
        code: { ...dataset.code, compiled: dataset.code.compiled ?? found.compiled_code },
      };
