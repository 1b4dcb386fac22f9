import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { run } from './program.ts';
import { begunHome, startEmpty } from './running.ts';

let server: Cadastre;
let home: string;

beforeAll(async () => {
  home = await begunHome(afterAll);
  server = await startEmpty(home, {}, { load: loadAllSubgraphs });
});
afterAll(() => server.stop());

/** Runs a command against the server; answers data, exit code and what was said. */
async function cli(token: string, ...args: string[]) {
  const environment = { CADASTRE_URL: server.url, CADASTRE_TOKEN: token, XDG_CONFIG_HOME: home };
  const { code, stdout, stderr } = await run(home, [...args, '--json'], environment);
  return { code, stderr, data: stdout === '' ? null : JSON.parse(stdout) };
}

test('from a model to production on the command line, with the reason for each no', { timeout: 560_000 }, async () => {
  const admin = server.admin.token;
  const change = async (name: string, input: object, fields: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation Set($input: ${type}!) { done: ${name}(input: $input) { ${fields} } }`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}` },
      body: JSON.stringify({ query, variables: { input: { idempotencyKey: randomUUID(), ...input } } }),
    });
    const body = JSON.parse(await response.text());
    return body.data.done;
  };
  const person = async (name: string, role: string, team?: string): Promise<{ id: string; token: string }> => {
    const { user } = await change(
      'createUser',
      { name, email: `${name}@example.com`, roles: [role] },
      '... on UserCreated { user { id } }',
    );
    const made = team === undefined ? null : await change('createTeam', { name: team }, '... on TeamCreated { team { id } }');
    if (made !== null) await change('addTeamMembers', { teamId: made.team.id, memberIds: [user.id] }, '__typename');
    const { token } = await change(
      'createAccessKey',
      { principalId: user.id, label: 'laptop' },
      '... on AccessKeyCreated { token }',
    );
    return { id: user.id, token };
  };
  const [ada, bob, eve] = [
    await person('ada', 'steward', 'Risk'),
    await person('bob', 'steward', 'Law'),
    await person('eve', 'steward'),
  ];

  const { data: policies } = await cli(admin, 'approvals', 'policies');
  expect(policies).toMatchObject([{ name: 'production', version: 1, target: { stage: 'production' } }]);
  const { data: production } = await cli(admin, 'approvals', 'policies', 'show', 'production');

  const file = path.join(home, 'model.bin');
  await writeFile(file, 'a model');
  expect((await cli(eve.token, 'models', 'create', 'churn')).code).toBe(0);
  const { data: added, stderr } = await cli(eve.token, 'models', 'add-version', 'churn', file, '--seal');
  expect(added, stderr).not.toBeNull();

  const unmet = async () => {
    const { data } = await cli(eve.token, 'approvals', 'show', 'churn:1');
    return data.requirements.filter(({ state }: { state: string }) => state !== 'PASS');
  };
  const first = await unmet();
  expect(first.map(({ rule, state }: { rule: string; state: string }) => [rule, state])).toEqual([
    ['evidence.metrics', 'MISSING'],
    ['evidence.fairness', 'MISSING'],
    ['review.1', 'MISSING'],
  ]);
  const early = await cli(eve.token, 'approvals', 'request', 'churn:1', '--stage', 'production', '--reason', 'better');
  expect([early.code, JSON.parse(early.stderr).error.code]).toEqual([1, 'REQUIREMENTS_NOT_MET']);

  for (const [kind, value] of [
    ['metrics', '{"auc": 0.9}'],
    ['fairness', '{"demographic_parity_difference": 0.02}'],
  ] as const)
    expect((await cli(eve.token, 'models', 'evidence', 'churn:1', '--kind', kind, '--value', value)).code).toBe(0);
  const { data: request } = await cli(
    eve.token,
    'approvals',
    'request',
    'churn:1',
    '--stage',
    'production',
    '--reason',
    'better',
  );
  expect(request).toMatchObject({ state: 'OPEN', stage: 'production' });
  expect((await cli(eve.token, 'models', 'promote', 'churn:1', 'production')).code).toBe(1);

  const own = await cli(eve.token, 'approvals', 'approve', request.id);
  expect([own.code, JSON.parse(own.stderr).error.code]).toEqual([1, 'FOUR_EYES']);
  expect((await cli(ada.token, 'approvals', 'list', '--mine')).data.map(({ id }: { id: string }) => id)).toEqual([request.id]);
  const { data: challenged } = await cli(ada.token, 'approvals', 'challenge', request.id, '--comment', 'Which holdout?');
  expect(challenged.state).toBe('OPEN');
  const { data: shown } = await cli(ada.token, 'approvals', 'show', request.id);
  const stale = await cli(bob.token, 'approvals', 'approve', request.id, '--seen', '1');
  expect([stale.code, JSON.parse(stale.stderr).error.code]).toEqual([1, 'CONFLICT']);
  expect(
    (await cli(ada.token, 'approvals', 'resolve', request.id, shown.decisions[0].id, '--resolution', 'That of May.')).code,
  ).toBe(0);
  expect((await cli(ada.token, 'approvals', 'approve', request.id)).data.state).toBe('OPEN');
  expect((await cli(bob.token, 'approvals', 'approve', request.id)).data.state).toBe('APPROVED');
  expect(await unmet()).toEqual([]);
  const promoted = await cli(eve.token, 'models', 'promote', 'churn:1', 'production');
  expect(promoted.code, promoted.stderr).toBe(0);
  expect((await cli(eve.token, 'approvals', 'show', request.id)).data.state).toBe('APPLIED');

  // Of several requests about one version none is taken by itself.
  for (const stage of ['staging', 'canary']) {
    const simple = { target: { kind: 'MODEL_STAGE', stage }, reviewers: [{ role: 'steward', min: 1 }], evidence: [] };
    const policy = path.join(home, `${stage}.json`);
    await writeFile(policy, JSON.stringify({ ...production.document, ...simple }));
    expect((await cli(admin, 'approvals', 'policies', 'set', stage, policy, '--reason', 'tests')).code).toBe(0);
  }
  const asked = async (stage: string): Promise<string> =>
    (await cli(eve.token, 'approvals', 'request', 'churn:1', '--stage', stage, '--reason', 'tests')).data.id;
  const staging = await asked('staging');
  const canary = await asked('canary');
  const ambiguous = async (token: string, verb: string, ids: readonly string[], ...more: readonly string[]) => {
    const refused = await cli(token, 'approvals', verb, 'churn:1', ...more);
    expect(refused.code, refused.stderr).toBe(2);
    const lines = String(JSON.parse(refused.stderr).error.message).split('\n');
    expect(lines.slice(1).map((line) => line.trim().split(/ {2,}/))).toEqual(ids.map((id) => [id, ...(listed.get(id) ?? [])]));
  };
  const listed = new Map([
    [canary, ['canary', 'open']],
    [staging, ['staging', 'open']],
    [request.id, ['production', 'applied']],
  ]);
  for (const verb of ['approve', 'abstain']) await ambiguous(ada.token, verb, [canary, staging]);
  for (const verb of ['reject', 'challenge']) await ambiguous(ada.token, verb, [canary, staging], '--comment', 'no');
  await ambiguous(eve.token, 'withdraw', [canary, staging], '--reason', 'no');
  expect((await cli(ada.token, 'approvals', 'approve', canary, '--stage', 'staging')).code).toBe(2);
  expect((await cli(ada.token, 'approvals', 'approve', 'churn:1', '--stage', 'production')).code).toBe(3);
  expect((await cli(ada.token, 'approvals', 'approve', 'churn:1', '--stage', 'Canary')).data).toMatchObject({
    id: canary,
    state: 'APPROVED',
  });
  listed.set(canary, ['canary', 'approved']);
  await ambiguous(eve.token, 'withdraw', [canary, staging], '--reason', 'no');
  await ambiguous(admin, 'revoke', [canary, request.id], '--reason', 'no');
  expect((await cli(ada.token, 'approvals', 'abstain', 'churn:1')).data.id).toBe(staging);
  expect((await cli(eve.token, 'approvals', 'withdraw', 'churn:1', '--stage', 'staging', '--reason', 'no')).data).toMatchObject({
    id: staging,
    state: 'WITHDRAWN',
  });

  await writeFile(path.join(home, 'policy.json'), JSON.stringify({ ...production.document, validFor: 'P30D' }));
  const { data: set } = await cli(
    admin,
    'approvals',
    'policies',
    'set',
    'production',
    path.join(home, 'policy.json'),
    '--reason',
    'shorter',
  );
  expect(set.policy).toMatchObject({ name: 'production', version: 2 });
  const { data: delegation } = await cli(
    ada.token,
    'approvals',
    'delegate',
    'bob',
    '--until',
    new Date(Date.now() + 86_400_000).toISOString(),
    '--reason',
    'leave',
  );
  expect((await cli(bob.token, 'approvals', 'delegations')).data.map(({ id }: { id: string }) => id)).toEqual([delegation.id]);
  expect((await cli(ada.token, 'approvals', 'undelegate', delegation.id)).data.revokedAt).not.toBeNull();
  expect(
    (await cli(admin, 'approvals', 'revoke', 'churn:1', '--stage', 'production', '--reason', 'recalled')).data,
  ).toMatchObject({
    id: request.id,
    state: 'REVOKED',
  });
});
