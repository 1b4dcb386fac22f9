import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run, up } from '../e2e/program.ts';
import { begunHome, post } from '../e2e/running.ts';

test('after kill -9 the next start has what was acknowledged, and what was left behind is in nobody’s way', async () => {
  const home = await begunHome();
  const token = readFileSync(path.join(home, 'admin-token'), 'utf8').trim();
  const first = await up(home);
  const made = await post(
    first.url,
    token,
    'mutation { createTeam(input: { idempotencyKey: "t", name: "Survivors" }) { ... on TeamCreated { team { id } } } }',
  );
  expect(made.body.data.createTeam.team.id).toMatch(/^tea_/);
  first.process.kill('SIGKILL');
  await first.ended;
  // server.json still names the dead process: a command does not wait for it, but starts a server of its own.
  expect((await run(home, ['audit', '--action', 'governance.team.created.v1'])).stdout).toContain(
    made.body.data.createTeam.team.id,
  );
  const second = await up(home);
  expect(
    (await post(second.url, token, '{ principals(filter: { namePrefix: "Survivors" }) { edges { node { name } } } }')).body.data
      .principals.edges,
  ).toHaveLength(1);
  second.process.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
});
