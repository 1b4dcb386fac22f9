import { digestOf, digestText } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { eventsOf, type Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, firstOf } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { classesAfter, policyVersionsAfter, type VersionToCheck } from '../../store/reconcile/policyRows.ts';

const PROPOSED = 'governance.policies.proposed.v1';
const ENFORCED = 'governance.policies.enforced.v1';
const REJECTED = 'governance.policies.rejected.v1';

/** Texts are those that were proposed, and in force is what was put in force last. */
export async function checkPolicies(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await policyVersionsAfter(tx, after, limit);
  const events = (await eventsOf(tx, ['policies'], [PROPOSED, ENFORCED, REJECTED])).get('policies') ?? [];
  return stepOf(
    rows,
    limit,
    ({ version }) => String(version),
    rows.map((row) => check(row, events)),
  );
}

function check(row: VersionToCheck, events: readonly Told[]): Finding | null {
  const { version, text, tests, digest, state } = row;
  const subject = { type: 'Policies', id: `version ${version}` };
  // The number of the version stands in the detail; once that is forgotten, the digest of the text has to do.
  const own = events.filter((one) => one.digest === digest && (one.detail === null || one.detail['version'] === version));
  const last = (action: string, among: readonly Told[]): Told | undefined => among.findLast((one) => one.action === action);
  const proposed = last(PROPOSED, own);
  const enforced = last(ENFORCED, own);
  const isInForce = enforced !== undefined && enforced === last(ENFORCED, events);
  const rejected = last(REJECTED, own);
  const stateThen = isInForce
    ? 'IN_FORCE'
    : enforced !== undefined
      ? 'SUPERSEDED'
      : rejected !== undefined
        ? 'REJECTED'
        : 'PROPOSED';
  return firstOf(
    () => {
      const found = digestText(text);
      return found === digest
        ? null
        : finding('OTHER_STATE', subject, 'The text is not the one that was proposed.', { expected: digest, found });
    },
    () =>
      proposed === undefined
        ? finding('UNEXPLAINED_ROW', subject, 'No event tells that it was proposed.', { found: digest })
        : null,
    () =>
      state === stateThen
        ? null
        : finding('OTHER_STATE', subject, 'It is not in the state of its last event.', {
            expected: stateThen,
            found: state,
            eventId: (enforced ?? rejected ?? proposed)?.id ?? null,
          }),
    () =>
      proposed === undefined || proposed.detail === null || digestOf(proposed.detail['tests'] ?? null) === digestOf(tests)
        ? null
        : finding('OTHER_STATE', subject, 'The test cases are not those that were proposed.', { eventId: proposed.id }),
    () => (row.hasPrevious ? null : finding('MISSING_ROW', subject, 'The version before it is not there.')),
  );
}

/** A class is what its digest is of: resources that share it are decided together. */
export async function checkClasses(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await classesAfter(tx, after, limit);
  const findings = rows.map(({ id, digest, facts, textDigest }) => {
    const found = digestOf(facts);
    if (found === digest || textDigest === digest) return null;
    const subject = { type: 'AclClass', id: String(Number(id) - 1) };
    return finding('OTHER_COPY', subject, 'Its facts are not those that it was made of.', { expected: digest, found });
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}
