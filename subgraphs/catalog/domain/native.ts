import { digestText, type Digest } from '../../../kernel/canonical.ts';
import type { AssetRecord, DatasetRecord } from '../../../connectors/record.ts';

/** What a source says of an asset and nobody edits here. */
export interface NativeFacts {
  readonly primaryKey: readonly string[] | null;
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: DatasetRecord['foreignKeys'];
  readonly checks: DatasetRecord['checks'];
  readonly indexes: DatasetRecord['indexes'];
  readonly grants: DatasetRecord['grants'];
  readonly definition: string | null;
  readonly problem: string | null;
  /** Of a dashboard alone. */
  readonly dashboard?: DashboardFacts;
}

export interface DashboardFacts {
  readonly url: string | null;
  readonly maturity: 'LOW' | 'MEDIUM' | 'HIGH' | null;
}

/** Nothing is said. */
export const NO_FACTS: NativeFacts = {
  primaryKey: null,
  uniqueKeys: [],
  foreignKeys: [],
  checks: [],
  indexes: [],
  grants: [],
  definition: null,
  problem: null,
};

export function nativeFacts(record: AssetRecord): NativeFacts {
  if (record.kind === 'container') return { ...NO_FACTS, grants: record.grants };
  const { primaryKey, uniqueKeys, foreignKeys, checks, indexes, grants, definition, problem } = record;
  return { primaryKey, uniqueKeys, foreignKeys, checks, indexes, grants, definition, problem };
}

/** Digest of all that makes a version. Statistics are left out: they change with every ANALYZE. Records come out of zod, so their keys have one order. */
export function contentDigest(record: AssetRecord): Digest {
  if (record.kind === 'container') return digestText(JSON.stringify(record));
  const { statistics: _, ...content } = record;
  return digestText(JSON.stringify(content));
}
