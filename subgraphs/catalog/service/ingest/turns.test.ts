import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';

test('work that shares a key keeps its order and never overlaps; no more goes at once than there are lanes', async () => {
  const keys = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), { freq: 5 });
  const works = fc.array(fc.record({ keys, steps: fc.nat({ max: 5 }), fails: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(works, fc.integer({ min: 1, max: 3 }), async (all, lanes) => {
      const turns = createTurns(lanes);
      const running = new Set<number>();
      const begun: number[] = [];
      const shares = (a: number, b: number): boolean => {
        const [one, other] = [all[a]?.keys ?? null, all[b]?.keys ?? null];
        return one === null || other === null || one.some((key) => other.includes(key));
      };
      const done = all.map(({ keys: mine, steps, fails }, i) =>
        turns.take(mine === null ? null : new Set(mine), async () => {
          for (const other of running) expect(shares(i, other)).toBe(false);
          for (let earlier = 0; earlier < i; earlier++) if (shares(i, earlier)) expect(begun).toContain(earlier);
          running.add(i);
          begun.push(i);
          expect(running.size).toBeLessThanOrEqual(lanes);
          for (let step = 0; step < steps; step++) await Promise.resolve();
          running.delete(i);
          if (fails) throw new Error(`${i}`);
          return i;
        }),
      );
      const ended = await Promise.allSettled(done);
      expect(ended.map((one) => (one.status === 'fulfilled' ? one.value : Number(one.reason.message)))).toEqual(
        all.map((_, i) => i),
      );
    }),
  );
});

test('work that shares nothing goes at the same time', async () => {
  const turns = createTurns(2);
  const met: string[] = [];
  const both = ['a', 'b'].map((key) =>
    turns.take(new Set([key]), async () => {
      met.push(key);
      await vi.waitUntil(() => met.length === 2);
    }),
  );
  await Promise.all(both);
});
