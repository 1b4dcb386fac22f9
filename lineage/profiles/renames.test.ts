import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StatementLineage, TableId } from '../model/model.ts';
import { Renames } from './renames.ts';
import { PROFILES } from './switches.ts';

type Rename = StatementLineage['renames'][number];

const tableOf = (key: string): TableId => ({ key }) as TableId;
const rename = fc.record({ from: fc.constantFrom(...'abcd'), to: fc.constantFrom(...'abcd'), swap: fc.boolean() });
const statement = fc.record({ group: fc.constantFrom(-1, 0, 1), renames: fc.array(rename, { maxLength: 3 }) });

/** One renaming after another, as they are defined. */
const oneByOne = (key: string, renames: readonly Rename[]): string =>
  renames.reduce((now, { from, to, swap }) => (now === from.key ? to.key : swap && now === to.key ? from.key : now), key);

test('tables are called as if each renaming were carried out by itself', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 8 }), (script) => {
      const statements = script.map(({ group, renames }) => ({
        group,
        renames: renames.map(({ from, to, swap }) => ({ from: tableOf(from), to: tableOf(to), swap })),
      })) as unknown as readonly StatementLineage[];
      const renames = new Renames(statements, PROFILES.native);
      for (const at of statements.keys()) {
        const later = statements.flatMap((each, index) => (index > at || each.group === -1 ? each.renames : []));
        for (const key of 'abcd') expect(renames.called(tableOf(key), at).key).toBe(oneByOne(key, later));
      }
    }),
    { numRuns: 500 },
  );
});
