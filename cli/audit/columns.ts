import type { ExportRow } from './exportRow.ts';

/** The columns of an export as a table. The first two lead back to the log. */
export const COLUMNS = [
  'leafIndex',
  'leafHash',
  'id',
  'time',
  'action',
  'outcome',
  'reason',
  'actorId',
  'actorKind',
  'onBehalfOf',
  'authMethod',
  'subjectType',
  'subjectId',
  'subjectVersion',
  'subjectDigest',
  'changedFields',
  'policyIds',
  'aggregateId',
  'aggregateVersion',
  'correlationId',
  'traceId',
  'operation',
  'detail',
] as const;

export type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Record<Column, string | number | null>>;

export const NUMBERS: ReadonlySet<Column> = new Set(['leafIndex', 'subjectVersion', 'aggregateVersion']);

export function cellsOf({ leafIndex, leafHash, event, detail }: ExportRow): Cells {
  return {
    leafIndex,
    leafHash,
    id: event?.id ?? null,
    time: event?.time ?? null,
    action: event?.action ?? null,
    outcome: event?.outcome ?? null,
    reason: event?.reason ?? null,
    actorId: event?.actor.id ?? null,
    actorKind: event?.actor.kind ?? null,
    onBehalfOf: event?.actor.onBehalfOf ?? null,
    authMethod: event?.actor.authMethod ?? null,
    subjectType: event?.subject.type ?? null,
    subjectId: event?.subject.id ?? null,
    subjectVersion: event?.subject.version ?? null,
    subjectDigest: event?.subject.digest ?? null,
    changedFields: event?.changes.fields.join(' ') ?? null,
    policyIds: event?.decision.policyIds.join(' ') ?? null,
    aggregateId: event?.aggregate.id ?? null,
    aggregateVersion: event?.aggregate.version ?? null,
    correlationId: event?.correlationId ?? null,
    traceId: event?.request.traceId ?? null,
    operation: event?.request.operation ?? null,
    detail,
  };
}
