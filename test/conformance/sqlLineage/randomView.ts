import fc, { type GeneratorValue } from 'fast-check';

type Schema = readonly (readonly [table: string, columns: readonly string[]])[];

/** A relation in FROM: how it is written, and the columns it shows. */
interface Shown {
  readonly sql: string;
  readonly alias: string;
  readonly columns: readonly string[];
  /** Whoever selects from it must use every column: PostgreSQL counts what a subquery selects, used or not. */
  readonly whole: boolean;
}

interface Made {
  readonly sql: string;
  readonly columns: readonly string[];
}

/** Queries over known tables: valid for PostgreSQL, with every column of every subquery used. */
export const randomQuery = (schema: () => Schema): fc.Arbitrary<string> =>
  fc.gen().map((g) => new QueryMaker(g, schema()).query(2).sql);

class QueryMaker {
  private readonly g: GeneratorValue;
  private readonly schema: Schema;
  private names = 0;

  constructor(g: GeneratorValue, schema: Schema) {
    this.g = g;
    this.schema = schema;
  }

  query(depth: number, ctes: readonly Shown[] = []): Made {
    const form = depth === 0 ? 'select' : this.one('select', 'select', 'grouped', 'set', 'with', 'recursive', 'using');
    switch (form) {
      case 'set':
        return this.setOperation();
      case 'with':
        return this.withClause(depth, ctes);
      case 'recursive':
        return this.recursive();
      case 'grouped':
        return this.grouped();
      case 'using':
        return this.using();
      default:
        return this.select(depth, ctes);
    }
  }

  private select(depth: number, ctes: readonly Shown[]): Made {
    const sources = Array.from({ length: this.upTo(1, 2) }, () => this.source(depth, ctes));
    const refs = sources.flatMap((source) => source.columns.map((column) => this.reference(source, column, sources)));
    const needed = sources.flatMap((source) =>
      source.whole ? source.columns.map((column) => this.reference(source, column, sources)) : [],
    );
    const [only] = sources;
    if (sources.length === 1 && only !== undefined && this.chance(3))
      return { sql: `select ${this.one('*', `${only.alias}.*`)} from ${only.sql}${this.where(refs)}`, columns: only.columns };
    const values = [
      ...needed.map((ref) => this.value([ref])),
      ...Array.from({ length: this.upTo(1, 3) }, () => this.value(refs)),
    ];
    const outputs = values.map((value) => ({ value, name: this.name('o') }));
    const list = outputs.map(({ value, name }) => `${value} as ${name}`).join(', ');
    const joined = this.chance(2) ? this.lateral(sources) : null;
    const all = joined === null ? list : `${list}, ${joined.alias}.${joined.columns[0]} as ${this.name('o')}_l`;
    const columns = [...outputs.map(({ name }) => name), ...(joined === null ? [] : [all.split(' as ').at(-1) ?? ''])];
    const from = [...sources, ...(joined === null ? [] : [joined])].map(({ sql }) => sql).join(' cross join ');
    const order = this.chance(3) ? ` order by ${this.one('1', outputs[0]?.name ?? '1', this.pick(refs))}` : '';
    const distinct = order === '' && this.chance(4) ? `distinct on (${this.pick(refs)}) ` : '';
    return { sql: `select ${distinct}${all} from ${from}${this.where(refs)}${order}`, columns };
  }

  private grouped(): Made {
    const source = this.table();
    const refs = source.columns.map((column) => `${source.alias}.${column}`);
    const [key, value, other] = [this.pick(refs), this.pick(refs), this.pick(refs)];
    const columns = [this.name('o'), this.name('o'), this.name('o')];
    const filter = this.chance(2) ? ` filter (where ${other} is not null)` : '';
    const having = this.chance(2) ? ` having min(${other}::text) > 'a'` : '';
    const by = this.one(key, '1');
    return {
      sql: `select ${key} as ${columns[0]}, max(${value}::text)${filter} as ${columns[1]}, count(*) as ${columns[2]} from ${source.sql} group by ${by}${having}`,
      columns,
    };
  }

  /** A join over a column that two tables call alike. */
  private using(): Made {
    const [left, leftColumns] = this.anyTable();
    const alike = this.schema.filter(
      ([name, columns]) => name !== left && columns.some((column) => leftColumns.includes(column)),
    );
    const [right, rightColumns] = alike.length === 0 ? ['', []] : this.pick(alike);
    const column = rightColumns.find((each) => leftColumns.includes(each));
    if (column === undefined) return this.select(0, []);
    const join = this.one('join', 'left join', 'right join', 'full join');
    const name = this.name('o');
    const rest = leftColumns.find((each) => !rightColumns.includes(each));
    const more = rest === undefined ? '' : `, ${rest} as ${name}`;
    return {
      sql: `select ${column}${more} from ${last(left)} ${join} ${last(right)} using (${column})`,
      columns: rest === undefined ? [column] : [column, name],
    };
  }

  private setOperation(): Made {
    const width = this.upTo(1, 3);
    const side = (): string => {
      const source = this.table();
      const refs = source.columns.map((column) => `${source.alias}.${column}`);
      const values = Array.from({ length: width }, () => `${this.pick(refs)}::text`);
      return `select ${values.join(', ')} from ${source.sql}${this.where(refs)}`;
    };
    const columns = Array.from({ length: width }, () => this.name('s'));
    const operation = `${side()} ${this.one('union', 'union all', 'except', 'intersect')} ${side()}`;
    const more = this.chance(2) ? ` ${this.one('union all', 'except')} (${side()})` : '';
    return { sql: `select * from (${operation}${more}) as ${this.name('u')} (${columns.join(', ')})`, columns };
  }

