import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { ROLES, SCOPES } from '../../kernel/identity/principal.ts';
import { momentText } from '../assetText.ts';
import { actWithClient, countArgument, momentArgument } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { inFlags } from '../flagWords.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { principalId as idOf } from '../principalId.ts';
import { table } from '../terminal/table.ts';

interface CreateOptions {
  readonly principal?: string;
  readonly service?: string;
  readonly owner?: string;
  readonly role: readonly string[];
  readonly scope: readonly string[];
  readonly expires?: string;
}

export const keysCommand = (): Command =>
  new Command('keys')
    .description('Make, list, rotate and revoke bearer tokens')
    .addCommand(create())
    .addCommand(list())
    .addCommand(rotate())
    .addCommand(revoke());

const create = (): Command =>
  new Command('create')
    .description('Make a token; it is shown this once')
    .argument('<label>', 'what it is for, e.g. nightly-crawl')
    .addOption(
      new Option(
        '--principal <principal>',
        'for this person or service: id, name or e-mail address; for yourself unless given',
      ).conflicts('service'),
    )
    .option('--service <name>', 'for a new service account of this name')
    .option('--owner <person>', 'who answers for the new service account: id, name or e-mail address; yourself unless given')
    .addOption(new Option('--role <role...>', 'roles of the new service account').choices(ROLES).default(['bot']))
    .addOption(new Option('--scope <scope...>', 'what the token may be used for').choices(SCOPES).default(['graph']))
    .option('--expires <moment>', 'when it stops to be valid', momentArgument)
    .action((label: string, options: CreateOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const principalId = await principalOf(client, options);
        const input = {
          principalId,
          label,
          scopes: options.scope,
          ...(options.expires !== undefined && { expiresAt: options.expires }),
        };
        const created = await inFlags(FLAGS, send(client, CREATE, input));
        show(created, () => created.token ?? '');
        terminal.say(`Key ${created.accessKey.id}. Keep the token now: it cannot be shown again.`);
      }),
    );

interface ListOptions {
  readonly principal?: string;
  readonly mine?: boolean;
  readonly all?: boolean;
  readonly first: number;
}

const HEAD = ['ID', 'LABEL', 'HOLDER', 'SCOPES', 'LAST USED', 'ENDS'];

const list = (): Command =>
  new Command('list')
    .description('List keys in force, latest first')
    .option('--principal <principal>', 'only those of this person or service: id, name or e-mail address')
    .addOption(new Option('--mine', 'only your own, for which no role is needed').conflicts(['principal', 'first']))
    .option('--all', 'also those that are revoked or have expired')
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action(({ principal, mine, all, first }: ListOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        if (mine === true) {
          const own = (await client.ask(MINE)).me.accessKeys.filter((key) => all === true || isInForce(key));
          show(own, () => table(HEAD, own.map(keyRow), terminal.bold));
          return;
        }
        const principalId = principal === undefined ? undefined : await idOf(client, principal, HOLDERS);
        const filter = { principalId, inForce: all !== true };
        const { accessKeys } = await client.ask(LIST, { variables: { filter, first } });
        const keys = accessKeys.edges.map(({ node }) => node);
        show(keys, () => table(HEAD, keys.map(keyRow), terminal.bold));
        if (accessKeys.pageInfo.hasNextPage) terminal.say('There are more: give --principal, or a larger --first.');
      }),
    );

const keyRow = ({ id, label, holder, scopes, lastUsedAt, expiresAt, revokedAt }: z.infer<typeof listedKey>) => [
  id,
  label,
  holder?.name ?? '-',
  scopes.join(', '),
  lastUsedAt === null ? 'never' : momentText(lastUsedAt),
  revokedAt !== null ? `revoked ${momentText(revokedAt)}` : expiresAt === null ? '-' : momentText(expiresAt),
];

const isInForce = ({ revokedAt, expiresAt }: z.infer<typeof listedKey>): boolean =>
  revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.now());

const rotate = (): Command =>
  new Command('rotate')
    .description('Make the successor of a token, shown this once; the old one goes on for a while')
    .argument('[id]', 'key_…, as `keys list` says; the one that this command is run with unless given')
    .option('--overlap <hours>', 'how long the old one goes on', hoursArgument, 24)
    .action((id: string | undefined, { overlap }: { readonly overlap: number }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const input = { id: id ?? (await keyInUse(client)), overlapSeconds: Math.round(overlap * 3_600) };
        const rotated = await send(client, ROTATE, input);
        show(rotated, () => rotated.token ?? '');
        terminal.say(`Key ${rotated.accessKey.id}. Keep the token now: it cannot be shown again.`);
        terminal.say(`${rotated.replaced.id} ends at ${rotated.replaced.expiresAt ?? ''}.`);
      }),
    );

