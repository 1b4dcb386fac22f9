import type { Comparison, Filter, Target } from '../../domain/scim/filter.ts';
import { scimFault } from '../../domain/scim/scimFault.ts';

/** SQL of what can be filtered by: constants of the program, never words of a client. */
export interface FilterColumns {
  /** By the path with dots. Moments are `timestamptz`, truths `boolean`, all others `text`. */
  readonly single: Readonly<Record<string, string>>;
  /** Where the several values of an attribute come from: what follows `select`. */
  readonly several: Readonly<Record<string, { readonly from: string; readonly single: Readonly<Record<string, string>> }>>;
}

/**
 * A filter as a condition. What the client wrote goes into `values` and stands in the text as `$n`.
 * @throws Fault BAD_USER_INPUT invalidFilter
 */
export function filterSql(filter: Filter, columns: FilterColumns, values: unknown[]): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filterSql(filter.left, columns, values)} ${filter.kind} ${filterSql(filter.right, columns, values)})`;
    case 'not':
      return `(not ${filterSql(filter.of, columns, values)})`;
    case 'present':
      return presentSql(filter.target, columns);
    case 'some': {
      const { from, single } = severalOf(columns, filter.attribute.name);
      return `exists (select ${from} and ${filterSql(filter.where, { single, several: {} }, values)})`;
    }
    case 'compare':
      return compareSql(filter.target, filter.comparison, columnOf(columns, filter.target), parameter(values, filter.value));
  }
}

function presentSql({ path, attribute }: Target, columns: FilterColumns): string {
  if (attribute.multiValued) return `exists (select ${severalOf(columns, attribute.name).from})`;
  const column = columnOf(columns, { path, attribute });
  return attribute.type === 'boolean' || attribute.type === 'dateTime'
    ? `(${column} is not null)`
    : `(coalesce(${column}, '') <> '')`;
}

function compareSql({ attribute }: Target, comparison: Comparison, column: string, value: string): string {
  if (attribute.type === 'boolean') return isTrue(`${column} = ${value}::boolean`);
  if (attribute.type === 'dateTime') return isTrue(`${column} ${SIGNS[comparison] ?? '='} ${value}::timestamptz`);
  const fold = (text: string): string => (attribute.caseExact ? text : `lower(${text})`);
  const [left, right] = [fold(column), fold(`${value}::text`)];
  switch (comparison) {
    case 'co':
      return isTrue(`strpos(${left}, ${right}) > 0`);
    case 'sw':
      return isTrue(`starts_with(${left}, ${right})`);
    case 'ew':
      return isTrue(`right(${left}, length(${right})) = ${right}`);
    case 'eq':
      return isTrue(`${left} = ${right}`);
    default:
      return isTrue(`${left} collate "C" ${SIGNS[comparison] ?? '='} ${right} collate "C"`);
  }
}

const SIGNS: Partial<Readonly<Record<Comparison, string>>> = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' };

/** What is not there compares with nothing, also behind a `not`. */
const isTrue = (condition: string): string => `((${condition}) is true)`;

function columnOf({ single }: FilterColumns, { path, attribute }: Target): string {
  const column = single[path.join('.')];
  if (column !== undefined) return column;
  throw scimFault('invalidFilter', `${attribute.name} cannot be filtered by.`);
}

function severalOf({ several }: FilterColumns, name: string) {
  const found = several[name];
  if (found !== undefined) return found;
  throw scimFault('invalidFilter', `${name} cannot be filtered by.`);
}

/** The place of a value among the parameters. */
function parameter(values: unknown[], value: unknown): string {
  values.push(value);
  return `$${values.length}`;
}
