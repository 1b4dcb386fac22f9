import type { Pair } from '../../domain/mlflow/args.ts';
import { ARTIFACT_SCHEME, loggedModelRoot, runRoot } from '../../domain/mlflow/artifactPlace.ts';
import type { Experiment } from '../../store/mlflow/experiments.ts';
import type { LoggedModel } from '../../store/mlflow/loggedModels.ts';
import type { MlflowModel } from '../../store/mlflow/models.ts';
import type { DatasetInput, LoggedRun, Run } from '../../store/mlflow/runs.ts';
import type { Label, MlflowVersion, Stage } from '../../store/mlflow/versions.ts';

/** Rows in the form in which clients of MLflow read them: what is empty is left out, as protobuf does. */
export const shownExperiment = ({ no, name, isDeleted, createdMs, updatedMs, tags }: Experiment): object => ({
  experiment_id: no,
  name,
  artifact_location: `${ARTIFACT_SCHEME}${no}`,
  lifecycle_stage: isDeleted ? 'deleted' : 'active',
  creation_time: createdMs,
  last_update_time: updatedMs,
  ...listed('tags', tags),
});

export const shownRunInfo = ({ id, experimentNo, name, userName, status, startMs, endMs, isDeleted }: Run): object => ({
  run_id: id,
  run_uuid: id,
  run_name: name,
  experiment_id: experimentNo,
  user_id: userName,
  status,
  start_time: startMs,
  ...(endMs !== null && { end_time: endMs }),
  artifact_uri: runRoot(experimentNo, id),
  lifecycle_stage: isDeleted ? 'deleted' : 'active',
});

export function shownRun(run: LoggedRun): object {
  const of = (direction: 'INPUT' | 'OUTPUT') => run.models.filter((model) => model.direction === direction);
  return {
    info: shownRunInfo(run),
    data: { ...listed('metrics', run.metrics), ...listed('params', run.params), ...listed('tags', run.tags) },
    inputs: {
      ...listed('dataset_inputs', run.datasets.map(shownDataset)),
      ...listed(
        'model_inputs',
        of('INPUT').map(({ modelId }) => ({ model_id: modelId })),
      ),
    },
    outputs: listed(
      'model_outputs',
      of('OUTPUT').map(({ modelId, step }) => ({ model_id: modelId, step })),
    ),
  };
}

const shownDataset = ({ name, digest, sourceType, source, columns, profile, tags }: DatasetInput): object => ({
  ...listed(
    'tags',
    Object.entries(tags).map(([key, value]) => ({ key, value })),
  ),
  dataset: {
    name,
    digest,
    source_type: sourceType,
    source,
    ...(columns !== null && { schema: columns }),
    ...(profile !== null && { profile }),
  },
});

export const shownLoggedModel = (model: LoggedModel): object => ({
  info: {
    model_id: model.id,
    experiment_id: model.experimentNo,
    name: model.name,
    creation_timestamp_ms: model.createdMs,
    last_updated_timestamp_ms: model.updatedMs,
    artifact_uri: loggedModelRoot(model.experimentNo, model.id),
    status: `LOGGED_MODEL_${model.status}`,
    ...(model.modelType !== null && { model_type: model.modelType }),
    ...(model.sourceRunId !== null && { source_run_id: model.sourceRunId }),
    ...listed('tags', model.tags),
  },
  data: {
    ...listed('params', model.params),
    ...listed(
      'metrics',
      model.metrics.map(({ datasetName, datasetDigest, runId, ...metric }) => ({
        ...metric,
        ...(datasetName !== '' && { dataset_name: datasetName }),
        ...(datasetDigest !== '' && { dataset_digest: datasetDigest }),
        model_id: model.id,
        run_id: runId,
      })),
    ),
  },
});

export const shownVersion = (version: MlflowVersion, isGuarded: Guarding): object => ({
  name: version.name,
  version: `${version.number}`,
  creation_timestamp: version.createdMs,
  last_updated_timestamp: version.updatedMs,
  user_id: version.createdBy,
  current_stage: stageOf(version, isGuarded),
  description: version.description,
  source: version.source,
  ...(version.runId !== null && { run_id: version.runId }),
  ...(version.runLink !== '' && { run_link: version.runLink }),
  ...(version.loggedModelId !== null && { model_id: version.loggedModelId }),
  ...(version.state === 'DAMAGED'
    ? { status: 'FAILED_REGISTRATION', status_message: 'Its stored artifacts are not those that were sealed.' }
    : { status: 'READY' }),
  ...listed('tags', version.tags),
  ...aliases(unguarded(version.aliases, version.modelTags, isGuarded).map(({ alias }) => alias)),
});

const aliases = (names: readonly string[]): object => (names.length === 0 ? {} : { aliases: names });

/** Whether a policy guards a stage of a model with these tags. */
export type Guarding = (folded: string, tags: readonly Pair[]) => boolean;

/** A stage that is only said of a version and is guarded by now holds what was approved for it, and not this. */
export const stageOf = ({ stage, isStageSaid, modelTags }: MlflowVersion, isGuarded: Guarding): Stage =>
  isStageSaid && isGuarded(stage.toLowerCase(), modelTags) ? 'None' : stage;

/** An alias whose name is guarded by now is a stage: what it led to before is not shown. */
const unguarded = <L extends Label>(labels: readonly L[], tags: readonly Pair[], isGuarded: Guarding): readonly L[] =>
  labels.filter(({ folded, isStage }) => isStage || !isGuarded(folded, tags));

export const shownModel = (model: MlflowModel, latest: readonly MlflowVersion[], isGuarded: Guarding): object => ({
  name: model.name,
  creation_timestamp: model.createdMs,
  last_updated_timestamp: model.updatedMs,
  description: model.description,
  ...listed(
    'latest_versions',
    latest.map((version) => shownVersion(version, isGuarded)),
  ),
  ...listed('tags', model.tags),
  ...listed(
    'aliases',
    unguarded(model.aliases, model.tags, isGuarded).map(({ alias, version }) => ({ alias, version: `${version}` })),
  ),
});

export const listed = (name: string, rows: readonly object[]): object => (rows.length === 0 ? {} : { [name]: rows });
