import { isNode, items, tagged, text, type Node } from '../node.ts';
import { stringsOf } from './expression.ts';

/** Parts of a statement that neither parser's adapter keeps: they give no values and decide about no rows. */
const ASIDE = new Set([
  'returningClause',
  'infer',
  'typeName',
  'condition',
  'options',
  'constraints',
  'viewQuery',
  'lockingClause',
]);

/** What a statement of PostgreSQL's tree speaks of, in the words of `mentions`, without adapting it first. */
export function mentionedIn(tree: unknown, found: Set<string>): void {
  if (Array.isArray(tree)) for (const each of tree) mentionedIn(each, found);
  else if (isNode(tree)) {
    if (typeof tree['relname'] === 'string') found.add(`table ${partsOf(tree).join('.').toLowerCase()}`);
    else if (typeof tree['ctename'] === 'string') found.add(`cte ${tree['ctename'].toLowerCase()}`);
    const column = columnOf(tree['ColumnRef']);
    if (column !== null) found.add(column);
    for (const key in tree) {
      const within = tree[key];
      if (typeof within !== 'object' || within === null || ASIDE.has(key)) continue;
      mentionedIn(key === 'onConflictClause' && isNode(within) ? within['targetList'] : within, found);
    }
  }
}

const partsOf = (relation: Node): string[] =>
  [text(relation, 'catalogname'), text(relation, 'schemaname'), text(relation, 'relname')].filter((part) => part !== null);

function columnOf(reference: unknown): string | null {
  if (!isNode(reference)) return null;
  const fields = items(reference, 'fields');
  return tagged(fields.at(-1))?.tag === 'A_Star' ? null : `column ${stringsOf(fields).join('.').toLowerCase()}`;
}
