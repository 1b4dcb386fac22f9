import { stateSubject } from '../../../../kernel/approval/subject.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { tagWords } from '../../domain/labels.ts';
import type { Model, ModelVersion, Tag } from '../../domain/model.ts';
import { versionsOfModel } from '../../store/readVersions.ts';

export interface ModelStanding {
  readonly model: Pick<Model, 'id' | 'no' | 'name' | 'createdBy'>;
  readonly owners: readonly string[];
  readonly tags: readonly Tag[];
}

/**
 * States what approvals of a version go by: its bytes, who made it, who owns it.
 * @param makers who made it besides whoever began it and those who are stated already
 */
export const stateVersion = (
  tx: Tx,
  origin: Origin,
  { model, owners, tags }: ModelStanding,
  { id, number, digest, createdBy }: Pick<ModelVersion, 'id' | 'number' | 'digest' | 'createdBy'>,
  makers: readonly string[] = [],
): Promise<void> =>
  stateSubject(tx, origin, {
    subjectId: id,
    subjectType: 'ModelVersion',
    groupId: model.id,
    name: `${model.name}:${number}`,
    resourceNo: model.no,
    contentDigest: digest,
    creatorIds: [createdBy, ...makers],
    ownerIds: owners,
    tags: tagWords(tags),
  });

/** Owners, tags and the name of a model are those of all its versions. */
export async function stateVersions(tx: Tx, origin: Origin, standing: ModelStanding): Promise<void> {
  for (const version of await versionsOfModel(tx, standing.model.no)) await stateVersion(tx, origin, standing, version);
}
