import type { Queryable } from '../../db/database.ts';
import type { Instant } from '../../time.ts';
import type { Digest } from '../../canonical.ts';

/** What an event says of a thing, as far as rows are held against it. */
export interface Told {
  readonly id: string;
  readonly seq: string;
  readonly action: string;
  readonly at: Instant;
  readonly subjectId: string;
  readonly aggregateVersion: number;
  readonly digest: Digest | null;
  readonly fields: readonly string[];
  /** Null where there is none, or where it was forgotten. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

interface Row extends Omit<Told, 'digest' | 'fields' | 'detail'> {
  readonly body: string;
  readonly detail: string | null;
}

interface Body {
  readonly subject: { readonly digest: Digest | null };
  readonly changes: { readonly fields: readonly string[] };
}

const COLUMNS = `e.id, e.seq::text, e.action, e.recorded_at as at, e.subject_id as "subjectId", e.aggregate_version as "aggregateVersion",
  e.body, d.body as detail`;

/** The last event of each action and its fields about things, the latest first. Refusals are left out. */
export async function lastEventsOf(db: Queryable, subjectIds: readonly string[]): Promise<ReadonlyMap<string, readonly Told[]>> {
  const rows = await db.query<Row>(
    // As text: of an event that was tampered with nobody knows whether it is JSON.
    `with latest as (
       select distinct on (subject_id, action, fields) e.* from kernel.audit_event e
       cross join lateral (select substring(e.body from '"fields":[^]]*') as fields) f
       where subject_id = any($1) and outcome <> 'refused' order by subject_id, action, fields, seq desc)
     select ${COLUMNS} from latest e left join kernel.audit_detail d on d.event_id = e.id order by e.seq desc`,
    [subjectIds],
    'audit_last_events_of',
  );
  return bySubject(rows.map(told));
}

/** All events about things with one of these actions, the earliest first. */
export async function eventsOf(
  db: Queryable,
  subjectIds: readonly string[],
  actions: readonly string[],
): Promise<ReadonlyMap<string, readonly Told[]>> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from kernel.audit_event e left join kernel.audit_detail d on d.event_id = e.id
     where e.subject_id = any($1) and e.action = any($2) order by e.seq`,
    [subjectIds, actions],
    'audit_events_of',
  );
  return bySubject(rows.map(told));
}

function bySubject(all: readonly Told[]): ReadonlyMap<string, readonly Told[]> {
  const found = new Map<string, Told[]>();
  for (const one of all) {
    const known = found.get(one.subjectId);
    if (known === undefined) found.set(one.subjectId, [one]);
    else known.push(one);
  }
  return found;
}

function told({ body, detail, ...rest }: Row): Told {
  const { subject, changes } = readBody(body);
  return { ...rest, digest: subject.digest, fields: changes.fields, detail: detail === null ? null : readDetail(detail) };
}

/** A text that was tampered with says nothing; the check of the events tells of it. */
function readBody(text: string): Body {
  try {
    const { subject, changes } = JSON.parse(text) as Body;
    if (Array.isArray(changes.fields)) return { subject: { digest: subject.digest }, changes };
  } catch {
    // Falls through.
  }
  return { subject: { digest: null }, changes: { fields: [] } };
}

function readDetail(text: string): Told['detail'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
