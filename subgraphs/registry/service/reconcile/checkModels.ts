import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import type { Checked } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { isClassOf } from '../../../../kernel/policy/describe.ts';
import { modelDigest, modelFacts } from '../../domain/labels.ts';
import { hangingResources, modelsAfter, type ModelToCheck } from '../../store/reconcile/modelRows.ts';

const STATES = ['registry.model.created.v1', 'registry.model.changed.v1'];
const DELETED = 'registry.model.deleted.v1';

/** Name, description, owners and tags are those of the last event, and policies decide by them. */
export const checkModels = checking<ModelToCheck>(modelsAfter, check);

function check(row: ModelToCheck, events: readonly Told[]): Finding | null {
  const subject = { type: 'Model', id: row.id };
  const last = events.find(({ action }) => STATES.includes(action));
  const deleted = events.find(({ action }) => action === DELETED);
  if (last === undefined)
    return finding('UNEXPLAINED_ROW', subject, `No event tells of the model "${row.name}".`, { found: row.id });
  const { name, description, owners, tags } = row;
  return firstOf(
    () =>
      row.isDeleted === (deleted !== undefined)
        ? null
        : finding(
            'OTHER_STATE',
            subject,
            row.isDeleted ? 'No event tells that it was deleted.' : 'An event tells that it was deleted.',
            {
              eventId: deleted?.id ?? null,
            },
          ),
    () =>
      modelDigest(row, owners, tags) === last.digest
        ? null
        : finding('OTHER_STATE', subject, 'Name, description, owners or tags are not what its last event says.', {
            expected: last.detail === null ? last.digest : shown(last.detail),
            found: shown({ name, description, owners, tags }),
            eventId: last.id,
          }),
    () => checkClass(row),
  );
}

function checkClass(row: ModelToCheck): Finding | null {
  const subject = { type: 'Model', id: row.id };
  const facts = modelFacts(row, row.owners, row.tags);
  if (row.classFacts === null || row.classDigest === null)
    return finding('OTHER_COPY', subject, 'Policies know nothing of it.', { expected: shown(facts) });
  if (isClassOf(facts, { digest: row.classDigest, facts: row.classFacts })) return null;
  return finding('OTHER_COPY', subject, 'Policies decide by other facts than its own.', {
    expected: shown(facts),
    found: shown(row.classFacts),
  });
}

/** All at once: there should be none. */
export async function checkHanging(tx: Tx, _after: string, limit: number): Promise<Checked> {
  const rows = await hangingResources(tx, limit);
  const findings = rows.map(({ no, id }) =>
    finding(
      'UNEXPLAINED_ROW',
      { type: 'resource', id: no },
      `Policies know facts of a model of number ${no}, which is not there.`,
      { found: id },
    ),
  );
  return { checked: rows.length, findings, last: null };
}
