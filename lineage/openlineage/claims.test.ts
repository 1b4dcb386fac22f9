import { describe, expect, test } from 'vitest';
import type { JobEvent } from './event.ts';
import { claimsOf } from './claims.ts';
import { inForce, type StatedRun } from './inForce.ts';
import { readEvents } from './readEvents.ts';
import { joinStatements, type Statement, statementOf } from './statement.ts';
import type { Instant } from '../../kernel/time.ts';

const named = (name: string) => ({ namespace: 'n', name });

function said(more: object): JobEvent {
  const read = readEvents({ eventTime: '2026-01-01T10:00:00Z', producer: 'p', schemaURL: 's', job: named('j'), ...more });
  const event = read.ok ? read.events[0] : undefined;
  if (event?.kind !== 'job') throw new Error(JSON.stringify(read));
  return event;
}

const written = (statement: Statement): readonly string[] =>
  claimsOf(statement).map(
    ({ source, target, type, subtype, confidence }) =>
      `${source.name}.${source.column} ${type} ${subtype} ${target.name}.${target.column} ${confidence}`,
  );

const lineage = (facet: object, inputs: readonly object[] = []): readonly string[] =>
  written(statementOf(said({ inputs, outputs: [{ ...named('out'), facets: { columnLineage: facet } }] })));

const input = (field: string, more: object = {}): object => ({ ...named('in'), field, ...more });

describe('edges', () => {
  test('every input goes into every output of a job that says no more, but not into itself', () => {
    const both = [named('a'), named('b')];
    expect(written(statementOf(said({ inputs: both, outputs: [named('a')] })))).toEqual([
      'b.null DIRECT TRANSFORMATION a.null 1',
    ]);
    expect(written(statementOf(said({ inputs: [named('c')], outputs: both })))).toEqual([
      'c.null DIRECT TRANSFORMATION a.null 0.8',
      'c.null DIRECT TRANSFORMATION b.null 0.8',
    ]);
  });

  test('each transformation of an input is an edge', () => {
    const transformations = [
      { type: 'DIRECT', subtype: 'AGGREGATION', description: 'sum(x)', masking: true },
      { type: 'INDIRECT', subtype: 'GROUP_BY' },
    ];
    expect(lineage({ fields: { total: { inputFields: [input('x', { transformations })] } } })).toEqual([
      'in.x DIRECT AGGREGATION out.total 1',
      'in.x INDIRECT GROUP_BY out.total 1',
    ]);
  });

  test('what shapes every row leads to the dataset as a whole', () => {
    const transformations = [{ type: 'INDIRECT', subtype: 'FILTER' }];
    expect(lineage({ fields: {}, dataset: [input('day', { transformations })] })).toEqual(['in.day INDIRECT FILTER out.null 1']);
  });

  test.each([
    [{ transformationType: 'IDENTITY' }, 'in.x DIRECT IDENTITY out.y 1'],
    [{ transformationType: 'MASKED', transformationDescription: 'hashed' }, 'in.x DIRECT TRANSFORMATION out.y 1'],
    [{}, 'in.x DIRECT TRANSFORMATION out.y 0.9'],
  ])('older clients say it of the whole column: %j', (more, edge) => {
    expect(lineage({ fields: { y: { inputFields: [input('x')], ...more } } })).toEqual([edge]);
  });

  test('an input that column lineage does not name keeps a less sure edge', () => {
    const fields = { y: { inputFields: [input('x', { transformations: [{ type: 'DIRECT', subtype: 'IDENTITY' }] })] } };
    expect(lineage({ fields }, [named('in'), named('other')])).toEqual([
      'in.x DIRECT IDENTITY out.y 1',
      'other.null DIRECT TRANSFORMATION out.null 0.5',
    ]);
  });
});

describe('what counts', () => {
  const statement = statementOf(said({ inputs: [named('a')], outputs: [named('b')] }));
  const run = (runId: string, lastAt: string, state: 'COMPLETE' | 'FAIL' | null, states = statement): StatedRun => ({
    runId,
    progress: { lastAt: lastAt as Instant, ended: state === null ? null : { at: lastAt as Instant, state } },
    statement: states,
  });
  const ids = (...runs: readonly StatedRun[]): string =>
    inForce(runs)
      .map(({ runId }) => runId)
      .join(' ');

  test.each([
    ['the run that completed last', [run('1', '1', 'COMPLETE'), run('2', '2', 'COMPLETE')], '2'],
    ['a run that goes on adds to it', [run('1', '1', 'COMPLETE'), run('2', '2', null)], '1 2'],
    ['not one that has stood still since', [run('1', '3', 'COMPLETE'), run('2', '2', null)], '1'],
    ['a failed run does not', [run('1', '1', 'COMPLETE'), run('2', '2', 'FAIL')], '1'],
    ['but for want of a better one', [run('1', '1', 'FAIL'), run('2', '2', 'FAIL')], '2'],
    [
      'a run that said nothing does not',
      [run('1', '1', 'COMPLETE'), run('2', '2', 'COMPLETE', { inputs: [], outputs: [] })],
      '1',
    ],
    ['of two at once, the greater id', [run('2', '1', 'COMPLETE'), run('1', '1', 'COMPLETE')], '2'],
  ])('%s', (_what, runs, expected) => {
    expect(ids(...runs)).toBe(expected);
    expect(ids(...runs.toReversed())).toBe(expected);
  });

  test('the events of a run add up', () => {
    const start = statementOf(said({ inputs: [named('a')] }));
    const end = statementOf(said({ outputs: [named('b')] }));
    expect(joinStatements(end, start)).toEqual(statement);
    expect(joinStatements(joinStatements(start, end), start)).toEqual(statement);
  });
});
