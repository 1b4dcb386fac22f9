import { z } from 'zod';

/**
 * What a connector says about a source. Paths are exact identifier parts from the outermost container inwards, as the
 * engine's own catalog spells them (`['shop', 'public', 'Orders']`), never quoted and never folded.
 */
const path = z.array(z.string().min(1).max(1024)).min(1).max(8);
const text = z.string();

export const columnRecord = z.object({
  name: z.string().min(1).max(1024),
  /** 1-based place in the dataset. */
  ordinal: z.number().int().positive(),
  /** The type as the engine writes it, e.g. `character varying(60)`. */
  nativeType: text,
  nullable: z.boolean(),
  /** The default as the engine prints it; null when there is none. */
  defaultValue: text.nullable(),
  description: text.nullable(),
  /** The expression of a generated column; null for ordinary ones. */
  generatedAs: text.nullable().default(null),
});

export const foreignKeyRecord = z.object({
  name: text,
  columns: z.array(text).min(1),
  references: z.object({ path, columns: z.array(text) }),
});

export const indexRecord = z.object({
  name: text,
  /** Column names, or expressions as the engine prints them, in key order. */
  keys: z.array(text),
  unique: z.boolean(),
  /** `btree`, `gin`, ... as the engine names it. */
  method: text.nullable(),
  /** The condition of a partial index. */
  predicate: text.nullable().default(null),
});

export const grantRecord = z.object({ grantee: text, privilege: text, grantable: z.boolean() });

export const CONTAINER_SUBTYPES = ['DATABASE', 'SCHEMA', 'FOLDER'] as const;
export const DATASET_SUBTYPES = ['TABLE', 'PARTITIONED_TABLE', 'VIEW', 'MATERIALIZED_VIEW', 'EXTERNAL_TABLE', 'FILE'] as const;

export const containerRecord = z.object({
  kind: z.literal('container'),
  subtype: z.enum(CONTAINER_SUBTYPES),
  path,
  description: text.nullable(),
  /** The engine's role that owns it: a technical owner. */
  owner: text.nullable(),
  grants: z.array(grantRecord).default([]),
});

export const datasetRecord = z.object({
  kind: z.literal('dataset'),
  subtype: z.enum(DATASET_SUBTYPES),
  path,
  description: text.nullable(),
  owner: text.nullable(),
  columns: z.array(columnRecord),
  primaryKey: z.array(text).nullable(),
  uniqueKeys: z.array(z.array(text)).default([]),
  foreignKeys: z.array(foreignKeyRecord).default([]),
  checks: z.array(z.object({ name: text, expression: text })).default([]),
  indexes: z.array(indexRecord).default([]),
  grants: z.array(grantRecord).default([]),
  /** The defining query of a view, as the engine prints it. */
  definition: text.nullable().default(null),
  /** Why part of this dataset could not be read, e.g. a view that no longer compiles; null when all is well. */
  problem: text.nullable().default(null),
  /** Estimates change with every ANALYZE, so they are kept apart from the content that makes a version. */
  statistics: z
    .object({ rowCountEstimate: z.number().int().nonnegative().nullable(), sizeBytes: z.number().int().nonnegative().nullable() })
    .default({ rowCountEstimate: null, sizeBytes: null }),
});

export type ColumnRecord = z.infer<typeof columnRecord>;
export type ForeignKeyRecord = z.infer<typeof foreignKeyRecord>;
export type IndexRecord = z.infer<typeof indexRecord>;
export type GrantRecord = z.infer<typeof grantRecord>;
export type ContainerRecord = z.infer<typeof containerRecord>;
export type DatasetRecord = z.infer<typeof datasetRecord>;
export type AssetRecord = ContainerRecord | DatasetRecord;
export type DatasetSubtype = (typeof DATASET_SUBTYPES)[number];
export type ContainerSubtype = (typeof CONTAINER_SUBTYPES)[number];
