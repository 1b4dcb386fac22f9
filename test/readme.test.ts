import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../kernel/root.ts';

const README = readFileSync(path.join(packageRoot, 'README.md'), 'utf8');
const MAIN = path.join(packageRoot, 'dist/cli/main.js');

/** The code block behind `<!-- test: name -->`. */
function block(name: string): string {
  const found = new RegExp(`<!-- test: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(README)?.[1];
  if (found === undefined) throw new Error(`README.md has no block marked "test: ${name}".`);
  return found;
}

describe('the README', () => {
  let home: string;
  let server: ChildProcess;
  let url = '';
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'cadastre-readme-'));
    environment = { ...process.env, CADASTRE_HOME: home, PORT: '0', NO_COLOR: '1' };
    server = spawn(process.execPath, [MAIN, 'up'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    url = await new Promise<string>((resolve, reject) => {
      let printed = '';
      server.stdout?.on('data', (chunk: Buffer) => {
        printed += chunk.toString('utf8');
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
        if (address !== undefined) resolve(address);
      });
      server.stderr?.on('data', (chunk: Buffer) => {
        process.stderr.write(chunk);
        if (chunk.includes('the sample warehouse is not complete')) reject(new Error(chunk.toString('utf8')));
      });
      server.once('exit', (code) => reject(new Error(`up ended with ${code}`)));
    });
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    await rm(home, { recursive: true, force: true });
  });

  it.each([
    ['query', 'answer'],
    ['lineage', 'lineage answer'],
  ])('shows a query and its real answer: %s', async (query, answer) => {
    const token = (await readFile(path.join(home, 'admin-token'), 'utf8')).trim();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: block(query) }),
      signal: AbortSignal.timeout(60_000),
    });
    expect(await response.json()).toEqual({ data: JSON.parse(block(answer)) });
  });

  const commands = block('run').trim().split('\n');
  it.each(commands)('shows a command that works: %s', async (command) => {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(words.slice(0, 2)).toEqual(['npx', 'cadastre']);
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words.slice(2)], {
      env: environment,
      timeout: 60_000,
    });
    expect(stdout.trim()).not.toBe('');
  });

  it('shows how the log is exported, verified and held against the tables', async () => {
    for (const command of block('audit').trim().split('\n')) {
      const line = command
        .replace('npx cadastre', `"${process.execPath}" "${MAIN}"`)
        .replace('node dist/verify-audit.mjs', `"${process.execPath}" "${path.join(packageRoot, 'dist/verify-audit.mjs')}"`);
      await promisify(execFile)('/bin/sh', ['-c', line], { env: environment, cwd: home, timeout: 90_000 });
    }
  }, 300_000);

  it('shows how a model gets to production, and how it does not', async () => {
    const script = block('gate')
      .replaceAll('npx cadastre', `"${process.execPath}" "${MAIN}"`)
      .replaceAll('node dist/', `"${process.execPath}" "${packageRoot}/dist/`)
      .replaceAll('verify-audit.mjs ', 'verify-audit.mjs" ')
      .replaceAll('connectors/sample/', `${packageRoot}/connectors/sample/`);
    const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', script], { env: environment, cwd: home, timeout: 280_000 });
    expect(stdout).toContain('exit 1: refused, and why');
    expect(stdout).toContain('churn@2 may run in production: IN_STAGE');
    expect(stdout).toContain('exit 1: these bytes nobody approved');
    expect(stdout).toContain('churn@1 may run in production: IN_STAGE');
    expect(stdout).toContain('self-consistent');
  }, 300_000);

  it('shows who used a column, by whose decision, with the proof', async () => {
    const token = (await readFile(path.join(home, 'admin-token'), 'utf8')).trim();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: block('usage') }),
      signal: AbortSignal.timeout(60_000),
    });
    expect(await response.json()).toMatchObject({
      data: {
        column: {
          usedBy: {
            edges: [
              {
                node: {
                  stage: 'production',
                  approval: {
                    decisions: [
                      { verdict: 'APPROVE', reviewer: { name: expect.any(String) } },
                      { verdict: 'APPROVE', reviewer: { name: expect.any(String) } },
                    ],
                  },
                  auditEntry: { action: 'registry.stage.bound.v1', proof: { leafIndex: expect.anything() } },
                },
              },
            ],
          },
        },
      },
    });
  });

  it('names only files that exist', () => {
    for (const [, target = ''] of README.matchAll(/\]\(([^)#:]+)\)/g))
      expect(() => readFileSync(path.join(packageRoot, target)), target).not.toThrow(/ENOENT/);
  });
});
