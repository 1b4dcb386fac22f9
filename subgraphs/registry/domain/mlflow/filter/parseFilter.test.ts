import { describe, expect, test } from 'vitest';
import { EXPERIMENTS, type Grammar, LOGGED_MODELS, MODEL_VERSIONS, REGISTERED_MODELS, RUNS } from './grammar.ts';
import { parseFilter } from './parseFilter.ts';
import { parseOrder } from './parseOrder.ts';

const one = (filter: string, grammar: Grammar) => parseFilter(filter, grammar)[0];
const wrong = (text: string | RegExp) =>
  expect.objectContaining({
    code: 'BAD_USER_INPUT',
    extensions: { mlflow: 'INVALID_PARAMETER_VALUE' },
    message: expect.stringMatching(text),
  });

describe('a filter', () => {
  test.each(['', ' ', '\n\t'])('%j asks for everything', (filter) => expect(parseFilter(filter, RUNS)).toEqual([]));

  test.each([
    ["name = 'a'", REGISTERED_MODELS, { subject: 'attribute', key: 'name', comparator: '=', value: 'a' }],
    ['name = "a"', REGISTERED_MODELS, { subject: 'attribute', key: 'name', comparator: '=', value: 'a' }],
    ["name  !=  'it''s'", REGISTERED_MODELS, { subject: 'attribute', key: 'name', comparator: '!=', value: "it's" }],
    ["name like '%x_'", REGISTERED_MODELS, { subject: 'attribute', key: 'name', comparator: 'LIKE', pattern: '%x_' }],
    ["name ILIKE '%%%x'", REGISTERED_MODELS, { subject: 'attribute', key: 'name', comparator: 'ILIKE', pattern: '%x' }],
    ["tags.team='risk'", REGISTERED_MODELS, { subject: 'tag', key: 'team', comparator: '=', value: 'risk' }],
    [
      "tag.`a key, with = signs` != 'x'",
      EXPERIMENTS,
      { subject: 'tag', key: 'a key, with = signs', comparator: '!=', value: 'x' },
    ],
    ['tags."user-name" = \'x\'', RUNS, { subject: 'tag', key: 'user-name', comparator: '=', value: 'x' }],
    ['metrics.val.loss/a <= -1.5e-3', RUNS, { subject: 'metric', key: 'val.loss/a', comparator: '<=', value: -0.0015 }],
    ['metrics.auc>.5', RUNS, { subject: 'metric', key: 'auc', comparator: '>', value: 0.5 }],
    ['params.depth IS  NOT\nNULL', RUNS, { subject: 'param', key: 'depth', comparator: 'IS NOT NULL' }],
    ['tags.depth is null', RUNS, { subject: 'tag', key: 'depth', comparator: 'IS NULL' }],
    ["attributes.`Run name` = 'x'", RUNS, { subject: 'attribute', key: 'run_name', comparator: '=', value: 'x' }],
    ["run.status = 'FINISHED'", RUNS, { subject: 'attribute', key: 'status', comparator: '=', value: 'FINISHED' }],
    ['Created > 5', RUNS, { subject: 'attribute', key: 'start_time', comparator: '>', value: 5 }],
    [
      "run_id IN ('a','b' , \"c\")",
      MODEL_VERSIONS,
      { subject: 'attribute', key: 'run_id', comparator: 'IN', values: ['a', 'b', 'c'] },
    ],
    ["run_id not in ('a')", RUNS, { subject: 'attribute', key: 'run_id', comparator: 'NOT IN', values: ['a'] }],
    ['version_number >= 3', MODEL_VERSIONS, { subject: 'attribute', key: 'version_number', comparator: '>=', value: 3 }],
    ["dataset.context = 'train'", RUNS, { subject: 'dataset', key: 'context', comparator: '=', value: 'train' }],
    ['creation_timestamp < 7', LOGGED_MODELS, { subject: 'attribute', key: 'creation_time', comparator: '<', value: 7 }],
  ] as const)('%j is read', (filter, grammar, clause) => expect(one(filter, grammar)).toEqual(clause));

  test('comparisons are joined by AND in whichever case', () => {
    expect(parseFilter("name = 'a' AND tags.x = 'b and c' and tags.y = 'AND'", EXPERIMENTS)).toHaveLength(3);
  });

  test.each([
    ["name LIKE '%'; drop table registry.model", /AND and another comparison.*'; drop/s],
    ["name = '' OR 1=1--", /'OR 1=1/],
    ["' OR 1=1--", /a name.*' OR/],
    ["name = 'a", /a value in quotes/],
    ["name = a'", /a value in quotes/],
    ['name = `a`', /a value in quotes/],
    ["name 'a'", /one of .*LIKE/],
    ['name =', /a value in quotes.*the end/],
    ["= 'a'", /a name/],
    ["name = 'a' and", /a name.*the end/],
    ["name = 'a' name = 'b'", /AND and another/],
    ["name = 'a' and and name = 'b'", /Invalid attribute key 'and'/],
    ["(name = 'a')", /a name/],
    ["name = ('a')", /a value in quotes/],
    ["name = 'a' -- x", /AND and another/],
    ["tags. = 'a'", /a key after the dot/],
    ["tags.`` = 'a'", /a key after the dot/],
    ["tags.`a = 'a'", /a key after the dot/],
    ["alias = 'a'", /Invalid attribute key 'alias'.*name/],
    ['metrics.auc > 1', /Invalid entity type 'metrics'.*attribute, tag/],
    ["name > 'a'", /Invalid comparator > .*LIKE/],
    ["name IN ('a')", /Invalid comparator IN/],
    ["constructor = 'a'", /Invalid attribute key 'constructor'/],
    ["__proto__ = 'a'", /Invalid attribute key/],
  ])('of models, %j is refused', (filter, text) => {
    expect(() => parseFilter(filter, REGISTERED_MODELS)).toThrow(wrong(text));
  });

  test.each([
    ["metrics.auc > '1'", /a number/],
    ['metrics.auc > 1x', /a number/],
    ['metrics.auc > 1 2', /AND and another/],
    ['metrics.auc > NaN', /a number/],
    ['metrics.auc LIKE 1', /Invalid comparator LIKE/],
    ['params.depth > 6', /Invalid comparator >/],
    ['params.depth = 6', /a value in quotes/],
    ['start_time = "6"', /a number/],
    ['run_id IN ()', /a value in quotes/],
    ["run_id IN ('a',)", /a value in quotes/],
    ["run_id IN ('a'", /',' or '\)'/],
    ["run_id IN 'a'", /a list/],
    ["dataset.source = 'a'", /Invalid dataset key 'source'/],
    ['status IS NULL', /Invalid comparator IS NULL/],
  ])('of runs, %j is refused', (filter, text) => {
    expect(() => parseFilter(filter, RUNS)).toThrow(wrong(text));
  });

  test.each([
    ['wildcards', `name LIKE '${'%a'.repeat(10_000)}'`],
    ['characters of a pattern', `name LIKE '${'a'.repeat(2_000)}'`],
    ['comparisons', Array.from({ length: 200 }, () => "name = 'a'").join(' and ')],
    ['characters', `name = '${'a'.repeat(200_000)}'`],
  ])('has so many %s at most', (_what, filter) => {
    const begin = performance.now();
    expect(() => parseFilter(filter, REGISTERED_MODELS)).toThrow(wrong(/more than/));
    expect(performance.now() - begin).toBeLessThan(200);
  });

  test('lists are bounded, and long ones are read all the same', () => {
    const among = (count: number) => `run_id IN (${Array.from({ length: count }, (_, i) => `'${i}'`).join(',')})`;
    expect(one(among(1_000), RUNS)).toMatchObject({ values: { length: 1_000 } });
    expect(() => parseFilter(among(1_001), RUNS)).toThrow(wrong(/1000 values/));
  });

  test.each([
    "'".repeat(90_000),
    '`'.repeat(90_000),
    '"'.repeat(90_000),
    `tags.${'a'.repeat(90_000)}`,
    ' '.repeat(90_000) + 'x',
    `name = '${"''".repeat(40_000)}`,
  ])('nonsense is refused quickly', (filter) => {
    const begin = performance.now();
    expect(() => parseFilter(filter, EXPERIMENTS)).toThrow(wrong(/./));
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('an order', () => {
  test.each([
    ['name', REGISTERED_MODELS, { subject: 'attribute', key: 'name', isAscending: true }],
    ['name desc', REGISTERED_MODELS, { subject: 'attribute', key: 'name', isAscending: false }],
    ['attribute.timestamp ASC', REGISTERED_MODELS, { subject: 'attribute', key: 'last_updated_timestamp', isAscending: true }],
    ['metrics.`a b` DESC', RUNS, { subject: 'metric', key: 'a b', isAscending: false }],
    ['attributes.start_time DESC', RUNS, { subject: 'attribute', key: 'start_time', isAscending: false }],
    ['experiment_id', EXPERIMENTS, { subject: 'attribute', key: 'experiment_id', isAscending: true }],
  ] as const)('%j is read', (written, grammar, order) => expect(parseOrder([written], grammar)).toEqual([order]));

  test.each([
    ['name down', REGISTERED_MODELS],
    ['name DESC, id', REGISTERED_MODELS],
    ['name; drop table x', REGISTERED_MODELS],
    ['tags.a', REGISTERED_MODELS],
    ['run_id', MODEL_VERSIONS],
    ['dataset.name', RUNS],
    ['', RUNS],
    ['(select 1)', RUNS],
  ])('%j is refused', (written, grammar) => expect(() => parseOrder([written], grammar)).toThrow(wrong(/./)));

  test('nothing counts twice', () => {
    expect(() => parseOrder(['name', 'attribute.name DESC'], REGISTERED_MODELS)).toThrow(wrong(/duplicate/));
  });
});
