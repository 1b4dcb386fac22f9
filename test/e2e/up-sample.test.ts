import { expect, test } from 'vitest';
import { homePaths } from '../../app/home.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { run, up } from './program.ts';
import { sampleHome } from './running.ts';

test('a start after the one that played the sample plays nothing again, and events explain every row', async () => {
  const home = await sampleHome();
  const sample = { CADASTRE_SAMPLE: 'true' };
  const stop = async (program: Awaited<ReturnType<typeof up>>): Promise<void> => {
    program.process.kill('SIGTERM');
    await program.ended;
  };
  const before = await run(home, ['audit', '--json', '--first', '500']);
  expect(JSON.parse(before.stdout).length).toBeGreaterThan(20);
  const second = await up(home, sample);
  await stop(second);
  expect((await run(home, ['audit', '--json', '--first', '500'])).stdout).toBe(before.stdout);
  await reconciles(home);
}, 300_000);

/** A sample costs half a minute, so what is to be said of it is said here. */
async function reconciles(home: string): Promise<void> {
  const sound = await run(home, ['audit', 'reconcile', '--json']);
  expect(JSON.parse(sound.stdout)).toMatchObject({ consistent: true, findings: [] });
  expect(JSON.parse(sound.stdout).checked).toBeGreaterThan(100);
  expect(sound.code).toBe(0);
  const db = await openDatabase({ directory: homePaths(home).database });
  await db.query(`update catalog.asset set subtype = 'forged' where kind = 'dataset'`);
  await db.close();
  const first = await run(home, ['audit', 'reconcile']);
  expect(first.stdout).toMatch(
    /^OTHER_STATE Dataset ast_\w+: subtype is not what its last event left\.\n {2}expected .+\n {2}found {4}forged\n/,
  );
  expect(first.code).toBe(1);
  const all = await run(home, ['audit', 'reconcile', '--all', '--json']);
  expect(JSON.parse(all.stdout).findings.length).toBeGreaterThan(1);
  expect(all.code).toBe(1);
}
