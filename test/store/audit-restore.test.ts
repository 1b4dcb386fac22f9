import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { look } from '../../cli/audit/watch.ts';
import { type AnchorFile, anchorFile } from '../../kernel/audit/ledger/anchorFile.ts';
import { headOf, listLogs } from '../../kernel/audit/ledger/ledger.ts';
import { proofsOf } from '../../kernel/audit/ledger/proofs.ts';
import { openCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { leafHash } from '../../kernel/audit/log/hash.ts';
import { verifyInclusion } from '../../kernel/audit/log/inclusion.ts';
import { signerKey } from '../../kernel/audit/log/noteKey.ts';
import { atMs } from '../../kernel/time.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import type { Database } from '../../kernel/db/database.ts';
import { callRoute, drainLog, exportText, happen, verifyText } from '../support/auditing.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, requestOf, testKernel, type Governing } from './governing.ts';

const TABLES = `select tablename as name from pg_tables where schemaname = 'kernel' and tablename not in ('migration', 'lease')`;

async function backUp(db: Database): Promise<void> {
  await db.query('drop schema if exists backup cascade');
  await db.query('create schema backup');
  for (const { name } of await db.query<{ name: string }>(TABLES))
    await db.query(`create table backup.${name} as table kernel.${name}`);
}

async function restore(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica');
    const tables = await tx.query<{ name: string }>(TABLES);
    await tx.query(`truncate ${tables.map(({ name }) => `kernel.${name}`).join(', ')} cascade`);
    for (const { name } of tables)
      await tx.query(`insert into kernel.${name} overriding system value select * from backup.${name}`);
    for (const table of ['audit_event', 'outbox'])
      await tx.query(
        `select setval(pg_get_serial_sequence('kernel.${table}', 'seq'), coalesce(max(seq), 1)) from kernel.${table}`,
      );
  });
}

