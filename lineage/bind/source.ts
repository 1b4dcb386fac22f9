import type { Alias, Source, TableName } from '../ir/ir.ts';
import { allStepped, distinct } from '../model/flows.ts';
import type { Binder, BoundColumn, BoundSource, NamedColumn, Scope } from './bind.ts';
import { renamedColumns } from './cte.ts';
import { cteNamed } from './cteNamed.ts';
import { flowFrom } from './lookup.ts';
import { bindPivot, bindUnpivot } from './pivot.ts';
import { innerScope } from './scope.ts';

/** A source with its columns as the query around it sees them. */
export function bindSource(binder: Binder, source: Source, scope: Scope): readonly BoundSource[] {
  switch (source.kind) {
    case 'table':
      return [tableSource(binder, source.name, source.alias, scope)];
    case 'query': {
      const relation = binder.query(source.query, scope);
      return [derived(source.alias, relation.columns, relation.influences)];
    }
    case 'joined':
      return joinedSource(binder, source, scope);
    case 'function':
      return [functionSource(binder, source, scope)];
    case 'pivot':
      return [bindPivot(binder, source, binder.source(source.input, scope), scope)];
    case 'unpivot':
      return [bindUnpivot(binder, source, binder.source(source.input, scope), scope)];
    case 'match':
      return [matchSource(binder, source, scope)];
  }
}

export function derived(alias: Alias, columns: readonly BoundColumn[], influences: BoundSource['influences'] = []): BoundSource {
  return {
    alias: alias.name,
    table: null,
    known: 'script',
    columns: renamedColumns(columns, alias.columns),
    influences,
    hidden: false,
  };
}

function tableSource(binder: Binder, name: TableName, alias: Alias, scope: Scope): BoundSource {
  const only = name.parts.length === 1 && !name.path ? name.parts[0] : undefined;
  const cte = only === undefined ? null : cteNamed(scope.ctes, only.text);
  if (cte !== null) {
    for (const table of cte.reads) binder.notes.read(table);
    return derived(
      { name: alias.name ?? only?.text ?? null, columns: alias.columns },
      cte.relation.columns,
      cte.relation.influences,
    );
  }
  const element = correlatedArray(binder, name, alias, scope);
  if (element !== null) return element;
  const table = binder.session.table(name);
  const view = scope.views.has(table.key) ? null : binder.session.viewOf(table);
  if (view !== null) {
    const relation = binder.query(view, innerScope(null, { views: new Set([...scope.views, table.key]) }));
    return derived(
      { name: alias.name ?? table.written.at(-1) ?? null, columns: alias.columns },
      relation.columns,
      relation.influences,
    );
  }
  binder.notes.read(table);
  return baseTable(binder, table, alias);
}

/** BigQuery: FROM t, t.items iterates a column of a source to the left. */
function correlatedArray(binder: Binder, name: TableName, alias: Alias, scope: Scope): BoundSource | null {
  const [first, column] = name.parts;
  if (!binder.rules.dotsInQuotedNames || first === undefined || column === undefined || name.path) return null;
  const owner = scope.sources.find((source) => source.alias?.toLowerCase() === first.text.toLowerCase());
  if (owner === undefined) return null;
  const flows = binder.expr({ kind: 'column', path: name.parts, span: null }, scope);
  const itself: NamedColumn[] = [{ kind: 'named', name: alias.name ?? name.parts.at(-1)?.text ?? null, flows, hull: null }];
  return {
    alias: alias.name,
    table: null,
    known: 'no',
    columns: [...itself, { kind: 'open', flows }],
    influences: [],
    hidden: false,
  };
}

export function baseTable(binder: Binder, table: BoundSource['table'] & object, alias: Alias): BoundSource {
  const found = binder.session.columnsOf(table);
  const reason = found?.from === 'script' ? 'SCRIPT' : 'CATALOG';
  const columns: readonly BoundColumn[] =
    found === null
      ? [{ kind: 'rest', table, except: new Set() }]
      : found.columns.map((column) => ({ kind: 'named', name: column, flows: [flowFrom(table, column, reason, 1)], hull: null }));
  return {
    alias: alias.name ?? table.written.at(-1) ?? null,
    table,
    known: found?.from ?? 'no',
    columns: renamedColumns(columns, alias.columns),
    influences: [],
    hidden: false,
  };
}

/** Parentheses around joins; with an alias they are one source. */
function joinedSource(binder: Binder, source: Source & { kind: 'joined' }, scope: Scope): readonly BoundSource[] {
  const inside = innerScope(scope);
  binder.sources(source.sources, inside);
  scope.influences.push(...inside.influences);
  if (source.alias.name === null) {
    for (const [name, side] of inside.merged) scope.merged.set(name, side);
    return inside.sources;
  }
  return [
    derived(
      source.alias,
      inside.sources.flatMap((each) => each.columns),
      inside.sources.flatMap((each) => each.influences),
    ),
  ];
}

function functionSource(binder: Binder, source: Source & { kind: 'function' }, scope: Scope): BoundSource {
  const step = source.produces === 'element' ? 'identity' : 'transformation';
  const flows = distinct(source.inputs.flatMap((input) => allStepped(binder.expr(input, scope), step)));
  const named = (name: string, its = flows): NamedColumn => ({ kind: 'named', name, flows: its, hull: null });
  const open: BoundColumn = { kind: 'open', flows };
  const alias = source.alias.name;
  if (source.alias.columns.length > 0) {
    const ordinal = source.ordinality && source.alias.columns.length > 1 ? source.alias.columns.at(-1) : undefined;
    const names = ordinal === undefined ? source.alias.columns : source.alias.columns.slice(0, -1);
    const each =
      source.inputs.length === names.length
        ? source.inputs.map((input) => binder.notes.quietly(() => binder.expr(input, scope)))
        : [];
    const columns = names.map((name, at) => named(name, each[at] ?? flows));
    if (ordinal !== undefined) columns.push(named(ordinal, []));
    return { alias, table: null, known: 'script', columns, influences: [], hidden: false };
  }
  const extra = source.extra.map((name) => named(name, source.produces === 'element' ? [] : flows));
  if (source.ordinality) extra.push(named('ordinality', []));
  const self = source.produces === 'element' && alias !== null ? [named(alias)] : [];
  return {
    alias: alias ?? source.name,
    table: null,
    known: 'no',
    columns: [...self, ...extra, ...(source.name === 'flatten' ? [] : [open])],
    influences: [],
    hidden: false,
  };
}

/** MATCH_RECOGNIZE gives its partition columns and its measures. */
function matchSource(binder: Binder, source: Source & { kind: 'match' }, scope: Scope): BoundSource {
  const input = binder.source(source.input, scope);
  // Each variable of the pattern is a row of the input.
  const variables = source.variables.flatMap((alias) => input.map((each) => ({ ...each, alias })));
  const inside = innerScope(innerScope(scope, { sources: variables }), { sources: [...input] });
  const measures = source.measures.map((measure): BoundColumn => ({
    kind: 'named',
    name: measure.name,
    flows: allStepped(binder.expr(measure.expr, inside), 'transformation'),
    hull: null,
  }));
  const keys = source.partition.map((key): BoundColumn => ({
    kind: 'named',
    name: key.kind === 'column' ? (key.path.at(-1)?.text ?? null) : null,
    flows: binder.expr(key, inside),
    hull: null,
  }));
  return derived(source.alias, [...keys, ...measures]);
}
