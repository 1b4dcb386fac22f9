import { z } from 'zod';
import type { Operation } from '../client.ts';

const asset = z.object({
  __typename: z.string(),
  urn: z.string(),
  name: z.string(),
  qualifiedName: z.string().optional(),
  dataset: z.object({ id: z.string(), qualifiedName: z.string() }).nullish(),
});

const node = z.object({
  id: z.string().nullable(),
  degree: z.number(),
  asset: asset.nullable(),
  job: z.object({ namespace: z.string(), name: z.string() }).nullable(),
});

const edge = z.object({
  sourceId: z.string().nullable(),
  targetId: z.string().nullable(),
  subtype: z.string(),
  confidence: z.number(),
  origin: z.string(),
  job: z.object({ name: z.string() }).nullable(),
});

const graph = z.object({
  complete: z.boolean(),
  truncation: z.array(z.string()),
  nodes: z.array(node),
  edges: z.array(edge),
});

export type GraphNode = z.infer<typeof node>;
export type GraphEdge = z.infer<typeof edge>;
export type LineageGraph = z.infer<typeof graph>;

const answer = z.object({ asset: z.object({ id: z.string(), urn: z.string(), lineage: graph.nullable() }).nullable() });

export const LINEAGE: Operation<z.infer<typeof answer>> = {
  source: `query CliLineage($urn: Urn, $id: ID, $direction: LineageDirection!, $depth: Int!, $level: LineageLevel) {
    asset(urn: $urn, id: $id) {
      id urn
      lineage(direction: $direction, depth: $depth, level: $level) {
        complete truncation
        nodes {
          id degree job { namespace name }
          asset {
            __typename urn name
            ... on Dataset { qualifiedName }
            ... on Dashboard { qualifiedName }
            ... on Column { dataset { id qualifiedName } }
          }
        }
        edges { sourceId targetId subtype confidence origin job { name } }
      }
    }
  }`,
  answer,
};
