import { expect, test } from 'vitest';
import { run, up } from './program.ts';
import { begunHome } from './running.ts';

test('the first start plays the sample, and the second plays and crawls nothing again', async () => {
  const home = await begunHome();
  const sample = { CADASTRE_SAMPLE: 'true' };
  const stop = async (program: Awaited<ReturnType<typeof up>>): Promise<void> => {
    program.process.kill('SIGTERM');
    await program.ended;
  };
  await stop(await up(home, sample));
  const before = await run(home, ['audit', '--json', '--first', '500']);
  expect(JSON.parse(before.stdout).length).toBeGreaterThan(20);
  const startedAt = performance.now();
  const second = await up(home, sample);
  const startMs = performance.now() - startedAt;
  await stop(second);
  expect((await run(home, ['audit', '--json', '--first', '500'])).stdout).toBe(before.stdout);
  // Generous for a busy machine; playing the sample again would take far longer.
  expect(startMs).toBeLessThan(30_000);
}, 300_000);
