import type { Database } from '../kernel/db/database.ts';

/** What a person's screen asks for: the neighbourhood of a dataset with names and edges. */
export const NEIGHBOURHOOD = `query($urn: Urn!, $depth: Int!) {
  lineage(from: [$urn], direction: BOTH, depth: $depth) {
    nodes { degree asset { id urn name } }
    edges { id type confidence source { id } target { id } }
    complete truncation
  }
}`;

export const ASSET = `query($urn: Urn!) { asset(urn: $urn) { id urn name } }`;

export const IMPACT = `query($urn: Urn!, $after: String) {
  impact(from: $urn, change: DROP) {
    complete truncation
    affected(first: 500, after: $after) {
      totalCount { value }
      pageInfo { hasNextPage endCursor }
      edges { node { degree effect asset { id urn } } }
    }
  }
}`;

const hop = (here: string, there: string, bound: string): string =>
  `select e.${there}${bound === '' ? '' : ', r.hops + 1'} from reached r join catalog.lineage_edge e on e.${here} = r.no
   where e.level = 0 and e.recorded_to = 'infinity'${bound}`;

/** The baseline: everything downstream of a number, each once. */
export const closureByCte = (db: Database, no: string): Promise<readonly { readonly no: string }[]> =>
  db.query(
    `with recursive reached(no) as (select $1::bigint union ${hop('source_no', 'target_no', '')}) select no from reached`,
    [no],
    'bench_closure',
  );

/** The same with how far away each is, as lineage answers say it. */
export const distancesByCte = (db: Database, no: string): Promise<readonly { readonly no: string; readonly hops: number }[]> =>
  db.query(
    `with recursive reached(no, hops) as (select $1::bigint, 0 union ${hop('source_no', 'target_no', ' and r.hops < 100')})
     select no, min(hops) as hops from reached group by no`,
    [no],
    'bench_distances',
  );

/** The baseline: what lies around a number, with names and distance, without a look at rights. */
export const neighbourhoodByCte = (
  db: Database,
  no: string,
  depth: number,
): Promise<readonly { readonly id: string; readonly name: string; readonly hops: number }[]> => {
  const side = (here: string, there: string): string =>
    `(with recursive reached(no, hops) as (select $1::bigint, 0 union ${hop(here, there, ' and r.hops < $2')}) select no, hops from reached)`;
  return db.query(
    `select a.id, a.name, min(u.hops)::int as hops
     from (${side('target_no', 'source_no')} union all ${side('source_no', 'target_no')}) u join catalog.asset a on a.no = u.no
     group by a.id, a.name`,
    [no, depth],
    'bench_neighbourhood',
  );
};

/** The baseline of an impact: all affected with names and distance, counted and cut to a page by the database. */
export const impactByCte = (db: Database, no: string): Promise<readonly { readonly id: string; readonly count: string }[]> =>
  db.query(
    `with recursive reached(no, hops) as (select $1::bigint, 0 union ${hop('source_no', 'target_no', ' and r.hops < 100')})
     select a.id, a.name, min(hops) as hops, count(*) over () as count from reached join catalog.asset a using (no)
     where no <> $1 group by a.no, a.id, a.name order by min(hops), a.no limit 500`,
    [no],
    'bench_impact',
  );

/** Numbers of the datasets by name. */
export async function numbersByName(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ no: string; name: string }>(`select no, name from catalog.asset where kind = 'dataset'`);
  return new Map(rows.map(({ no, name }) => [name, no]));
}
