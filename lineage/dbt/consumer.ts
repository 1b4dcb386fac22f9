import { ownersOf } from './owners.ts';
import type { ConsumerKind, DbtConsumer, DbtOwner } from './project.ts';
import type { RawConsumer } from './rawNode.ts';

/** Expressions by the name under which a metric asks for them: `order_total` -> `amount - discount`. */
export type Measures = ReadonlyMap<string, string>;

/** The expressions of all measures of all semantic models. */
export const measuresOf = (semanticModels: Iterable<RawConsumer>): Measures =>
  new Map([...semanticModels].flatMap(({ measures }) => measures.map(({ name, expr }) => [name, expr ?? name] as const)));

export function consumerOf(
  [id, kind]: readonly [string, ConsumerKind],
  raw: RawConsumer,
  measures: Measures,
  groupOwners: ReadonlyMap<string, readonly DbtOwner[]>,
): DbtConsumer {
  const group = raw.group ?? raw.config.group;
  return {
    id,
    kind,
    label: raw.label ?? raw.name,
    description: raw.description,
    url: raw.url,
    owners: ownersOf(
      raw.owner,
      raw.meta['owner'],
      raw.config.meta['owner'],
      ...(group === null ? [] : (groupOwners.get(group) ?? [])),
    ),
    dependsOn: [...new Set(raw.depends_on.nodes)],
    uses: usesOf(kind, raw, measures),
  };
}

function usesOf(kind: ConsumerKind, raw: RawConsumer, measures: Measures): ReadonlySet<string> | null {
  if (kind === 'semantic_model') {
    const fields = [...raw.entities, ...raw.dimensions, ...raw.measures];
    return wordsOf(fields.map((field) => (typeof field === 'string' ? field : (field.expr ?? field.name))).join(' '));
  }
  if (kind !== 'metric') return null;
  // Where a metric keeps its expressions has changed with nearly every version; all that is text in it is read instead,
  // and the names of measures are followed.
  const { description: _description, label: _label, ...rest } = raw;
  const { type_params, filter, filters, expression, sql, timestamp, dimensions } = Object.assign({ ...EMPTY }, rest);
  const words = wordsOf(textsIn([type_params, filter, filters, expression, sql, timestamp, dimensions]).join(' '));
  const measured = [...measures].filter(([name]) => words.has(name.toLowerCase())).map(([, expr]) => expr);
  return new Set([...words, ...wordsOf(measured.join(' '))]);
}

const EMPTY = {
  type_params: undefined,
  filter: undefined,
  filters: undefined,
  expression: undefined,
  sql: undefined,
  timestamp: undefined,
};

function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  return Object.values(value).flatMap((part) => textsIn(part, depth + 1));
}

/** The words of code, lower case. */
export const wordsOf = (code: string): ReadonlySet<string> => new Set(code.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []);
