import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { originOf } from '../../kernel/audit/record.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import type { Claims } from '../../kernel/identity/oidc/claims.ts';
import type { IdentityProvider } from '../../kernel/identity/oidc/identityProvider.ts';
import type { OidcConfig } from '../../kernel/identity/oidc/oidcConfig.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../kernel/identity/principals.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { identified } from '../../subgraphs/governance/index.ts';
import { adminRemains } from '../../subgraphs/governance/store/lockAdmins.ts';
import { changeIdentity } from '../support/identity.ts';
import { describeOnEngines } from './engines.ts';
import { govern, type Governing } from './governing.ts';

const ISSUER = 'https://login.example';

const SETTINGS: OidcConfig = {
  issuer: ISSUER,
  clientId: 'cadastre',
  clientSecret: undefined,
  deviceClientId: 'cadastre',
  redirectUrl: 'https://catalog.example/auth/callback',
  scopes: 'openid',
  groupsClaim: 'groups',
  roleOfGroup: new Map([
    ['data-admins', 'admin'],
    ['stewards', 'steward'],
  ]),
  newcomerRole: 'analyst',
};

const unused = () => Promise.reject(new Error('not used here'));

/** A provider that says what it is told to: whether tokens are genuine is tested elsewhere, with a real one. */
function scripted(settings: Partial<OidcConfig> = {}) {
  const said = new Map<string, Claims>();
  const provider: IdentityProvider = {
    settings: { ...SETTINGS, ...settings },
    claimsOf: async (token) => said.get(token) ?? unused(),
    newFlow: () => ({ state: '', nonce: '', verifier: '' }),
    authorizationUrl: unused,
    logoutOf: unused,
    redeem: unused,
  };
  const tokenFor = (claims: Partial<Claims> & { readonly subject: string }): string => {
    const token = `eyJ${randomUUID()}.eyJ.x`;
    said.set(token, { issuer: ISSUER, name: 'Ada', email: null, groups: null, issuedAtMs: Date.now(), session: null, ...claims });
    return token;
  };
  return { provider, tokenFor };
}

