import { expect, test } from 'vitest';
import { type Likeness, similarity, tailOf } from './similarity.ts';

const dataset = (namespace: string, name: string, ...columns: readonly string[]): Likeness => ({
  namespace,
  name,
  columns: new Set(columns),
});
const CRAWLED = dataset('postgres://db.internal:5432', 'shop.public.orders', 'id', 'price', 'placed_at');

test('the same name under another namespace is as alike as can be, whatever its case and quotes', () => {
  const same = similarity(dataset('postgres://db', 'SHOP."public".Orders', 'id', 'price'), CRAWLED);
  expect(same).toMatchObject({ parts: 3, sharedColumns: 2, score: 1 });
  expect(same?.reasons).toEqual([
    'The name is the same under another namespace.',
    'The names differ in upper and lower case.',
    '2 of 2 columns have the same names.',
    'The hosts db and db.internal begin alike.',
  ]);
});

test('more parts of the name are more alike, and so are more columns', () => {
  const score = (name: string, ...columns: readonly string[]) => similarity(dataset('x', name, ...columns), CRAWLED)?.score ?? 0;
  expect(score('shop.public.orders')).toBeGreaterThan(score('other.public.orders'));
  expect(score('other.public.orders')).toBeGreaterThan(score('orders'));
  expect(score('orders', 'id', 'price')).toBeGreaterThan(score('orders', 'id', 'cost'));
});

test('a name alone does not speak against columns that have nothing in common', () => {
  expect(similarity(dataset('x', 'public.orders', 'a', 'b'), CRAWLED)).toBeNull();
});

test('columns speak alone only where they are many and nearly all', () => {
  expect(similarity(dataset('x', 'people', 'id', 'price'), CRAWLED)).toBeNull();
  expect(similarity(dataset('x', 'people', 'id', 'price', 'placed_at'), CRAWLED)).toMatchObject({ parts: 0, sharedColumns: 3 });
  expect(similarity(dataset('x', 'people', 'id', 'price', 'placed_at', 'more'), CRAWLED)).toBeNull();
});

test('the last two parts are found in dotted names, quoted ones and paths', () => {
  expect(['a.b.C', '"x"."Y"', 'in/2026/orders.csv', 'one'].map(tailOf)).toEqual(['b.c', 'x.y', 'orders.csv', null]);
});
