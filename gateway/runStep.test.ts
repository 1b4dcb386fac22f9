import type { PlanNode } from '@graphql-hive/router-query-planner';
import { expect, test } from 'vitest';
import { Fault } from '../kernel/fault.ts';
import { carryNothing } from './carry.ts';
import { startDeadline } from './deadline.ts';
import { Failures } from './failures.ts';
import { readStep } from './plan.ts';
import type { Run } from './run.ts';
import { runStep } from './runStep.ts';
import type { SubgraphAnswer, SubgraphRequest } from './subgraph.ts';

type Answer = (request: SubgraphRequest<null>) => SubgraphAnswer;

/** Runs a plan as the planner writes it, over one subgraph. */
async function run(plan: PlanNode, answer: Answer, variables: Record<string, unknown> = {}): Promise<Run<null>> {
  const supergraph = { satisfies: (type: string, condition: string) => type === condition, membersOf: () => [] };
  const step = readStep(plan, {
    supergraph: { ...supergraph, subgraphNames: ['s'] } as never,
    clientVariable: (name) => name.replace('v_', ''),
    asksFor: () => false,
  });
  const deadline = startDeadline(1000, undefined);
  const state: Run<null> = {
    subgraphs: new Map([['s', { execute: answer, close: () => Promise.resolve() }]]),
    variables,
    context: null,
    deadline,
    carry: carryNothing,
    report: () => undefined,
    entitiesPerFetchMax: 100,
    clientPaths: (path) => [path],
    data: {},
    failures: new Failures(),
    extensions: {},
  };
  await runStep(step, state);
  deadline.clear();
  return state;
}

const fetch = (operation: string, more: object = {}): PlanNode => ({ kind: 'Fetch', serviceName: 's', operation, ...more });

test('a condition runs the clause that its variable chooses', async () => {
  const plan: PlanNode = { kind: 'Condition', condition: 'v_on', ifClause: fetch('{ yes }'), elseClause: fetch('{ no }') };
  const answer: Answer = ({ operation }) => ({ data: { [operation.source]: true } });
  expect((await run(plan, answer, { on: true })).data).toEqual({ '{ yes }': true });
  expect((await run(plan, answer, { on: false })).data).toEqual({ '{ no }': true });
});

test('a fetch gets the variables that it uses, under the names that it uses them by, and no others', async () => {
  let seen: unknown;
  const plan = fetch('query($v_a: Int, $v_b: Int) { x }', { variableUsages: ['v_a', 'v_b'] });
  await run(plan, ({ variables }) => ((seen = variables), { data: {} }), { a: null, c: 3 });
  expect(seen).toEqual({ v_a: null });
});

test('renamed keys come back under their names, for objects of the named type only', async () => {
  const path = [{ Key: 'list' }, { TypenameEquals: ['B'] }, { Key: 'tmp' }];
  const plan = fetch('{ list }', { outputRewrites: [{ KeyRenamer: { path, renameKeyTo: 'v' } }] });
  const list = [
    { __typename: 'A', tmp: 1 },
    { __typename: 'B', tmp: 2 },
  ];
  expect((await run(plan, () => ({ data: { list }, errors: [{ message: 'x', path: ['list', 1, 'tmp'] }] }))).data).toEqual({
    list: [
      { __typename: 'A', tmp: 1 },
      { __typename: 'B', v: 2 },
    ],
  });
});

test('the error of a renamed field is told under its name', async () => {
  const plan = fetch('{ list }', {
    outputRewrites: [{ KeyRenamer: { path: [{ Key: 'list' }, { Key: 'tmp' }], renameKeyTo: 'v' } }],
  });
  const { failures } = await run(plan, () => ({
    data: { list: [{ tmp: null }] },
    errors: [{ message: 'x', path: ['list', 0, 'tmp'] }],
  }));
  expect(failures.errors.map(({ path }) => path)).toEqual([['list', 0, 'v']]);
});

const ENTITIES: PlanNode = {
  kind: 'Sequence',
  nodes: [
    fetch('{ xs }'),
    {
      kind: 'Flatten',
      path: [{ Field: 'xs' }, '@'],
      node: fetch('query($representations: [_Any!]!) { _entities(representations: $representations) { n } }', {
        requires: [
          {
            kind: 'InlineFragment',
            typeCondition: 'X',
            selections: [
              { kind: 'Field', name: '__typename' },
              { kind: 'Field', name: 'id' },
              { kind: 'Field', name: 'r' },
            ],
          },
        ],
        inputRewrites: [{ ValueSetter: { path: [{ TypenameEquals: ['X'] }, { Key: '__typename' }], setValueTo: 'Y' } }],
      }) as never,
    },
  ],
};

test('representations are rewritten, told apart and asked for once; what is incomplete is left out', async () => {
  const seen: unknown[] = [];
  const xs = [
    { __typename: 'X', id: 1, r: null },
    { __typename: 'X', id: 1, r: null },
    { __typename: 'X', id: 2 },
    { __typename: 'X', id: null, r: null },
    { __typename: 'Z', id: 3, r: 1 },
    null,
  ];
  const { data } = await run(ENTITIES, ({ variables }) => {
    if (variables['representations'] === undefined) return { data: { xs } };
    seen.push(variables['representations']);
    return { data: { _entities: [{ n: { deep: 1 } }] } };
  });
  expect(seen).toEqual([[{ __typename: 'Y', id: 1, r: null }]]);
  const [first, second, ...rest] = (data as { xs: { n?: object }[] }).xs;
  expect([first?.n, second?.n]).toEqual([{ deep: 1 }, { deep: 1 }]);
  expect(first?.n).not.toBe(second?.n);
  expect(rest.some((x) => x !== null && 'n' in x)).toBe(false);
});

test('keys of prototypes in an answer reach no prototype', async () => {
  const evil: unknown = JSON.parse(
    '{ "xs": { "a": 1, "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } } } }',
  );
  const plan: PlanNode = { kind: 'Sequence', nodes: [fetch('{ a }'), fetch('{ b }')] };
  const { data } = await run(plan, ({ operation }) =>
    operation.source === '{ a }' ? { data: { xs: { a: 0 } } } : { data: evil as Record<string, unknown> },
  );
  expect(data).toMatchObject({ xs: { a: 1 } });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('an answer without the entities that were asked for counts as none', async () => {
  const { failures } = await run(ENTITIES, ({ variables }) =>
    variables['representations'] === undefined ? { data: { xs: [{ __typename: 'X', id: 1, r: 1 }] } } : { data: { other: 1 } },
  );
  expect(failures.errors).toMatchObject([{ path: ['xs'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
});

test('a kind of plan that is not known is refused before anything runs', () => {
  const reading = { supergraph: {} as never, clientVariable: String, asksFor: () => false };
  expect(() => readStep({ kind: 'Subscription', primary: fetch('{ a }') as never }, reading)).toThrow(Fault);
});
