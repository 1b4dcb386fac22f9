import { Readable } from 'node:stream';
import { beforeEach, expect, test, vi } from 'vitest';
import { headOf } from '../../kernel/audit/ledger/ledger.ts';
import { signerKey } from '../../kernel/audit/log/noteKey.ts';
import { canonicalJson } from '../../kernel/canonical.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { atMs } from '../../kernel/time.ts';
import { callRoute, drainLog, exportText, happen, routeText, verifyText } from '../support/auditing.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, newcomer, requestOf, testKernel, type Governing } from './governing.ts';

const DAY = (month: number, day: number) => atMs(Date.UTC(2025, month, day));

describeOnOneEngine('an export of the audit log', (open) => {
  let governing: Governing;
  beforeEach(async () => {
    const db = await open();
    await resetData(db);
    await db.query(
      `insert into kernel.principal (id, kind, name, roles, state, recorded_at) values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
    );
    governing = await govern(db);
  });
  const kernel = () => testKernel(governing.db);
  const drain = () => drainLog(governing.db, kernel().auditLog);
  const take = (query = '', caller = governing.admin) => exportText(governing.subgraph, requestOf(caller), query);

  test('is the whole log, and verifies against a checkpoint of before and the key', async () => {
    await happen(governing.db, 600);
    await drain();
    const kept = await routeText(governing.subgraph, '/log/checkpoint', internalRequest('test'));
    await happen(governing.db, 700, { detail: { note: 'zürich' } });
    await drain();
    const key = signerKey(kernel().auditLog.origin, kernel().auditLog.signingKey).verifier;
    const report = verifyText(await take(), { keys: [key], checkpoints: [{ name: 'kept', note: Buffer.from(kept) }] });
    expect(report).toMatchObject({ entries: (await headOf(governing.db, 1))?.size, details: 0, isKeyGiven: true });
    expect(report.detailsAbsent).toBeGreaterThanOrEqual(700);
    expect(report.links).toBe(report.entries);
    expect(report.anchors).toMatchObject([{ kind: 'checkpoint' }]);
  });

  test('has the details when they are asked for, each the one that its event commits to', async () => {
    await happen(governing.db, 3, { detail: { note: 'a "quoted" line' } });
    await drain();
    const text = await take('details=true');
    expect(verifyText(text)).toMatchObject({ detailsAbsent: 0 });
    expect(text).toContain('a \\"quoted\\" line');
    await governing.db.query('delete from kernel.audit_detail');
    expect(verifyText(await take('details=true'))).toMatchObject({ details: 0, anchors: [] });
  });

  test('of a range of leaves ends with a checkpoint, so that it is complete', async () => {
    for (const count of [300, 5, 400]) {
      await happen(governing.db, count);
      await drain();
    }
    const total = (await headOf(governing.db, 1))?.size ?? 0;
    expect(verifyText(await take('fromIndex=257')).header.range).toEqual({ from: 257, to: total });
    // The checkpoint of the second batch is the first one with that entry.
    const report = verifyText(await take(`fromIndex=100&toIndex=${total - 404}`));
    expect(report.header).toMatchObject({ kind: 'whole', range: { from: 100, to: total - 400 } });
  });

  test.each([
    ['actor=svc_cadastre', (i: number) => i < 12],
    ['subject=other', (i: number) => i % 4 === 3],
    ['action=test.thing.done.v1&from=2025-02-02T00:00:00Z&to=2025-02-04T00:00:00Z', (i: number) => i === 1 || i === 2],
  ])('narrowed by %s holds what fits, each entry with its proof', async (query, fits) => {
    for (let i = 0; i < 12; i++) await happen(governing.db, 1, { id: i % 4 === 3 ? 'other' : `thing ${i}`, at: DAY(1, i + 1) });
    await drain();
    const text = await take(query);
    const report = verifyText(text);
    expect(report.header).toMatchObject({ kind: 'filtered', filter: expect.stringContaining(query.slice(0, 3)) });
    const things = text.split('\n').filter((line) => line.includes('test.thing.done.v1') && line.startsWith('{"index"'));
    expect(things).toHaveLength(Array.from({ length: 12 }, (_, i) => i).filter(fits).length);
    expect(report.entries).toBeGreaterThanOrEqual(things.length);
  });

  test('narrowed leads on from checkpoints that were kept, when their sizes are named', async () => {
    await happen(governing.db, 300);
    const [note = ''] = await drain();
    await happen(governing.db, 300, { id: 'other' });
    await drain();
    const size = Number(note.split('\n')[1]);
    const kept = { checkpoints: [{ name: 'kept', note: Buffer.from(note) }] };
    expect(verifyText(await take(`subject=other&since=${size}`), kept)).toMatchObject({ entries: 300, anchors: [{ size }] });
    const without = await take('subject=other');
    expect(() => verifyText(without, kept)).toThrow(expect.objectContaining({ code: 'NOT_COMPARABLE' }));
  });

  test('proves thousands of entries with few reads of tiles', async () => {
    await happen(governing.db, 3_000);
    await drain();
    const asked = vi.spyOn(governing.db, 'query');
    const text = await take('subject=thing');
    expect(verifyText(text).entries).toBe(3_000);
    expect(asked.mock.calls.filter(([, , name]) => name === 'log_load_tiles').length).toBeLessThan(40);
  });

  test('is noticed when its bodies were read and written anew, as a jsonb column does', async () => {
    await happen(governing.db, 3);
    await drain();
    const lines = (await take()).split('\n');
    const rewritten = lines.map((line) =>
      line.replace(/"body":(\{.*\})\}$/, (_, body: string) => {
        const { id, ...rest } = JSON.parse(body);
        return `"body":${JSON.stringify({ id, ...rest })}}`;
      }),
    );
    expect(canonicalJson(JSON.parse(lines[1] ?? '').body)).not.toBe(JSON.stringify(JSON.parse(rewritten[1] ?? '').body));
    expect(() => verifyText(rewritten.join('\n'))).toThrow(expect.objectContaining({ code: 'TAMPERED', index: 0 }));
  });

  test('is itself in the log, with what was asked', async () => {
    await drain();
    await take('actor=svc_cadastre&details=true');
    const { data } = await governing.ask(
      governing.admin,
      '{ auditTrail(filter: { action: "governance.audit.exported.v1" }) { edges { node { actor { id } detail } } } }',
    );
    expect(data.auditTrail.edges).toMatchObject([
      { node: { actor: { id: governing.admin.id }, detail: { filter: 'actor svc_cadastre', withDetails: true } } },
    ]);
  });

  test('is not begun when it cannot be taken down', async () => {
    await drain();
    await governing.db.query(
      `alter table kernel.audit_event add constraint full_disk check (action <> 'governance.audit.exported.v1')`,
    );
    try {
      await expect(take()).rejects.toThrow();
    } finally {
      await governing.db.query('alter table kernel.audit_event drop constraint full_disk');
    }
  });

  test('is for those who may, and says what is wrong', async () => {
    await drain();
    const analyst = await newcomer(governing, 'user', ['analyst']);
    await expect(take('', analyst)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await drain();
    for (const query of [
      'fromIndex=-1',
      'first=2',
      'from=yesterday',
      'outcome=odd',
      'since=0',
      'actor=a&actor=b',
      'fromIndex=99999',
    ])
      await expect(take(query)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(take('bogus=1&first=2')).rejects.toMatchObject({
      message: expect.stringMatching(/^There is no parameter "bogus" and "first"\. They are actor, subject, action, .*since\.$/),
    });
    await expect(take('outcome=odd')).rejects.toMatchObject({ message: expect.stringMatching(/^outcome: .*refused/) });
    await expect(take('toIndex=99999')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(take('witnessed=true')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(exportText(governing.subgraph, { ...requestOf(governing.admin), asOf: DAY(1, 1) })).rejects.toMatchObject({
      code: 'AS_OF_UNSUPPORTED',
    });
  });

  test('reads on only as it is taken, and ends with its reader', async () => {
    await happen(governing.db, 3_000);
    await drain();
    const asked = vi.spyOn(governing.db, 'query');
    const raw = await callRoute(governing.subgraph, '/log/export', requestOf(governing.admin));
    if (!(raw instanceof Readable)) throw new Error('not streamed');
    for await (const _ of raw) break;
    await new Promise((resolve) => void setTimeout(resolve, 100));
    expect(raw.destroyed).toBe(true);
    expect(asked.mock.calls.filter(([text]) => text.includes('left join kernel.audit_detail')).length).toBeLessThan(4);
  });
});
