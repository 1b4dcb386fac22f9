import { expect, test } from 'vitest';
import { RoutePlaces } from './routePlaces.ts';

const handler = () => undefined;

function places(...routes: readonly (readonly [string, string])[]): RoutePlaces {
  const all = new RoutePlaces();
  for (const [method, url] of routes) all.add({ method, url, handler });
  return all;
}

test('an address is known with all its methods, whatever stands in for its parts', () => {
  const all = places(['GET', '/users/:id'], ['PUT', '/users/:id'], ['POST', '/users'], ['GET', '/log/*'], ['GET', '/a.b']);
  expect(all.at('/users/1')?.methods).toEqual(['GET', 'PUT']);
  expect(all.at('/users')?.methods).toEqual(['POST']);
  expect(all.at('/log/tile/0/x001')?.methods).toEqual(['GET']);
  expect(all.at('/a.b')?.methods).toEqual(['GET']);
});

test('what is no address of ours stands nowhere', () => {
  const all = places(['GET', '/users/:id'], ['GET', '/a.b']);
  for (const path of ['/', '/users/1/2', '/users/', '/axb', '/nothing/users/1']) expect(all.at(path)).toBeNull();
});
