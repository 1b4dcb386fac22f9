import type { CteFrame } from './bind.ts';

/** The CTE that a name means: the innermost one. */
export function cteNamed(frame: CteFrame | null, name: string): CteFrame | null {
  const wanted = name.toLowerCase();
  for (let at = frame; at !== null; at = at.parent) if (at.name === wanted) return at;
  return null;
}
