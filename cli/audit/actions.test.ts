import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../kernel/root.ts';
import { ACTIONS, actionArgument } from './actions.ts';

test('every event of every contract can be asked for', async () => {
  const contracts = readdirSync(path.join(packageRoot, 'contracts')).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(contracts.map((file) => import(path.join(packageRoot, 'contracts', file))));
  const events = modules.flatMap((module: Record<string, object>) =>
    Object.entries(module).flatMap(([name, topics]) => (name.endsWith('Events') ? Object.keys(topics) : [])),
  );
  expect(events.length).toBeGreaterThan(50);
  expect(events.toSorted()).toEqual(ACTIONS);
});

test('an action that no event has is refused with the one that was meant', () => {
  expect(actionArgument('catalog.owners.set.v1')).toBe('catalog.owners.set.v1');
  expect(() => actionArgument('catalog.owners.set')).toThrow('Did you mean "catalog.owners.set.v1"');
  expect(() => actionArgument('x')).toThrow('No event has this action.');
});
