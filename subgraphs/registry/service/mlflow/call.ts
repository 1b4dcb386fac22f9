import type { Origin } from '../../../../kernel/audit/append.ts';
import { originOf } from '../../../../kernel/audit/record.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { policiesInForce } from '../../../../kernel/policy/inForce.ts';

/** What an endpoint works with. */
export interface MlflowCall {
  readonly kernel: Kernel;
  /** Its operation is the endpoint. */
  readonly request: RequestContext;
}

/** @throws Fault FORBIDDEN */
export const mayBrowse = ({ request }: MlflowCall): void => void requireAction(request, 'registry.browse');

/**
 * Runs one change of experiments, runs or logged models as one transaction; what is there already is written no second time.
 * @throws Fault FORBIDDEN and those of `work`
 */
export function tracking<T>({ kernel, request }: MlflowCall, work: (tx: Tx, origin: Origin) => Promise<T>): Promise<T> {
  // Asked before anything waits, and again below: a restriction counts from the transaction on that makes it.
  requireAction(request, 'registry.create');
  return kernel.db.transaction(async (tx) => {
    const decision = requireAction({ ...request, policies: await policiesInForce(tx) }, 'registry.create');
    return work(tx, originOf(request, decision));
  });
}
