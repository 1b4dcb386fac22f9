import type { Prepared } from '../../../kernel/mutation/mutate.ts';
import type { Action } from '../../../kernel/policy/decision.ts';
import { decideOn } from '../../../kernel/policy/decideOn.ts';
import type { Context } from '../context.ts';

/**
 * Whether the caller may do this, as it is now. Asked before bytes are read for a mutation, so that nobody has a gigabyte read for what
 * is refused anyway; what counts, and is audited, is what its transaction decides.
 */
export async function mayAct({ kernel, request }: Context, action: Action, { resources = [] }: Prepared): Promise<boolean> {
  return (await decideOn(kernel.db, request, action, resources)).effect === 'allow';
}
