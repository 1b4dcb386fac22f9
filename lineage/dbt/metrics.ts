import type { ClaimEnd } from './claim.ts';
import { realReads } from './dashboards.ts';
import { aggregated } from './formula.ts';
import type { DbtConsumer, DbtDataset, DbtField, DbtFormula, DbtProject } from './project.ts';
import { columnKey } from './relation.ts';
import { wordsOf } from './words.ts';

/** A figure that a project defines. */
export interface DbtMetric {
  readonly key: string;
  readonly name: string;
  readonly label: string | null;
  readonly description: string | null;
  readonly type: string;
  readonly expression: string | null;
  readonly filter: string | null;
  readonly timeGrain: string | null;
  readonly dimensions: readonly string[];
  readonly reads: readonly ClaimEnd[];
}

const DIMENSIONS_MAX = 100;
const READS_MAX = 1_000;
const TEXT_LENGTH_MAX = 10_000;

export const metricsOf = (project: DbtProject): readonly DbtMetric[] =>
  [...project.consumers.values()].flatMap((consumer) =>
    consumer.metric === null ? [] : [metricOf(project, consumer, consumer.metric)],
  );

function metricOf(project: DbtProject, consumer: DbtConsumer, formula: DbtFormula): DbtMetric {
  const models = semanticModelsOf(project, consumer);
  const measures = measuresOf(models, formula);
  const [measure] = measures;
  const dimensions = models.flatMap(({ semantics }) => semantics?.dimensions ?? []);
  const grains = [...formula.timeGrains, ...dimensions.flatMap(({ grain }) => grain ?? [])];
  return {
    key: consumer.id,
    name: consumer.name,
    label: consumer.label === consumer.name ? null : consumer.label,
    description: consumer.description,
    type: consumer.type ?? 'unknown',
    expression: cut(
      formula.expression ?? (measure === undefined ? null : aggregated(measure.field.aggregation, measure.field.expression)),
    ),
    filter: cut(formula.filter),
    timeGrain: finest(grains),
    dimensions: [...new Set([...formula.dimensions, ...dimensions.map(({ name }) => name)])].slice(0, DIMENSIONS_MAX),
    reads: [...realReads(project, consumer.dependsOn), ...columnsOf(project, consumer, new Set([consumer.id]))].slice(
      0,
      READS_MAX,
    ),
  };
}

const cut = (text: string | null): string | null => text?.slice(0, TEXT_LENGTH_MAX) ?? null;

const GRAINS = [
  'nanosecond',
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
];

const finest = (grains: readonly string[]): string | null =>
  grains.toSorted((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))[0] ?? null;

const placeOf = (grain: string): number => (GRAINS.indexOf(grain) + GRAINS.length + 1) % (GRAINS.length + 1);

const semanticModelsOf = (project: DbtProject, { dependsOn }: DbtConsumer): readonly DbtConsumer[] =>
  dependsOn.flatMap((id) => project.consumers.get(id) ?? []).filter(({ semantics }) => semantics !== null);

interface Measure {
  readonly model: DbtConsumer;
  readonly field: DbtField;
}

const measuresOf = (models: readonly DbtConsumer[], { measures }: DbtFormula): readonly Measure[] =>
  models.flatMap((model) =>
    (model.semantics?.measures ?? []).filter(({ name }) => measures.includes(name)).map((field) => ({ model, field })),
  );

/** Columns that the expressions of a metric name, its own and those of the metrics that it is made of. */
function columnsOf(project: DbtProject, consumer: DbtConsumer, seen: Set<string>): readonly ClaimEnd[] {
  const { metric } = consumer;
  if (metric === null) return [];
  const models = semanticModelsOf(project, consumer);
  const own = wordsOf(metric.texts.join(' '));
  const ends = [
    ...measuresOf(models, metric).flatMap(({ model, field }) => named(project, model, wordsOf(field.expression))),
    ...models.flatMap((model) => named(project, model, wordsOf(filteredBy(model, own).join(' ')))),
    // Without measures the metric names columns itself, with or without a semantic model between.
    ...(models.length === 0 ? [consumer] : metric.measures.length === 0 ? models : []).flatMap((of) => named(project, of, own)),
  ];
  const inputs = consumer.dependsOn.filter((id) => !seen.has(id)).flatMap((id) => project.consumers.get(id) ?? []);
  for (const { id } of inputs) seen.add(id);
  const all = [...ends, ...inputs.flatMap((input) => columnsOf(project, input, seen))];
  return [...new Map(all.map((end) => [`${end.name} ${end.column ?? ''}`, end])).values()];
}

/** Expressions of the dimensions that a filter asks by: `{{ Dimension('order__status') }}`. */
const filteredBy = ({ semantics }: DbtConsumer, words: ReadonlySet<string>): readonly string[] => {
  const asked = new Set([...words].map((word) => word.replace(/^.*__/, '')));
  return (semantics?.dimensions ?? []).filter(({ name }) => asked.has(name.toLowerCase())).map(({ expression }) => expression);
};

const named = (project: DbtProject, { dependsOn }: DbtConsumer, words: ReadonlySet<string>): readonly ClaimEnd[] =>
  dependsOn.flatMap((id) => project.datasets.get(id) ?? []).flatMap((dataset) => columnsNamed(dataset, words));

const columnsNamed = ({ namespace, name, columns }: DbtDataset, words: ReadonlySet<string>): readonly ClaimEnd[] =>
  name === null
    ? []
    : columns.filter((column) => words.has(columnKey(column.name))).map((column) => ({ namespace, name, column: column.name }));
