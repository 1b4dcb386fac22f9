import { z } from 'zod';
import { columnLineage } from './columnLineage.ts';
import { EDGES_FACET, edgesFacet } from './edgesFacet.ts';
import { documentation, owners, tags } from './jobFacets.ts';
import { count, deletable, moment, name, named, text } from './primitives.ts';

const COLUMNS_MAX = 10_000;

const schemaField = z.object({ name, type: text.nullish(), description: text.nullish() });

export const schemaFacet = z.object({ fields: z.array(schemaField).max(COLUMNS_MAX).nullish() });

const LIFECYCLES = ['ALTER', 'CREATE', 'DROP', 'OVERWRITE', 'RENAME', 'TRUNCATE'] as const;

const columnMetrics = z.object({ nullCount: count.nullish(), distinctCount: count.nullish() });

const dataQualityMetrics = z.object({
  rowCount: count.nullish(),
  bytes: count.nullish(),
  fileCount: count.nullish(),
  lastUpdated: moment.nullish(),
  columnMetrics: z.record(name, columnMetrics).nullish(),
});

export const assertionsFacet = z.object({
  assertions: z
    .array(z.object({ assertion: text, success: z.boolean(), column: name.nullish(), severity: text.nullish() }))
    .max(COLUMNS_MAX),
});

const statistics = z.object({ rowCount: count.nullish(), size: count.nullish(), fileCount: count.nullish() });

/** Facets of what a dataset is; some clients send those about quality here and not with the input. */
const datasetFacets = z.object({
  schema: deletable(schemaFacet),
  columnLineage: deletable(columnLineage),
  symlinks: deletable(
    z.object({
      identifiers: z
        .array(named.extend({ type: text }))
        .max(100)
        .nullish(),
    }),
  ),
  ownership: deletable(owners),
  documentation: deletable(documentation),
  lifecycleStateChange: deletable(z.object({ lifecycleStateChange: z.enum(LIFECYCLES), previousIdentifier: named.nullish() })),
  tags: deletable(tags),
  dataQualityMetrics: deletable(dataQualityMetrics),
  dataQualityAssertions: deletable(assertionsFacet),
  [EDGES_FACET]: deletable(edgesFacet),
});

export const staticDataset = named.extend({ facets: datasetFacets.nullish() });

export const inputDataset = staticDataset.extend({
  inputFacets: z
    .object({
      dataQualityMetrics: deletable(dataQualityMetrics),
      dataQualityAssertions: deletable(assertionsFacet),
      inputStatistics: deletable(statistics),
    })
    .nullish(),
});

export const outputDataset = staticDataset.extend({
  outputFacets: z.object({ outputStatistics: deletable(statistics) }).nullish(),
});

export type DatasetFacets = z.infer<typeof datasetFacets>;
export type StaticDataset = z.infer<typeof staticDataset>;
export type InputDataset = z.infer<typeof inputDataset>;
export type OutputDataset = z.infer<typeof outputDataset>;
