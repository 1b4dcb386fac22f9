import { Argument, Command, Option } from 'commander';
import { z } from 'zod';
import { ROLES } from '../../kernel/identity/principal.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { principalId } from '../principalId.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

export const usersCommand = (): Command =>
  new Command('users')
    .description('Make people, put them out and in again, and set their roles')
    .addCommand(list())
    .addCommand(create())
    .addCommand(
      standing('deactivate', 'Put a person out: their sessions and keys end for good, services that they answer for stop'),
    )
    .addCommand(standing('reactivate', 'Let a person in again; they need new keys'))
    .addCommand(roles());

interface ListOptions {
  readonly state?: string;
  readonly first: number;
}

const list = (): Command =>
  new Command('list')
    .description('List people in the order of their names')
    .argument('[prefix]', 'beginning of the name')
    .addOption(new Option('--state <state>', 'only those').choices(['active', 'stub', 'deactivated']))
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action((prefix: string | undefined, { state, first }: ListOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const filter = { kinds: ['USER'], namePrefix: prefix, ...(state !== undefined && { states: [state.toUpperCase()] }) };
        const { principals } = await client.ask(LIST, { variables: { filter, first } });
        const users = principals.edges.map(({ node }) => node);
        show(users, () => table(['ID', 'NAME', 'E-MAIL', 'STATE', 'ROLES'], users.map(userRow), terminal.bold));
        if (principals.pageInfo.hasNextPage) terminal.say('There are more: give the beginning of a name, or a larger --first.');
      }),
    );

const create = (): Command =>
  new Command('create')
    .description('Make a person, who can sign in with this address or be given a key')
    .argument('<name>')
    .argument('<email>')
    .addOption(new Option('--role <role...>', 'what they may do').choices(ROLES).default([]))
    .action((name: string, email: string, { role }: { readonly role: readonly string[] }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { user } = await send(client, CREATE, { name, email, roles: role });
        show(user, () => `${user.id}  ${escaped(user.name)}`);
      }),
    );

const standing = (verb: 'deactivate' | 'reactivate', text: string): Command =>
  new Command(verb)
    .description(text)
    .argument('<person>', 'id, name or e-mail address')
    .option('--reason <text>', 'why, for the audit trail')
    .action((person: string, { reason }: { readonly reason?: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const id = await principalId(client, person, ['USER']);
        const { user, auditId } = await send(client, STANDING[verb], { id, ...(reason !== undefined && { reason }) });
        show({ ...user, auditId }, () => `${escaped(user.name)} is ${user.state.toLowerCase()} (audit entry ${auditId}).`);
      }),
    );

const roles = (): Command =>
  new Command('roles')
    .description('Replace the roles of a person or service; those that come with groups stay')
    .argument('<principal>', 'id or name of a person or service; a person also by e-mail address')
    .addArgument(new Argument('[roles...]', 'the roles to have from now on; none for none').choices(ROLES))
    .action((written: string, given: readonly string[], _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const id = await principalId(client, written, ['USER', 'SERVICE']);
        const { principal } = await send(client, SET_ROLES, { principalId: id, roles: given });
        show(principal, () => `${escaped(principal.name)}: ${rolesText(principal.roles ?? [])}`);
      }),
    );

const rolesText = (held: readonly string[]): string => (held.length === 0 ? 'no roles' : held.join(', '));

const userRow = ({ id, name, email, state, roles: held }: z.infer<typeof user>) => [
  id,
  name,
  email,
  state.toLowerCase(),
  held.join(', '),
];

const user = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  state: z.string(),
  roles: z.array(z.string()),
});
const USER = 'id name state roles';

const listed = z.object({
  principals: z.object({
    edges: z.array(z.object({ node: user })),
    pageInfo: z.object({ hasNextPage: z.boolean() }),
  }),
});
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliUsers($filter: PrincipalFilter, $first: Int) { principals(filter: $filter, first: $first) { edges { node { ... on User { ${USER} email } } } pageInfo { hasNextPage } } }`,
  answer: listed,
};

const created = z.object({ auditId: z.string(), user: user.omit({ email: true }) });
const CREATE: Mutation<z.infer<typeof created>> = {
  source: `mutation CliCreateUser($input: CreateUserInput!) { result: createUser(input: $input) { ${REFUSED} ... on UserCreated { user { ${USER} } } } }`,
  done: created,
};
const STANDING: Readonly<Record<'deactivate' | 'reactivate', Mutation<z.infer<typeof created>>>> = {
  deactivate: {
    source: `mutation CliDeactivateUser($input: DeactivateUserInput!) { result: deactivateUser(input: $input) { ${REFUSED} ... on UserDeactivated { user { ${USER} } } } }`,
    done: created,
  },
  reactivate: {
    source: `mutation CliReactivateUser($input: ReactivateUserInput!) { result: reactivateUser(input: $input) { ${REFUSED} ... on UserReactivated { user { ${USER} } } } }`,
    done: created,
  },
};

const rolesSet = z.object({
  auditId: z.string(),
  principal: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()).optional() }),
});
const SET_ROLES: Mutation<z.infer<typeof rolesSet>> = {
  source: `mutation CliSetRoles($input: SetRolesInput!) { result: setRoles(input: $input) { ${REFUSED} ... on RolesSet { principal { id name ... on User { roles } ... on ServiceAccount { roles } } } } }`,
  done: rolesSet,
};
