import { z } from 'zod';

/** What the catalog tells other subgraphs, by topic. The name of a topic is the action of its audit event. */
const asset = { assetId: z.string(), namespace: z.string(), name: z.string() };
const kind = z.enum(['container', 'dataset', 'dashboard']);
const columns = z.object({ added: z.array(z.string()), changed: z.array(z.string()), removed: z.array(z.string()) });

const changed = z.object({ ...asset, kind, columns });
const gone = z.object({ ...asset, kind });
const crawl = z.object({ crawlId: z.string(), sourceId: z.string() });
const source = z.object({ sourceId: z.string(), platform: z.string() });
const refused = z.object({ subjectId: z.string(), code: z.string() });
const term = { termId: z.string() };
const product = { productId: z.string() };

export const catalogEvents = {
  'catalog.asset.added.v1': changed,
  'catalog.asset.changed.v1': changed,
  'catalog.asset.returned.v1': changed,
  'catalog.asset.missing.v1': gone,
  'catalog.asset.removed.v1': gone,
  'catalog.asset.merged.v1': gone.extend({ intoId: z.string() }),
  'catalog.asset.unmerged.v1': gone.extend({ fromId: z.string() }),
  'catalog.merge.refused.v1': refused,
  'catalog.dataset.measured.v1': z.object({ crawlId: z.string(), datasets: z.number().int() }),
  'catalog.metadata.set.v1': z.object(asset),
  'catalog.metadata.ingested.v1': z.object({
    datasets: z.number().int(),
    edgesOpened: z.number().int(),
    edgesClosed: z.number().int(),
    unresolved: z.number().int(),
    signals: z.number().int(),
    results: z.number().int(),
    metrics: z.number().int(),
    dashboards: z.number().int(),
  }),
  'catalog.quality.changed.v1': z.object({
    ...asset,
    added: z.number().int(),
    changed: z.number().int(),
    ended: z.number().int(),
    results: z.number().int(),
  }),
  'catalog.metric.defined.v1': z.object({ metricId: z.string() }),
  'catalog.metric.ended.v1': z.object({ metricId: z.string() }),
  'catalog.metadata.refused.v1': refused,
  'catalog.lineage.refused.v1': refused,
  'catalog.lineage.recorded.v1': z.object({ evidenceKey: z.string(), opened: z.number().int(), closed: z.number().int() }),
  'catalog.owners.set.v1': z.object({ ...asset, role: z.enum(['ACCOUNTABLE', 'STEWARD']), owners: z.array(z.string()) }),
  'catalog.owners.refused.v1': refused,
  'catalog.description.set.v1': z.object({ ...asset, subjectId: z.string() }),
  'catalog.description.refused.v1': refused,
  'catalog.tags.set.v1': z.object({ ...asset, subjectId: z.string(), added: z.array(z.string()), removed: z.array(z.string()) }),
  'catalog.tags.refused.v1': refused,
  'catalog.tag.created.v1': z.object({ tagId: z.string() }),
  'catalog.tag.refused.v1': refused,
  'catalog.term.created.v1': z.object(term),
  'catalog.term.changed.v1': z.object({ ...term, fields: z.array(z.string()) }),
  'catalog.term.published.v1': z.object({ ...term, approvalId: z.string().nullable() }),
  'catalog.term.deprecated.v1': z.object(term),
  'catalog.term.deleted.v1': z.object(term),
  'catalog.term.refused.v1': refused,
  /** The subject is an asset or a column. */
  'catalog.term.assigned.v1': z.object({ ...term, subjectId: z.string() }),
  'catalog.term.unassigned.v1': z.object({ ...term, subjectId: z.string() }),
  'catalog.product.created.v1': z.object(product),
  'catalog.product.changed.v1': z.object({ ...product, fields: z.array(z.string()) }),
  'catalog.product.deleted.v1': z.object(product),
  'catalog.product.refused.v1': refused,
  'catalog.lineageEvent.ingested.v1': z.object({
    jobId: z.string().nullable(),
    runId: z.string().nullable(),
    state: z.string().nullable(),
    datasetIds: z.array(z.string()),
  }),
  'catalog.source.added.v1': source,
  'catalog.source.updated.v1': source,
  'catalog.source.tested.v1': source,
  'catalog.source.removed.v1': source,
  'catalog.source.refused.v1': refused,
  'catalog.crawl.requested.v1': crawl,
  'catalog.crawl.joined.v1': crawl,
  'catalog.crawl.cancelled.v1': crawl,
  'catalog.crawl.released.v1': crawl,
  'catalog.crawl.rejected.v1': crawl,
  'catalog.crawl.held.v1': crawl.extend({ state: z.string() }),
  'catalog.crawl.finished.v1': crawl.extend({ state: z.string() }),
  'catalog.crawl.refused.v1': refused,
} as const;

export type CatalogTopic = keyof typeof catalogEvents;
