import type { EdgeKind } from '../model/model.ts';

/** The words of OpenLineage's column lineage facet for our kinds. */
export const OPENLINEAGE_TYPE = {
  identity: ['DIRECT', 'IDENTITY'],
  transformation: ['DIRECT', 'TRANSFORMATION'],
  aggregation: ['DIRECT', 'AGGREGATION'],
  window: ['INDIRECT', 'WINDOW'],
  condition: ['INDIRECT', 'CONDITIONAL'],
  join: ['INDIRECT', 'JOIN'],
  filter: ['INDIRECT', 'FILTER'],
  group: ['INDIRECT', 'GROUP_BY'],
  sort: ['INDIRECT', 'SORT'],
} as const satisfies Readonly<Record<EdgeKind, readonly [type: 'DIRECT' | 'INDIRECT', subtype: string]>>;
