import type { Context } from '../../context.ts';
import { type Comparison, compareVersions } from '../../domain/compare.ts';
import { requireSettled } from '../versions/readVersions.ts';
import { comparedOf } from './gatherFacts.ts';

/** What two versions differ in; null when one of them is not there or may not be seen. */
export async function compareModelVersions(context: Context, left: string, right: string): Promise<Comparison | null> {
  const [l, r] = [await context.versions.load(left), await context.versions.load(right)];
  if (l === null || r === null) return null;
  for (const version of [l, r]) requireSettled(context, version, 'compareModelVersions');
  return compareVersions(await comparedOf(context, l), await comparedOf(context, r));
}
