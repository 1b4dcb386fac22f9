import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { parseInstant } from '../../kernel/time.ts';
import { actWithClient, gather } from '../cli.ts';
import type { Client } from '../client.ts';
import { Malformed } from '../malformed.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { orFileFault } from '../readGiven.ts';
import { escaped } from '../terminal/escape.ts';
import { filesOf, upload, type UploadedFile } from './folder.ts';
import { MODEL_ARGUMENT, modelOf } from './reference.ts';

interface AddOptions {
  readonly commit?: string;
  readonly param?: readonly string[];
  readonly signature?: string;
  readonly dataset?: readonly string[];
  readonly source?: string;
  readonly description?: string;
  readonly seal?: boolean;
}

export const addVersion = (): Command =>
  new Command('add-version')
    .description('Upload a file, or all files of a folder, and make a version of them')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<folder>', 'folder or file; paths below the folder become the paths of the version')
    .option('--commit <commit>', 'of the code that trained it')
    .option('--param <name=value>', 'of its training; numbers, true and false are taken as such; may be given again', gather)
    .option('--signature <file>', 'JSON: {"inputs": [{"name": "age", "type": "double"}], "outputs": [...]}')
    .option(
      '--dataset <role=urn[@moment]>',
      'training, validation or test data, e.g. training=urn:…@2026-01-01; may be given again',
      gather,
    )
    .option('--source <text>', 'where it comes from, for people')
    .option('--description <text>', 'what it is, for people')
    .option('--seal', 'seal it at once: it never changes again')
    .action((written: string, folder: string, options: AddOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const content = await contentOf(options);
        const files = await filesOf(folder);
        const model = await modelOf(client, written);
        const added = await add(client, { modelId: model.id, ...content }, await upload(client, files, terminal));
        const version = options.seal === true ? await seal(client, added.id) : added;
        show(version, () => `${escaped(model.name)}:${version.number}  ${version.digest ?? 'draft'}  ${version.id}`);
        if (options.seal !== true)
          terminal.say(`It is a draft. Seal it: ${next('models', 'seal', `${model.name}:${version.number}`)}`);
      }),
    );

/** As many files go with the version itself as one mutation takes. */
const AT_ONCE = 1_000;

async function add(client: Client, content: object, files: readonly UploadedFile[]): Promise<Version> {
  const { modelVersion } = await send(client, CREATE, { ...content, artifacts: files.slice(0, AT_ONCE) });
  for (const file of files.slice(AT_ONCE)) await send(client, ADD, { versionId: modelVersion.id, ...file });
  return modelVersion;
}

export const seal = async (client: Client, id: string): Promise<Version> => (await send(client, SEAL, { id })).modelVersion;

async function contentOf({ commit, param = [], signature, dataset = [], source, description }: AddOptions): Promise<object> {
  return {
    ...(commit !== undefined && { codeCommit: commit }),
    ...(source !== undefined && { source }),
    ...(description !== undefined && { description }),
    ...(signature !== undefined && { signature: await readJson(signature) }),
    params: param.map(readParam),
    datasets: dataset.map(readDataset),
  };
}

async function readJson(file: string): Promise<unknown> {
  const text = await orFileFault(file, readFile(file, 'utf8'));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Malformed('BAD_USER_INPUT', `${file} is no JSON.`, cause);
  }
}

function readParam(written: string): object {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(written) ?? [];
  if (name === '') throw badInput(`--param "${written}": write name=value, e.g. depth=3.`);
  return { name, value: readValue(value) };
}

/** What JSON calls a number, true or false is that; anything else is text. */
function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}

const ROLES: Readonly<Record<string, string>> = { training: 'TRAINING', validation: 'VALIDATION', test: 'TEST' };

function readDataset(written: string): object {
  const [, name = '', rest = ''] = /^([a-z]+)=(.+)$/is.exec(written) ?? [];
  const role = ROLES[name.toLowerCase()];
  if (role === undefined)
    throw badInput(`--dataset "${written}": write training=, validation= or test= and the URN of a dataset.`);
  // A URN may have an @ of its own: only a moment behind the last one is one.
  const [, urn = rest, moment] = /^(.+)@(\d{4}-\d{2}-\d{2}(?:T[^@]+)?)$/s.exec(rest) ?? [];
  return {
    role,
    urn,
    ...(moment !== undefined && { asOf: parseInstant(moment.length === 10 ? `${moment}T00:00:00Z` : moment) }),
  };
}

const version = z.object({ id: z.string(), number: z.number(), state: z.string(), digest: z.string().nullable() });
type Version = z.infer<typeof version>;
const VERSION = 'modelVersion { id number state digest }';
const made = z.object({ auditId: z.string(), modelVersion: version });

const CREATE: Mutation<z.infer<typeof made>> = {
  source: `mutation CliCreateModelVersion($input: CreateModelVersionInput!) { result: createModelVersion(input: $input) { ${REFUSED} ... on ModelVersionCreated { ${VERSION} } } }`,
  done: made,
};
const ADD: Mutation<z.infer<typeof made>> = {
  source: `mutation CliAddArtifact($input: AddArtifactInput!) { result: addArtifact(input: $input) { ${REFUSED} ${CONFLICT} ... on ArtifactAdded { ${VERSION} } } }`,
  done: made,
};
const SEAL: Mutation<z.infer<typeof made>> = {
  source: `mutation CliSealModelVersion($input: SealModelVersionInput!) { result: sealModelVersion(input: $input) { ${REFUSED} ${CONFLICT} ... on ModelVersionSealed { ${VERSION} } } }`,
  done: made,
};
