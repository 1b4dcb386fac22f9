import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Filter } from '../../domain/scim/filter.ts';
import { filterSql, type FilterColumns } from './filterSql.ts';
import { FROM_KEPT, KEPT, type Kept, type KeptKind } from './resourceRow.ts';

const COMMON = {
  id: 'p.id',
  externalId: 's.external_id',
  'meta.created': 's.recorded_at',
  'meta.lastModified': 's.changed_at',
};

const COLUMNS: Readonly<Record<KeptKind, FilterColumns>> = {
  user: {
    single: {
      ...COMMON,
      'meta.resourceType': `'User'`,
      userName: 'p.email',
      displayName: `s.attributes->>'displayName'`,
      title: `s.attributes->>'title'`,
      'name.formatted': `s.attributes->'name'->>'formatted'`,
      'name.givenName': `s.attributes->'name'->>'givenName'`,
      'name.familyName': `s.attributes->'name'->>'familyName'`,
      active: `(p.state = 'active')`,
    },
    several: {
      emails: {
        from: `from jsonb_array_elements(coalesce(s.attributes->'emails', '[]')) as e(one) where true`,
        single: {
          value: `e.one->>'value'`,
          type: `e.one->>'type'`,
          display: `e.one->>'display'`,
          primary: `(e.one->>'primary')::boolean`,
        },
      },
      groups: {
        from: `from kernel.membership m join kernel.principal g on g.id = m.team_id where m.member_id = p.id and m.origin = 'scim'`,
        single: { value: 'g.id', display: 'g.name' },
      },
    },
  },
  group: {
    single: { ...COMMON, 'meta.resourceType': `'Group'`, displayName: 'p.name' },
    several: {
      members: {
        from: `from kernel.membership m join kernel.principal u on u.id = m.member_id where m.team_id = p.id and m.origin = 'scim'`,
        single: { value: 'u.id', display: 'u.name', type: `'User'` },
      },
    },
  },
};

export interface KeptPage {
  readonly total: number;
  readonly kept: readonly Kept[];
}

/** Those that fit a filter, in the order in which they came to be here. @throws Fault BAD_USER_INPUT invalidFilter */
export async function listKept(
  db: Queryable,
  kind: KeptKind,
  filter: Filter | null,
  page: { readonly offset: number; readonly limit: number },
): Promise<KeptPage> {
  const values: unknown[] = [kind];
  const fits = filter === null ? 'true' : filterSql(filter, COLUMNS[kind], values);
  const from = `${FROM_KEPT} where s.kind = $1 and s.removed_at is null and ${fits}`;
  const [count] = await db.query<{ total: string }>(`select count(*) as total ${from}`, values);
  const total = Number(count?.total ?? 0);
  if (page.limit === 0 || page.offset >= total) return { total, kept: [] };
  const [limit, offset] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const kept = await db.query<Kept>(`select ${KEPT} ${from} order by p.id limit ${limit} offset ${offset}`, [
    ...values,
    page.limit,
    page.offset,
  ]);
  return { total, kept };
}
