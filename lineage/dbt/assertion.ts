import { columnKey } from './relation.ts';
import { referenceIn, referred } from './reference.ts';
import type { Asserted, DbtAssertion } from './project.ts';
import type { RawNode } from './rawNode.ts';
import { textsIn, wordsOf } from './words.ts';

/** A test node as what it says about the data. */
export function assertionOf(id: string, raw: RawNode): DbtAssertion {
  const dependsOn = raw.depends_on.nodes;
  const kwargs = argumentsOf(raw);
  const dataset = raw.attached_node ?? aboutWhat(kwargs, dependsOn);
  const column = raw.column_name ?? textOf(kwargs['column_name']);
  return {
    id,
    label: raw.name,
    asserts: asserted(raw, kwargs, dependsOn),
    dataset,
    column: column === null ? null : columnKey(column),
    uses: wordsOf([...textsIn(kwargs), raw.compiled_code ?? raw.compiled_sql ?? raw.raw_code ?? raw.raw_sql ?? ''].join(' ')),
    severity: raw.config.severity?.toUpperCase() === 'WARN' ? 'WARN' : 'ERROR',
    dependsOn,
    description: raw.description,
    criteria: criteriaOf(raw, kwargs),
    status: null,
    outcome: null,
  };
}

/** What every test has, or what has fields of its own. */
const SAID_ELSEWHERE = new Set(['model', 'column_name', 'arguments', 'name', 'config']);
const CRITERIA_LENGTH_MAX = 20_000;

function criteriaOf({ config }: RawNode, kwargs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { where, warn_if: warnIf, error_if: errorIf } = config;
  const criteria = {
    ...Object.fromEntries(Object.entries(kwargs).filter(([name]) => !SAID_ELSEWHERE.has(name))),
    ...(where !== null && { where }),
    ...(isThreshold(warnIf) && { warnIf }),
    ...(isThreshold(errorIf) && { errorIf }),
  };
  return JSON.stringify(criteria).length <= CRITERIA_LENGTH_MAX ? criteria : { tooLarge: true };
}

/** Any failure counts unless another threshold is set. */
const isThreshold = (condition: string | null): boolean => condition !== null && condition !== '!= 0';

/** dbt 1.10 lets people write them under `arguments`. */
function argumentsOf({ test_metadata }: RawNode): Readonly<Record<string, unknown>> {
  const kwargs = test_metadata?.kwargs ?? {};
  const nested = kwargs['arguments'];
  return typeof nested === 'object' && nested !== null ? { ...kwargs, ...nested } : kwargs;
}

function asserted(raw: RawNode, kwargs: Readonly<Record<string, unknown>>, dependsOn: readonly string[]): Asserted {
  const test = raw.test_metadata;
  // Packages have tests of the same names that assert something else.
  const own = test === null || (test.namespace !== null && test.namespace !== 'dbt') ? null : test.name;
  switch (own) {
    case 'unique':
      return { kind: 'UNIQUE' };
    case 'not_null':
      return { kind: 'NOT_NULL' };
    case 'accepted_values': {
      const values = kwargs['values'];
      return { kind: 'ACCEPTED_VALUES', values: Array.isArray(values) ? values.map(String) : [] };
    }
    case 'relationships': {
      const reference = referenceIn(textOf(kwargs['to']) ?? '');
      const column = textOf(kwargs['field']);
      return {
        kind: 'RELATIONSHIP',
        dataset: reference === null ? null : referred(reference, dependsOn),
        column: column === null ? null : columnKey(column),
      };
    }
    default:
      return {
        kind: 'OTHER',
        test: test === null ? raw.name : [test.namespace, test.name].filter((part) => part !== null).join('.'),
      };
  }
}

function aboutWhat(kwargs: Readonly<Record<string, unknown>>, dependsOn: readonly string[]): string | null {
  const reference = referenceIn(textOf(kwargs['model']) ?? '');
  const found = reference === null ? null : referred(reference, dependsOn);
  return found ?? (dependsOn.length === 1 ? (dependsOn[0] ?? null) : null);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
