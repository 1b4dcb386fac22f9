import type { Tx } from '../../../../kernel/db/database.ts';
import { type Finding, finding, firstOf } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { aliasesAfter, type AliasToCheck } from '../../store/reconcile/boundRows.ts';
import { detailOf } from './detailOf.ts';

/** Every alias stands for what its event says, from then until an event ended it. */
export async function checkAliases(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await aliasesAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(check));
}

function check(row: AliasToCheck): Finding | null {
  const subject = { type: 'Model', id: row.modelId };
  const { alias, versionId, eventId } = row;
  const said = detailOf(row.detail);
  return firstOf(
    () =>
      row.action === 'registry.alias.set.v1' && row.subjectId === row.modelId
        ? null
        : finding('UNEXPLAINED_ROW', subject, `No event tells of the alias "${alias}".`, { found: versionId }),
    () =>
      said === null || (said['alias'] === alias && said['versionId'] === versionId)
        ? null
        : finding('OTHER_STATE', subject, `The alias "${alias}" stands for something else than its event says.`, {
            expected: String(said['versionId']),
            found: versionId,
            eventId,
          }),
    () =>
      row.boundFrom === row.at && row.boundTo === row.endAt && row.endedBy === null
        ? null
        : finding('OTHER_HISTORY', subject, `The alias "${alias}" begins or ends at another moment than its events.`, {
            found: row.boundTo ?? 'open',
            eventId: row.endedBy ?? eventId,
          }),
  );
}
