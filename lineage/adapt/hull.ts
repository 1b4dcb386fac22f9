import type { Span } from '../ir/ir.ts';
import { isNode } from './node.ts';

/** From the first to the last position that the parser knows of inside an expression. */
export function hullOf(value: unknown): Span | null {
  let start = Infinity;
  let end = -1;
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) each.forEach(visit);
    else if (isNode(each)) {
      if (typeof each['start'] === 'number' && typeof each['end'] === 'number' && typeof each['line'] === 'number') {
        start = Math.min(start, each['start']);
        end = Math.max(end, each['end']);
        return;
      }
      for (const key in each) if (typeof each[key] === 'object') visit(each[key]);
    }
  };
  visit(value);
  return end < 0 ? null : { start, end };
}
