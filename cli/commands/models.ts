import { Command } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { momentText } from '../assetText.ts';
import { actWithClient, countArgument, gather } from '../cli.ts';
import type { Operation } from '../client.ts';
import { importMlflow } from '../mlflow/importCommand.ts';
import { addVersion } from '../models/addVersion.ts';
import { card, compare, docs } from '../models/documents.ts';
import { MODEL_ARGUMENT, modelOf } from '../models/reference.ts';
import { showModel } from '../models/show.ts';
import { breakGlass, promote, review, reviews, rollback, unbind } from '../models/stages.ts';
import { alias, evidence, seal, verify } from '../models/versions.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { PRINCIPAL, principalId } from '../principalId.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

export const modelsCommand = (): Command =>
  new Command('models')
    .description('Keep models, their versions and what was measured of them, and bring them into stages')
    .addCommand(list())
    .addCommand(showModel())
    .addCommand(create())
    .addCommand(describe())
    .addCommand(addVersion())
    .addCommand(seal())
    .addCommand(evidence())
    .addCommand(promote())
    .addCommand(rollback())
    .addCommand(unbind())
    .addCommand(breakGlass())
    .addCommand(reviews())
    .addCommand(review())
    .addCommand(alias())
    .addCommand(compare())
    .addCommand(card())
    .addCommand(docs())
    .addCommand(verify())
    .addCommand(importMlflow());

interface ListOptions {
  readonly stage?: string;
  readonly first: number;
}

const list = (): Command =>
  new Command('list')
    .description('List models in the order of their names')
    .argument('[prefix]', 'beginning of the name')
    .option('--stage <stage>', 'only those that have a version there')
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action((namePrefix: string | undefined, { stage, first }: ListOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { models } = await client.ask(LIST, { variables: { filter: { namePrefix, stage }, first } });
        const rows = models.edges.map(({ node }) => node);
        show(rows, () => table(['NAME', 'LATEST', 'STAGES', 'CREATED', 'ID'], rows.map(modelRow), terminal.bold));
        if (models.pageInfo.hasNextPage) terminal.say('There are more: give the beginning of a name, or a larger --first.');
      }),
    );

interface CreateOptions {
  readonly description?: string;
  readonly owner?: readonly string[];
  readonly tag?: readonly string[];
}

const create = (): Command =>
  new Command('create')
    .description('Make a model')
    .argument('<name>')
    .option('--description <text>', 'what it is, for people')
    .option('--owner <principal>', `${PRINCIPAL}; you unless given; may be given again`, gather)
    .option('--tag <key[=value]>', 'a label; may be given again', gather)
    .action((name: string, { description, owner, tag = [] }: CreateOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const owners = await Promise.all((owner ?? []).map(async (one) => ({ principalId: await principalId(client, one) })));
        const input = {
          name,
          tags: tag.map(readTag),
          ...(description !== undefined && { description }),
          ...(owner !== undefined && { owners }),
        };
        const { model } = await send(client, CREATE, input);
        show(model, () => `${model.id}  ${escaped(model.name)}`);
        terminal.say(`Add a version: ${next('models', 'add-version', model.name, '<folder>')}`);
      }),
    );

const describe = (): Command =>
  new Command('describe')
    .description('Say what a model is')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<text>', 'for people')
    .action((written: string, description: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { id } = await modelOf(client, written);
        const { model } = await send(client, UPDATE, { id, description });
        show(model, () => `${model.id}  ${escaped(model.name)}`);
      }),
    );

function readTag(written: string): object {
  const [, key = '', value = ''] = /^([^=]+)(?:=(.*))?$/s.exec(written) ?? [];
  if (key === '') throw badInput(`--tag "${written}": write key or key=value, e.g. risk=high.`);
  return { key, value };
}

const row = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  latest: z.object({ number: z.number(), state: z.string() }).nullable(),
  stages: z.array(z.object({ stage: z.string(), modelVersion: z.object({ number: z.number() }).nullable() })),
});
const listed = z.object({
  models: z.object({ edges: z.array(z.object({ node: row })), pageInfo: z.object({ hasNextPage: z.boolean() }) }),
});
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliModels($filter: ModelFilter, $first: Int) { models(filter: $filter, first: $first) { edges { node {
    id name createdAt latest { number state } stages { stage modelVersion { number } } } } pageInfo { hasNextPage } } }`,
  answer: listed,
};

const modelRow = ({ id, name, createdAt, latest, stages }: z.infer<typeof row>) => [
  name,
  latest === null ? '-' : `${latest.number} ${latest.state.toLowerCase()}`,
  stages.map(({ stage, modelVersion }) => `${stage}:${modelVersion?.number ?? '?'}`).join(' ') || '-',
  momentText(createdAt),
  id,
];

const done = z.object({ auditId: z.string(), model: z.object({ id: z.string(), name: z.string() }) });
const CREATE: Mutation<z.infer<typeof done>> = {
  source: `mutation CliCreateModel($input: CreateModelInput!) { result: createModel(input: $input) { ${REFUSED} ... on ModelCreated { model { id name } } } }`,
  done,
};
const UPDATE: Mutation<z.infer<typeof done>> = {
  source: `mutation CliUpdateModel($input: UpdateModelInput!) { result: updateModel(input: $input) { ${REFUSED} ${CONFLICT} ... on ModelUpdated { model { id name } } } }`,
  done,
};
