import { z } from 'zod';
import { listOf, text, texts } from './fields.ts';
import type { DbtField, DbtFormula, DbtSemantics } from './project.ts';
import type { RawConsumer } from './rawNode.ts';
import { textsIn } from './words.ts';

const optional = <T extends z.ZodType>(form: T) => z.preprocess((value) => value ?? null, form);
/** A measure or a metric is named by itself or by an object, depending on the version. */
const naming = z
  .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
  .nullable()
  .catch(null);

/** What a metric of dbt 1.6 and later is made of. */
const parameters = z
  .looseObject({
    measure: optional(naming),
    input_measures: listOf(naming).default([]),
    numerator: optional(naming),
    denominator: optional(naming),
    expr: optional(text),
    metric_aggregation_params: optional(
      z
        .looseObject({ agg: optional(text) })
        .nullable()
        .catch(null),
    ),
  })
  .catch({ measure: null, input_measures: [], numerator: null, denominator: null, expr: null, metric_aggregation_params: null });

/** A filter of dbt 1.0 to 1.5. */
const filterPart = z.looseObject({ field: z.string(), operator: z.string(), value: z.string() });

/** How a metric is computed, in whichever of three forms its version has. */
export function formulaOf(raw: RawConsumer): DbtFormula {
  const params = parameters.parse(raw['type_params'] ?? {});
  // dbt 1.12: the metric aggregates by itself, over its own name when it says no expression.
  const aggregation = params.metric_aggregation_params?.agg ?? null;
  const over = aggregation === null ? null : (params.expr ?? raw.name);
  const measures = [params.measure, ...params.input_measures].filter((name) => name !== null);
  const own = text.parse(raw['expression'] ?? raw['sql'] ?? null);
  const timestamp = text.parse(raw['timestamp'] ?? null);
  const filter = filterOf(raw);
  return {
    expression: aggregated(aggregation, over) ?? params.expr ?? ratioOf(params) ?? own,
    filter,
    timeGrains: [...texts.parse(raw['time_grains'] ?? []), ...texts.parse(raw['time_granularity'] ?? [])],
    dimensions: raw.dimensions.map((dimension) => (typeof dimension === 'string' ? dimension : dimension.name)),
    measures: [...new Set(measures)],
    texts: [own, timestamp, over, ...texts.parse(raw['dimensions'] ?? []), filter].filter((part) => part !== null),
  };
}

const ratioOf = ({ numerator, denominator }: z.infer<typeof parameters>): string | null =>
  numerator === null || denominator === null ? null : `${numerator} / ${denominator}`;

export const aggregated = (aggregation: string | null, expression: string | null): string | null =>
  expression === null ? null : aggregation === null ? expression : `${aggregation}(${expression})`;

function filterOf(raw: RawConsumer): string | null {
  const parts = listOf(filterPart).parse(raw['filters'] ?? []);
  if (parts.length > 0) return parts.map(({ field, operator, value }) => `${field} ${operator} ${value}`).join(' and ');
  const written = textsIn(raw['filter']).join(' and ').trim();
  return written === '' ? null : written;
}

export function semanticsOf({ measures, dimensions, entities }: RawConsumer): DbtSemantics {
  const field = (one: RawConsumer['measures'][number]): DbtField => ({
    name: one.name,
    expression: one.expr ?? one.name,
    aggregation: one.agg,
    grain: one.type_params?.time_granularity ?? null,
  });
  return {
    measures: measures.map(field),
    dimensions: [...dimensions.flatMap((one) => (typeof one === 'string' ? [] : [one])), ...entities].map(field),
  };
}
