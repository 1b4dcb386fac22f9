import type { LastSaid } from '../../../../lineage/openlineage/newest.ts';
import { z } from 'zod';
import { documentation, jobFacets, owners, runFacets, tags } from '../../../../lineage/openlineage/jobFacets.ts';
import { assertionsFacet, schemaFacet } from '../../../../lineage/openlineage/datasetFacets.ts';

/** What was said last under these names, in the form in which it was read from the event. */
const dataset = z.object({
  schema: schemaFacet.nullish(),
  documentation: documentation.nullish(),
  ownership: owners.nullish(),
  tags: tags.nullish(),
  assertions: assertionsFacet.nullish(),
  measurement: z.object({ rowCount: z.number().nullable(), bytes: z.number().nullable() }).nullish(),
});

const valuesOf = (said: LastSaid): Record<string, unknown> =>
  Object.fromEntries(Object.entries(said).map(([facet, { value }]) => [facet, value]));

export const datasetFacetsOf = (said: LastSaid): z.infer<typeof dataset> => dataset.parse(valuesOf(said));
export const jobFacetsOf = (said: LastSaid): z.infer<typeof jobFacets> => jobFacets.parse(valuesOf(said));
export const runFacetsOf = (said: LastSaid): z.infer<typeof runFacets> => runFacets.parse(valuesOf(said));

export type DatasetSays = z.infer<typeof dataset>;
