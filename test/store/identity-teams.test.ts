import { fc } from '@fast-check/vitest';
import { beforeAll, expect, test } from 'vitest';
import { principalById } from '../../kernel/identity/principalById.ts';
import { changeIdentity } from '../support/identity.ts';
import { describeOnOneEngine } from './engines.ts';
import { govern, newcomer, type Governing, type Payload } from './governing.ts';

describeOnOneEngine('teams', (open, engine) => {
  let governing: Governing;
  let change: (mutation: Parameters<typeof changeIdentity>[2], input: object) => Promise<Payload>;
  beforeAll(async () => {
    governing = await govern(await open());
    change = (mutation, input) => changeIdentity(governing, governing.admin, mutation, input);
  });

  const team = async (name = 'Team'): Promise<string> => (await change('createTeam', { name })).team.id;
  const person = async (): Promise<string> => (await newcomer(governing, 'user', [])).id;
  const teamsOf = async (id: string) => (await principalById(governing.db, id))?.teams;

  test('people, services and teams become members, and each is in all teams above', async () => {
    const [data, platform, company] = [await team('Data'), await team('Platform'), await team('Company')];
    const [ada, bot] = [await person(), (await newcomer(governing, 'service', [])).id];
    await change('addTeamMembers', { teamId: company, memberIds: [platform] });
    await change('addTeamMembers', { teamId: platform, memberIds: [data, bot] });
    const added = await change('addTeamMembers', { teamId: data, memberIds: [ada, ada] });
    expect(added).toMatchObject({ __typename: 'TeamMembersAdded', addedIds: [ada], team: { id: data } });
    expect(await teamsOf(ada)).toEqual([data, platform, company].toSorted());
    expect(await teamsOf(bot)).toEqual([platform, company].toSorted());
    const { data: read } = await governing.ask(
      governing.admin,
      `query Q($ada: ID!, $platform: ID!) {
        principal(id: $ada) { ... on User { teams { id } } }
        team: principal(id: $platform) { ... on Team { teams { id } members(first: 1) { edges { node { __typename id } origins } pageInfo { hasNextPage endCursor } } } } }`,
      { ada, platform },
    );
    expect(read.principal.teams).toEqual([{ id: data }]);
    expect(read.team.teams).toEqual([{ id: company }]);
    expect(read.team.members.edges).toEqual([{ node: { __typename: 'ServiceAccount', id: bot }, origins: ['human'] }]);
    expect(read.team.members.pageInfo.hasNextPage).toBe(true);
    const { data: next } = await governing.ask(
      governing.admin,
      `query Q($platform: ID!, $after: String) { team: principal(id: $platform) { ... on Team { members(first: 5, after: $after) { edges { node { id } } pageInfo { hasNextPage } } } } }`,
      { platform, after: read.team.members.pageInfo.endCursor },
    );
    expect(next.team.members).toEqual({ edges: [{ node: { id: data } }], pageInfo: { hasNextPage: false } });
  });

  test('a member that leaves is out of all teams above, and both are told in the line of the team', async () => {
    const [inner, outer, ada] = [await team(), await team(), await person()];
    await change('addTeamMembers', { teamId: outer, memberIds: [inner] });
    const { auditId } = await change('addTeamMembers', { teamId: inner, memberIds: [ada], reason: 'new colleague' });
    const removed = await change('removeTeamMembers', { teamId: inner, memberIds: [ada, outer] });
    expect(removed.removedIds).toEqual([ada]);
    expect(await teamsOf(ada)).toEqual([]);
    const events = await governing.db.query<{ id: string; action: string }>(
      `select id, action from kernel.audit_event where aggregate_id = $1 order by seq`,
      [inner],
    );
    expect(events.map(({ action }) => action)).toEqual([
      'governance.team.created.v1',
      'governance.members.added.v1',
      'governance.members.removed.v1',
    ]);
    expect(events[1]?.id).toBe(auditId);
  });

  test('what cannot be a member is refused with a reason, and nobody of the request is added', async () => {
    const [data, ada] = [await team(), await person()];
    const add = async (teamId: string, ...memberIds: string[]) =>
      (await change('addTeamMembers', { teamId, memberIds: [ada, ...memberIds] })).code;
    expect(await add(data, 'usr_nobody')).toBe('NOT_FOUND');
    expect(await add(data, 'svc_cadastre')).toBe('BUILT_IN');
    expect(await add(data, data)).toBe('CYCLE');
    expect(await add('tea_nobody')).toBe('NOT_FOUND');
    expect(await add(ada)).toBe('NOT_A_TEAM');
    const gone = await person();
    await change('deactivateUser', { id: gone });
    expect(await add(data, gone)).toBe('MEMBER_DEACTIVATED');
    expect(await teamsOf(ada)).toEqual([]);
    const analyst = await newcomer(governing, 'user', ['steward']);
    expect((await changeIdentity(governing, analyst, 'addTeamMembers', { teamId: data, memberIds: [analyst.id] })).code).toBe(
      'FORBIDDEN',
    );
    await expect(change('addTeamMembers', { teamId: data, memberIds: [] })).rejects.toThrow('BAD_USER_INPUT');
  });

  test('of two teams that are put into each other at once, one is refused', async () => {
    const [a, b] = [await team(), await team()];
    const answers = await Promise.all([
      change('addTeamMembers', { teamId: a, memberIds: [b] }),
      change('addTeamMembers', { teamId: b, memberIds: [a] }),
    ]);
    expect(answers.map(({ code }) => code).filter((code) => code !== undefined)).toEqual(['CYCLE']);
  });

  test('whatever is tried, no team is ever in itself', { timeout: 60_000 }, async () => {
    const attempts = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 4, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(attempts, async (pairs) => {
        const teams = await Promise.all([0, 1, 2, 3, 4].map(() => team()));
        const edges = new Set<string>();
        for (const [upper, lower] of pairs) {
          const reach = (from: number, to: number): boolean =>
            from === to || [...edges].some((edge) => edge.startsWith(`${from}>`) && reach(Number(edge.slice(2)), to));
          const makesRing = reach(lower, upper);
          const answer = await change('addTeamMembers', { teamId: teams[upper], memberIds: [teams[lower]] });
          expect(answer.code).toBe(makesRing ? 'CYCLE' : undefined);
          if (!makesRing) edges.add(`${upper}>${lower}`);
        }
        for (const id of teams) expect(await teamsOf(id)).not.toContain(id);
      }),
      { numRuns: engine === 'pglite' ? 5 : 3 },
    );
  });

  test('a team is renamed and keeps its id; without a provider it has no group', async () => {
    const id = await team('Old');
    expect((await change('renameTeam', { id, name: ' New ' })).team).toEqual({ id, name: 'New' });
    expect((await change('linkTeam', { id, group: 'data' })).code).toBe('NO_PROVIDER');
    expect((await change('createTeam', { name: 'X', group: 'data' })).code).toBe('NO_PROVIDER');
    expect((await change('renameTeam', { id: await person(), name: 'x' })).code).toBe('NOT_A_TEAM');
  });

  test('principals are narrowed to a kind', async () => {
    await team('Kind');
    const { data } = await governing.ask(
      governing.admin,
      '{ principals(filter: { kinds: [TEAM] }, first: 500) { edges { node { __typename } } } }',
    );
    expect(new Set(data.principals.edges.map(({ node }: Payload) => node.__typename))).toEqual(new Set(['Team']));
  });
});
