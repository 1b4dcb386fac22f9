import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { readEvents } from '../../lineage/openlineage/readEvents.ts';
import { ingestEvents, ingestPlace } from '../../subgraphs/catalog/service/ingest/ingestEvents.ts';
import { mayIngest } from '../../subgraphs/catalog/service/ingest/mayIngest.ts';

const pusher: Principal = {
  id: 'svc_pusher',
  kind: 'service',
  name: 'Pusher',
  roles: [],
  scopes: ['ingest'],
  teams: [],
  onBehalfOf: null,
  authMethod: 'access-key',
};

/** Lets events take effect as if they had come over HTTP; answers how many changed anything. */
export function ingest(db: Database, ...bodies: readonly object[]): Promise<number> {
  const read = readEvents(bodies);
  if (!read.ok) throw new Error(`${read.path}: ${read.message}`);
  const request = { ...internalRequest('test'), principal: pusher };
  return ingestEvents(ingestPlace(db), request, mayIngest(request), read.events);
}

/** The JSON files of a folder, in the order of their names. */
export const eventsIn = (folder: string): readonly object[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));

/** What people see of everything that events made, by names: no ids, no times of our own. */
export async function graphOf(db: Database): Promise<object> {
  const many = (statement: string) => db.query(statement);
  return {
    datasets: await many(
      `select namespace, name, description from catalog.asset where kind = 'dataset' and state = 'present' order by 1, 2`,
    ),
    columns: await many(
      `select a.namespace, a.name as dataset, c.name, c.ordinal, c.native_type, c.description
       from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no
       where a.state = 'present' and c.state = 'present' order by 1, 2, 3`,
    ),
    edges: await many(EDGES),
    owners: await many(
      `select a.name, o.role, o.external from catalog.ownership o join catalog.asset a on a.no = o.asset_no
       where o.recorded_to = 'infinity' and a.state = 'present' order by 1, 2, 3`,
    ),
    aliases: await many(
      `select l.namespace, l.name, a.namespace as of_namespace, a.name as of_name
       from catalog.asset_alias l join catalog.asset a on a.no = l.asset_no order by 1, 2`,
    ),
    jobs: await many('select namespace, name, description, sql, integration, job_type from catalog.job order by 1, 2'),
    runs: await many(
      `select j.name, r.run_id, r.state, r.started_at, r.ended_at, r.last_event_at, r.nominal_start_at, r.error_message,
         r.parent_job_name, r.parent_run_id
       from catalog.job_run r join catalog.job j on j.id = r.job_id order by 1, 2`,
    ),
  };
}

const EDGES = `with node as (
     select no, namespace, name, '' as field from catalog.asset
     union all
     select c.no, a.namespace, a.name, c.name from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no)
   select e.evidence_key, s.namespace as sn, s.name as sd, s.field as sc, t.namespace as tn, t.name as td, t.field as tc, e.level,
     e.type, e.subtype, e.expression, e.confidence
   from catalog.lineage_edge e join node s on s.no = e.source_no join node t on t.no = e.target_no
   where e.recorded_to = 'infinity' order by 1, 2, 3, 4, 5, 6, 7, 9, 10`;

/** `source.column > target.column` for each edge in force: between columns, and between datasets where a job says so. */
export async function namedEdges(db: Database): Promise<readonly string[]> {
  const rows = await db.query<{ sd: string; sc: string; td: string; tc: string; level: number }>(EDGES);
  return rows.filter(({ level, sc }) => level === 1 || sc === '').map(({ sd, sc, td, tc }) => `${sd}.${sc} > ${td}.${tc}`);
}
