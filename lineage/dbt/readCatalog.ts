import { z } from 'zod';
import type { IdentifierRule } from '../../kernel/identifier.ts';
import { amount, anything, dictionary, flag, text, words } from './fields.ts';
import { type ArtifactKind, parseArtifact } from './parseArtifact.ts';
import type { DbtColumn, DbtDataset, DbtStatistics } from './project.ts';
import { columnKey } from './relation.ts';

export const CATALOG: ArtifactKind = { name: 'catalog', file: 'catalog.json', versions: { from: 1, to: 1 } };

/** What `dbt docs generate` found in the warehouse, by unique_id. */
export type DbtCatalog = ReadonlyMap<string, CatalogEntry>;

interface CatalogEntry {
  readonly columns: readonly CatalogColumn[];
  readonly statistics: DbtStatistics | null;
  readonly comment: string | null;
}

interface CatalogColumn {
  readonly name: string;
  readonly type: string | null;
  readonly comment: string | null;
}

const entry = z.object({
  metadata: z.object({ comment: words.default(null) }).catch({ comment: null }),
  columns: dictionary(
    z.object({ name: z.string(), type: text.default(null), index: z.number().catch(0), comment: words.default(null) }),
  ).prefault({}),
  stats: dictionary(z.object({ value: z.unknown().optional(), include: flag.default(true) })).prefault({}),
});

// Each adapter has its own words.
const ROWS: ReadonlySet<string> = new Set(['row_count', 'num_rows', 'rows']);
const BYTES: ReadonlySet<string> = new Set(['bytes', 'num_bytes', 'size']);

/** @throws ArtifactError */
export function readCatalog(source: string): DbtCatalog {
  const { body } = parseArtifact(CATALOG, source);
  return new Map(
    Object.entries({ ...anything.parse(body['sources'] ?? {}), ...anything.parse(body['nodes'] ?? {}) }).flatMap(
      ([id, value]) => {
        const { success, data } = entry.safeParse(value);
        return success ? [[id, entryOf(data)] as const] : [];
      },
    ),
  );
}

function entryOf({ metadata, columns, stats }: z.infer<typeof entry>): CatalogEntry {
  const statistic = (ids: ReadonlySet<string>): number | null =>
    amount.parse(stats.find(([id, { include }]) => include && ids.has(id))?.[1].value ?? null);
  const [rowCount, sizeBytes] = [statistic(ROWS), statistic(BYTES)];
  return {
    columns: columns.map(([, column]) => column).sort((a, b) => a.index - b.index),
    statistics: rowCount === null && sizeBytes === null ? null : { rowCount, sizeBytes },
    comment: metadata.comment,
  };
}

/** The dataset with what the warehouse knows better: which columns there are, their spelling, order and types. */
export function withCatalog(dataset: DbtDataset, found: CatalogEntry | undefined, rule: IdentifierRule): DbtDataset {
  if (found === undefined || found.columns.length === 0) return dataset;
  // Only a platform that tells cases apart can have two columns that differ in nothing else.
  const keyOf = (name: string): string => (rule === 'sensitive' ? name : columnKey(name));
  const documented = new Map(
    dataset.columns.flatMap((column) => [[columnKey(column.name), column] as const, [keyOf(column.name), column] as const]),
  );
  return {
    ...dataset,
    description: dataset.description ?? found.comment,
    columns: found.columns.map((column) =>
      merged(column, documented.get(keyOf(column.name)) ?? documented.get(columnKey(column.name))),
    ),
    columnsComplete: true,
    statistics: found.statistics,
  };
}

const merged = ({ name, type, comment }: CatalogColumn, documented: DbtColumn | undefined): DbtColumn => ({
  name,
  dataType: type ?? documented?.dataType ?? null,
  description: documented?.description ?? comment,
  tags: documented?.tags ?? [],
});
