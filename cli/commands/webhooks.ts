import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';
import { momentText } from '../assetText.ts';
import { actWithClient, countArgument, gather } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { table } from '../terminal/table.ts';

export const webhooksCommand = (): Command =>
  new Command('webhooks')
    .description('Tell receivers outside what happens: signed, at least once, with a log of what was sent')
    .addCommand(create())
    .addCommand(list())
    .addCommand(deliveries())
    .addCommand(update())
    .addCommand(rotate())
    .addCommand(replay());

const create = (): Command =>
  new Command('create')
    .description('Make a receiver; its secret is shown this once')
    .argument('<name>', 'what people call it, e.g. ci')
    .argument('<url>', 'where to post to, e.g. https://hooks.example/cadastre')
    .requiredOption('--topic <topic>', 'what it hears of, e.g. registry.stage.* ; may be repeated', gather)
    .action((name: string, url: string, { topic }: { readonly topic: readonly string[] }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const created = await send(client, CREATE, { name, url, topics: topic });
        show(created, () => created.secret ?? '');
        terminal.say(`Webhook ${created.webhook.id}. Keep the secret now: it cannot be shown again.`);
      }),
    );

const list = (): Command =>
  new Command('list')
    .description('List receivers')
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action(({ first }: { readonly first: number }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { webhooks } = await client.ask(LIST, { variables: { first } });
        const found = webhooks.edges.map(({ node }) => node);
        show(found, () => table(['ID', 'NAME', 'STATE', 'TOPICS', 'URL'], found.map(webhookRow), terminal.bold));
      }),
    );

const webhookRow = ({ id, name, state, stateReason, topics, url }: z.infer<typeof listedWebhook>) => [
  id,
  name,
  stateReason === null ? state.toLowerCase() : `${state.toLowerCase()}: ${stateReason}`,
  topics.join(', '),
  url,
];

const STATES = { waiting: 'WAITING', delivered: 'DELIVERED', dead: 'DEAD' } as const;

interface DeliveriesOptions {
  readonly state?: keyof typeof STATES;
  readonly first: number;
}

const deliveries = (): Command =>
  new Command('deliveries')
    .description('List what was sent and what waits, latest first')
    .argument('<webhook>', 'id or name')
    .addOption(new Option('--state <state>', 'only those').choices(Object.keys(STATES)))
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action((webhook: string, { state, first }: DeliveriesOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { id } = await named(client, webhook);
        const variables = { id, first, state: state === undefined ? null : STATES[state] };
        const { webhook: found } = await client.ask(DELIVERIES, { variables });
        const rows = found?.deliveries?.edges.map(({ node }) => node) ?? [];
        show(rows, () => table(['ID', 'TOPIC', 'STATE', 'TRIED', 'LAST ANSWER', 'NEXT'], rows.map(deliveryRow), terminal.bold));
      }),
    );

function deliveryRow({ id, topic, state, attempts, nextAt }: z.infer<typeof listedDelivery>): readonly string[] {
  const last = attempts.at(-1);
  const answer = last === undefined ? '-' : (last.problem ?? `${last.status ?? ''} in ${last.latencyMs} ms`);
  return [id, topic, state.toLowerCase(), String(attempts.length), answer, nextAt === null ? '-' : momentText(nextAt)];
}

interface UpdateOptions {
  readonly name?: string;
  readonly url?: string;
  readonly topic?: readonly string[];
  readonly state?: 'active' | 'paused' | 'removed';
}

const update = (): Command =>
  new Command('update')
    .description('Change, pause or remove a receiver')
    .argument('<webhook>', 'id or name')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address')
    .option('--topic <topic>', 'other topics, in place of those before; may be repeated', gather)
    .addOption(new Option('--state <state>', 'removed is for good').choices(['active', 'paused', 'removed']))
    .action((webhook: string, { name, url, topic, state }: UpdateOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { id, version } = await named(client, webhook);
        const input = { id, expectedVersion: version, name, url, topics: topic, state: state?.toUpperCase() };
        const updated = await send(client, UPDATE, input);
        show(updated, () => `${updated.webhook.name} is ${updated.webhook.state.toLowerCase()}.`);
      }),
    );

