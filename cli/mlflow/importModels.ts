import { z } from 'zod';
import { importTags, orNote, VERSION_TAG } from './imported.ts';
import type { Importing } from './importing.ts';
import type { SourceModel, SourceVersion } from './source.ts';
import { Unwilling } from './target.ts';

const nothing = z.unknown();
const made = z.object({ model_version: z.object({ version: z.string() }) });
const found = z.object({
  model_versions: z
    .array(
      z.object({ version: z.string(), tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]) }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});

/** Brings one registered model with its versions and aliases. */
export async function importModel(importing: Importing, model: SourceModel): Promise<void> {
  const { source, tally, progress } = importing;
  await ensureModel(importing, model);
  tally.models += 1;
  const numbers = await numbersOf(importing, model.name);
  for (const version of await source.versions(model)) {
    if (!numbers.has(version.number))
      await orNote(tally, `${model.name}:${version.number}`, async () => {
        numbers.set(version.number, await importVersion(importing, model, version));
      });
    tally.versions += 1;
    progress(`${model.name}: versions`, tally.versions);
  }
  for (const { alias, version } of model.aliases) await setAlias(importing, model, alias, numbers.get(version));
}

async function ensureModel({ source, target }: Importing, model: SourceModel): Promise<void> {
  const { name, description, tags } = model;
  try {
    await target.get('/registered-models/get', { name }, nothing);
  } catch (error) {
    if (!(error instanceof Unwilling) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error;
    await target.post('/registered-models/create', { name, description, tags: [...tags, ...importTags(source, model)] }, nothing);
  }
}

/** Which number a version got that was imported before. */
async function numbersOf({ target }: Importing, name: string): Promise<Map<number, string>> {
  const numbers = new Map<number, string>();
  let token: string | undefined;
  do {
    const query = {
      filter: `name = '${name.replaceAll("'", "''")}' and tags.\`${VERSION_TAG}\` IS NOT NULL`,
      ...(token !== undefined && { page_token: token }),
    };
    const page = await target.get('/model-versions/search', query, found);
    for (const { version, tags } of page.model_versions)
      numbers.set(Number(tags.find(({ key }) => key === VERSION_TAG)?.value), version);
    token = page.next_page_token;
  } while (token !== undefined);
  return numbers;
}

/** So many numbers that were deleted there are deleted here. */
const GAP_MAX = 1_000;

/** The number that it got: its own, where that is free. */
async function importVersion(importing: Importing, { name }: SourceModel, version: SourceVersion): Promise<string> {
  const { source, target, tally } = importing;
  const from = sourceOf(version);
  if (from === null)
    tally.notes.push(
      `${name}:${version.number} was made from ${version.source}, which cannot be read from here: it comes without artifacts.`,
    );
  const body = {
    name,
    source: from ?? `runs:/${version.runId ?? 'unknown'}/imported`,
    run_id: version.runId ?? '',
    description: version.description,
    tags: [...version.tags, ...importTags(source, { ...version, version: version.number })],
  };
  for (;;) {
    const { version: number } = (await target.post('/model-versions/create', body, made)).model_version;
    if (Number(number) === version.number) return number;
    if (Number(number) > version.number || version.number - Number(number) > GAP_MAX) {
      tally.notes.push(`${name}:${version.number} is ${name}:${number} here.`);
      return number;
    }
    // So that the others stay what they are called.
    await target.delete('/model-versions/delete', { name, version: number });
  }
}

/** Where its artifacts are now; null when that is nowhere here. */
function sourceOf({ source, runId, loggedModelId }: SourceVersion): string | null {
  if (/^(?:runs|models):\//.test(source)) return source;
  if (loggedModelId !== null) return `models:/${loggedModelId}`;
  const [, modelId] = /\/models\/(m-[0-9a-f]{32})\/artifacts\/?$/.exec(source) ?? [];
  if (modelId !== undefined) return `models:/${modelId}`;
  const [, path] = runId === null ? [] : (new RegExp(`/${runId}/artifacts/(.+)$`).exec(source) ?? []);
  return path === undefined ? null : `runs:/${runId}/${path}`;
}

/** What is guarded here is not reached by having been reached elsewhere. */
async function setAlias(
  { target, tally }: Importing,
  { name }: SourceModel,
  alias: string,
  version: string | undefined,
): Promise<void> {
  if (version === undefined) return;
  try {
    await target.post('/registered-models/alias', { name, alias, version }, nothing);
  } catch (error) {
    if (!(error instanceof Unwilling)) throw error;
    tally.notes.push(`${name}@${alias} was version ${version} there and is not here: ${error.message}`);
  }
}
