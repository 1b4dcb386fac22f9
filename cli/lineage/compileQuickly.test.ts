import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** `(func (export "f") (param i32) (result i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 0))` */
const COUNTDOWN = '0061736d0100000001060160017f017f03020100070501016600000a120110000340200041016b22000d000b20000b';

/** Which compilers a process uses for a function that runs hot. */
function compilersAfter(inputBytes: number): ReadonlySet<string> {
  const script = `
    import { compileQuickly } from ${JSON.stringify(new URL('./compileQuickly.ts', import.meta.url).href)};
    compileQuickly(${inputBytes});
    const { instance } = await WebAssembly.instantiate(Buffer.from('${COUNTDOWN}', 'hex'));
    for (let i = 0; i < 20; i += 1) instance.exports.f(10_000_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    instance.exports.f(1);`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--trace-wasm-compilation-times', '--input-type=module', '--eval', script],
    { encoding: 'utf8', timeout: 50_000 },
  );
  expect(status, stderr).toBe(0);
  return new Set([...stdout.matchAll(/using (\w+)/g)].map(([, compiler = '']) => compiler));
}

test('what little SQL needs is compiled once and quickly', () => {
  expect(compilersAfter(1_000)).toEqual(new Set(['Liftoff']));
});

test('what much SQL needs is optimized', () => {
  expect(compilersAfter(1_000_000_000)).toEqual(new Set(['Liftoff', 'TurboFan']));
});
