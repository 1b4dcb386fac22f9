import DataLoader from 'dataloader';
import { originOf, record } from '../../kernel/audit/record.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import { groupBy } from '../../kernel/groupBy.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { disclosed, DISCLOSED_BY, type DisclosureKind } from './domain/disclosure.ts';

export interface Disclosure {
  readonly kind: DisclosureKind;
  /** Of the event or of the person. */
  readonly id: string;
}

/** Takes down what a request is shown; what cannot be taken down is not shown. */
export type Disclosures = DataLoader<Disclosure, true, string>;

/** One event for each kind and for all that is loaded together: a page of a hundred addresses is one. */
export const makeDisclosures = (db: Database, request: RequestContext): Disclosures =>
  new DataLoader(
    async (shown) => {
      const kinds = groupBy(shown, ({ kind }) => kind);
      for (const [kind, all] of kinds) {
        const ids = all.map(({ id }) => id).toSorted();
        const origin = originOf(request, decide(request, DISCLOSED_BY[kind]));
        await db.transaction((tx) => record(tx, origin, [disclosed(kind, request.principal.id, ids)]));
      }
      return shown.map(() => true as const);
    },
    { cacheKeyFn: ({ kind, id }) => `${kind} ${id}` },
  );
