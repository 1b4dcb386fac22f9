import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { begunHome, post } from '../e2e/running.ts';
import { cadastre, up } from '../e2e/program.ts';

const SAMPLE = { CADASTRE_SAMPLE: 'true' };
const STATE = `{ source(name: "sample") { assetCount { value } crawls(first: 10) { edges { node { state counts { added changed missing removed } } } } } }`;

test('a server that is killed in the middle of crawls goes on with them, and what it stored is stored once', async () => {
  const home = await begunHome();
  // Somewhere between the first migration and the last crawl: every moment must do.
  for (const afterMs of [4_000, 6_000]) {
    const killed = cadastre(home, ['up'], SAMPLE);
    await sleep(afterMs);
    killed.process.kill('SIGKILL');
    await killed.ended;
  }
  const server = await up(home, SAMPLE);
  const token = (await readFile(path.join(home, 'admin-token'), 'utf8')).trim();
  const { body } = await post(server.url, token, STATE);
  const crawls = body.data.source.crawls.edges.map((edge: { node: unknown }) => edge.node);
  expect(crawls.map((crawl: { state: string }) => crawl.state)).toEqual(Array.from({ length: 5 }, () => 'SUCCEEDED'));
  const added = crawls.reduce((sum: number, crawl: { counts: { added: number } }) => sum + crawl.counts.added, 0);
  const { body: all } = await post(
    server.url,
    token,
    `{ assets(first: 500, filter: { states: [PRESENT, MISSING, REMOVED] }) { edges { node { id } } } }`,
  );
  expect(all.data.assets.edges.length).toBe(added);
  server.process.kill('SIGTERM');
  await server.ended;
}, 300_000);
