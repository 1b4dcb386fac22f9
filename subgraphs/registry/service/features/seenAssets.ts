import { z } from 'zod';
import type { RequestContext } from '../../../../kernel/context.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';

/** How many the graph is asked for at once: few sizes, so that few operations are planned. */
const SIZES = [1, 10, 100] as const;
const AT_ONCE = 100;

const answered = z.record(z.string(), z.object({ id: z.string() }).nullable());

/**
 * Which datasets and columns the caller may see: a field that leads to another is null, not a broken object. Where this process
 * serves the registry alone, whoever joins the graph decides.
 */
export async function seenAssets(
  { kernel, request }: { readonly kernel: Kernel; readonly request: RequestContext },
  ids: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const seen = new Map<string, boolean>();
  for (let place = 0; place < ids.length; place += AT_ONCE) {
    const some = ids.slice(place, place + AT_ONCE);
    const size = SIZES.find((one) => one >= some.length) ?? AT_ONCE;
    const asked = Array.from({ length: size }, (_, i) => some[i] ?? some[0]);
    const answer = await ask(kernel, request, asked);
    for (const [i, id] of some.entries()) seen.set(id, answer === null || answer[`a${i}`] != null);
  }
  return seen;
}

async function ask(
  kernel: Kernel,
  request: RequestContext,
  ids: readonly (string | undefined)[],
): Promise<z.infer<typeof answered> | null> {
  const variables = ids.map((_, i) => `$i${i}: ID`).join(', ');
  const fields = ids.map((_, i) => `a${i}: asset(id: $i${i}) { id }`).join(' ');
  const values = Object.fromEntries(ids.map((id, i) => [`i${i}`, id]));
  try {
    return answered.parse(await kernel.graph.ask(request, `query RegistrySeenAssets(${variables}) { ${fields} }`, values));
  } catch (error) {
    if (error instanceof Fault && error.code === 'SOURCE_UNAVAILABLE') return null;
    throw error;
  }
}
