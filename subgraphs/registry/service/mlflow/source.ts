import { parse } from 'yaml';
import { parseEvidenceValue } from '../../../../kernel/approval/evidenceValue.ts';
import { notStored } from '../../../../kernel/blobs/notStored.ts';
import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { makeUrn } from '../../../../kernel/urn.ts';
import {
  type ArtifactPlace,
  loggedModelRoot,
  type ModelSource,
  readModelSource,
  versionRoot,
} from '../../domain/mlflow/artifactPlace.ts';
import { evidenceOf } from '../../domain/mlflow/evidenceOf.ts';
import { absent, cited, invalid } from '../../domain/mlflow/mlflowFault.ts';
import { signatureIn } from '../../domain/mlflow/modelFile.ts';
import type { Artifact, DatasetRole, ModelVersion, Signature, VersionDataset } from '../../domain/model.ts';
import { artifactsBelow } from '../../store/mlflow/artifacts.ts';
import { type LoggedModel, loggedModelById } from '../../store/mlflow/loggedModels.ts';
import { type DatasetInput, type LoggedRun, runById } from '../../store/mlflow/runs.ts';
import { datasetsOfVersions, versionsById } from '../../store/readVersions.ts';
import { modelSignature } from '../../domain/modelSignature.ts';
import { FILES_MAX } from '../versions/contentOf.ts';
import { readModels } from '../versions/readModels.ts';
import { mayReadArtifacts } from './artifactOwner.ts';
import type { MlflowCall } from './call.ts';
import { foundVersion, readable } from './versionReads.ts';

/** What a version is made of, and what is known of how it came about. */
export interface FoundSource {
  /** Null when nothing lies there. */
  readonly place: ArtifactPlace | null;
  readonly artifacts: readonly Artifact[];
  readonly runId: string | null;
  readonly loggedModelId: string | null;
  /** Where clients find the artifacts as long as the version has none of its own. */
  readonly storageUri: string;
  readonly codeCommit: string | null;
  readonly signature: Signature | null;
  readonly params: ModelVersion['params'];
  readonly datasets: readonly VersionDataset[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly toolVersion: string;
}

interface Wanted {
  readonly source: string;
  readonly runId: string;
  readonly modelId: string;
}

/** @throws Fault INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST, PERMISSION_DENIED */
export async function findSource(call: MlflowCall, wanted: Wanted): Promise<FoundSource> {
  const source = readModelSource(wanted.source);
  return source.kind === 'version' ? ofVersion(call, wanted, source) : ofArtifacts(call, wanted, source.place);
}

async function ofVersion(
  call: MlflowCall,
  { runId }: Wanted,
  { name, version }: Extract<ModelSource, { kind: 'version' }>,
): Promise<FoundSource> {
  const { db } = call.kernel;
  const { id, storageUri, source, hasArtifacts } = await foundVersion(call, name, version);
  const [original] = await versionsById(db, await readable(call), [id], null);
  if (original === undefined) throw absent(`Model Version (name=${name}, version=${version}) not found`);
  const place: ArtifactPlace = { owner: { kind: 'VERSION', id }, path: '' };
  return {
    place,
    artifacts: await storedArtifacts(call, place),
    runId: runId || original.runId,
    loggedModelId: null,
    storageUri: hasArtifacts ? versionRoot(id) : storageUri || source,
    codeCommit: original.codeCommit,
    signature: original.signature,
    params: original.params,
    datasets: await datasetsOfVersions(db, [id]),
    ...(await measured(db, runId || (original.runId ?? ''))),
  };
}

async function ofArtifacts(call: MlflowCall, wanted: Wanted, place: ArtifactPlace): Promise<FoundSource> {
  const { db } = call.kernel;
  requireAction(call.request, 'registry.browse');
  const { kind, id } = place.owner;
  if (kind === 'VERSION') await mayReadArtifacts(call, place.owner);
  const loggedModelId = kind === 'LOGGED_MODEL' ? id : wanted.modelId || null;
  const logged = loggedModelId === null ? null : await loggedModelById(db, loggedModelId);
  if (loggedModelId !== null && logged === null)
    throw invalid(
      `Unable to fetch model from model URI source artifact location ${cited(wanted.source)}: there is no logged model ${cited(loggedModelId)}.`,
    );
  const runId = wanted.runId || (kind === 'RUN' ? id : (logged?.sourceRunId ?? ''));
  const artifacts = await storedArtifacts(call, place);
  const run = runId === '' ? null : await runById(db, runId);
  return {
    place,
    artifacts,
    runId: runId || null,
    loggedModelId,
    storageUri: kind === 'LOGGED_MODEL' && logged !== null ? loggedModelRoot(logged.experimentNo, id) : wanted.source,
    codeCommit: run?.tags.find(({ key }) => key === 'mlflow.source.git.commit')?.value ?? null,
    signature: await signatureOf(call, artifacts),
    params: Object.fromEntries(
      [...(run?.params ?? []), ...(logged?.params ?? [])].slice(0, PARAMS_MAX).map(({ key, value }) => [key, value]),
    ),
    datasets: versionDatasets(run?.datasets ?? []),
    ...evidence(run, logged),
  };
}

const PARAMS_MAX = 1_000;
const DATASETS_MAX = 100;

/** All artifacts there, each with its bytes in the store. @throws Fault INVALID_PARAMETER_VALUE */
async function storedArtifacts({ kernel, request }: MlflowCall, { owner, path }: ArtifactPlace): Promise<readonly Artifact[]> {
  const artifacts = await artifactsBelow(kernel.db, owner, path, FILES_MAX + 1);
  if (artifacts.length > FILES_MAX)
    throw invalid(`There are more than ${FILES_MAX} artifacts, which is the most that a version has. Pack them into archives.`);
  const lost = await notStored(kernel.blobs, artifacts, request.signal);
  if (lost !== undefined)
    throw invalid(`The bytes of ${cited(lost.path)} are not stored as they were uploaded. Upload them again.`);
  return artifacts;
}

/** The artifacts as they are in this transaction; null when they are others than those that were looked at. */
export async function artifactsNow(tx: Tx, { place, artifacts }: FoundSource): Promise<readonly Artifact[] | null> {
  const now = place === null ? [] : await artifactsBelow(tx, place.owner, place.path, FILES_MAX + 1);
  const isSame =
    now.length === artifacts.length &&
    now.every(({ path, digest }, i) => path === artifacts[i]?.path && digest === artifacts[i].digest);
  return isSame ? now : null;
}

const MODEL_FILE_BYTES_MAX = 1024 * 1024;

/**
 * What goes in and comes out: as the file `MLmodel` says it, else as the one ONNX model among the artifacts does.
 * @throws Fault INVALID_PARAMETER_VALUE for a model that is not safe to load
 */
async function signatureOf({ kernel, request }: MlflowCall, artifacts: readonly Artifact[]): Promise<Signature | null> {
  const read = await readModels(kernel.blobs, artifacts, request.signal);
  if ('refusal' in read) throw invalid(read.refusal.message);
  return (await writtenSignature(kernel, artifacts)) ?? modelSignature(read.models);
}

/** Null when there is none, or none that can be read. */
async function writtenSignature({ blobs }: Kernel, artifacts: readonly Artifact[]): Promise<Signature | null> {
  const file = artifacts.find(({ path }) => path === 'MLmodel');
  if (file === undefined || file.sizeBytes > MODEL_FILE_BYTES_MAX) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of await blobs.open(file.digest)) chunks.push(chunk as Buffer);
  try {
    return signatureIn(parse(Buffer.concat(chunks).toString('utf8'), { maxAliasCount: 10 }));
  } catch {
    return null;
  }
}

