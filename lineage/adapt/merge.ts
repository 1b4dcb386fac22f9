import type { MergeAction, Source, Statement } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { assignmentsIn } from './dml.ts';
import { nameText, pathTexts } from './names.ts';
import { child, items, present, tagged, type Node } from './node.ts';
import { outputOf } from './output.ts';
import { adaptItem } from './query.ts';

const NOTHING: Source = { kind: 'joined', sources: [], alias: { name: null, columns: [] } };

export function adaptMerge(adapt: Adapt, body: Node): Statement {
  const target = adapt.source(body['this']);
  const whens = tagged(body['whens']);
  const actions = items(whens?.body ?? null, 'expressions').map((when) => actionOf(adapt, tagged(when)?.body ?? {}));
  const conditions = adapt.exprs([body['on'], body['using_cond']]);
  return {
    kind: 'merge',
    with: adapt.with(tagged(body['with_'])?.body ?? child(body, 'with_')),
    table: target?.kind === 'table' ? target.name : { parts: [], path: false },
    alias: target?.alias.name ?? null,
    source: adapt.source(body['using']) ?? NOTHING,
    on: conditions[0] ?? null,
    actions: actions.filter(present),
    output: outputOf(adapt, tagged(body['returning'])?.body, 'expressions', 'into'),
  };
}

function actionOf(adapt: Adapt, when: Node): MergeAction | null {
  const then = tagged(when['then']);
  if (then === null) return null;
  if (then.tag === 'var') return wordAction(nameText(then.body['this']) ?? '');
  const parts = items(then.body, 'expressions');
  const verb = nameText(tagged(parts[0])?.body['this'])?.toUpperCase() ?? '';
  const lists = parts.slice(1).map((part) => tupleOf(part));
  if (verb === 'UPDATE') {
    const set = assignmentsIn(adapt, parts.slice(1));
    return set.length === 0 ? { kind: 'everything' } : { kind: 'update', set };
  }
  if (verb !== 'INSERT') return { kind: 'delete' };
  const values = lists.at(-1) ?? [];
  if (values.length === 0 || ['star', 'var'].includes(tagged(values[0])?.tag ?? '')) return { kind: 'everything' };
  const columns =
    lists.length > 1 ? (lists[0] ?? []).map((column) => pathTexts(column).at(-1) ?? nameText(column)).filter(present) : [];
  return {
    kind: 'insert',
    columns,
    values: values.map((value) => adaptItem(adapt, value)).filter((item) => item.kind === 'expr'),
  };
}

/** `UPDATE *`, `INSERT *`, `INSERT ROW`, `DELETE` and `DO NOTHING` are kept as words. */
function wordAction(word: string): MergeAction {
  return /^(UPDATE|INSERT)/i.test(word) ? { kind: 'everything' } : { kind: 'delete' };
}

function tupleOf(value: unknown): readonly unknown[] {
  const node = tagged(value);
  return node?.tag === 'tuple' ? items(node.body, 'expressions') : [value];
}
