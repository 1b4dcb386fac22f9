import { addEvidence } from '../../../../kernel/approval/evidence.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { type Receipt, record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import { labelsDigest } from '../../domain/labels.ts';
import type { Artifact, Model, ModelVersion, Tag } from '../../domain/model.ts';
import { insertArtifacts, replaceDatasets } from '../../store/artifacts.ts';
import { makersOf } from '../../store/mlflow/makers.ts';
import { insertMlflowVersion } from '../../store/mlflow/versions.ts';
import { insertVersion, lockVersion, replaceVersionTags, sealRow, takeNumber } from '../../store/writeVersions.ts';
import { stateVersion } from '../models/stateVersions.ts';
import { standingOf } from '../models/updateModel.ts';
import { contentOf } from '../versions/contentOf.ts';
import { COMMIT_MAX, LABELS } from '../versions/createVersion.ts';
import type { FoundSource } from './source.ts';
import { tellLoggedModel } from './tellLoggedModel.ts';

export interface Labels {
  readonly source: string;
  readonly description: string;
  readonly tags: readonly Tag[];
  readonly runLink: string;
}

/** What a version is made of. */
export interface Making {
  readonly model: Model;
  readonly labels: Labels;
  readonly found: FoundSource;
  readonly artifacts: readonly Artifact[];
}

/** Writes the version, seals it and says so. Null when its model is gone. */
export async function makeVersion(
  tx: Tx,
  origin: Origin,
  making: Making,
): Promise<{ readonly number: number; readonly receipt: Receipt } | null> {
  const { model, labels, found, artifacts } = making;
  const number = await takeNumber(tx, model.no);
  if (number === null) return null;
  const id = newId('modelVersion', toMs(tx.now));
  await insertVersion(tx, {
    id,
    modelNo: model.no,
    number,
    source: labels.source,
    description: labels.description,
    runId: found.runId,
    codeCommit: found.codeCommit?.slice(0, COMMIT_MAX) ?? null,
    signature: found.signature,
    params: found.params,
    createdBy: origin.actor.id,
  });
  await insertArtifacts(tx, id, artifacts);
  await replaceDatasets(tx, id, found.datasets);
  await replaceVersionTags(tx, id, labels.tags);
  await insertMlflowVersion(tx, {
    versionId: id,
    runLink: labels.runLink,
    storageUri: found.storageUri,
    loggedModelId: found.loggedModelId,
  });
  const version = await lockVersion(tx, id);
  if (version === null) throw new Error('a version cannot be read back in the transaction that made it');
  const receipt = await sealAndTell(tx, origin, version, making);
  if (found.loggedModelId !== null) await tellLoggedModel(tx, origin, found.loggedModelId, { name: model.name, version: number });
  return { number, receipt };
}

async function sealAndTell(tx: Tx, origin: Origin, version: ModelVersion, { model, labels, found }: Making): Promise<Receipt> {
  const { digest, manifest, artifacts } = await contentOf(tx, version);
  const { source, description, tags } = labels;
  const said = { id: version.id, description, source, tags };
  const isSealed = artifacts.length > 0;
  if (isSealed) await sealRow(tx, version.id, digest, manifest);
  const detail = { number: version.number };
  const of = versionPayload(version);
  const receipt = await record(tx, origin, [
    happening('registry.version.created.v1', aboutVersion(version, digest, { fields: ['content'], detail }), of),
    happening('registry.version.described.v1', aboutVersion(version, labelsDigest(said), { fields: LABELS, detail: said }), {
      ...of,
      fields: [...LABELS],
    }),
    ...(isSealed
      ? [happening('registry.version.sealed.v1', aboutVersion(version, digest, { fields: ['state'], detail }), { ...of, digest })]
      : []),
  ]);
  await stateVersion(
    tx,
    origin,
    { model, ...(await standingOf(tx, model.no)) },
    { ...version, digest: isSealed ? digest : null },
    await makersOf(tx, found),
  );
  if (isSealed && Object.keys(found.metrics).length > 0)
    await addEvidence(tx, origin, {
      subjectId: version.id,
      subjectDigest: digest,
      kind: 'metrics',
      name: '',
      producerId: origin.actor.id,
      tool: 'mlflow',
      toolVersion: found.toolVersion,
      inputsDigest: null,
      value: found.metrics,
    });
  return receipt;
}
