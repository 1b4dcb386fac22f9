import type { Clause, Order, Subject } from '../../domain/mlflow/filter/clause.ts';

/** Values of a statement that is put together: they are only ever sent beside its text. */
export class Values {
  readonly list: unknown[] = [];

  /** The placeholder for one more. */
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

/** How SQL finds what a search is asked for: texts of ours, in which `r` is the row that is searched. */
export interface Searched {
  /** Columns of attributes. */
  readonly attributes: Readonly<Record<string, string>>;
  /** How attributes are sorted, where that is not by the same. */
  readonly sorted?: Readonly<Record<string, string>>;
  /** Rows that a key leads to, as `from … where …` whose last condition is on the key. */
  readonly keyed: { readonly [S in Subject]?: (key: string, values: Values) => Keyed };
}

export interface Keyed {
  /** `from registry.run_tag t where t.run_id = r.id and t.key = $1` */
  readonly rows: string;
  /** `t.value` */
  readonly value: string;
}

/** Conditions that must all hold. */
export const conditions = (clauses: readonly Clause[], searched: Searched, values: Values): readonly string[] =>
  clauses.map((clause) => {
    const found = keyed(clause, searched, values);
    const { value } = found ?? { value: searched.attributes[clause.key] ?? 'null' };
    const compared = isComparing(clause) ? comparison(value, clause, values) : `${value} is not null`;
    const there = found === null ? compared : `exists (select ${found.rows} and ${compared})`;
    return clause.comparator === 'IS NULL' ? `not ${there}` : there;
  });

type Comparing = Exclude<Clause, { readonly comparator: 'IS NULL' | 'IS NOT NULL' }>;

const isComparing = (clause: Clause): clause is Comparing =>
  clause.comparator !== 'IS NULL' && clause.comparator !== 'IS NOT NULL';

function comparison(column: string, clause: Comparing, values: Values): string {
  switch (clause.comparator) {
    case 'IN':
      return `${column} = any(${values.add(clause.values)}::text[])`;
    case 'NOT IN':
      return `${column} <> all(${values.add(clause.values)}::text[])`;
    case 'LIKE':
      return `${column} like ${values.add(clause.pattern)} escape ''`;
    case 'ILIKE':
      return `${column} ilike ${values.add(clause.pattern)} escape ''`;
    default:
      return typeof clause.value === 'number'
        ? // NaN is more than any number to the database, and like none to people.
          `(${column} ${SQL_OF[clause.comparator]} ${values.add(clause.value)}::float8 and ${column} <> 'NaN'::float8)`
        : `${column} ${SQL_OF[clause.comparator]} ${values.add(clause.value)}::text`;
  }
}

const SQL_OF = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

const keyed = ({ subject, key }: Clause | Order, searched: Searched, values: Values): Keyed | null =>
  subject === 'attribute' ? null : (searched.keyed[subject]?.(key, values) ?? null);

/** An order, with what has no value or none that is a number at its end. @param last decides between what is equal otherwise */
export const ordering = (orders: readonly Order[], searched: Searched, values: Values, last: string): string =>
  [
    ...orders.map((order) => {
      const found = keyed(order, searched, values);
      const attribute = searched.sorted?.[order.key] ?? searched.attributes[order.key] ?? 'null';
      const value = found === null ? attribute : `(select ${found.value} ${found.rows} limit 1)`;
      const direction = order.isAscending ? 'asc' : 'desc';
      return order.subject === 'metric'
        ? `nullif(${value}, 'NaN'::float8) ${direction} nulls last, ${value} nulls last`
        : `${value} ${direction} nulls last`;
    }),
    last,
  ].join(', ');

/** Milliseconds since 1970 of a column, as clients of MLflow count time. */
export const msOf = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::bigint`;

/** Rows `{ key, value }` of a table, as JSON in the order of their keys. */
export const pairsOf = (table: string, condition: string): string =>
  `coalesce((select json_agg(json_build_object('key', t.key, 'value', t.value) order by t.key) from ${table} t where ${condition}), '[]')`;