  private withClause(depth: number, ctes: readonly Shown[]): Made {
    const inner = this.query(depth - 1, ctes);
    const alias = this.name('cte');
    const named = this.chance(2) ? inner.columns.map(() => this.name('n')) : null;
    const list = named === null ? '' : ` (${named.join(', ')})`;
    const cte: Shown = { sql: alias, alias, columns: named ?? inner.columns, whole: true };
    const used = this.name('w');
    const rest = cte.columns.map((column) => `${used}.${column}`);
    const outputs = rest.map((ref) => ({ value: this.value([ref]), name: this.name('o') }));
    return {
      sql: `with ${alias}${list} as (${inner.sql}) select ${outputs.map(({ value, name }) => `${value} as ${name}`).join(', ')} from ${alias} ${used}`,
      columns: outputs.map(({ name }) => name),
    };
  }

  private recursive(): Made {
    const source = this.table();
    const [a, b] = [this.pick(source.columns), this.pick(source.columns)];
    const [r, x, y] = [this.name('r'), this.name('x'), this.name('y')];
    const step = `select ${source.alias}.${a}::text, ${r}.${y} from ${source.sql} join ${r} on ${source.alias}.${b}::text = ${r}.${x}`;
    return {
      sql: `with recursive ${r} (${x}, ${y}) as (select ${source.alias}.${a}::text, ${source.alias}.${b}::text from ${source.sql} union ${step}) select ${x}, ${y} from ${r}`,
      columns: [x, y],
    };
  }

  private source(depth: number, ctes: readonly Shown[]): Shown {
    const kind = depth === 0 ? 'table' : this.one('table', 'table', 'subquery', ctes.length > 0 ? 'cte' : 'table');
    if (kind === 'table') return this.table();
    if (kind === 'cte') return this.pick(ctes);
    const inner = this.query(depth - 1, ctes);
    const alias = this.name('d');
    return { sql: `(${inner.sql}) ${alias}`, alias, columns: inner.columns, whole: true };
  }

  private lateral(sources: readonly Shown[]): Shown {
    const outer = this.pick(sources);
    const inner = this.table();
    const alias = this.name('l');
    const column = this.name('c');
    const [value, key] = [this.pick(inner.columns), this.pick(inner.columns)];
    return {
      sql: `lateral (select ${inner.alias}.${value} as ${column} from ${inner.sql} where ${inner.alias}.${key}::text = ${outer.alias}.${this.pick(outer.columns)}::text limit 1) ${alias}`,
      alias,
      columns: [column],
      whole: true,
    };
  }

  private table(): Shown {
    const [table, columns] = this.anyTable();
    const alias = this.chance(3) ? `"${this.name('T ')}"` : this.name('t');
    return { sql: `${this.one(table, last(table))} ${this.one('as ', '')}${alias}`, alias, columns, whole: false };
  }

  private value(refs: readonly string[]): string {
    const [a, b, c] = [this.pick(refs), this.pick(refs), this.pick(refs)];
    switch (this.upTo(0, 7)) {
      case 0:
        return `coalesce(${a}::text, ${b}::text)`;
      case 1:
        return `case when ${a} is null then ${b}::text else 'none' end`;
      case 2:
        return `count(${a}) over (partition by ${b} order by ${c})`;
      case 3:
        return `length(${a}::text) + length(${b}::text)`;
      case 4:
        return this.scalar(a);
      case 5:
        return `(array[${a}::text, ${b}::text])[1]`;
      default:
        return a;
    }
  }

  private scalar(outer: string): string {
    const inner = this.table();
    const [value, key] = [this.pick(inner.columns), this.pick(inner.columns)];
    return `(select max(${inner.alias}.${value}::text) from ${inner.sql} where ${inner.alias}.${key}::text = ${outer}::text)`;
  }

  private where(refs: readonly string[]): string {
    const inner = this.table();
    const [a, key] = [this.pick(refs), `${inner.alias}.${this.pick(inner.columns)}`];
    return this.one(
      '',
      '',
      ` where ${a} is not null`,
      ` where exists (select 1 from ${inner.sql} where ${key}::text = ${a}::text)`,
      ` where ${a}::text in (select ${key}::text from ${inner.sql})`,
      ` where ${a}::text <> all (select ${key}::text from ${inner.sql}) or ${this.pick(refs)} is null`,
    );
  }

  /** Without its owner where nobody else in reach has a column of the name. */
  private reference(source: Shown, column: string, sources: readonly Shown[]): string {
    const alone = sources.every((other) => other === source || !other.columns.includes(column));
    return alone && this.chance(2) ? column : `${source.alias}.${column}`;
  }

  private anyTable(): Schema[number] {
    return this.pick(this.schema);
  }

  private name(prefix: string): string {
    this.names += 1;
    return `${prefix}${this.names}`;
  }

  private pick<T>(from: readonly T[]): T {
    const picked = from[this.upTo(0, from.length - 1)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  private one<T extends string>(...from: readonly T[]): T {
    return this.pick(from);
  }

  private upTo(from: number, to: number): number {
    return this.g(fc.integer, { min: from, max: to });
  }

  /** One time in so many. */
  private chance(of: number): boolean {
    return this.upTo(1, of) === 1;
  }
}

const last = (table: string): string => table.split('.').at(-1) ?? table;