const rotate = (): Command =>
  new Command('rotate')
    .description('Make a new secret, shown this once; messages are signed with both for a while')
    .argument('<webhook>', 'id or name')
    .option('--overlap <hours>', 'how long the old one signs too', hoursArgument, 24)
    .action((webhook: string, { overlap }: { readonly overlap: number }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { id } = await named(client, webhook);
        const rotated = await send(client, ROTATE, { id, overlapSeconds: Math.round(overlap * 3_600) });
        show(rotated, () => rotated.secret ?? '');
      }),
    );

const replay = (): Command =>
  new Command('replay')
    .description('Send again what was given up, or the deliveries that are named')
    .argument('<webhook>', 'id or name')
    .argument('[deliveries...]', 'dlv_…, as `webhooks deliveries` says')
    .action((webhook: string, deliveryIds: readonly string[], _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { id } = await named(client, webhook);
        const replayed = await send(client, REPLAY, { id, ...(deliveryIds.length > 0 && { deliveryIds }) });
        show(replayed, () => `${replayed.count} sent again.`);
      }),
    );

function hoursArgument(text: string): number {
  if (/^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= 720) return Number(text);
  throw new InvalidArgumentError('Write hours from 0 to 720, e.g. 24.');
}

/** @throws Fault NOT_FOUND */
async function named(client: Client, written: string): Promise<z.infer<typeof listedWebhook>> {
  const { webhooks } = await client.ask(LIST, { variables: { first: 200 } });
  const all = webhooks.edges.map(({ node }) => node);
  const found = all.find(({ id, name }) => id === written || name.toLowerCase() === written.toLowerCase());
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(', ');
  throw new Fault('NOT_FOUND', {
    public: `There is no webhook "${written}". ${names === '' ? 'There is none at all.' : `There are: ${names}.`}`,
  });
}

const WEBHOOK = 'id name url topics state stateReason version';
const listedWebhook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  topics: z.array(z.string()),
  state: z.string(),
  stateReason: z.string().nullable(),
  version: z.number(),
});
const listed = z.object({ webhooks: z.object({ edges: z.array(z.object({ node: listedWebhook })) }) });
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliWebhooks($first: Int) { webhooks(first: $first) { edges { node { ${WEBHOOK} } } } }`,
  answer: listed,
};

const listedDelivery = z.object({
  id: z.string(),
  topic: z.string(),
  state: z.string(),
  nextAt: z.string().nullable(),
  attempts: z.array(
    z.object({ number: z.number(), latencyMs: z.number(), status: z.number().nullable(), problem: z.string().nullable() }),
  ),
});
const shown = z.object({
  webhook: z.object({ deliveries: z.object({ edges: z.array(z.object({ node: listedDelivery })) }).nullable() }).nullable(),
});
const DELIVERIES: Operation<z.infer<typeof shown>> = {
  source: `query CliDeliveries($id: ID!, $state: WebhookDeliveryState, $first: Int) { webhook(id: $id) {
    deliveries(state: $state, first: $first) { edges { node { id topic state nextAt attempts { number latencyMs status problem } } } } } }`,
  answer: shown,
};

const withSecret = z.object({ auditId: z.string(), secret: z.string().nullable(), webhook: listedWebhook });
const CREATE: Mutation<z.infer<typeof withSecret>> = {
  source: `mutation CliCreateWebhook($input: CreateWebhookInput!) { result: createWebhook(input: $input) { ${REFUSED} ... on WebhookCreated { secret webhook { ${WEBHOOK} } } } }`,
  done: withSecret,
};
const ROTATE: Mutation<z.infer<typeof withSecret>> = {
  source: `mutation CliRotateSecret($input: RotateWebhookSecretInput!) { result: rotateWebhookSecret(input: $input) { ${REFUSED} ... on WebhookSecretRotated { secret webhook { ${WEBHOOK} } } } }`,
  done: withSecret,
};
const changed = z.object({ auditId: z.string(), webhook: listedWebhook });
const UPDATE: Mutation<z.infer<typeof changed>> = {
  source: `mutation CliUpdateWebhook($input: UpdateWebhookInput!) { result: updateWebhook(input: $input) { ${REFUSED} ${CONFLICT} ... on WebhookUpdated { webhook { ${WEBHOOK} } } } }`,
  done: changed,
};
const replayed = z.object({ auditId: z.string(), count: z.number() });
const REPLAY: Mutation<z.infer<typeof replayed>> = {
  source: `mutation CliReplay($input: ReplayDeliveriesInput!) { result: replayDeliveries(input: $input) { ${REFUSED} ... on DeliveriesReplayed { count } } }`,
  done: replayed,
};
