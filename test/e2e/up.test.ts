import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cadastre, run, up } from './program.ts';
import { begunHome, post } from './running.ts';

const tokenOf = (home: string): string => readFileSync(path.join(home, 'admin-token'), 'utf8').trim();
const modeOf = (file: string): number => statSync(file).mode & 0o777;

test('up says where it is and keeps its secrets to its owner; SIGTERM ends it with 0 and takes its traces away', async () => {
  const home = await begunHome();
  const program = await up(home);
  expect((await post(program.url, tokenOf(home), '{ me { roles } }')).body.data.me.roles).toEqual(['admin']);
  expect(JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8'))).toEqual({
    url: program.url,
    pid: program.process.pid,
  });
  expect(
    ['admin-token', 'server.json', 'keys/pepper', 'keys/key-encryption-key'].map((file) => modeOf(path.join(home, file))),
  ).toEqual([0o600, 0o600, 0o600, 0o600]);
  expect([home, path.join(home, 'keys')].map(modeOf)).toEqual([0o700, 0o700]);
  program.process.kill('SIGTERM');
  const { stdout, stderr, code } = await program.ended;
  expect(code).toBe(0);
  expect(stdout + stderr, 'the log of a service does not show the token again').not.toContain(tokenOf(home));
  expect(existsSync(path.join(home, 'server.json'))).toBe(false);
});

test('a second server is told who has the folder or the port, and exits with 5', async () => {
  const [home, other] = [await begunHome(), await begunHome()];
  const first = await up(home);
  const { port } = new URL(first.url);
  const onItsFolder = await run(home, ['up']);
  expect(onItsFolder).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining(String(first.process.pid)) });
  const onItsPort = await run(other, ['up', '--port', port]);
  expect(onItsPort).toMatchObject({ code: 5, stderr: expect.stringMatching(new RegExp(`Port ${port} .* is taken`)) });
  expect(await (await fetch(`${first.url}/readyz`)).json()).toMatchObject({ ready: true });
  first.process.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 0 });
});

test('every wrong setting is named at once, its value never', async () => {
  const home = await begunHome();
  const { code, stderr } = await run(home, ['up'], {
    PORT: 'abc',
    CADASTRE_PEPPER: 'top-secret',
    DATABASE_URL: 'postgres://u:hunter2@h/d',
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/PORT is wrong[\s\S]*CADASTRE_PEPPER|CADASTRE_PEPPER[\s\S]*PORT is wrong/);
  expect(stderr).toContain('CADASTRE_KEY_ENCRYPTION_KEY is missing');
  expect(stderr).not.toMatch(/top-secret|hunter2|abc/);
});

test('a signal during the start waits for the start and then ends it', async () => {
  const program = cadastre(await begunHome(), ['up']);
  setTimeout(() => program.process.kill('SIGTERM'), 2_500);
  expect((await program.ended).code).toBe(0);
});
