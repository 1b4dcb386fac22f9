import DataLoader from 'dataloader';
import type { Decision } from '../../kernel/approval/decision.ts';
import type { ApprovalPolicy } from '../../kernel/approval/guards.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/db/database.ts';
import { groupBy } from '../../kernel/groupBy.ts';
import { visible } from '../../kernel/policy/visible.ts';
import type { ApprovalMove } from './domain/approval/shown.ts';
import { decisionsOfRequests, movesOfRequests, policiesOf, type WantedPolicy } from './store/approval/ofRequests.ts';
import {
  certifications,
  lastRequests,
  type RequestRow,
  requestsByIds,
  type Sight,
  type WantedLast,
} from './store/approval/requestRows.ts';

/** What one request asks for about approvals, as far as the caller may see it. */
export interface ApprovalLoaders {
  /** What the caller may see. */
  sight(): Promise<Sight>;
  readonly request: DataLoader<string, RequestRow | null>;
  /** The request that counts of a subject and target. */
  readonly last: DataLoader<WantedLast, RequestRow | null, string>;
  readonly certification: DataLoader<string, RequestRow | null>;
  readonly decisions: DataLoader<string, readonly Decision[]>;
  readonly moves: DataLoader<string, readonly ApprovalMove[]>;
  readonly policy: DataLoader<WantedPolicy, ApprovalPolicy | null, string>;
}

export function makeApprovalLoaders(db: Queryable, request: RequestContext): ApprovalLoaders {
  let seen: Promise<Sight> | undefined;
  const sight = (): Promise<Sight> => (seen ??= look(db, request));
  const { asOf } = request;
  return {
    sight,
    request: new DataLoader(async (ids) => inOrder(ids, await requestsByIds(db, await sight(), ids), ({ id }) => id)),
    last: new DataLoader(async (wanted) => lastRequests(db, await sight(), wanted), {
      cacheKeyFn: ({ subjectId, kind, key }) => JSON.stringify([subjectId, kind, key]),
    }),
    certification: new DataLoader(async (ids) =>
      inOrder(ids, await certifications(db, await sight(), ids), ({ subjectId }) => subjectId),
    ),
    decisions: new DataLoader(async (ids) => {
      const found = groupBy(await decisionsOfRequests(db, ids, asOf), ({ requestId }) => requestId);
      return ids.map((id) => found.get(id) ?? []);
    }),
    moves: new DataLoader(async (ids) => {
      const found = groupBy(await movesOfRequests(db, ids, asOf), ({ requestId }) => requestId);
      return ids.map((id) => found.get(id) ?? []);
    }),
    policy: new DataLoader(
      async (wanted) => {
        const found = new Map((await policiesOf(db, wanted)).map((policy) => [keyOf(policy), policy]));
        return wanted.map((one) => found.get(keyOf(one)) ?? null);
      },
      { cacheKeyFn: keyOf },
    ),
  };
}

async function look(db: Queryable, request: RequestContext): Promise<Sight> {
  const catalog = await visible(db, request, 'catalog.read');
  return { catalog, models: await visible(db, request, 'registry.read'), asOf: request.asOf };
}

const keyOf = ({ name, version }: WantedPolicy): string => `${name} ${version}`;

function inOrder<T>(ids: readonly string[], found: readonly T[], idOf: (one: T) => string): readonly (T | null)[] {
  const byId = new Map(found.map((one) => [idOf(one), one]));
  return ids.map((id) => byId.get(id) ?? null);
}
