import type { Name } from '../ir/ir.ts';
import { distinct, doubted } from '../model/flows.ts';
import type { Flow, Reason, TableId } from '../model/model.ts';
import type { Binder, BoundSource, Scope } from './bind.ts';
import { cteNamed } from './cteNamed.ts';
import { certainFlows, flowsOf, possibleFlows, wholeRow } from './lookup.ts';
import { sourceNamed } from './qualifier.ts';
import { innerScope } from './scope.ts';

/** Who owns the column that a path of names speaks of: one source, several, or nobody in reach. */
export function resolveColumn(binder: Binder, scope: Scope, path: readonly Name[], composite = false): readonly Flow[] {
  const first = path[0];
  if (first === undefined) return [];
  if (inLambda(scope, first.text) || isSequence(binder, path)) return [];
  const found =
    qualified(binder, scope, path) ??
    scalarCte(binder, scope, path) ??
    unqualified(scope, path, composite || binder.rules.structPaths) ??
    wholeSource(binder, scope, path) ??
    null;
  if (found !== null) {
    binder.notes.reference(
      textOf(path),
      found.every((flow) => flow.table !== null),
    );
    return found;
  }
  return nobody(binder, scope, path);
}

/** Oracle: `s.NEXTVAL` asks a sequence. */
const isSequence = (binder: Binder, path: readonly Name[]): boolean =>
  path.length > 1 && /^(next|curr)val$/i.test(path.at(-1)?.text ?? '') && isPseudo(binder, path);

const textOf = (path: readonly Name[]): string => path.map((name) => name.text).join('.');

function inLambda(scope: Scope, name: string): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.lambdas.has(name.toLowerCase())) return true;
  return false;
}

/** `a.b.c`: the longest qualifier that names a source wins; what is left over are struct fields. */
function qualified(binder: Binder, scope: Scope, path: readonly Name[]): readonly Flow[] | null {
  for (let at: Scope | null = scope; at !== null && path.length > 1; at = at.parent) {
    for (let length = path.length - 1; length > 0; length -= 1) {
      const source = sourceNamed(binder.rules, at.sources, path.slice(0, length));
      const column = path[length];
      if (source === null || column === undefined) continue;
      const fields = path.slice(length + 1).map((name) => name.text);
      return flowsOf(source, column, fields, 'QUALIFIED');
    }
  }
  return null;
}

/** A name that WITH gave to a value. */
function scalarCte(binder: Binder, scope: Scope, path: readonly Name[]): readonly Flow[] | null {
  const name = path.length === 1 ? path[0]?.text : undefined;
  const cte = name === undefined ? null : cteNamed(scope.ctes, name);
  if (cte?.scalar == null) return null;
  for (const table of cte.reads) binder.notes.read(table);
  const expr = cte.scalar;
  return binder.notes.quietly(() => binder.expr(expr, innerScope(scope, { ctes: cte.parent })));
}

function unqualified(scope: Scope, path: readonly Name[], mayBeStruct: boolean): readonly Flow[] | null {
  const [column, ...fields] = path;
  if (column === undefined || (path.length > 1 && !mayBeStruct)) return null;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = inScope(
      at,
      column,
      fields.map((name) => name.text),
    );
    if (found !== null) return found;
  }
  return null;
}

function inScope(scope: Scope, column: Name, fields: readonly string[]): readonly Flow[] | null {
  const name = column.text.toLowerCase();
  const certain: (readonly Flow[])[] = [];
  const possible: BoundSource[] = [];
  for (const source of scope.sources) {
    const flows = certainFlows(source, column, fields);
    if (flows !== null) certain.push(flows);
    else if (possibleFlows(source, column, fields) !== null) possible.push(source);
  }
  const side = scope.merged.get(name);
  if (certain.length > 1 && side !== undefined) return keptSide(certain, side);
  if (certain.length > 1) return ambiguousCertain(scope, column, certain);
  const sole = certain[0];
  if (sole !== undefined) return possible.length === 0 ? sole : sole.map((flow) => doubted(flow, 'OTHER_OWNER_POSSIBLE', 0.9));
  if (fields.length === 0 && scope.seesAliases) {
    const aliased = scope.aliases.get(name);
    if (aliased !== undefined) return aliased;
  }
  return fromPossible(scope, possible, column, fields);
}

