import { Command, Option } from 'commander';
import { z } from 'zod';
import { ROLES, SCOPES } from '../../kernel/identity/principal.ts';
import { actWithClient, momentArgument } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';

interface CreateOptions {
  readonly principal?: string;
  readonly service?: string;
  readonly owner?: string;
  readonly role: readonly string[];
  readonly scope: readonly string[];
  readonly expires?: string;
}

export const keysCommand = (): Command =>
  new Command('keys').description('Make and revoke bearer tokens').addCommand(create()).addCommand(revoke());

const create = (): Command =>
  new Command('create')
    .description('Make a token; it is shown this once')
    .argument('<label>', 'what it is for, e.g. nightly-crawl')
    .addOption(new Option('--principal <id>', 'for this person or service; for yourself unless given').conflicts('service'))
    .option('--service <name>', 'for a new service account of this name')
    .option('--owner <id>', 'the person who answers for the new service account, usr_…; yourself unless given')
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
        const created = await send(client, CREATE, input);
        show(created, () => created.token ?? '');
        terminal.say(`Key ${created.accessKey.id}. Keep the token now: it cannot be shown again.`);
      }),
    );

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

async function principalOf(client: Client, { principal, service, owner, role }: CreateOptions): Promise<string> {
  if (principal !== undefined) return principal;
  if (service !== undefined)
    return (await send(client, CREATE_SERVICE, { name: service, roles: role, ...(owner !== undefined && { ownerId: owner }) }))
      .serviceAccount.id;
  return (await client.ask(ME)).me.principal.id;
}

const me = z.object({ me: z.object({ principal: z.object({ id: z.string() }) }) });
const ME: Operation<z.infer<typeof me>> = { source: 'query CliMe { me { principal { id } } }', answer: me };

const accessKey = z.object({ id: z.string(), label: z.string() });

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
