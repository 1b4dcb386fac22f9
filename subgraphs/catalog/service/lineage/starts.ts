import { badInput } from '../../../../kernel/fault.ts';
import { parseUrn } from '../../../../kernel/urn.ts';
import type { Context } from '../../context.ts';
import type { Asset, No } from '../../domain/asset.ts';
import type { LineageLevel } from '../../domain/lineage/edge.ts';
import { datasetsUnder } from '../../store/datasetsUnder.ts';

const STARTS_MAX = 100;
/** Datasets of a container, columns of a dataset. */
const INSIDE_MAX = 1_000;
const COLUMNS_MAX = 20_000;

export interface Starts {
  readonly nos: readonly No[];
  /** False when a container has more datasets than a walk starts from. */
  readonly isWhole: boolean;
}

/** Assets that a client names. @throws Fault BAD_USER_INPUT; what is not there or not visible is left out */
export async function namedAssets(context: Context, urns: readonly string[]): Promise<readonly Asset[]> {
  if (urns.length < 1 || urns.length > STARTS_MAX) throw badInput(`from: from 1 to ${STARTS_MAX} URNs.`);
  const found = await Promise.all(urns.map((urn) => context.reader.byName(parseUrn(urn))));
  return found.filter((asset) => asset !== null);
}

/** A column starts from its dataset between datasets; a dataset from its columns between columns; a container from its datasets. */
export async function startsOf(context: Context, assets: readonly Asset[], level: LineageLevel): Promise<Starts> {
  const starts = await Promise.all(assets.map((asset) => startsAt(context, asset, level)));
  return { nos: [...new Set(starts.flatMap(({ nos }) => nos))], isWhole: starts.every(({ isWhole }) => isWhole) };
}

async function startsAt(context: Context, asset: Asset, level: LineageLevel): Promise<Starts> {
  if (asset.__typename === 'Container') {
    if (level === 'COLUMN')
      throw badInput('A container has too many columns to start from. Ask for level DATASET, or name a dataset.');
    const { asOf } = context.request;
    const nos = await datasetsUnder(context.kernel.db, asset.no, INSIDE_MAX + 1, await context.visible(), asOf);
    return { nos: nos.slice(0, INSIDE_MAX), isWhole: nos.length <= INSIDE_MAX };
  }
  if (level !== 'COLUMN') return { nos: [asset.__typename === 'Column' ? asset.datasetNo : asset.no], isWhole: true };
  // Nobody says which columns a dashboard reads.
  if (asset.__typename !== 'Dataset') return { nos: [asset.no], isWhole: true };
  const columns = await context.reader.columns(asset, 0, COLUMNS_MAX);
  return { nos: columns.length === 0 ? [asset.no] : columns.map(({ no }) => no), isWhole: true };
}
