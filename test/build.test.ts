import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../kernel/root.ts';

/** A small project with the real build script and configuration. */
describe('node app/build.mjs', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadastre-build-'));
  const at = (file: string): string => path.join(folder, file);
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  };
  const build = () => spawnSync(process.execPath, ['app/build.mjs'], { cwd: folder, encoding: 'utf8', input: '' });

  beforeAll(() => {
    mkdirSync(at('app'));
    for (const file of ['app/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package.json'])
      cpSync(path.join(packageRoot, file), at(file));
    symlinkSync(path.join(packageRoot, 'node_modules'), at('node_modules'));
    write(
      'codegen.ts',
      `export default { schema: 'kernel/a.graphql', generates: { 'kernel/__generated__/a.ts': { plugins: ['typescript'] } } };`,
    );
    write('kernel/a.graphql', 'type Query { a: Int }');
    write('kernel/a.ts', `import type { Query } from './__generated__/a.ts';\nexport const a: Query['a'] = 1;\n`);
    write('kernel/gone.ts', 'export const gone = 1;\n');
    write('kernel/a.test.ts', 'const wrong: string = 1;\n');
    write('test/wrong.ts', 'const wrong: string = 1;\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('makes generated code and dist/ from nothing, without tests', () => {
    const { status, stderr, stdout } = build();
    expect(`${stdout}${stderr}`).toMatch(/^build: generated code in .*\nbuild: dist in .*\nbuild: built in .*\n$/);
    expect(status).toBe(0);
    expect(readFileSync(at('dist/kernel/a.js'), 'utf8')).toContain('export const a = 1');
    expect(existsSync(at('dist/kernel/a.test.js'))).toBe(false);
  });

  test('says and does nothing when nothing changed', () => {
    const { mtimeMs } = statSync(at('dist/kernel/a.js'));
    expect(build()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(statSync(at('dist/kernel/a.js')).mtimeMs).toBe(mtimeMs);
  });

  test('compiles what was edited, and generates nothing for that', () => {
    appendFileSync(at('kernel/a.ts'), 'export const b = 2;\n');
    expect(build().stderr).toMatch(/^build: dist in .*\nbuild: built/);
    expect(readFileSync(at('dist/kernel/a.js'), 'utf8')).toContain('export const b = 2');
  });

  test('generates when a schema was edited', () => {
    write('kernel/a.graphql', 'type Query { a: Int, b: Int }');
    expect(build().stderr).toMatch(/^build: generated code/);
    expect(readFileSync(at('kernel/__generated__/a.ts'), 'utf8')).toContain('b?:');
  });

  test('takes away what was compiled from a file that is gone', () => {
    expect(existsSync(at('dist/kernel/gone.js'))).toBe(true);
    renameSync(at('kernel/gone.ts'), at('kernel/moved.ts'));
    build();
    expect([existsSync(at('dist/kernel/gone.js')), existsSync(at('dist/kernel/moved.js'))]).toEqual([false, true]);
  });

  test('makes anew what somebody deleted from dist/', () => {
    rmSync(at('dist/kernel/a.js'));
    expect(build().status).toBe(0);
    expect(existsSync(at('dist/kernel/a.js'))).toBe(true);
  });

  test('shows what the compiler says, fails, and fails again until it is mended', () => {
    write('kernel/wrong.ts', 'export const wrong: string = 1;\n');
    for (let i = 0; i < 2; i++) {
      const { status, stderr } = build();
      expect(status).not.toBe(0);
      expect(stderr).toContain(`kernel/wrong.ts(1,14): error TS2322`);
    }
    write('kernel/wrong.ts', `export const wrong: string = '1';\n`);
    expect(build().status).toBe(0);
  });

  test('two at once take turns', () => {
    appendFileSync(at('kernel/a.ts'), 'export const c = 3;\n');
    const both = execFileSync('sh', ['-c', '"$0" app/build.mjs & "$0" app/build.mjs && wait $!', process.execPath], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(both).toBe('');
    expect(existsSync(at('dist/.build/lock'))).toBe(false);
    expect(build().stderr).toBe('');
  });

  test('says what to do when nothing is installed', () => {
    rmSync(at('node_modules'));
    expect(build()).toMatchObject({ status: 1, stderr: 'node_modules is missing. Run `npm ci` first.\n' });
  });
});
