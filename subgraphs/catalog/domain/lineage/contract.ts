import type { No } from '../asset.ts';
import type { WalkEdge } from './walk.ts';

/** That data gets from one shown number to another through hidden ones only, and no edge says so. */
export interface Shortcut {
  readonly sourceNo: No;
  readonly targetNo: No;
  /** How many were left out on the shortest such way. */
  readonly hidden: number;
}

export interface Contracted {
  readonly edges: readonly WalkEdge[];
  readonly shortcuts: readonly Shortcut[];
  /** False when there are more shortcuts than asked for. */
  readonly isWhole: boolean;
}

/** How many steps the search takes before it says that there may be more. */
const STEPS_MAX = 1_000_000;

/**
 * What is left of a graph when some of it is hidden: edges between shown numbers, and shortcuts over the rest.
 * @param members columns with the datasets that stand for them: what reaches such a dataset reaches the column
 */
export function contract(
  edges: readonly WalkEdge[],
  members: ReadonlyMap<No, No>,
  hidden: ReadonlySet<No>,
  shortcutsMax: number,
): Contracted {
  const kept = edges.filter(({ sourceNo, targetNo }) => !hidden.has(sourceNo) && !hidden.has(targetNo));
  if (hidden.size === 0) return { edges: kept, shortcuts: [], isWhole: true };
  const after = followers(edges, members);
  const shortcuts: Shortcut[] = [];
  let steps = 0;
  for (const [start, firsts] of after) {
    if (hidden.has(start)) continue;
    const passed = new Set(firsts.filter((no) => hidden.has(no)));
    const reached = new Set([start, ...firsts]);
    let open: readonly No[] = [...passed];
    for (let count = 1; open.length > 0; count++) {
      const next: No[] = [];
      for (const no of open.flatMap((each) => after.get(each) ?? [])) {
        if (++steps > STEPS_MAX) return { edges: kept, shortcuts, isWhole: false };
        if (reached.has(no) || passed.has(no)) continue;
        (hidden.has(no) ? passed : reached).add(no);
        if (hidden.has(no)) next.push(no);
        else if (shortcuts.length >= shortcutsMax) return { edges: kept, shortcuts, isWhole: false };
        else shortcuts.push({ sourceNo: start, targetNo: no, hidden: count });
      }
      open = next;
    }
  }
  return { edges: kept, shortcuts, isWhole: true };
}

function followers(edges: readonly WalkEdge[], members: ReadonlyMap<No, No>): ReadonlyMap<No, readonly No[]> {
  const after = new Map<No, No[]>();
  const add = (from: No, to: No): void => {
    const known = after.get(from);
    if (known === undefined) after.set(from, [to]);
    else known.push(to);
  };
  for (const { sourceNo, targetNo } of edges) add(sourceNo, targetNo);
  for (const [column, dataset] of members) add(dataset, column);
  return after;
}
