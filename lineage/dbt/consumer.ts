import { words as saying } from './fields.ts';
import { formulaOf, semanticsOf } from './formula.ts';
import { ownersOf } from './owners.ts';
import type { ConsumerKind, DbtConsumer, DbtOwner } from './project.ts';
import type { RawConsumer } from './rawNode.ts';
import { textsIn, wordsOf } from './words.ts';

/** Fields of semantic models, by which metrics ask for columns: `order_total` -> `amount - discount`. */
export type Fields = readonly (readonly [name: string, expression: string])[];

export const fieldsOf = (semanticModels: Iterable<RawConsumer>): Fields =>
  [...semanticModels].flatMap(({ measures, dimensions, entities }) =>
    [...measures, ...dimensions, ...entities].flatMap((field) =>
      typeof field === 'string' ? [] : [[field.name.toLowerCase(), field.expr ?? field.name] as const],
    ),
  );

export function consumerOf(
  [id, kind]: readonly [string, ConsumerKind],
  raw: RawConsumer,
  fields: Fields,
  groupOwners: ReadonlyMap<string, readonly DbtOwner[]>,
): DbtConsumer {
  const group = raw.group ?? raw.config.group;
  return {
    id,
    kind,
    name: raw.name,
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
    uses: usesOf(kind, raw, fields),
    tags: [...new Set([...raw.tags, ...raw.config.tags])],
    // A metric of dbt 1.3 to 1.5 says how it is calculated.
    type: raw.type ?? saying.parse(raw['calculation_method'] ?? null),
    maturity: raw.maturity,
    metric: kind === 'metric' ? formulaOf(raw) : null,
    semantics: kind === 'semantic_model' ? semanticsOf(raw) : null,
  };
}

function usesOf(kind: ConsumerKind, raw: RawConsumer, fields: Fields): ReadonlySet<string> | null {
  if (kind === 'semantic_model') {
    const own = [...raw.entities, ...raw.dimensions, ...raw.measures];
    return wordsOf(own.map((field) => (typeof field === 'string' ? field : (field.expr ?? field.name))).join(' '));
  }
  if (kind !== 'metric') return null;
  // Where a metric keeps its expressions has changed with nearly every version; all text in it is read instead, and the
  // names of measures and dimensions (`customer__type`) are followed.
  const named = wordsOf(textsIn(METRIC_FIELDS.map((field) => raw[field])).join(' '));
  const words = new Set([...named].flatMap((word) => [word, word.replace(/^.*__/, '')]));
  const followed = fields.filter(([name]) => words.has(name)).map(([, expression]) => expression);
  return new Set([...words, ...wordsOf(followed.join(' '))]);
}

const METRIC_FIELDS = ['type_params', 'filter', 'filters', 'expression', 'sql', 'timestamp', 'dimensions'] as const;
