import { voidRequests } from '../../../../kernel/approval/voiding.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { type Receipt, record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { BlobFinding } from '../../domain/result.ts';
import { stagesOfVersions } from '../../store/stages.ts';
import { insertDamage, setState } from '../../store/writeVersions.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';

/** Its stored bytes are not those that were sealed: what was approved of it is void. Stages that hold it are told, not emptied. */
export async function markDamaged(
  tx: Tx,
  origin: Origin,
  version: ModelVersion,
  findings: readonly BlobFinding[],
): Promise<{ readonly receipt: Receipt; readonly stages: readonly string[] }> {
  const stages = (await stagesOfVersions(tx, [version.id], null)).map(({ stage }) => stage);
  await setState(tx, version.id, 'DAMAGED');
  const receipt = await record(tx, origin, [
    happening(
      'registry.version.damaged.v1',
      aboutVersion(version, version.digest, { fields: ['state'], detail: { findings, stages } }),
      { ...versionPayload(version), digest: version.digest ?? '', stages: [...stages] },
    ),
  ]);
  await insertDamage(tx, version.id, findings, receipt.auditId);
  await voidRequests(tx, origin, version.id, 'DAMAGED');
  return { receipt, stages };
}

export const damaged = ({ number }: Pick<ModelVersion, 'number'>, findings: readonly BlobFinding[]): Refusal =>
  refusal(
    'DAMAGED',
    `The stored bytes of version ${number} are not those that were sealed${findings
      .slice(0, 3)
      .map(({ path, found }) => `: ${path} is ${found.toLowerCase()}`)
      .join('')}. Upload the right bytes again and call verifyModelVersion, or make a new version.`,
  );