describeOnOneEngine(
  'a log whose database was restored',
  (open) => {
    let governing: Governing;
    let folder: string;
    let anchor: AnchorFile;
    beforeEach(async () => {
      const db = await open();
      await resetData(db);
      await db.query(
        `insert into kernel.principal (id, kind, name, roles, state, recorded_at) values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
      );
      governing = await govern(db);
      folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-restore-'));
      anchor = anchorFile(path.join(folder, 'checkpoint'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const settings = () => testKernel(governing.db).auditLog;
    const key = (origin = settings().origin) => signerKey(origin, settings().signingKey).verifier;
    const drain = (watching: AnchorFile | undefined = anchor) => drainLog(governing.db, settings(), watching);
    const publish = async (): Promise<string> => {
      const [log] = await listLogs(governing.db);
      const note = (await headOf(governing.db, log?.epoch ?? 1))?.note ?? '';
      await anchor.write(note);
      return note;
    };
    const grow = async (count: number): Promise<void> => {
      await happen(governing.db, count);
      await drain();
    };

    test('behind what was published goes on as another log, and says so in its first entries', async () => {
      await grow(3);
      await backUp(governing.db);
      await grow(4);
      const published = await publish();
      await restore(governing.db);
      await happen(governing.db, 2);
      await drain();

      const origin = `${settings().origin}/2`;
      expect(await listLogs(governing.db)).toEqual([
        { epoch: 2, origin, precededBy: published },
        { epoch: 1, origin: settings().origin, precededBy: null },
      ]);
      const { data } = await governing.ask(governing.admin, '{ auditCheckpoint { epoch origin precededBy note verifierKey } }');
      expect(data.auditCheckpoint).toMatchObject({ epoch: 2, origin, precededBy: published, verifierKey: key(origin).vkey });
      const report = verifyText(await exportText(governing.subgraph, requestOf(governing.admin)), { keys: [key(origin)] });
      expect(report).toMatchObject({ entries: 3, checkpoint: { origin } });
      const [told] = await governing.db.query<{ body: string; detail: string }>(
        `select e.body, d.body as detail from kernel.audit_event e join kernel.audit_detail d on d.event_id = e.id where e.action = 'governance.log.restored.v1'`,
      );
      const size = (note: string): number => openCheckpoint(note, [key()]).size;
      expect(JSON.parse(told?.body ?? '')).toMatchObject({ reason: 'BEHIND', subject: { type: 'AuditLog' } });
      expect(JSON.parse(told?.detail ?? '')).toEqual({
        from: settings().origin,
        to: origin,
        published: size(published),
        held: size(published) - 4,
      });

      // Nobody begins a third one for the same reason.
      await drain();
      await publish();
      await drain();
      expect(await listLogs(governing.db)).toHaveLength(2);
    });

    test('keeps the log before, with its proofs and its exports', async () => {
      await grow(5);
      const [entry] = await governing.db.query<{ seq: string; body: string }>(
        'select seq, body from kernel.audit_event order by seq limit 1',
      );
      const before = await exportText(governing.subgraph, requestOf(governing.admin));
      await drain();
      await backUp(governing.db);
      await grow(1);
      await publish();
      await restore(governing.db);
      await drain();
      const proof = (await proofsOf(governing.db, [entry?.seq ?? ''])).get(entry?.seq ?? '');
      const head = await headOf(governing.db, 1);
      expect(proof?.epoch).toBe(1);
      expect(
        verifyInclusion({
          index: proof?.leafIndex ?? -1,
          size: proof?.treeSize ?? 0,
          leaf: leafHash(Buffer.from(entry?.body ?? '', 'utf8')),
          proof: proof?.hashes ?? [],
          root: head?.root ?? Buffer.alloc(0),
        }),
      ).toBe(true);
      const raw = await callRoute(governing.subgraph, '/log/epoch/:epoch/export', requestOf(governing.admin), '', { epoch: '1' });
      let text = '';
      for await (const piece of raw as AsyncIterable<unknown>) text += String(piece);
      const note = Buffer.from(JSON.parse(before.split('\n')[0] ?? '').checkpoint);
      expect(verifyText(text, { keys: [key()], checkpoints: [{ name: 'before', note }] }).anchors).toHaveLength(1);
    });

    test('again and again gets a new name each time', async () => {
      await grow(2);
      await backUp(governing.db);
      for (const epoch of [2, 3]) {
        await grow(3);
        await publish();
        if (epoch === 2) {
          await restore(governing.db);
          await drain();
          await backUp(governing.db);
        } else await restore(governing.db);
        await drain();
        expect((await listLogs(governing.db))[0]).toMatchObject({ epoch, origin: `${settings().origin}/${epoch}` });
      }
    });

    test('and that went on unseen with other entries is not taken for what was published', async () => {
      await grow(2);
      await backUp(governing.db);
      await grow(3);
      const published = await publish();
      await restore(governing.db);
      await happen(governing.db, 6, { id: 'another history' });
      // Somebody started it without the file.
      await drainLog(governing.db, settings());
      expect(await listLogs(governing.db)).toHaveLength(1);
      await drain();
      expect((await listLogs(governing.db))[0]).toMatchObject({ epoch: 2, precededBy: published });
      const [told] = await governing.db.query<{ body: string }>(
        `select body from kernel.audit_event where action = 'governance.log.restored.v1'`,
      );
      expect(JSON.parse(told?.body ?? '').reason).toBe('OTHER');
    });

    test('is seen by whoever watches', async () => {
      const read = async (asked: string): Promise<Buffer> => {
        const level = /^tile\/(\d+)\/(.*)$/.exec(asked);
        const answer =
          level === null
            ? await callRoute(governing.subgraph, `/log/${asked}`, internalRequest('test'))
            : await callRoute(governing.subgraph, '/log/tile/:level/*', internalRequest('test'), '', {
                level: level[1] ?? '',
                '*': level[2] ?? '',
              });
        return Buffer.from(answer as string | Buffer);
      };
      await grow(300);
      await backUp(governing.db);
      const first = await look(read, null, null);
      expect(first).toMatchObject({ origin: settings().origin, size: (await headOf(governing.db, 1))?.size });
      await grow(300);
      const second = await look(read, first, key());
      expect(second.size).toBe(first.size + 300);
      await publish();
      await restore(governing.db);
      // Without the file it goes on under its name, which is what the watcher is for.
      await happen(governing.db, 400, { id: 'another history' });
      await drainLog(governing.db, settings());
      expect(await look(read, first, null)).toMatchObject({ size: first.size + 400 });
      await expect(look(read, second, null)).rejects.toMatchObject({
        code: 'TAMPERED',
        message: expect.stringContaining('rewritten'),
      });
      await drain();
      await expect(look(read, second, null)).rejects.toMatchObject({ code: 'TAMPERED', message: expect.stringContaining('/2') });
    });

    test('or whose clock goes back, keeps the order in which things were recorded', async () => {
      for (const day of [9, 3, 7, 1]) await happen(governing.db, 2, { id: 'clock', at: atMs(Date.UTC(2026, 0, day)) });
      await drain();
      const text = await exportText(governing.subgraph, requestOf(governing.admin), 'subject=clock');
      expect(verifyText(text).entries).toBe(8);
      const times = [...text.matchAll(/"time":"2026-01-0(\d)/g)].map((match) => Number(match[1]));
      expect(times).toEqual([9, 9, 3, 3, 7, 7, 1, 1]);
      expect(verifyText(await exportText(governing.subgraph, requestOf(governing.admin))).links).toBeGreaterThan(8);
      expect(await readFile(path.join(folder, 'checkpoint'), 'utf8').catch(() => null)).toBeNull();
    });
  },
  { ownDatabase: true },
);
