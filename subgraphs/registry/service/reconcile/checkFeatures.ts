import type { Tx } from '../../../../kernel/db/database.ts';
import { lastEventsOf } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { finding } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { bindingsDigest } from '../../domain/features/coverage.ts';
import { featureBindingsOf } from '../../store/features/bindings.ts';
import { boundVersionsAfter } from '../../store/reconcile/featureRows.ts';

/** The inputs of a version come from the columns that the last event about them says. */
export async function checkFeatures(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await boundVersionsAfter(tx, after, limit);
  const ids = rows.map(({ id }) => id);
  const events = await lastEventsOf(tx, ids);
  const bindings = groupBy(await featureBindingsOf(tx, ids, null), ({ versionId }) => versionId);
  const findings = ids.map((id) => {
    const subject = { type: 'ModelVersion', id };
    const held = bindings.get(id) ?? [];
    const said = (events.get(id) ?? []).find(({ action }) => action === 'registry.features.set.v1');
    if (said === undefined)
      return held.length === 0
        ? null
        : finding('UNEXPLAINED_ROW', subject, 'No event tells which columns its inputs come from.', { found: id });
    return said.digest === bindingsDigest(held)
      ? null
      : finding('OTHER_STATE', subject, 'Its inputs come from other columns than its last event says.', {
          expected: said.digest ?? '',
          found: bindingsDigest(held),
          eventId: said.id,
        });
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}
