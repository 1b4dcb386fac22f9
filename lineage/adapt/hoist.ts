import { isNode, tagged, type Node } from './node.ts';

/** A SELECT whose last condition swallowed the set operation behind it. */
export interface Hoisted {
  readonly select: Node;
  readonly tag: 'union' | 'intersect' | 'except';
  readonly operation: Node;
}

/**
 * `... HAVING a > (SELECT b FROM t) UNION ALL SELECT ...` is read by the parser as if the condition went on behind the
 * subquery. No operand of a comparison is a set operation without parentheses, so it is taken out again.
 */
export function hoisted(select: Node): Hoisted | null {
  for (const clause of ['qualify', 'having', 'where_clause']) {
    const node = select[clause];
    if (!isNode(node)) continue;
    const found = alongRight(node['this']);
    return found === null
      ? null
      : { select: { ...select, [clause]: { ...node, this: found.rest } }, tag: found.tag, operation: found.operation };
  }
  return null;
}

interface Found {
  readonly rest: unknown;
  readonly tag: Hoisted['tag'];
  readonly operation: Node;
}

/** Down the right edge of an expression, where its end is. */
function alongRight(value: unknown): Found | null {
  const node = tagged(value);
  if (node === null) return null;
  const { tag, body } = node;
  if (tag === 'union' || tag === 'intersect' || tag === 'except') {
    return tagged(body['left'])?.tag === 'subquery' ? { rest: body['left'], tag, operation: body } : deeperLeft(tag, body);
  }
  for (const side of ['right', 'high', ...(tag === 'not' ? ['this'] : [])]) {
    const found = alongRight(body[side]);
    if (found !== null) return { ...found, rest: { [tag]: { ...body, [side]: found.rest } } };
  }
  return null;
}

/** Several operations in a row nest to the left; the innermost one touches the condition. */
function deeperLeft(tag: Hoisted['tag'], body: Node): Found | null {
  const inner = alongRight(body['left']);
  return inner === null ? null : { rest: inner.rest, tag, operation: { ...body, left: { [inner.tag]: inner.operation } } };
}

/** The operation with the SELECT in the place of the subquery that stood there by mistake. */
export function restored({ select, tag, operation }: Hoisted): Node {
  return { [tag]: leftmost(operation, { select }) };
}

function leftmost(operation: Node, select: Node): Node {
  const left = tagged(operation['left']);
  const goesOn = left !== null && (left.tag === 'union' || left.tag === 'intersect' || left.tag === 'except');
  return { ...operation, left: goesOn ? { [left.tag]: leftmost(left.body, select) } : select };
}
