import { z } from 'zod';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import { isId } from '../../../../kernel/ids.ts';
import type { Context } from '../../context.ts';

/** A dataset as the catalog calls it. */
export interface NamedDataset {
  readonly id: string;
  readonly name: string;
}

const answer = z.object({ asset: z.object({ __typename: z.string(), id: z.string(), urn: z.string() }).nullable() });
const ASK = 'query ApprovalDataset($urn: Urn, $id: ID) { asset(urn: $urn, id: $id) { __typename id urn } }';

/**
 * The dataset of this URN or id, whether the caller may see it or not: what they may know of it is decided later. Null when it is
 * no dataset.
 */
export async function findDataset({ kernel, request }: Context, written: string): Promise<NamedDataset | null> {
  const isUrn = written.startsWith('urn:');
  if (!isUrn && !isId('asset', written)) return null;
  const variables = isUrn ? { urn: written } : { id: written };
  const { asset } = answer.parse(await kernel.graph.ask(internalRequest('findDataset', request.signal), ASK, variables));
  return asset === null || asset.__typename !== 'Dataset' ? null : { id: asset.id, name: asset.urn };
}
