import { z } from 'zod';
import { type Claim, SUBTYPES } from './claim.ts';
import type { Said } from './newest.ts';
import { name, named, text } from './primitives.ts';

/** How the facet is called among the facets of a dataset. Names of custom facets begin with whose they are. */
export const EDGES_FACET = 'cadastre_lineageEdges';

/** What said so where the edges come from. */
export const RELAYED_ORIGINS = ['VIEW', 'QUERY', 'DBT', 'OPENLINEAGE', 'MANUAL'] as const;
export type RelayedOrigin = (typeof RELAYED_ORIGINS)[number];

const EDGES_MAX = 100_000;
const REASONS_MAX = 20;

const ALL_SUBTYPES = [...SUBTYPES.DIRECT, ...SUBTYPES.INDIRECT] as const;

const edge = named
  .extend({
    field: name.nullish(),
    column: name.nullish(),
    type: z.enum(['DIRECT', 'INDIRECT']),
    subtype: z.enum(ALL_SUBTYPES),
    description: text.nullish(),
    masking: z.boolean().nullish(),
    confidence: z.number().min(0).max(1).nullish(),
    reasons: z
      .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/))
      .max(REASONS_MAX)
      .nullish(),
  })
  .refine(({ type, subtype }) => SUBTYPES[type].some((one) => one === subtype), {
    path: ['subtype'],
    message: 'is not of this type',
  });

/**
 * CadastreLineageEdgesDatasetFacet 1-0-0: every edge that leads into the dataset, with what the specification has no word for:
 * how sure it is, why it is not surer, and what said so first. It goes before `columnLineage` and before what inputs and
 * outputs mean.
 */
export const edgesFacet = z.object({ origin: z.enum(RELAYED_ORIGINS).nullish(), edges: z.array(edge).max(EDGES_MAX) });

export type EdgesFacet = z.infer<typeof edgesFacet>;

export interface SaidEdges extends Said {
  readonly value: EdgesFacet | null;
}

/** The edges into a dataset that it says itself; null when column lineage that was said later goes before. */
export const edgesInForce = (edges: SaidEdges | null | undefined, columnLineage: Said | null | undefined): EdgesFacet | null =>
  edges !== null && edges !== undefined && (columnLineage?.at ?? '') <= edges.at ? edges.value : null;

export const edgeClaims = (
  target: { readonly namespace: string; readonly name: string },
  { edges }: EdgesFacet,
): readonly Claim[] =>
  edges.map((one) => ({
    source: { namespace: one.namespace, name: one.name, column: one.field ?? null },
    target: { namespace: target.namespace, name: target.name, column: one.column ?? null },
    type: one.type,
    subtype: one.subtype,
    expression: one.description ?? null,
    masking: one.masking === true,
    confidence: one.confidence ?? 1,
    reasons: one.reasons ?? [],
  }));
