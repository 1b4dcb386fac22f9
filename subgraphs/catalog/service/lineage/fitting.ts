import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { Place, WalkRules } from '../../domain/lineage/walk.ts';
import { datasetsOf } from '../../store/kin.ts';
import { listAssets, type ListFilter } from '../../store/listAssets.ts';
import { taggedAmong } from '../../store/taggedAmong.ts';
import { anyAsset, type AssetFilterInput, toListFilter } from '../assets.ts';

/** What of the graph an answer shows, and how far it goes. */
export interface LineageFilters {
  readonly include?: AssetFilterInput | null;
  readonly stopAt?: AssetFilterInput | null;
}

type Fitting = (nos: readonly No[]) => Promise<ReadonlySet<No>>;

/** What the filters do with assets and columns; undefined when there are none. */
export async function placing(context: Context, { include, stopAt }: LineageFilters): Promise<WalkRules['place']> {
  if (isAbsent(include) && isAbsent(stopAt)) return undefined;
  const isIncluded = isAbsent(include) ? null : await fitting(context, include);
  const isEnd = isAbsent(stopAt) ? null : await fitting(context, stopAt);
  return async (nos) => {
    const ends = (await isEnd?.(nos)) ?? new Set<No>();
    const included = (await isIncluded?.(nos)) ?? new Set(nos);
    return new Map(
      nos.flatMap((no): readonly [No, Place][] => (ends.has(no) ? [[no, 'stopped']] : included.has(no) ? [] : [[no, 'hidden']])),
    );
  };
}

const isAbsent = (filter: AssetFilterInput | null | undefined): filter is null | undefined =>
  filter === null || filter === undefined;

/** A column fits when its dataset does; a tag may stand on either. Of kinds, a column has its own. */
async function fitting(context: Context, input: AssetFilterInput): Promise<Fitting> {
  const { db } = context.kernel;
  const { asOf } = context.request;
  const states = input.states ?? ['PRESENT', 'MISSING', 'REMOVED'];
  const kinds = input.kinds ?? null;
  const ofRoots = await toListFilter(context, {
    ...input,
    kinds: kinds?.filter((kind) => kind !== 'COLUMN') ?? null,
    tag: null,
    states,
  });
  if (ofRoots === null) return () => Promise.resolve(new Set());
  const among = async (filter: ListFilter, nos: readonly No[]): Promise<ReadonlySet<No>> => {
    if (nos.length === 0) return new Set();
    const found = await listAssets(db, { ...filter, nos }, { after: null, count: nos.length }, await context.visible(), asOf);
    return new Set(found.map(({ no }) => no));
  };
  return async (nos) => {
    const rootOf = await datasetsOf(db, nos);
    const columns = kinds === null || kinds.includes('COLUMN') ? nos.filter((no) => rootOf.get(no) !== no) : [];
    const datasets = [...new Set(columns.map((no) => rootOf.get(no) ?? no))];
    const roots = await among(
      ofRoots,
      nos.filter((no) => rootOf.get(no) === no),
    );
    const rooted = await among({ ...ofRoots, kinds: anyAsset.kinds }, datasets);
    const fits = [...roots, ...columns.filter((no) => rooted.has(rootOf.get(no) ?? no))];
    const { tag } = input;
    if (tag === null || tag === undefined) return new Set(fits);
    const tagged = await taggedAmong(db, [...fits, ...datasets], tag, asOf);
    return new Set(fits.filter((no) => tagged.has(no) || tagged.has(rootOf.get(no) ?? no)));
  };
}