/** A source whose columns are not known comes before a function, of which one rarely means another column. */
function fromPossible(
  scope: Scope,
  possible: readonly BoundSource[],
  column: Name,
  fields: readonly string[],
): readonly Flow[] | null {
  const tables = possible.filter((source) => source.columns.some((each) => each.kind === 'rest'));
  const owners = tables.length > 0 ? tables : possible;
  if (owners.length === 0) return null;
  const each = owners.map((owner) => possibleFlows(owner, column, fields) ?? []);
  const flows = each.flat();
  const side = scope.merged.get(column.text.toLowerCase());
  if (owners.length === 1 || side !== undefined) return keptSide(each, side ?? 'both');
  return [
    unowned(
      column.text,
      fields,
      'AMBIGUOUS_OWNER',
      flows.map((flow) => flow.table).filter((table) => table !== null),
    ),
  ];
}

/** What a merged column is made of: one side, or both where either may be missing. */
export function keptSide(sides: readonly (readonly Flow[])[], side: 'left' | 'right' | 'both'): readonly Flow[] {
  if (side === 'both') return distinct(sides.flat());
  const kept = side === 'left' ? 0 : sides.length - 1;
  return distinct(sides.flatMap((flows, at) => (at === kept ? flows : flows.map((flow) => doubted(flow, 'OTHER_SIDE', 0.5)))));
}

function ambiguousCertain(scope: Scope, column: Name, certain: readonly (readonly Flow[])[]): readonly Flow[] {
  const tables = certain
    .flat()
    .map((flow) => flow.table)
    .filter((table) => table !== null);
  const allTables = scope.sources.every((source) => source.table !== null);
  if (allTables) return [unowned(column.text, [], 'AMBIGUOUS_OWNER', tables)];
  return (certain[0] ?? []).map((flow) => ({ ...doubted(flow, 'AMBIGUOUS_OWNER', 0.6), candidates: tables }));
}

/** `row_to_json(t)`: the name of a source stands for all of its columns. */
function wholeSource(binder: Binder, scope: Scope, path: readonly Name[]): readonly Flow[] | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const source = sourceNamed(binder.rules, at.sources, path);
    if (source !== null) return wholeRow(source);
  }
  return null;
}

function nobody(binder: Binder, scope: Scope, path: readonly Name[]): readonly Flow[] {
  const [column, ...fields] = path;
  if (column === undefined || isPseudo(binder, path)) return [];
  // A query without any source has only values of its own: parameters, variables, keywords that look like names.
  if (!hasSources(scope)) return [];
  binder.notes.reference(textOf(path), false);
  const single = path.length > 1 ? (path.at(-1)?.text ?? column.text) : column.text;
  const qualifierFields = path.length > 1 ? [] : fields.map((name) => name.text);
  return [unowned(single, qualifierFields, 'UNKNOWN_OWNER', [])];
}

function hasSources(scope: Scope): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.sources.length > 0) return true;
  return false;
}

const isPseudo = (binder: Binder, path: readonly Name[]): boolean =>
  path.every((name) => !name.quoted) && binder.rules.pseudoColumns.includes((path.at(-1)?.text ?? '').toLowerCase());

function unowned(column: string, path: readonly string[], reason: Reason, candidates: readonly TableId[]): Flow {
  const confidence = candidates.length > 1 ? Math.round((600 / candidates.length) * 1) / 1000 : 0.3;
  return { table: null, column, path, kind: 'identity', masking: false, confidence, reasons: [reason], candidates };
}
