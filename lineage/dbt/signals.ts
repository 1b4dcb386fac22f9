import type { Instant } from '../../kernel/time.ts';
import type { ClaimEnd } from './claim.ts';
import type { AssertionStatus, DbtAssertion, DbtDataset, DbtFreshness, DbtOutcome, DbtProject, Skipped } from './project.ts';
import { columnKey } from './relation.ts';

/** Something that a project checks, and what it found. */
export interface DbtSignal {
  readonly key: string;
  readonly on: ClaimEnd;
  readonly name: string;
  readonly kind: string;
  readonly severity: 'ERROR' | 'WARN';
  readonly description: string | null;
  readonly criteria: Readonly<Record<string, unknown>>;
  readonly result: SignalResult | null;
}

export interface SignalResult {
  readonly status: 'PASS' | 'WARN' | 'FAIL' | 'ERROR' | 'SKIPPED';
  readonly observedAt: Instant;
  readonly failures: number | null;
  readonly message: string | null;
  readonly maxLoadedAt: Instant | null;
  readonly run: string | null;
}

/** A test of one's own may read many models; it is shown at each of these. */
const DATASETS_OF_TEST_MAX = 20;

/** Tests and freshness checks of a project, and which of them are about nothing that could show them. */
export function signalsOf(project: DbtProject): { readonly signals: readonly DbtSignal[]; readonly skipped: readonly Skipped[] } {
  const signals: DbtSignal[] = [];
  const skipped: Skipped[] = [];
  for (const assertion of project.assertions.values()) {
    const found = signalsOfTest(project, assertion);
    if (typeof found === 'string') skipped.push({ id: assertion.id, why: found });
    else signals.push(...found);
  }
  for (const dataset of project.datasets.values()) {
    if (dataset.freshness !== null && dataset.name !== null)
      signals.push(freshnessSignal(dataset, dataset.name, dataset.freshness));
  }
  return { signals, skipped };
}

function signalsOfTest(project: DbtProject, assertion: DbtAssertion): readonly DbtSignal[] | string {
  const ids = assertion.dataset === null ? assertion.dependsOn : [assertion.dataset];
  if (ids.length === 0) return 'a test that reads no model';
  const known = ids.flatMap((id) => project.datasets.get(id) ?? []);
  if (known.length === 0) return 'a test of a model that the manifest does not have';
  const real = known.filter(({ name }) => name !== null);
  if (real.length === 0) return 'a test of an ephemeral model, which is nowhere in the warehouse';
  return real.slice(0, DATASETS_OF_TEST_MAX).map((dataset) => testSignal(dataset, assertion));
}

const testSignal = ({ namespace, name, columns }: DbtDataset, assertion: DbtAssertion): DbtSignal => ({
  key: assertion.id,
  on: { namespace, name: name ?? '', column: spelled(columns, assertion.column) },
  name: assertion.label,
  kind: kindOf(assertion),
  severity: assertion.severity,
  description: assertion.description,
  criteria: assertion.criteria,
  result: resultOf(assertion.outcome),
});

/** Tests fold the name of their column; the warehouse may tell spellings apart. */
const spelled = (columns: DbtDataset['columns'], key: string | null): string | null =>
  columns.find(({ name }) => columnKey(name) === key)?.name ?? key;

const KINDS = {
  UNIQUE: 'unique',
  NOT_NULL: 'not_null',
  ACCEPTED_VALUES: 'accepted_values',
  RELATIONSHIP: 'relationships',
} as const;

/** A test that is a query of its own has no kind but that. */
function kindOf({ asserts, label }: DbtAssertion): string {
  if (asserts.kind !== 'OTHER') return KINDS[asserts.kind];
  return asserts.test === label ? 'singular' : asserts.test;
}

const freshnessSignal = (dataset: DbtDataset, name: string, freshness: DbtFreshness): DbtSignal => {
  const { warnAfter, errorAfter, filter, outcome } = freshness;
  return {
    key: `freshness.${dataset.id}`,
    on: { namespace: dataset.namespace, name, column: null },
    name: `freshness_${dataset.label}`,
    kind: 'freshness',
    severity: errorAfter === null ? 'WARN' : 'ERROR',
    description: null,
    criteria: {
      ...(warnAfter !== null && { warnAfter }),
      ...(errorAfter !== null && { errorAfter }),
      ...(filter !== null && { filter }),
    },
    result: resultOf(outcome),
  };
};

const STATUSES: Readonly<Record<AssertionStatus, SignalResult['status']>> = {
  PASSED: 'PASS',
  WARNED: 'WARN',
  FAILED: 'FAIL',
  ERRORED: 'ERROR',
  SKIPPED: 'SKIPPED',
};

const resultOf = (outcome: DbtOutcome | null): SignalResult | null =>
  outcome === null ? null : { ...outcome, status: STATUSES[outcome.status] };
