import { createHash } from 'node:crypto';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { AggregateTable, type Head } from './aggregateTable.ts';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

property.prop([fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.maxSafeNat(), fc.maxSafeNat()), { maxLength: 200 })])(
  'remembers what a Map does',
  (writes) => {
    const [table, map] = [new AggregateTable(), new Map<string, Head>()];
    for (const [id, version, index] of writes) {
      const head = { version, index, digest: digestOf(`${id} ${version}`) };
      table.write(table.placeOf(id), head);
      map.set(id, head);
    }
    for (const [id, head] of map) expect(table.read(table.placeOf(id))).toEqual(head);
    expect(table.read(table.placeOf('another'))).toMatchObject({ version: 0 });
  },
);

test('finds each of a hundred thousand after it grew', () => {
  const table = new AggregateTable();
  const heads = Array.from({ length: 100_000 }, (_, index) => ({ version: index + 1, index, digest: digestOf(String(index)) }));
  for (const head of heads) table.write(table.placeOf(`ast_${head.index}`), head);
  expect(heads.filter(({ index, digest }) => table.read(table.placeOf(`ast_${index}`)).digest !== digest)).toEqual([]);
});
