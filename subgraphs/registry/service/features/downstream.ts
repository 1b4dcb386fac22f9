import { z } from 'zod';
import type { RequestContext } from '../../../../kernel/context.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';

const COLUMNS_AT_ONCE = 20;

const DOWNSTREAM = `query RegistryDownstream($id: ID!) {
  asset(id: $id) { ... on Column {
    lineage(direction: DOWNSTREAM, depth: 100, level: COLUMN, budget: { nodes: 20000, edges: 100000, ms: 5000 }) {
      nodes { id degree } truncation } } } }`;

const downstream = z.object({
  asset: z
    .object({
      lineage: z.object({
        nodes: z.array(z.object({ id: z.string().nullable(), degree: z.int() })),
        truncation: z.array(z.string()),
      }),
    })
    .nullable(),
});

interface Asking {
  readonly kernel: Kernel;
  readonly request: RequestContext;
}

/** What lies downstream of a column, and how far away. */
export interface Downstream {
  readonly degrees: ReadonlyMap<string, number>;
  readonly truncation: readonly string[];
}

/**
 * What lies downstream of columns, as far as the caller may see it.
 * @throws Fault LIMIT_EXCEEDED for more than twenty at once: each is a walk of its own
 */
export async function downstreamOf(
  { kernel, request }: Asking,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Downstream>> {
  if (ids.length > COLUMNS_AT_ONCE)
    throw new Fault('LIMIT_EXCEEDED', { public: `modelsReached: ask for at most ${COLUMNS_AT_ONCE} columns at once.` });
  const found = new Map<string, Downstream>();
  for (const id of ids) {
    const { asset } = downstream.parse(await kernel.graph.ask(request, DOWNSTREAM, { id }));
    if (asset === null) continue;
    const degrees = asset.lineage.nodes.flatMap(({ id: node, degree }) => (node === null ? [] : [[node, degree] as const]));
    found.set(id, { degrees: new Map(degrees), truncation: asset.lineage.truncation });
  }
  return found;
}
