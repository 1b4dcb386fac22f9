import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { describe, type ResourceFacts } from '../../kernel/policy/describe.ts';
import { visible } from '../../kernel/policy/visible.ts';
import { someone } from '../support/catalog.ts';
import { describeOnEngines, resetData } from './engines.ts';

const facts = (no: number, more: Partial<ResourceFacts> = {}): ResourceFacts => ({
  no: no.toString(),
  id: `ast_${no}`,
  type: 'Dataset',
  owners: [],
  tags: [],
  columnTags: [],
  namespace: 'test://x',
  container: 'shop',
  platform: 'test',
  ...more,
});

describeOnEngines('policy facts', (open) => {
  let db: Database;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
  });

  const tell = (...resources: ResourceFacts[]) => db.transaction((tx) => describe(tx, resources));
  const seen = async (bitmap: Buffer) =>
    (await db.query<{ no: string }>('select no from kernel.resource where kernel.may_see($1, acl_id) order by no', [bitmap])).map(
      ({ no }) => no,
    );
  const countClasses = async () => (await db.query('select from kernel.acl_class')).length;

  test('resources with equal facts share one class, and different facts do not', async () => {
    const classes = await tell(
      facts(1),
      facts(2),
      facts(3, { tags: ['pii'] }),
      facts(4, { owners: ['usr_a'] }),
      facts(5, { type: 'Container' }),
    );
    expect(classes.get('1')).toBe(classes.get('2'));
    expect(new Set(classes.values()).size).toBe(4);
    expect(await countClasses()).toBe(4);
  });

  test('what is told again takes no new class', async () => {
    const first = await tell(facts(1, { tags: ['pii'] }));
    for (let i = 0; i < 3; i++) expect(await tell(facts(1, { tags: ['pii'] }))).toEqual(first);
    const later = await tell(facts(2));
    expect(later.get('2')).toBe((first.get('1') ?? 0) + 1);
  });

  test('a change of facts moves the resource when it commits, and not before', async () => {
    const before = await tell(facts(1));
    await db
      .transaction(async (tx) => {
        await describe(tx, [facts(1, { tags: ['pii'] })]);
        throw new Error('not committed');
      })
      .catch(() => undefined);
    expect(await db.query('select acl_id from kernel.resource')).toEqual([{ acl_id: before.get('1') }]);
    const after = await tell(facts(1, { tags: ['pii'] }));
    expect(await db.query('select acl_id from kernel.resource')).toEqual([{ acl_id: after.get('1') }]);
    expect(after.get('1')).not.toBe(before.get('1'));
  });

  test('writers who meet on new classes in opposite order all get through', async () => {
    const tags = ['a', 'b', 'c', 'd', 'e'];
    const resources = tags.map((tag, i) => facts(i + 1, { tags: [tag] }));
    await Promise.all([tell(...resources), tell(...resources.toReversed()), tell(...resources)]);
    expect(await countClasses()).toBe(tags.length);
  });

  test('nothing told, nothing written', async () => {
    expect(await tell()).toEqual(new Map());
  });

  test('the bitmap opens exactly the classes whose bits are set', async () => {
    const classes = await tell(...Array.from({ length: 20 }, (_, i) => facts(i + 1, { tags: [`t${i}`] })));
    for (const no of ['1', '8', '9', '20']) {
      const bit = classes.get(no) ?? 0;
      const bitmap = Buffer.alloc(3);
      bitmap[bit >> 3] = 1 << (bit & 7);
      expect(await seen(bitmap)).toEqual([no]);
    }
    expect(await seen(Buffer.alloc(3))).toEqual([]);
  });

  test('a reader sees what there is, and whoever may not read sees nothing', async () => {
    await tell(facts(1), facts(2, { tags: ['pii'] }));
    expect(await seen(await visible(db, internalRequest('test'), 'catalog.read'))).toEqual(['1', '2']);
    expect(await seen(await visible(db, { ...internalRequest('test'), principal: someone([]) }, 'catalog.read'))).toEqual([]);
    expect(
      await seen(
        await visible(
          db,
          { ...internalRequest('test'), principal: { ...someone(['admin']), scopes: ['ingest'] } },
          'catalog.read',
        ),
      ),
    ).toEqual([]);
  });

  test('a class that came after the bitmap is not visible yet', async () => {
    await tell(facts(1));
    const bitmap = await visible(db, internalRequest('test'), 'catalog.read');
    await tell(facts(2, { tags: ['new'] }), ...Array.from({ length: 8 }, (_, i) => facts(3 + i, { tags: [`new${i}`] })));
    expect(await seen(bitmap)).toEqual(['1']);
  });
});
