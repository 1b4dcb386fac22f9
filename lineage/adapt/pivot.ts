import type { Alias, Expr, ExprItem, PivotAggregate, Source } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { hullOf } from './hull.ts';
import { nameText, nameTexts } from './names.ts';
import { flag, isNode, items, present, tagged, text, type Node } from './node.ts';

const EMPTY: Source = { kind: 'joined', sources: [], alias: { name: null, columns: [] } };

export function adaptPivot(adapt: Adapt, body: Node): Source | null {
  const input = adapt.source(body['this']) ?? EMPTY;
  const alias: Alias = { name: nameText(body['alias']), columns: nameTexts(items(body, 'alias_columns')) };
  if (flag(body, 'unpivot')) return simplifiedUnpivot(adapt, body, input, alias);
  const simplified = items(body, 'using').length > 0;
  const aggregates = items(body, simplified ? 'using' : 'expressions').map((each) => aggregateOf(adapt, each));
  const keyed = items(body, simplified ? 'expressions' : 'fields')
    .map(tagged)
    .filter(present);
  const keys = keyed.flatMap(({ tag, body: field }) =>
    tag === 'in' ? [adapt.expr(field['this'])] : [adapt.expr({ [tag]: field })],
  );
  const lists = keyed.map(({ tag, body: field }) => (tag === 'in' ? items(field, 'expressions') : []));
  const values = lists.some((list) => list.length === 0) ? null : labels(adapt, lists);
  const group =
    body['group'] === null || body['group'] === undefined
      ? null
      : items(tagged(body['group'])?.body ?? null, 'expressions').map((each) => adapt.expr(each));
  return { kind: 'pivot', input, aggregates, keys, values, group, alias };
}

function aggregateOf(adapt: Adapt, value: unknown): PivotAggregate {
  const node = tagged(value);
  const call = node?.tag === 'alias' ? tagged(node.body['this']) : node;
  const label = (call === null ? null : (text(call.body, 'original_name') ?? text(call.body, 'name') ?? call.tag)) ?? 'value';
  return {
    expr: adapt.expr(value),
    alias: node?.tag === 'alias' ? nameText(node.body['alias']) : null,
    label: label.toLowerCase(),
  };
}

/** With several FOR fields every combination is a column. */
function labels(adapt: Adapt, lists: readonly (readonly unknown[])[]): readonly string[] {
  return lists.reduce<readonly string[]>(
    (names, list) =>
      names.flatMap((name) => list.map((value) => (name === '' ? labelOf(adapt, value) : `${name}_${labelOf(adapt, value)}`))),
    [''],
  );
}

function labelOf(adapt: Adapt, value: unknown): string {
  const node = tagged(value);
  if (node?.tag === 'pivot_alias' || node?.tag === 'alias') return nameText(node.body['alias']) ?? '?';
  if (node?.tag === 'tuple')
    return items(node.body, 'expressions')
      .map((each) => labelOf(adapt, each))
      .join('_');
  const plain = nameText(value) ?? '?';
  const isString = node?.tag === 'literal' && text(node.body, 'literal_type') === 'string';
  return isString && adapt.rules.pivotNames === 'quoted-value' ? `'${plain}'` : plain;
}

export function adaptUnpivot(adapt: Adapt, body: Node): Source | null {
  const values = nameTexts([body['value_column'], ...items(body, 'extra_value_columns')]);
  return {
    kind: 'unpivot',
    input: adapt.source(body['this']) ?? EMPTY,
    values,
    label: nameText(body['name_column']) ?? 'name',
    groups: items(body, 'columns').map((group) => groupOf(adapt, group)),
    alias: { name: nameText(body['alias']), columns: nameTexts(items(body, 'alias_columns')) },
  };
}

function groupOf(adapt: Adapt, value: unknown): readonly Expr[] {
  const node = tagged(value);
  if (node?.tag === 'pivot_alias' || node?.tag === 'alias') return groupOf(adapt, node.body['this']);
  if (node?.tag === 'tuple') return items(node.body, 'expressions').map((each) => adapt.expr(each));
  return [adapt.expr(value)];
}

/** DuckDB: UNPIVOT t ON a, b INTO NAME n VALUE v. */
function simplifiedUnpivot(adapt: Adapt, body: Node, input: Source, alias: Alias): Source {
  const names = tagged(body['into']);
  const into = names === null ? [] : nameTexts([names.body['this'], ...items(names.body, 'expressions')]);
  const groups = items(body, 'expressions').map((each) => groupOf(adapt, each));
  return { kind: 'unpivot', input, values: [into[1] ?? 'value'], label: into[0] ?? 'name', groups, alias };
}

export function matchOf(adapt: Adapt, body: Node): Source | null {
  const input = adapt.source(body['this']);
  if (input === null) return null;
  const measures = items(body, 'measures')
    .filter(isNode)
    .map((measure) => measureOf(adapt, measure['this'] ?? measure));
  return {
    kind: 'match',
    input,
    partition: adapt.exprs(body['partition_by']),
    measures,
    variables: (text(body, 'pattern') ?? '').match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [],
    alias: { name: nameText(body['alias']), columns: [] },
  };
}

function measureOf(adapt: Adapt, value: unknown): ExprItem {
  const node = tagged(value);
  return {
    kind: 'expr',
    expr: adapt.expr(value),
    name: node?.tag === 'alias' ? nameText(node.body['alias']) : null,
    aliased: true,
    hull: hullOf(value),
  };
}
