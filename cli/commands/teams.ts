import { Command } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { PRINCIPAL, principalId } from '../principalId.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

export const teamsCommand = (): Command =>
  new Command('teams')
    .description('Make teams and say who is in them')
    .addCommand(list())
    .addCommand(members())
    .addCommand(create())
    .addCommand(change('add', 'Put people, services or teams into a team'))
    .addCommand(change('remove', 'Take members out of a team'))
    .addCommand(link());

const list = (): Command =>
  new Command('list')
    .description('List teams in the order of their names')
    .argument('[prefix]', 'beginning of the name')
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action((prefix: string | undefined, { first }: { readonly first: number }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { principals } = await client.ask(LIST, { variables: { filter: { kinds: ['TEAM'], namePrefix: prefix }, first } });
        const teams = principals.edges.map(({ node }) => node);
        show(teams, () =>
          table(
            ['ID', 'NAME', 'GROUP'],
            teams.map(({ id, name, group }) => [id, name, group]),
            terminal.bold,
          ),
        );
        if (principals.pageInfo.hasNextPage) terminal.say('There are more: give the beginning of a name, or a larger --first.');
      }),
    );

const members = (): Command =>
  new Command('members')
    .description('List who is in a team, and who says so')
    .argument('<team>', TEAM_ARGUMENT)
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action((written: string, { first }: { readonly first: number }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const id = await teamId(client, written);
        const { principal } = await client.ask(MEMBERS, { variables: { id, first } });
        const edges = principal?.members?.edges ?? [];
        show(edges, () =>
          table(
            ['ID', 'NAME', 'BY'],
            edges.map(({ node, origins }) => [node.id, node.name, origins.join(', ')]),
            terminal.bold,
          ),
        );
      }),
    );

const create = (): Command =>
  new Command('create')
    .description('Make a team')
    .argument('<name>')
    .option('--group <name>', 'group at the identity provider whose members become members')
    .action((name: string, { group }: { readonly group?: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { team } = await send(client, CREATE, { name, ...(group !== undefined && { group }) });
        show(team, () => `${team.id}  ${escaped(team.name)}`);
      }),
    );

const change = (verb: 'add' | 'remove', text: string): Command =>
  new Command(verb)
    .description(text)
    .argument('<team>', TEAM_ARGUMENT)
    .argument('<members...>', PRINCIPAL)
    .option('--reason <text>', 'why, for the audit trail')
    .action((written: string, names: readonly string[], { reason }: { readonly reason?: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        if (names.length > MEMBERS_MAX) throw badInput(`At most ${MEMBERS_MAX} members at once; these are ${names.length}.`);
        const memberIds = await Promise.all(names.map((name) => principalId(client, name)));
        const input = { teamId: await teamId(client, written), memberIds, ...(reason !== undefined && { reason }) };
        const { team, ids, auditId } = await send(client, CHANGE[verb], input);
        const done = verb === 'add' ? 'added to' : 'removed from';
        show({ team, ids, auditId }, () => `${ids.length} ${done} ${escaped(team.name)} (audit entry ${auditId}).`);
      }),
    );

const link = (): Command =>
  new Command('link')
    .description('Tie a team to a group of the identity provider; without a group, untie it')
    .argument('<team>', TEAM_ARGUMENT)
    .argument('[group]', 'as the provider writes it')
    .action((written: string, group: string | undefined, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const id = await teamId(client, written);
        const { team } = await send(client, LINK, { id, group: group ?? null });
        show(team, () => `${escaped(team.name)}: ${group === undefined ? 'no group' : escaped(group)}`);
      }),
    );

const MEMBERS_MAX = 100;
const TEAM_ARGUMENT = 'id or name of the team';
const teamId = (client: Client, written: string): Promise<string> => principalId(client, written, ['TEAM']);

const team = z.object({ id: z.string(), name: z.string(), group: z.string().nullable() });
const TEAM = 'id name group';

const listed = z.object({
  principals: z.object({
    edges: z.array(z.object({ node: team })),
    pageInfo: z.object({ hasNextPage: z.boolean() }),
  }),
});
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliTeams($filter: PrincipalFilter, $first: Int) { principals(filter: $filter, first: $first) { edges { node { ... on Team { ${TEAM} } } } pageInfo { hasNextPage } } }`,
  answer: listed,
};

const memberList = z.object({
  principal: z
    .object({
      members: z
        .object({
          edges: z.array(z.object({ node: z.object({ id: z.string(), name: z.string() }), origins: z.array(z.string()) })),
        })
        .optional(),
    })
    .nullable(),
});
const MEMBERS: Operation<z.infer<typeof memberList>> = {
  source: `query CliTeamMembers($id: ID!, $first: Int) { principal(id: $id) { ... on Team { members(first: $first) { edges { node { id name } origins } } } } }`,
  answer: memberList,
};

const done = z.object({ auditId: z.string(), team });
const CREATE: Mutation<z.infer<typeof done>> = {
  source: `mutation CliCreateTeam($input: CreateTeamInput!) { result: createTeam(input: $input) { ${REFUSED} ... on TeamCreated { team { ${TEAM} } } } }`,
  done,
};
const LINK: Mutation<z.infer<typeof done>> = {
  source: `mutation CliLinkTeam($input: LinkTeamInput!) { result: linkTeam(input: $input) { ${REFUSED} ... on TeamLinked { team { ${TEAM} } } } }`,
  done,
};
const changed = done.extend({ ids: z.array(z.string()) });
const CHANGE: Readonly<Record<'add' | 'remove', Mutation<z.infer<typeof changed>>>> = {
  add: {
    source: `mutation CliAddMembers($input: AddTeamMembersInput!) { result: addTeamMembers(input: $input) { ${REFUSED} ... on TeamMembersAdded { ids: addedIds team { ${TEAM} } } } }`,
    done: changed,
  },
  remove: {
    source: `mutation CliRemoveMembers($input: RemoveTeamMembersInput!) { result: removeTeamMembers(input: $input) { ${REFUSED} ... on TeamMembersRemoved { ids: removedIds team { ${TEAM} } } } }`,
    done: changed,
  },
};
