import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { headOf, listLogs } from '../../kernel/audit/ledger/ledger.ts';
import type { Database } from '../../kernel/db/database.ts';
import { describeOnEngines, postgresUrl } from '../store/engines.ts';
import { govern, requestOf, testKernel, type Governing } from '../store/governing.ts';
import { drainLog, exportText, happen, verifyText } from '../support/auditing.ts';

const SCRIPT = fileURLToPath(new URL('log-leader.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

// The embedded engine serves one process only.
describeOnEngines('processes that put events into the log', (open, engine) => {
  const onServer = test.runIf(engine === 'postgres');
  let db: Database;
  let governing: Governing;
  let folder: string | undefined;
  let url: string;
  const children = new Set<ChildProcess>();
  beforeEach(async () => {
    if (engine !== 'postgres') return;
    db = await open();
    governing = await govern(db);
    folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-log-'));
    const [row] = await db.query<{ name: string }>('select current_database() as name');
    url = postgresUrl(row?.name ?? '');
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const settings = () => testKernel(db).auditLog;
  const start = async (): Promise<ChildProcess> => {
    const { origin, signingKey } = settings();
    const args = [url, origin, signingKey.toString('hex'), path.join(folder ?? '', 'checkpoint')];
    const child = spawn(process.execPath, ['--import', TSX, SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(child);
    await once(child.stdout ?? child, 'data');
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'close');
    children.delete(child);
  };
  /** As if its time had run out. */
  const endLease = (): Promise<unknown> => db.query(`update kernel.lease set expires_at = '-infinity' where name = 'audit-log'`);
  const size = async (): Promise<number> => (await headOf(db, 1))?.size ?? 0;
  const until = async (wanted: number): Promise<void> => {
    for (let attempt = 0; attempt < 300; attempt++) {
      if ((await size()) >= wanted) return;
      await sleep(50);
    }
    throw new Error(`the log stands at ${await size()}, and not at ${wanted}`);
  };
  const checkAll = async (): Promise<void> => {
    await endLease();
    await drainLog(db, settings());
    const [row] = await db.query<{ events: number }>('select count(*)::int as events from kernel.audit_event');
    const published = await readFile(path.join(folder ?? '', 'checkpoint'));
    const text = await exportText(governing.subgraph, requestOf(governing.admin));
    const report = verifyText(text, { checkpoints: [{ name: 'published', note: published }] });
    // The export itself is the newest event.
    expect(report).toMatchObject({ entries: row?.events, links: row?.events, anchors: [{ kind: 'checkpoint' }] });
    expect(await listLogs(db)).toHaveLength(1);
  };

  onServer(
    'are killed at any moment, and every event is in the log once',
    async () => {
      let isOver = false;
      const writing = (async () => {
        for (let n = 0; !isOver; n++) {
          await happen(db, 50, { id: `thing ${n % 7}` });
          await sleep(5);
        }
      })();
      for (const afterMs of [300, 40, 700, 120, 5]) {
        const before = await size();
        const child = await start();
        await until(before + 1);
        await sleep(afterMs);
        await kill(child);
        await endLease();
      }
      isOver = true;
      await writing;
      await checkAll();
    },
    120_000,
  );

  onServer(
    'and one that slept through its lease adds nothing when it wakes',
    async () => {
      await happen(db, 100);
      const sleeper = await start();
      await until(100);
      sleeper.kill('SIGSTOP');
      await endLease();
      const other = await start();
      const before = await size();
      await happen(db, 100, { id: 'meanwhile' });
      await until(before + 100);
      sleeper.kill('SIGCONT');
      for (let n = 0; n < 10; n++) {
        await happen(db, 20, { id: `later ${n}` });
        await sleep(50);
      }
      await until(before + 300);
      await kill(sleeper);
      await kill(other);
      await checkAll();
    },
    120_000,
  );
});