/** @throws Fault BAD_USER_INPUT */
async function keyInUse(client: Client): Promise<string> {
  const { accessKey: key } = (await client.ask(IN_USE)).me;
  if (key === null)
    throw badInput('You are signed in without a key. Name the one to rotate; `cadastre keys list --mine` says which there are.');
  return key.id;
}

function hoursArgument(text: string): number {
  if (/^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= 720) return Number(text);
  throw new InvalidArgumentError('Write hours from 0 to 720, e.g. 24.');
}

const revoke = (): Command =>
  new Command('revoke')
    .description('Revoke a token: it stops at once')
    .argument('<id>', 'key_…, as `keys create` said')
    .action((id: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const revoked = await send(client, REVOKE, { id });
        show(revoked, () => `Revoked ${revoked.accessKey.id}.`);
      }),
    );

const HOLDERS = ['USER', 'SERVICE'] as const;
const FLAGS = { ownerId: '--owner', principalId: '--principal', scopes: '--scope', expiresAt: '--expires' };

async function principalOf(client: Client, { principal, service, owner, role }: CreateOptions): Promise<string> {
  if (principal !== undefined) return idOf(client, principal, HOLDERS);
  if (service !== undefined) {
    const ownerId = owner === undefined ? undefined : await idOf(client, owner, ['USER']);
    const made = send(client, CREATE_SERVICE, { name: service, roles: role, ...(ownerId !== undefined && { ownerId }) });
    return (await inFlags(FLAGS, made)).serviceAccount.id;
  }
  return (await client.ask(ME)).me.principal.id;
}

const me = z.object({ me: z.object({ principal: z.object({ id: z.string() }) }) });
const ME: Operation<z.infer<typeof me>> = { source: 'query CliMe { me { principal { id } } }', answer: me };

const accessKey = z.object({ id: z.string(), label: z.string() });

const inUse = z.object({ me: z.object({ accessKey: accessKey.pick({ id: true }).nullable() }) });
const IN_USE: Operation<z.infer<typeof inUse>> = { source: 'query CliKeyInUse { me { accessKey { id } } }', answer: inUse };

const created = z.object({ auditId: z.string(), token: z.string().nullable(), accessKey });
const CREATE: Mutation<z.infer<typeof created>> = {
  source: `mutation CliCreateKey($input: CreateAccessKeyInput!) { result: createAccessKey(input: $input) { ${REFUSED} ... on AccessKeyCreated { token accessKey { id label } } } }`,
  done: created,
};

const serviceCreated = z.object({ auditId: z.string(), serviceAccount: z.object({ id: z.string() }) });
const CREATE_SERVICE: Mutation<z.infer<typeof serviceCreated>> = {
  source: `mutation CliCreateService($input: CreateServiceAccountInput!) { result: createServiceAccount(input: $input) { ${REFUSED} ... on ServiceAccountCreated { serviceAccount { id } } } }`,
  done: serviceCreated,
};

const revoked = z.object({ auditId: z.string(), accessKey });
const REVOKE: Mutation<z.infer<typeof revoked>> = {
  source: `mutation CliRevokeKey($input: RevokeAccessKeyInput!) { result: revokeAccessKey(input: $input) { ${REFUSED} ... on AccessKeyRevoked { accessKey { id label } } } }`,
  done: revoked,
};

const listedKey = z.object({
  id: z.string(),
  label: z.string(),
  holder: z.object({ name: z.string() }).nullable(),
  scopes: z.array(z.string()),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
const KEY = 'id label holder { name } scopes lastUsedAt expiresAt revokedAt';

const mine = z.object({ me: z.object({ accessKeys: z.array(listedKey) }) });
const MINE: Operation<z.infer<typeof mine>> = { source: `query CliOwnKeys { me { accessKeys { ${KEY} } } }`, answer: mine };

const listed = z.object({
  accessKeys: z.object({
    edges: z.array(z.object({ node: listedKey })),
    pageInfo: z.object({ hasNextPage: z.boolean() }),
  }),
});
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliKeys($filter: AccessKeyFilter, $first: Int) { accessKeys(filter: $filter, first: $first) { edges { node { ${KEY} } } pageInfo { hasNextPage } } }`,
  answer: listed,
};

const rotated = z.object({
  auditId: z.string(),
  token: z.string().nullable(),
  accessKey,
  replaced: z.object({ id: z.string(), expiresAt: z.string().nullable() }),
});
const ROTATE: Mutation<z.infer<typeof rotated>> = {
  source: `mutation CliRotateKey($input: RotateAccessKeyInput!) { result: rotateAccessKey(input: $input) { ${REFUSED} ... on AccessKeyRotated { token accessKey { id label } replaced { id expiresAt } } } }`,
  done: rotated,
};
