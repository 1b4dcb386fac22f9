import type { Origin } from '../../../../kernel/audit/append.ts';
import { originOf, record } from '../../../../kernel/audit/record.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { RouteRequest } from '../../../../kernel/http/route.ts';
import { requireScope } from '../../../../kernel/policy/requireScope.ts';
import { z } from 'zod';

export const SCIM_JSON = 'application/scim+json; charset=utf-8';

/** What the operations of one request work with. */
export interface ScimCall {
  readonly kernel: Kernel;
  readonly request: RequestContext;
  /** For conditions on the version. */
  readonly headers: RouteRequest['headers'];
  readonly query: URLSearchParams;
}

/** Only tokens that were made for it, and only the present. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED */
export function scimCall(kernel: Kernel, { context, headers, query }: RouteRequest): ScimCall {
  requireScope(context, 'scim', 'an admin makes one with createAccessKey.');
  if (context.asOf !== null)
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'SCIM knows the present only. Leave `Cadastre-As-Of` out.' });
  return { kernel, request: context, headers, query };
}

/**
 * Runs one change as one transaction. A change that is there already writes nothing. A decision against the wish of the
 * provider is recorded on its own, because the transaction is undone.
 */
export async function changing<T>(
  { kernel, request }: ScimCall,
  operation: string,
  work: (tx: Tx, origin: Origin) => Promise<T>,
): Promise<T> {
  const origin = originOf(
    { ...request, trace: { ...request.trace, operation } },
    { effect: 'allow', policyIds: ['scope.scim'], policyDigest: request.policies.digest },
  );
  try {
    return await kernel.db.transaction((tx) => work(tx, origin));
  } catch (error) {
    const refusal = error instanceof Fault ? refusalOf(error) : undefined;
    if (refusal !== undefined) await kernel.db.transaction((tx) => recordRefusal(tx, origin, refusal));
    throw error;
  }
}

const refused = z.object({ refusal: z.object({ type: z.enum(['User', 'Team']), id: z.string(), code: z.string() }) });
type Refused = z.infer<typeof refused>['refusal'];

const refusalOf = ({ extensions }: Fault): Refused | undefined => refused.safeParse(extensions).data?.refusal;

async function recordRefusal(tx: Tx, origin: Origin, { type, id, code }: Refused): Promise<void> {
  await record(tx, origin, [
    {
      action: type === 'User' ? 'governance.user.refused.v1' : 'governance.team.refused.v1',
      subject: { type, id, digest: null },
      aggregateId: `refusals/${id}`,
      fields: [],
      detail: null,
      outcome: 'refused',
      reason: code,
      payload: { subjectId: id, code },
    },
  ]);
}
