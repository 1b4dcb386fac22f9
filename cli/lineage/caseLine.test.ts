import { expect, test } from 'vitest';
import { lineageLine, requestOf } from './caseLine.ts';

const renameOf = (entry: object): unknown => requestOf(lineageLine.parse({ session_log: [entry] }), false).sessionLog?.[0];

test.each([
  [{ op: 'add_table_rename', original_urn: 'a.b', new_urn: 'a.c', query: 'ALTER ...', session_id: 'x' }, 'a.b', 'a.c', false],
  [{ op: 'rename', query: 'ALTER ...', new: 'c', old: 'b' }, 'b', 'c', false],
  [{ op: 'rename', from: 'b', to: 'c', timestamp: 'now' }, 'b', 'c', false],
  [{ op: 'rename', before: 'b', after: 'c', session: null, query: 'x' }, 'b', 'c', false],
  [
    {
      op: 'add_table_swap',
      urn1: 'urn:li:dataset:(urn:li:dataPlatform:snowflake,dev.public.a,PROD)',
      urn2: 'urn:li:dataset:(urn:li:dataPlatform:snowflake,dev.public.b,PROD)',
    },
    'dev.public.a',
    'dev.public.b',
    true,
  ],
])('%o', (entry, from, to, swap) => expect(renameOf(entry)).toEqual({ rename: { from, to, swap } }));

test('a renaming of nobody knows what is refused, and the message says what to do', () =>
  expect(() => renameOf({ op: 'rename', table: 'b' })).toThrow('give them as "from" and "to"'));
