import { mutate, type MutationResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { type Context, createContext } from '../../context.ts';
import { readTags, requireLine, requireText } from '../../domain/labels.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import { checkTags, lastOfEach, MODEL_TAG_CHARS_MAX } from '../../domain/mlflow/names.ts';
import { mayAct } from '../mayAct.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { type ModelTarget, requireModel } from '../target.ts';
import { SOURCE_MAX } from '../versions/createVersion.ts';
import { readModels } from '../versions/readModels.ts';
import type { MlflowCall } from './call.ts';
import { type Labels, makeVersion } from './makeVersion.ts';
import { settled, wish } from './settled.ts';
import { artifactsNow, findSource, type FoundSource } from './source.ts';
import { foundModel } from './versionReads.ts';

export interface CreateVersion {
  readonly name: string;
  readonly source: string;
  readonly run_id?: string | undefined;
  readonly run_link?: string | undefined;
  readonly description?: string | undefined;
  readonly model_id?: string | undefined;
  readonly tags?: readonly Pair[] | undefined;
}

interface Made extends MutationResult {
  readonly __typename: 'VersionMade';
  readonly number: number;
}

/**
 * Makes a version of what lies at its source and seals it at once: what the run has later changes nothing of it. Without any
 * artifacts there it stays a draft. What the run measured becomes evidence.
 * @returns its number
 */
export async function createVersion(call: MlflowCall, args: CreateVersion): Promise<number> {
  const { kernel, request } = call;
  const labels = readLabels(args);
  const { id: modelId } = await foundModel(call, args.name);
  const wanted = { source: labels.source, runId: args.run_id ?? '', modelId: args.model_id ?? '' };
  const context = createContext(kernel, request);
  const result = await mutate(
    kernel.db,
    request,
    {
      operation: 'mlflow.createModelVersion',
      noun: 'registry.version',
      action: 'registry.write',
      input: { ...wish(), id: modelId, ...labels, ...wanted },
      prepare: () => readSource(call, context, modelId, wanted),
    },
    async (tx, origin, { model, read }): Promise<Made | Refusal> => {
      if ('refusal' in read) return read;
      const { found } = read;
      const artifacts = await artifactsNow(tx, found);
      if (artifacts === null)
        return refusal(
          'SOURCE_CHANGED',
          'The artifacts changed while they were read. Register the version again when they are complete.',
        );
      const made = await makeVersion(tx, origin, { model, labels, found, artifacts });
      return made === null ? gone('The model') : { __typename: 'VersionMade', ...tokens(made.receipt), number: made.number };
    },
  );
  return settled(result)?.number ?? 0;
}

interface ReadSource extends ModelTarget {
  readonly read: { readonly found: FoundSource } | Refusal;
}

/** What lies there is read before: a transaction waits for nobody. For who may not make versions nothing is read. */
async function readSource(
  call: MlflowCall,
  context: Context,
  modelId: string,
  wanted: Parameters<typeof findSource>[1],
): Promise<ReadSource> {
  const target = await requireModel(context, modelId);
  if (!(await mayAct(context, 'registry.write', target))) return { ...target, read: UNREAD };
  const found = await findSource(call, wanted);
  const models = await readModels(call.kernel.blobs, found.artifacts, call.request.signal);
  return { ...target, read: 'refusal' in models ? models : { found } };
}

const UNREAD = refusal('CHANGED', 'What you may do changed meanwhile, and the artifacts were not read. Repeat.');

function readLabels({ source, description, run_link: runLink, tags: given = [] }: CreateVersion): Labels {
  const tags = lastOfEach(given);
  checkTags(tags, MODEL_TAG_CHARS_MAX);
  return {
    source: requireLine('source', source, SOURCE_MAX),
    description: requireText('description', description ?? ''),
    tags: readTags(tags),
    runLink: requireLine('run_link', runLink ?? '', SOURCE_MAX),
  };
}
