import type { GovernancePayload, GovernanceTopic } from '../../../contracts/governance.ts';
import type { Recorded } from '../../../kernel/audit/record.ts';
import type { Action } from '../../../kernel/policy/decision.ts';

/** What is shown only to some, and leaves a trace when it is. */
export type DisclosureKind = 'detail' | 'email';

/** By which right each kind is shown. */
export const DISCLOSED_BY = { detail: 'audit.readDetail', email: 'identity.readEmail' } as const satisfies Record<
  DisclosureKind,
  Action
>;

/** More are counted, not named. */
const IDS_MAX = 100;

/** That somebody was shown details of events, or addresses of others. Who reads has a line of their own, so that readers do not wait for each other. */
export function disclosed(kind: DisclosureKind, readerId: string, ids: readonly string[]): Recorded {
  const payload = { principalId: readerId, count: ids.length };
  const happened = { readerId, fields: [kind], detail: { ids: ids.slice(0, IDS_MAX), count: ids.length } };
  return kind === 'detail'
    ? reading('governance.details.read.v1', { ...happened, subject: LOG }, payload)
    : reading('governance.emails.read.v1', { ...happened, subject: PEOPLE }, payload);
}

/** What an export was asked for. */
export interface ExportAsked {
  readonly origin: string;
  readonly size: number;
  readonly range: { readonly from: number; readonly to: number };
  /** In words; null for all entries of the range. */
  readonly filter: string | null;
  readonly withDetails: boolean;
}

export const exported = (readerId: string, asked: ExportAsked): Recorded =>
  reading(
    'governance.audit.exported.v1',
    { readerId, subject: LOG, fields: asked.withDetails ? ['body', 'detail'] : ['body'], detail: asked },
    { principalId: readerId, isFiltered: asked.filter !== null, withDetails: asked.withDetails },
  );

const LOG = { type: 'AuditLog', id: 'audit-log', digest: null };
const PEOPLE = { type: 'People', id: 'people', digest: null };

interface Reading extends Pick<Recorded, 'subject' | 'fields' | 'detail'> {
  readonly readerId: string;
}

const reading = <T extends GovernanceTopic>(
  action: T,
  { readerId, ...about }: Reading,
  payload: GovernancePayload<T>,
): Recorded => ({ ...about, action, aggregateId: `reads/${readerId}`, payload });
