import { Command } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { momentText } from '../assetText.ts';
import { actWithClient, momentArgument, type Run } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import {
  MODEL_ARGUMENT,
  modelVariables,
  namesVersion,
  variablesOf,
  VERSION_ARGUMENT,
  VERSION_ARGUMENTS,
  VERSION_PARAMETERS,
} from './reference.ts';

interface ShowOptions {
  readonly asOf?: string;
}

export const showModel = (): Command =>
  new Command('show')
    .description('Show a model with its versions and stages, or one version with its files and evidence')
    .argument('<name>', `${MODEL_ARGUMENT}; ${VERSION_ARGUMENT}`)
    .option('--as-of <moment>', 'as it was then', momentArgument)
    .action((written: string, options: ShowOptions, command: Command) =>
      actWithClient(command, (client, run) =>
        namesVersion(written) ? oneVersion(client, run, written, options) : oneModel(client, run, written, options),
      ),
    );

async function oneModel(client: Client, { terminal, show }: Run, written: string, { asOf }: ShowOptions): Promise<void> {
  const { model } = await client.ask(MODEL, { variables: modelVariables(written), asOf });
  if (model === null) throw notFound(`The model ${written}`);
  const versions = model.versions.edges.map(({ node }) => node);
  show(model, () =>
    [
      `${escaped(model.name)}  ${model.id}`,
      ...model.stages.map(
        ({ stage, kind, boundFrom, expiresAt, modelVersion }) =>
          `  ${escaped(stage)}: version ${modelVersion?.number ?? '?'}, ${kind.toLowerCase().replace('_', '-')} since ${momentText(boundFrom)}${expiresAt === null ? '' : `, until ${momentText(expiresAt)}`}`,
      ),
      ...model.aliases.map(({ alias, modelVersion }) => `  @${escaped(alias)}: version ${modelVersion?.number ?? '?'}`),
      '',
      table(
        ['VERSION', 'STATE', 'SEALED', 'DIGEST', 'ID'],
        versions.map(({ number, state, sealedAt, digest, id }) => [
          number,
          state.toLowerCase(),
          sealedAt === null ? null : momentText(sealedAt),
          digest?.slice(0, 19) ?? null,
          id,
        ]),
        terminal.bold,
      ),
    ].join('\n'),
  );
}

async function oneVersion(client: Client, { terminal, show }: Run, written: string, { asOf }: ShowOptions): Promise<void> {
  const { modelVersion: version } = await client.ask(VERSION, { variables: variablesOf(written), asOf });
  if (version === null) throw notFound(`The model version ${written}`);
  const files = version.artifacts.edges.map(({ node }) => node);
  const evidence = version.evidence.edges.map(({ node }) => node);
  show(version, () =>
    [
      `${escaped(version.model?.name ?? '?')}:${version.number}  ${version.state.toLowerCase()}  ${version.id}`,
      ...(version.digest === null ? [] : [version.digest]),
      ...(version.codeCommit === null ? [] : [`commit ${escaped(version.codeCommit)}`]),
      ...version.stages.map(({ stage, boundFrom }) => `in ${escaped(stage)} since ${momentText(boundFrom)}`),
      ...version.params.map(({ name, value }) => `${escaped(name)} = ${escaped(String(value))}`),
      '',
      table(
        ['FILE', 'BYTES', 'TYPE', 'MAY RUN CODE', 'DIGEST'],
        files.map(({ path, sizeBytes, mediaType, isExecutable, digest }) => [
          path,
          `${sizeBytes}`,
          mediaType,
          isExecutable ? 'yes' : 'no',
          digest,
        ]),
        terminal.bold,
      ),
      '',
      table(
        ['EVIDENCE', 'NAME', 'TOOL', 'WHEN', 'VALUE'],
        evidence.map(({ kind, name, tool, recordedAt, value }) => [
          kind.toLowerCase(),
          name,
          tool,
          momentText(recordedAt),
          JSON.stringify(value).slice(0, 120),
        ]),
        terminal.bold,
      ),
    ].join('\n'),
  );
}

const version = z.object({
  id: z.string(),
  number: z.number(),
  state: z.string(),
  digest: z.string().nullable(),
  sealedAt: z.string().nullable(),
});
const numbered = z.object({ number: z.number() }).nullable();
const model = z.object({
  id: z.string(),
  name: z.string(),
  stages: z.array(
    z.object({
      stage: z.string(),
      kind: z.string(),
      boundFrom: z.string(),
      expiresAt: z.string().nullable(),
      modelVersion: numbered,
    }),
  ),
  aliases: z.array(z.object({ alias: z.string(), modelVersion: numbered })),
  versions: z.object({ edges: z.array(z.object({ node: version })) }),
});
const modelAnswer = z.object({ model: model.nullable() });
const MODEL: Operation<z.infer<typeof modelAnswer>> = {
  source: `query CliShowModel($id: ID, $name: String) { model(id: $id, name: $name) { id name
    stages { stage kind boundFrom expiresAt modelVersion { number } } aliases { alias modelVersion { number } }
    versions(first: 100) { edges { node { id number state digest sealedAt } } } } }`,
  answer: modelAnswer,
};

const shown = version.extend({
  model: z.object({ name: z.string() }).nullable(),
  codeCommit: z.string().nullable(),
  params: z.array(z.object({ name: z.string(), value: z.unknown() })),
  stages: z.array(z.object({ stage: z.string(), boundFrom: z.string() })),
  artifacts: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          path: z.string(),
          sizeBytes: z.union([z.number(), z.string()]),
          digest: z.string(),
          mediaType: z.string(),
          isExecutable: z.boolean(),
        }),
      }),
    ),
  }),
  evidence: z.object({
    edges: z.array(
      z.object({
        node: z.object({ kind: z.string(), name: z.string(), tool: z.string(), recordedAt: z.string(), value: z.unknown() }),
      }),
    ),
  }),
});
const versionAnswer = z.object({ modelVersion: shown.nullable() });
const VERSION: Operation<z.infer<typeof versionAnswer>> = {
  source: `query CliShowModelVersion(${VERSION_PARAMETERS}) { modelVersion(${VERSION_ARGUMENTS}) { id number state digest sealedAt codeCommit
    model { name } params { name value } stages { stage boundFrom }
    artifacts(first: 100) { edges { node { path sizeBytes digest mediaType isExecutable } } }
    evidence(filter: { latestOnly: true }, first: 100) { edges { node { kind name tool recordedAt value } } } } }`,
  answer: versionAnswer,
};
