import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { digestText } from '../../kernel/canonical.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { writeServerFile } from '../../app/serverFile.ts';
import { type Ended, run as runProgram } from './program.ts';
import { post, startEmpty, begunHome } from './running.ts';

let home: string;
let cadastre: Cadastre;
const run = (...args: readonly string[]): Promise<Ended> => runProgram(home, args);

beforeAll(async () => {
  home = await begunHome(afterAll);
  cadastre = await startEmpty(home, {}, { load: loadAllSubgraphs });
  await writeServerFile(home, { url: cadastre.url, pid: process.pid });
});
afterAll(() => cadastre.stop());

const ask = async (query: string) => (await post(cadastre.url, cadastre.admin.token, query)).body;
const blobs = (method: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${cadastre.url}/registry/v1/blobs`, {
    method,
    body,
    headers: { authorization: `Bearer ${cadastre.admin.token}`, ...headers },
  });

test('bytes are brought once and told by their digest, and a stranger brings none', async () => {
  const first = await blobs('PUT', 'some bytes', { 'content-type': 'application/octet-stream' });
  expect(first.status).toBe(201);
  const stored = await first.json();
  expect(stored).toEqual({ digest: digestText('some bytes'), sizeBytes: 10 });
  expect(await (await blobs('POST', 'some bytes')).json()).toEqual(stored);
  expect((await blobs('PUT', 'x', { authorization: 'Bearer nobody' })).status).toBe(401);
  const { data } = await ask(`{ auditTrail(filter: { action: "registry.blob.uploaded.v1" }) { edges { node { subjectId } } } }`);
  expect(data.auditTrail.edges).toHaveLength(1);
});

test('the story of a model, on the command line', async () => {
  const folder = path.join(home, 'churn');
  await mkdir(path.join(folder, 'weights'), { recursive: true });
  await writeFile(path.join(folder, 'weights', 'trees.dat'), 'trees');
  await writeFile(path.join(folder, 'notes.md'), '# Notes');
  const signature = path.join(home, 'signature.json');
  await writeFile(
    signature,
    JSON.stringify({ inputs: [{ name: 'age', type: 'double' }], outputs: [{ name: 'p', type: 'double' }] }),
  );

  expect(await run('models', 'create', 'Churn', '--description', 'Who leaves.', '--tag', 'risk=high')).toMatchObject({ code: 0 });
  expect(await run('models', 'create', 'CHURN')).toMatchObject({ code: 1, stdout: '' });
  const added = await run(
    'models',
    'add-version',
    'churn',
    folder,
    '--commit',
    'abc123',
    '--param',
    'depth=3',
    '--param',
    'kind=gbt',
    '--signature',
    signature,
  );
  expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('models seal Churn:1') });
  expect(await run('models', 'promote', 'churn:1', 'production')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is a draft'),
  });
  expect((await run('models', 'seal', 'churn:1')).stdout).toMatch(/^Churn:1 {2}sha256:[0-9a-f]{64}\n$/);

  const refused = await run('models', 'promote', 'churn:1', 'production');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /approval policy "production".*evidence\.metrics: MISSING.*What would help: cadastre models evidence/s,
  );
  expect(await run('models', 'alias', 'churn:1', 'Production')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"production"'),
  });
  expect(await run('models', 'evidence', 'churn:1', '--kind', 'metrics', '--value', '{"auc": "0.9"}')).toMatchObject({ code: 2 });
  expect(
    await run('models', 'evidence', 'churn:1', '--kind', 'metrics', '--value', '{"auc": 0.9}', '--tool', 'scikit-learn'),
  ).toMatchObject({ code: 0 });

  expect((await run('models', 'promote', 'churn:1', 'Staging')).stdout).toMatch(/^staging of Churn holds version 1, sha256:/);
  expect(await run('models', 'alias', 'churn:1', 'champion')).toMatchObject({
    code: 0,
    stdout: 'Churn@champion is version 1.\n',
  });
  const shown = await run('models', 'show', 'churn@champion');
  expect(shown.stdout).toMatch(
    /Churn:1 {2}sealed[\s\S]*commit abc123\nin staging since[\s\S]*depth = 3\nkind = gbt[\s\S]*weights\/trees\.dat {2}5 [\s\S]*metrics .*scikit-learn.*\{"auc":0\.9\}/,
  );
  expect((await run('models', 'show', 'churn')).stdout).toMatch(/staging: version 1, promotion since[\s\S]*@champion: version 1/);
  expect((await run('models', 'list', '--stage', 'staging')).stdout).toMatch(/^NAME.*\nChurn {2}1 sealed {2}staging:1 /);
}, 180_000);

test('versions are compared, documented, rolled back and verified', async () => {
  const file = path.join(home, 'other.dat');
  await writeFile(file, 'other trees');
  expect(await run('models', 'add-version', 'churn', file, '--param', 'depth=4', '--seal')).toMatchObject({ code: 0 });
  const compared = await run('models', 'compare', 'churn:1', 'churn:2');
  expect(compared.stdout).toContain('param depth: 3 -> 4\n');
  expect(compared.stdout).toContain('file other.dat: added\n');
  expect(await run('models', 'promote', 'churn:2', 'staging')).toMatchObject({ code: 0 });
  expect((await run('models', 'rollback', 'churn', 'staging')).stdout).toMatch(/holds version 1/);
  expect((await run('models', 'verify', 'churn:2')).stdout).toMatch(/^Churn:2 is intact/);
  const out = path.join(home, 'annex.md');
  const docs = await run('models', 'docs', 'churn:1', '--out', out, '--complete');
  expect(docs).toMatchObject({ code: 1, stderr: expect.stringMatching(/\d+ things are missing\. Its digest is sha256:/) });
  expect(await readFile(out, 'utf8')).toMatch(
    /^# Technical documentation of Churn, version 1[\s\S]*## 5\. Risk management system/,
  );
  expect((await run('models', 'card', 'churn:1')).stdout).toMatch(
    /^# Churn\\, version 1[\s\S]*\| metrics \| {2}\| `auc` \| 0\\\.9 \|/,
  );
  expect((await run('models', 'unbind', 'churn', 'staging')).stdout).toMatch(/^staging of Churn is empty/);
  expect(await run('models', 'show', 'none:1')).toMatchObject({ code: 3 });
  expect(await run('models', 'show', 'a b/c:x')).toMatchObject({ code: 2 });
}, 180_000);

test('in an emergency the glass is broken, and another reviews it', async () => {
  const broken = await run(
    'models',
    'break-glass',
    'churn:2',
    'production',
    '--incident',
    'INC-7',
    '--reason',
    'Everybody is refused since noon.',
    '--hours',
    '2',
    '--json',
  );
  expect(broken.code).toBe(0);
  const { binding } = JSON.parse(broken.stdout);
  expect((await run('models', 'reviews', '--open')).stdout).toContain(`${binding.id}  Churn:2  production`);
  expect(await run('models', 'review', binding.id, 'justified', '--comment', 'I was there myself.')).toMatchObject({ code: 1 });
  // One graph: the binding, who did it, and the entry of the log that proves it.
  const { data, errors } =
    await ask(`{ model(name: "churn") { owners { id ... on ServiceAccount { name } } stages { stage kind boundBy { id ... on ServiceAccount { name } }
    approval { id } auditEntry { action actor { id } } modelVersion { number approval(stage: "production") { id } } } } }`);
  expect(errors).toBeUndefined();
  expect(data.model.stages).toMatchObject([
    {
      stage: 'production',
      kind: 'BREAK_GLASS',
      approval: null,
      auditEntry: { action: 'registry.stage.bound.v1' },
      modelVersion: { number: 2, approval: null },
    },
  ]);
  expect(data.model.stages[0].auditEntry.actor.id).toBe(data.model.stages[0].boundBy.id);
});

test('a file is read by whoever may read its version, as something to save', async () => {
  const { data } = await ask(
    '{ modelVersion(model: "churn", number: 2) { id artifacts { edges { node { path digest } } totalCount { value } } } }',
  );
  const address = `${cadastre.url}/registry/v1/versions/${data.modelVersion.id}/artifact?path=`;
  const headers = { authorization: `Bearer ${cadastre.admin.token}` };
  const response = await fetch(`${address}other.dat`, { headers });
  expect(await response.text()).toBe('other trees');
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''other.dat`);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect((await fetch(`${address}..%2f..%2fetc%2fpasswd`, { headers })).status).toBe(404);
  expect((await fetch(`${address}other.dat`)).status).toBe(401);
});

test('no row of the registry is without an event', async () => {
  expect(await run('audit', 'reconcile', '--all')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('events explain all of them'),
  });
});
