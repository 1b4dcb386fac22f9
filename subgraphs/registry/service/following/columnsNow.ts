import { z } from 'zod';
import type { GraphClient } from '../../../../kernel/graph/graphClient.ts';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import type { ColumnNow } from '../../domain/features/follow.ts';

const AT_ONCE = 100;

const column = z.object({ id: z.string(), urn: z.string(), dataset: z.object({ id: z.string() }) });
const answered = z.record(z.string(), z.unknown());
const FIELDS = '... on Column { id urn dataset { id } }';

/** As which column the catalog knows each of these ids now; one that it knows no more is left out. @throws Fault SOURCE_UNAVAILABLE */
export async function columnsNow(
  graph: GraphClient,
  columnIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ColumnNow>> {
  const ids = [...new Set(columnIds)];
  const found = new Map<string, ColumnNow>();
  for (let place = 0; place < ids.length; place += AT_ONCE) {
    const some = ids.slice(place, place + AT_ONCE);
    const variables = some.map((_, i) => `$i${i}: ID`).join(', ');
    const fields = some.map((_, i) => `c${i}: asset(id: $i${i}) { ${FIELDS} }`).join(' ');
    const values = Object.fromEntries(some.map((id, i) => [`i${i}`, id]));
    const request = internalRequest('followMerges', signal);
    const answer = answered.parse(await graph.ask(request, `query RegistryColumnsNow(${variables}) { ${fields} }`, values));
    for (const [i, id] of some.entries()) {
      const { data } = column.safeParse(answer[`c${i}`]);
      if (data !== undefined) found.set(id, { id: data.id, urn: data.urn, datasetId: data.dataset.id });
    }
  }
  return found;
}
