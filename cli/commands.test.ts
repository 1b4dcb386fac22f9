import { expect, test } from 'vitest';
import { commandsFor } from './commands.ts';

const namesFor = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await commandsFor(args)).map((command) => command.name());

test('the command that is called is loaded alone, wherever options stand', async () => {
  expect(await namesFor('users', 'list')).toEqual(['users']);
  expect(await namesFor('--url', 'http://127.0.0.1:1', '--json', 'audit', 'export')).toEqual(['audit']);
  expect(await namesFor('--home', 'users', 'search', 'teams')).toEqual(['search']);
});

test('help and mistakes know all commands, each under its own name', async () => {
  const all = await namesFor('--help');
  expect(all).toContain('approvals');
  expect(await Promise.all(all.map((name) => namesFor(name)))).toEqual(all.map((name) => [name]));
  for (const args of [[], ['--version'], ['uesrs', 'list'], ['--help', 'users'], ['toString'], ['help', 'users']])
    expect(await namesFor(...args)).toEqual(all);
});
