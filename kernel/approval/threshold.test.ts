import { expect, test } from 'vitest';
import type { EvidenceValue } from './evidenceValue.ts';
import { compileThreshold } from './threshold.ts';

function verdict(cel: string, value: object, champion: object | null = null): string {
  const compiled = compileThreshold(cel);
  if ('problem' in compiled) return `problem: ${compiled.problem}`;
  const found = compiled.holds(value as EvidenceValue, champion as EvidenceValue | null);
  return found.state === 'PASS' ? 'PASS' : found.reason;
}

test.each<readonly [string, object, object | null]>([
  ['auc >= 0.75', { auc: 0.75 }, null],
  ['auc >= 1', { auc: 1 }, null],
  ['loss == -0.0', { loss: 0 }, null],
  ['passed && tool.startsWith("pytest")', { passed: true, tool: 'pytest 8' }, null],
  ['auc >= 0.75 ? f1 > 0.5 : f1 > 0.9', { auc: 0.8, f1: 0.6 }, null],
  ['champion == null || auc >= champion.auc - 0.005', { auc: 0.8 }, null],
  ['champion == null || auc >= champion.auc - 0.005', { auc: 0.8 }, { auc: 0.804 }],
  ['has(champion.auc) && auc > champion.auc', { auc: 0.9 }, { auc: 0.8 }],
  ['(auc - 0.1) * 2.0 > 1.0', { auc: 0.7 }, null],
  ['loss / 1e-12 < 10.0', { loss: 1e-12 }, null],
  ['-(loss) > -0.5', { loss: 0.2 }, null],
  ['size(tool) + size(tool) > 0', { tool: 'x' }, null],
])('%s holds with %j beside %j', (cel, value, champion) => {
  expect(verdict(cel, value, champion)).toBe('PASS');
});

test.each<readonly [string, object, object | null, string]>([
  ['auc >= 0.75', { auc: 0.7499 }, null, 'it is false with auc = 0.7499'],
  ['auc >= 0.75', { f1: 0.9 }, null, 'the evidence has no field auc'],
  ['f1 > 0.1 || auc >= 0.75', { f1: 0.9 }, null, 'the evidence has no field auc'],
  ['auc >= 0.75', { auc: '0.9' }, null, 'it cannot be evaluated'],
  ['auc != 0.5', { auc: 'high' }, null, 'it compares values of two types'],
  ['auc >= 0.75', { auc: Number.NaN }, null, 'auc is NaN, which is no number'],
  ['!(auc < 0.75)', { auc: Number.NaN }, null, 'auc is NaN, which is no number'],
  ['auc > 0.75', { auc: Number.POSITIVE_INFINITY }, null, 'auc is Infinity, which is no number'],
  ['champion == null || auc >= champion.auc', { auc: 0.8 }, { auc: Number.NaN }, 'champion.auc is NaN'],
  ['champion == null || auc >= champion.auc', { auc: 0.8 }, { f1: 0.8 }, 'it cannot be evaluated'],
  ['auc >= champion.auc', { auc: 0.8 }, null, 'it cannot be evaluated'],
  ['tp / fp > 0.5', { tp: 1, fp: 0 }, null, 'a part of it computes no finite number'],
  ['auc * 1e308 * 10.0 > 1.0', { auc: 1 }, null, 'a part of it computes no finite number'],
  ['-(loss * 1e308 * 10.0) < 0.0', { loss: 1 }, null, 'a part of it computes no finite number'],
  ['auc.micro > 0.5', { auc: 0.9 }, null, 'it cannot be evaluated'],
])('%s does not hold with %j beside %j', (cel, value, champion, reason) => {
  expect(verdict(cel, value, champion)).toContain(reason);
});

test.each<readonly [string, string]>([
  ['', 'Write 1 to 2000 characters'],
  ['auc >=', 'Unexpected token'],
  ['auc', 'a threshold is true or false'],
  ['"a" + 1 > 2', 'no such overload'],
  ['true', 'It names no field'],
  ['champion == null', 'It names no field'],
  ['name.matches("(a+)+$")', 'There is no function matches'],
  ['[1.0].all(x, x < auc)', 'There is no function all'],
  ['auc >= double("0.5")', 'There is no function double'],
  ['auc - 1 > 0.0', 'write 1.0 instead of 1'],
  [`${'('.repeat(60)}auc${')'.repeat(60)} > 0.5`, 'maxDepth'],
  [Array.from({ length: 80 }, (_, i) => `m${i} > 0.5`).join(' && '), 'maxAstNodes'],
])('%s is no threshold', (cel, problem) => {
  expect(verdict(cel, {})).toContain('problem: ');
  expect(verdict(cel, {})).toContain(problem);
});

test('a text that a regular expression would never come to an end with is not given to one', () => {
  const begun = performance.now();
  verdict('name.matches("^(a+)+$")', { name: `${'a'.repeat(60)}!` });
  expect(performance.now() - begun).toBeLessThan(1_000);
});
