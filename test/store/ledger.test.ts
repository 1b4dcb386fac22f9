import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { originOf, record } from '../../kernel/audit/record.ts';
import { headOf, listLogs } from '../../kernel/audit/ledger/ledger.ts';
import { type Ledger, openLog } from '../../kernel/audit/ledger/openLog.ts';
import { consistencyOf, proofsOf } from '../../kernel/audit/ledger/proofs.ts';
import { appendBatch, LOG_LEASE, startSequencer } from '../../kernel/audit/ledger/sequencer.ts';
import { openCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { verifyConsistency } from '../../kernel/audit/log/consistency.ts';
import { leafHash } from '../../kernel/audit/log/hash.ts';
import { verifyInclusion } from '../../kernel/audit/log/inclusion.ts';
import { signerKey } from '../../kernel/audit/log/noteKey.ts';
import { referenceRoot } from '../../kernel/audit/log/referenceTree.fixture.ts';
import type { Database, Lease } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { createLog } from '../../kernel/log.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { describeOnEngines, resetData } from './engines.ts';

const signingKey = Buffer.alloc(32, 5);
const ORIGIN = 'test.example/audit';
const signer = signerKey(ORIGIN, signingKey);
const request = internalRequest('test');
const NONE = Buffer.alloc(0);

describeOnEngines(
  'the audit log',
  (open) => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      await resetData(db);
    });

    let named = 0;
    const happen = (count: number, aggregate = 'x'): Promise<unknown> =>
      db.transaction((tx) =>
        record(
          tx,
          originOf(request, decide(request, 'catalog.crawl')),
          Array.from({ length: count }, () => ({
            action: 'test.thing.done.v1',
            subject: { type: 'Thing', id: `thing ${named++}`, digest: null },
            aggregateId: aggregate,
            fields: [],
            detail: null,
            payload: null,
          })),
        ),
      );
    const leading = async <T>(work: (lease: Lease) => Promise<T>): Promise<T> => {
      let answer: { readonly is: T } | undefined;
      await db.lead(LOG_LEASE, async (lease) => void (answer = { is: await work(lease) }));
      if (answer === undefined) throw new Error('not led');
      return answer.is;
    };
    const drain = (): Promise<Ledger> =>
      leading(async (lease) => {
        let ledger = await openLog(db, { origin: ORIGIN, signingKey });
        for (;;) {
          const grown = await appendBatch(db, lease, ledger, { signingKey });
          if (grown === null) return ledger;
          ledger = grown.ledger;
        }
      });
    const entries = () =>
      db.query<{ seq: string; leaf: Buffer; body: string }>(
        'select e.event_seq as seq, e.leaf, a.body from kernel.log_entry e join kernel.audit_event a on a.seq = e.event_seq order by e.leaf_index',
      );

    test('every event is a leaf, of its exact bytes, under a signed checkpoint', async () => {
      for (const count of [1, 2, 300, 7]) {
        await happen(count);
        await drain();
      }
      const all = await entries();
      expect(all).toHaveLength(310);
      const bodies = all.map(({ body }) => Buffer.from(body, 'utf8'));
      const head = await headOf(db, 1);
      expect(head?.root).toEqual(referenceRoot(bodies));
      expect(openCheckpoint(head?.note ?? '', [signer.verifier])).toMatchObject({ origin: ORIGIN, size: 310 });
      expect(await db.query('select from kernel.audit_pending')).toEqual([]);
      const proofs = await proofsOf(
        db,
        all.map(({ seq }) => seq),
      );
      for (const [index, { seq, body }] of all.entries()) {
        const proof = proofs.get(seq);
        expect(proof).toMatchObject({ leafIndex: index, treeSize: 310 });
        const leaf = leafHash(Buffer.from(body, 'utf8'));
        expect(verifyInclusion({ index, size: 310, leaf, proof: proof?.hashes ?? [], root: head?.root ?? NONE })).toBe(true);
      }
    });

    test('each checkpoint continues the one before', async () => {
      const heads = [];
      for (const count of [3, 1, 256, 40]) {
        await happen(count);
        await drain();
        heads.push(await headOf(db, 1));
      }
      const last = heads.at(-1);
      for (const head of heads.slice(0, -1)) {
        const proof = await consistencyOf(db, 1, head?.size ?? 0, last?.size ?? 0);
        expect(
          verifyConsistency({
            earlier: { size: head?.size ?? 0, root: head?.root ?? NONE },
            later: { size: last?.size ?? 0, root: last?.root ?? NONE },
            proof,
          }),
        ).toBe(true);
      }
    });

    test('what waits has no proof yet', async () => {
      await happen(1);
      await drain();
      await happen(1);
      const [waiting] = await db.query<{ seq: string }>('select max(seq)::text as seq from kernel.audit_event');
      expect(await proofsOf(db, [waiting?.seq ?? ''])).toEqual(new Map());
    });

    test('an event whose transaction commits late is not skipped', async () => {
      // The embedded engine runs one transaction at a time.
      if (db.engine === 'pglite') return;
      let release = (): void => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      let begun = (): void => {};
      const hasBegun = new Promise<void>((resolve) => (begun = resolve));
      const slow = db.transaction(async (tx) => {
        await record(tx, originOf(request, decide(request, 'catalog.crawl')), [
          {
            action: 'test.thing.done.v1',
            subject: { type: 'Thing', id: 'late', digest: null },
            aggregateId: 'late',
            fields: [],
            detail: null,
            payload: null,
          },
        ]);
        begun();
        await held;
      });
      await hasBegun;
      await happen(5);
      await drain();
      expect(await entries()).toHaveLength(5);
      release();
      await slow;
      await drain();
      const all = await entries();
      expect(all).toHaveLength(6);
      expect(all.at(-1)?.body).toContain('late');
      expect(BigInt(all.at(-1)?.seq ?? 0) < BigInt(all[0]?.seq ?? 0)).toBe(true);
    });

    test('a leader that was overtaken writes nothing', async () => {
      await happen(3);
      const stale = await leading(async (lease) => lease);
      const ledger = await openLog(db, { origin: ORIGIN, signingKey });
      await expect(appendBatch(db, stale, ledger, { signingKey })).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await entries()).toEqual([]);
      await drain();
      await happen(1);
      // The same lease, but an older idea of the log.
      await expect(leading((lease) => appendBatch(db, lease, ledger, { signingKey }))).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await drain();
      expect(await entries()).toHaveLength(4);
    });

    test('a batch that fails anywhere leaves everything as it was', async () => {
      await happen(3);
      await drain();
      await happen(2);
      for (const table of ['log_entry', 'log_tile', 'log_checkpoint']) {
        await db.query(
          `create function kernel.break_it() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`,
        );
        await db.query(
          `create trigger break_it before insert or update on kernel.${table} for each row execute function kernel.break_it()`,
        );
        await expect(drain()).rejects.toThrow();
        await db.query(`drop function kernel.break_it() cascade`);
        expect(await entries()).toHaveLength(3);
        expect(await db.query('select from kernel.audit_pending')).toHaveLength(2);
      }
      await drain();
      expect((await headOf(db, 1))?.root).toEqual(referenceRoot((await entries()).map(({ body }) => Buffer.from(body, 'utf8'))));
    });

    test('tiles that do not fit their checkpoint stop the log', async () => {
      await happen(3);
      await drain();
      await db.query(`update kernel.log_tile set data = overlay(data placing '\\x00'::bytea from 5)`);
      await happen(1);
      await expect(drain()).rejects.toThrow(/root of its checkpoint/);
      expect(await db.query('select from kernel.audit_pending')).toHaveLength(1);
    });

    test('nothing of the log can be changed or removed', async () => {
      await happen(3);
      await drain();
      for (const table of ['log', 'log_entry', 'log_checkpoint', 'log_tile']) {
        await expect(db.query(`delete from kernel.${table}`)).rejects.toThrow();
        await expect(db.query(`truncate kernel.${table} cascade`)).rejects.toThrow();
      }
      await expect(db.query(`update kernel.log_entry set leaf = leaf`)).rejects.toThrow();
      await expect(db.query(`update kernel.log_checkpoint set note = note`)).rejects.toThrow();
    });

    test('the worker follows events as they come, and one of two leads', async () => {
      const options = { signingKey, origin: ORIGIN, log: createLog('silent') };
      const workers = [startSequencer(db, options), startSequencer(db, options)];
      const until = async (size: number): Promise<void> => {
        for (let i = 0; i < 200; i++) {
          if ((await headOf(db, 1))?.size === size) return;
          await sleep(50);
        }
        throw new Error(`the log did not come to ${size}`);
      };
      await happen(4);
      await until(4);
      await Promise.all([happen(10), happen(10, 'y')]);
      await until(24);
      await Promise.all(workers.map((worker) => worker.stop()));
      expect(await listLogs(db)).toEqual([{ epoch: 1, origin: ORIGIN, precededBy: null }]);
      expect((await headOf(db, 1))?.root).toEqual(referenceRoot((await entries()).map(({ body }) => Buffer.from(body, 'utf8'))));
    });
  },
  { ownDatabase: true },
);