describeOnEngines('sign-in through a provider', (open) => {
  let governing: Governing;
  const { provider, tokenFor } = scripted();
  let signIn: (token: string) => Promise<Principal>;
  beforeAll(async () => {
    governing = await govern(await open(), { provider });
    signIn = identified(governing.kernel);
  });

  const come = (claims: Partial<Claims> & { readonly subject: string }): Promise<Principal> => signIn(tokenFor(claims));
  /** As another process would see it, which has not taken over what the token says. */
  const anew = (token: string): Promise<Principal> => identified(governing.kernel)(token);
  const someone = (): string => randomUUID();
  const linkedTeam = async (group: string): Promise<string> => {
    const { team } = await changeIdentity(governing, governing.admin, 'createTeam', { name: group, group });
    return team.id;
  };
  const stub = async (namespace: string, name: string): Promise<string> => {
    const request = internalRequest('crawl');
    const [id = ''] = await governing.db.transaction((tx) =>
      findOrStub(tx, originOf(request, decide(request, 'catalog.crawl')), [{ namespace, name }]),
    );
    return id;
  };
  const emailOf = async (id: string): Promise<string | null | undefined> =>
    (await governing.db.query<{ email: string | null }>('select email from kernel.principal where id = $1', [id]))[0]?.email;
  const actionsOf = async (id: string): Promise<readonly string[]> =>
    (
      await governing.db.query<{ action: string }>('select action from kernel.audit_event where aggregate_id = $1 order by seq', [
        id,
      ])
    ).map(({ action }) => action);
  const refused = expect.objectContaining({ code: 'UNAUTHENTICATED' });

  test('a newcomer is made once, with the role of newcomers, however many requests come first', async () => {
    const token = tokenFor({ subject: someone(), name: 'Ada Lovelace' });
    const all = await Promise.all([1, 2, 3, 4].map(() => anew(token)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({
      kind: 'user',
      name: 'Ada Lovelace',
      roles: ['analyst'],
      authMethod: 'oidc',
      scopes: ['graph'],
    });
    expect(await actionsOf(all[0]?.id ?? '')).toEqual(['governance.user.created.v1', 'governance.identity.linked.v1']);
  });

  test('a stub is claimed by its verified address, in any case, and keeps its id', async () => {
    const id = await stub(EMAIL_NAMESPACE, 'Grace@Example.com');
    const grace = await come({ subject: someone(), name: 'Grace Hopper', email: 'gRACE@example.COM' });
    expect(grace).toMatchObject({ id, name: 'Grace Hopper', roles: ['analyst'] });
    expect(await actionsOf(id)).toContain('governance.user.claimed.v1');
    expect(await stub(EMAIL_NAMESPACE, 'grace@example.com')).toBe(id);
  });

  test('a stub that was named by its subject at the provider is claimed without an address', async () => {
    const subject = someone();
    const id = await stub(ISSUER, subject);
    expect((await come({ subject })).id).toBe(id);
  });

  test('an address that is not verified claims nothing', async () => {
    const id = await stub(EMAIL_NAMESPACE, 'victim@example.com');
    const newcomer = await come({ subject: someone(), email: null });
    expect(newcomer.id).not.toBe(id);
    expect(await emailOf(newcomer.id)).toBeNull();
  });

  test('whom an admin made with an address is found by it, with the roles they were given', async () => {
    const { user } = await governing.change(governing.admin, 'createUser', {
      name: 'Ken',
      email: 'ken@example.com',
      roles: ['steward'],
    });
    expect(await come({ subject: someone(), email: 'KEN@example.com' })).toMatchObject({ id: user.id, roles: ['steward'] });
  });

  test('an address that went to somebody else brings nothing along', async () => {
    const first = await come({ subject: someone(), email: 'info@example.com' });
    const second = await come({ subject: someone(), email: 'info@example.com' });
    expect(second.id).not.toBe(first.id);
    expect([await emailOf(first.id), await emailOf(second.id)]).toEqual(['info@example.com', null]);
  });

  test('a name that is told later is taken, and one that is known stays', async () => {
    const subject = someone();
    expect((await come({ subject, name: null })).name).toBe('Unnamed');
    expect((await come({ subject, name: 'Barbara' })).name).toBe('Barbara');
    expect((await come({ subject, name: 'Somebody else' })).name).toBe('Barbara');
    const other = someone();
    expect((await come({ subject: other, name: null, email: 'other@example.com' })).name).toBe('other@example.com');
    const named = await come({ subject: other, name: 'Other' });
    expect(named.name).toBe('Other');
    expect((await actionsOf(named.id)).at(-1)).toBe('governance.profile.completed.v1');
  });

  test('an address that is told later is taken, unless somebody has it', async () => {
    const subject = someone();
    const { id } = await come({ subject });
    await come({ subject, email: 'later@example.com' });
    expect(await emailOf(id)).toBe('later@example.com');
    const other = await come({ subject: someone() });
    const again = await governing.db.query<{ subject: string }>(
      'select subject from kernel.external_identity where principal_id = $1',
      [other.id],
    );
    await come({ subject: again[0]?.subject ?? '', email: 'LATER@example.com' });
    expect(await emailOf(other.id)).toBeNull();
  });

  test('who is put out stays out: with the token they have, with a new one, and under a new subject with their address', async () => {
    const subject = someone();
    const token = tokenFor({ subject, email: 'gone@example.com' });
    const { id } = await signIn(token);
    await changeIdentity(governing, governing.admin, 'deactivateUser', { id });
    await expect(signIn(token)).rejects.toEqual(refused);
    await expect(come({ subject })).rejects.toEqual(refused);
    await expect(come({ subject: someone(), email: 'gone@example.com' })).rejects.toEqual(refused);
    await changeIdentity(governing, governing.admin, 'reactivateUser', { id });
    expect((await signIn(token)).id).toBe(id);
  });

  test('groups become memberships of teams that are linked to them, and go with them', async () => {
    const [data, platform] = [await linkedTeam('g-data'), await linkedTeam('g-platform')];
    const subject = someone();
    const ada = await come({ subject, groups: ['g-data', 'g-platform', 'g-nobody-linked'] });
    expect(ada.teams).toEqual([data, platform].toSorted());
    expect((await come({ subject, groups: ['g-data'] })).teams).toEqual([data]);
    // Nothing said is not the same as none.
    expect((await come({ subject, groups: null })).teams).toEqual([data]);
    expect((await come({ subject, groups: [] })).teams).toEqual([]);
    expect((await actionsOf(data)).slice(-2)).toEqual(['governance.members.added.v1', 'governance.members.removed.v1']);
  });

  test('a membership lasts while a person or the provider says so', async () => {
    const team = await linkedTeam('g-both');
    const subject = someone();
    const ada = await come({ subject, groups: ['g-both'] });
    const change = (mutation: 'addTeamMembers' | 'removeTeamMembers') =>
      changeIdentity(governing, governing.admin, mutation, { teamId: team, memberIds: [ada.id] });
    expect((await change('removeTeamMembers')).code).toBe('FROM_PROVIDER');
    expect((await change('addTeamMembers')).addedIds).toEqual([ada.id]);
    expect((await come({ subject, groups: [] })).teams).toEqual([team]);
    await come({ subject, groups: ['g-both'] });
    expect((await change('removeTeamMembers')).removedIds).toEqual([ada.id]);
    expect((await come({ subject, groups: ['g-both'] })).teams).toEqual([team]);
    expect((await come({ subject, groups: [] })).teams).toEqual([]);
  });

  test('an older token does not bring old groups back', async () => {
    const team = await linkedTeam('g-former');
    const subject = someone();
    const old = tokenFor({ subject, groups: ['g-former', 'data-admins'], issuedAtMs: Date.now() - 60_000 });
    expect((await signIn(old)).teams).toEqual([team]);
    expect(await come({ subject, groups: [] })).toMatchObject({ teams: [], roles: ['analyst'] });
    expect(await anew(old)).toMatchObject({ teams: [], roles: ['analyst'] });
  });

  test('a provider whose clock ran ahead once is believed again', async () => {
    const team = await linkedTeam('g-ahead');
    const subject = someone();
    await come({ subject, groups: ['g-ahead'], issuedAtMs: Date.now() + 86_400_000 });
    expect((await come({ subject, groups: ['g-ahead'] })).teams).toEqual([team]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await come({ subject, groups: [], issuedAtMs: Date.now() + 5 })).teams).toEqual([]);
  });

  test('groups give roles beside those that people gave, and take back only their own', async () => {
    const subject = someone();
    const ada = await come({ subject, groups: ['data-admins', 'stewards'] });
    expect(ada.roles).toEqual(['admin', 'analyst', 'steward']);
    await changeIdentity(governing, governing.admin, 'setRoles', { principalId: ada.id, roles: ['bot'] });
    expect((await come({ subject, groups: ['stewards'] })).roles).toEqual(['bot', 'steward']);
    expect((await come({ subject, groups: [] })).roles).toEqual(['bot']);
    expect((await actionsOf(ada.id)).filter((action) => action === 'governance.roles.set.v1')).toHaveLength(4);
  });

  test('what a token says is taken over once a minute, and nothing is written in between', async () => {
    const token = tokenFor({ subject: someone(), groups: [] });
    const { id } = await signIn(token);
    const before = await actionsOf(id);
    for (let i = 0; i < 5; i++) await signIn(token);
    await anew(token);
    expect(await actionsOf(id)).toEqual(before);
  });

  test('who came by a group as an admin counts as one that remains', async () => {
    const admin = await come({ subject: someone(), groups: ['data-admins'] });
    const remains = (hasProvider: boolean) =>
      governing.db.transaction(async (tx) => {
        await tx.query(`update kernel.access_key set revoked_at = now() where revoked_at is null`);
        await tx.query(`update kernel.principal set group_roles = '{}' where id <> $1`, [admin.id]);
        const answer = await adminRemains(tx, { id: 'usr_nobody', withServices: true }, hasProvider);
        throw Object.assign(new Error('undone'), { answer });
      });
    await expect(remains(true)).rejects.toMatchObject({ answer: true });
    await expect(remains(false)).rejects.toMatchObject({ answer: false });
  });

  test('personal data of a sign-in stands only where it can be forgotten', async () => {
    const subject = `secret-${someone()}`;
    const { id } = await come({ subject, name: 'Secret Ada', email: 'secret-ada@example.com' });
    const rows = await governing.db.query<{ body: string }>(
      `select body from kernel.audit_event where aggregate_id = $1 union all select payload from kernel.outbox where aggregate_id = $1`,
      [id],
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(rows)).not.toMatch(/secret/i);
  });

  test('without a provider a token of one is nobody', async () => {
    const { provider: _, ...alone } = governing.kernel;
    await expect(identified(alone)(tokenFor({ subject: someone() }))).rejects.toEqual(refused);
  });
});
