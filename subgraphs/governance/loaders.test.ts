import { expect, test, vi } from 'vitest';
import { parseInstant } from '../../kernel/time.ts';
import { makeLoaders } from './loaders.ts';
import type { Reads } from './store/reads.ts';
import type { AccessKey, Principal } from './domain/principal.ts';

const ada: Principal = { kind: 'user', id: 'usr_ada', name: 'Ada', email: null, state: 'active', roles: [] };
const key = (id: string, principalId: string) => ({ id, principalId }) as AccessKey;

const readsOf = (reads: Partial<Reads>): Reads => reads as Reads;

test('a whole page of principals is read at once, in the order that was asked, and null where there is none', async () => {
  const principalsById = vi.fn<Reads['principalsById']>(async () => [ada]);
  const { principal } = makeLoaders(readsOf({ principalsById }), null);
  expect(await Promise.all(['usr_x', 'usr_ada', 'usr_x'].map((id) => principal.load(id)))).toEqual([null, ada, null]);
  expect(principalsById.mock.calls).toEqual([[['usr_x', 'usr_ada']]]);
});

test('each service gets its own keys', async () => {
  const keys = [key('key_3', 'svc_a'), key('key_2', 'svc_b'), key('key_1', 'svc_a')];
  const { keysOf } = makeLoaders(readsOf({ keysOfPrincipals: async () => keys }), null);
  expect(await keysOf.loadMany(['svc_b', 'svc_c', 'svc_a'])).toEqual([[keys[1]], [], [keys[0], keys[2]]]);
});

test('trails of many subjects are read together, a different page of the same subject apart', async () => {
  const entriesOfSubjects = vi.fn<Reads['entriesOfSubjects']>(async (wanted) => wanted.map(() => []));
  const { trail } = makeLoaders(readsOf({ entriesOfSubjects }), null);
  const wanted = [
    { subjectId: 'a', before: null, limit: 3 },
    { subjectId: 'a', before: { sequence: '7', time: parseInstant('2026-11-21T12:00:00Z') }, limit: 3 },
    { subjectId: 'a', before: null, limit: 3 },
  ];
  await Promise.all(wanted.map((one) => trail.load(one)));
  expect(entriesOfSubjects.mock.calls).toEqual([[wanted.slice(0, 2), null]]);
});
