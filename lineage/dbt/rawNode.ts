import { z } from 'zod';
import { anything, dictionary, flag, text, texts, words } from './fields.ts';

const optional = <T extends z.ZodType>(form: T) => z.preprocess((value) => value ?? null, form);

const dependsOn = z.object({ nodes: texts.default([]) }).catch({ nodes: [] });

const quoting = z
  .object({
    database: z.boolean().nullish().catch(null),
    schema: z.boolean().nullish().catch(null),
    identifier: z.boolean().nullish().catch(null),
  })
  .catch({});

const column = z.object({
  name: z.string(),
  description: optional(words),
  data_type: optional(words),
  tags: texts.default([]),
  config: z.object({ tags: texts.default([]) }).catch({ tags: [] }),
});

const config = z
  .object({
    materialized: optional(text),
    meta: anything.default({}),
    tags: texts.default([]),
    group: optional(text),
    access: optional(text),
    severity: optional(text),
    where: optional(words),
    warn_if: optional(words),
    error_if: optional(words),
    quoting: quoting.default({}),
    enabled: z.boolean().catch(true).default(true),
    contract: z.object({ enforced: flag.default(false) }).catch({ enforced: false }),
  })
  .catch({
    materialized: null,
    meta: {},
    tags: [],
    group: null,
    access: null,
    severity: null,
    where: null,
    warn_if: null,
    error_if: null,
    quoting: {},
    enabled: true,
    contract: { enforced: false },
  });

/** A node of `nodes` or `sources` of any version: what became of `raw_sql` is `raw_code`. */
export const rawNode = z.object({
  resource_type: z.string(),
  name: z.string().min(1),
  package_name: optional(text),
  database: optional(text),
  schema: optional(text),
  alias: optional(text),
  identifier: optional(text),
  relation_name: optional(text),
  source_name: optional(text),
  version: z.union([z.number(), z.string()]).nullish().catch(null),
  description: optional(words),
  source_description: optional(words),
  columns: dictionary(column).prefault({}),
  tags: texts.default([]),
  meta: anything.default({}),
  source_meta: anything.default({}),
  config: z.preprocess((value) => value ?? {}, config),
  quoting: quoting.default({}),
  group: optional(text),
  access: optional(text),
  language: optional(text),
  raw_code: optional(text),
  raw_sql: optional(text),
  compiled_code: optional(text),
  compiled_sql: optional(text),
  original_file_path: optional(text),
  depends_on: dependsOn.prefault({}),
  column_name: optional(text),
  attached_node: optional(text),
  freshness: z.unknown().optional(),
  test_metadata: z
    .object({ name: z.string(), namespace: optional(text), kwargs: anything.default({}) })
    .nullable()
    .catch(null)
    .default(null),
});
export type RawNode = z.infer<typeof rawNode>;

/** An expression somewhere in a metric or a semantic model. */
const named = z.looseObject({
  name: z.string(),
  expr: optional(text),
  agg: optional(text),
  type_params: z
    .looseObject({ time_granularity: optional(text) })
    .nullable()
    .catch(null)
    .default(null),
});

/** An exposure, a metric, a semantic model or a saved query of any version. */
export const rawConsumer = z.looseObject({
  name: z.string().min(1),
  label: optional(words),
  description: optional(words),
  url: optional(words),
  type: optional(words),
  maturity: optional(words),
  tags: texts.default([]),
  owner: z.unknown().optional(),
  group: optional(text),
  meta: anything.default({}),
  config: z.preprocess((value) => value ?? {}, config),
  depends_on: dependsOn.prefault({}),
  entities: z.array(named).catch([]).default([]),
  dimensions: z
    .array(z.union([named, z.string()]))
    .catch([])
    .default([]),
  measures: z.array(named).catch([]).default([]),
});
export type RawConsumer = z.infer<typeof rawConsumer>;

export const rawGroup = z.object({ name: z.string(), owner: z.unknown().optional() });