const measured = async (db: Queryable, runId: string) => evidence(runId === '' ? null : await runById(db, runId), null);

function evidence(run: LoggedRun | null, logged: LoggedModel | null): Pick<FoundSource, 'metrics' | 'toolVersion'> {
  const metrics = new Map([...(run?.metrics ?? []), ...(logged?.metrics ?? [])].map((metric) => [metric.key, metric]));
  return {
    metrics: evidenceOf([...metrics.values()], isReserved),
    toolVersion: run?.tags.find(({ key }) => key === 'mlflow.version')?.value ?? '',
  };
}

function isReserved(name: string): boolean {
  try {
    parseEvidenceValue({ [name]: 0 });
    return false;
  } catch {
    return true;
  }
}

const ROLES: Readonly<Record<string, DatasetRole>> = {
  training: 'TRAINING',
  train: 'TRAINING',
  validation: 'VALIDATION',
  eval: 'VALIDATION',
  evaluation: 'VALIDATION',
  test: 'TEST',
  testing: 'TEST',
};

/** Each once for what it was used. */
const versionDatasets = (datasets: readonly DatasetInput[]): readonly VersionDataset[] =>
  [...new Map(datasets.map(versionDataset).map((dataset) => [`${dataset.role} ${dataset.urn}`, dataset])).values()].slice(
    0,
    DATASETS_MAX,
  );

/** A dataset is named by where it comes from and how it is called there, as far as its client says so. */
const versionDataset = ({ name, digest, sourceType, tags }: DatasetInput): VersionDataset => ({
  role: ROLES[tags['mlflow.data.context']?.toLowerCase() ?? ''] ?? 'TRAINING',
  urn: makeUrn({ kind: 'dataset', namespace: `mlflow://${sourceType}`, name, column: null }),
  datasetId: null,
  asOf: null,
  digest,
});
