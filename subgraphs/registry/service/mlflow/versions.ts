import { z } from 'zod';
import { flag, int64, optional, pair, required, text } from '../../domain/mlflow/args.ts';
import { versionRoot } from '../../domain/mlflow/artifactPlace.ts';
import { MODEL_VERSIONS } from '../../domain/mlflow/filter/grammar.ts';
import { parseFilter } from '../../domain/mlflow/filter/parseFilter.ts';
import { parseOrder } from '../../domain/mlflow/filter/parseOrder.ts';
import { cut, readSlice } from '../../domain/mlflow/pageToken.ts';
import { createContext } from '../../context.ts';
import { searchVersions } from '../../store/mlflow/versions.ts';
import { deleteModelVersion } from '../versions/deleteVersion.ts';
import { updateModelVersion } from '../versions/updateVersion.ts';
import type { MlflowCall } from './call.ts';
import { createVersion } from './createVersion.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { settled, wish } from './settled.ts';
import { listed, shownVersion } from './shown.ts';
import { transition } from './stages.ts';
import { changeVersionTags } from './tags.ts';
import { foundVersion, guarding, readable, readStageName } from './versionReads.ts';

const one = z.object({ name: required, version: z.union([required, int64.transform(String)]) });
type One = z.infer<typeof one>;
const made = z.object({
  name: required,
  source: required,
  run_id: optional(text),
  run_link: optional(text),
  description: optional(text),
  model_id: optional(text),
  tags: optional(z.array(pair).max(1_000)),
});
const searched = z.object({
  filter: optional(text),
  max_results: optional(int64),
  order_by: optional(z.array(text)),
  page_token: optional(text),
});
const staged = one.extend({ stage: required, archive_existing_versions: optional(flag) });

export const versionEndpoints: readonly Endpoint[] = [
  endpoint('POST /model-versions/create', made, async (call, args) => {
    const number = await createVersion(call, args);
    return shown(call, { name: args.name, version: `${number}` });
  }),
  endpoint('GET /model-versions/get', one, shown),
  endpoint('PATCH /model-versions/update', one.extend({ description: optional(text) }), update),
  endpoint('DELETE /model-versions/delete', one, remove),
  endpoint('GET /model-versions/search', searched, search),
  endpoint('POST /model-versions/transition-stage', staged, changeStage),
  endpoint('GET /model-versions/get-download-uri', one, getDownloadUri),
  endpoint('POST /model-versions/set-tag', one.extend({ key: required, value: optional(text) }), async (call, args) =>
    changeVersionTags(call, await foundVersion(call, args.name, args.version), { key: args.key, value: args.value ?? '' }),
  ),
  endpoint('DELETE /model-versions/delete-tag', one.extend({ key: required }), async (call, args) =>
    changeVersionTags(call, await foundVersion(call, args.name, args.version), { key: args.key, value: null }),
  ),
];

async function shown(call: MlflowCall, { name, version }: One): Promise<object> {
  return { model_version: shownVersion(await foundVersion(call, name, version), await guarding(call)) };
}

async function update(call: MlflowCall, args: One & { readonly description?: string | undefined }): Promise<object> {
  const { id } = await foundVersion(call, args.name, args.version);
  const context = createContext(call.kernel, call.request);
  settled(await updateModelVersion(context, { ...wish(), id, description: args.description ?? '' }));
  return shown(call, args);
}

async function remove(call: MlflowCall, { name, version }: One): Promise<object> {
  const { id } = await foundVersion(call, name, version);
  settled(await deleteModelVersion(createContext(call.kernel, call.request), { ...wish(), id }));
  return {};
}

async function search(call: MlflowCall, args: z.infer<typeof searched>): Promise<object> {
  const { filter = '', order_by: by = [], max_results: max, page_token: token } = args;
  const slice = readSlice({ max, token }, { usual: 10_000, most: 200_000, atOnce: 1_000 }, ['versions', filter, by]);
  const clauses = parseFilter(filter, MODEL_VERSIONS);
  const orders = parseOrder(by, MODEL_VERSIONS);
  const found = cut(await searchVersions(call.kernel.db, await readable(call), clauses, orders, slice), slice);
  const isGuarded = await guarding(call);
  return {
    ...listed(
      'model_versions',
      found.rows.map((row) => shownVersion(row, isGuarded)),
    ),
    next_page_token: found.token,
  };
}

async function changeStage(call: MlflowCall, args: z.infer<typeof staged>): Promise<object> {
  const stage = readStageName(args.stage);
  await transition(call, await foundVersion(call, args.name, args.version), stage, args.archive_existing_versions ?? false);
  return shown(call, args);
}

/** What was sealed, as soon as there is something: what a run has now may be something else. */
async function getDownloadUri(call: MlflowCall, { name, version }: One): Promise<object> {
  const { id, source, storageUri, hasArtifacts } = await foundVersion(call, name, version);
  return { artifact_uri: hasArtifacts ? versionRoot(id) : storageUri || source };
}
