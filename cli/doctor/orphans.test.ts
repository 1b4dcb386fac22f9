import { expect, test } from 'vitest';
import { proposals } from './orphans.ts';

const alike = (name: string, score: number, alias: string | null = null) => ({
  urn: `urn:${name}`,
  best: {
    asset: { urn: `urn:crawled ${name}` },
    score,
    reasons: ['The last part of the name is the same.'],
    command: `cadastre assets merge urn:${name} 'urn:crawled ${name}'`,
    namespaceAlias:
      alias === null ? null : { namespace: alias, source: 'shop', datasets: 7, command: `cadastre sources alias shop ${alias}` },
  },
});

test('a proposal says how sure it is and why, with a command for the same server', () => {
  expect(proposals([alike('a', 0.52), alike('b', 0.9)], { home: 'h' }).split('\n')).toEqual([
    'urn:b may be urn:crawled b (alike by 0.90 of 1: The last part of the name is the same.)',
    "  cadastre --home h assets merge urn:b 'urn:crawled b'",
    'urn:a may be urn:crawled a (alike by 0.52 of 1: The last part of the name is the same.)',
    "  cadastre --home h assets merge urn:a 'urn:crawled a'",
  ]);
});

test('an alias that settles many comes once and first', () => {
  expect(
    proposals([alike('c', 0.6), alike('a', 1, 'ns'), alike('b', 1, 'ns')], {})
      .split('\n')
      .slice(0, 2),
  ).toEqual(['7 datasets of ns have names of shop:', '  cadastre sources alias shop ns']);
});
