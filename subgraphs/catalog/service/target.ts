import { notFound } from '../../../kernel/fault.ts';
import type { Prepared } from '../../../kernel/mutation/mutate.ts';
import { parseUrn } from '../../../kernel/urn.ts';
import { ownedNo, type Asset, type No } from '../domain/asset.ts';
import type { AssetReader } from './read/assetReader.ts';

/** What a mutation is about: the asset, and the dataset or container whose version counts. */
export interface Target extends Prepared {
  readonly asset: Asset;
  readonly rootNo: No;
}

/** @throws Fault BAD_USER_INPUT or NOT_FOUND, also for what the caller may not see */
export async function findTarget(reader: AssetReader, urn: string): Promise<Target> {
  const asset = await reader.byName(parseUrn(urn));
  if (asset === null) throw notFound(urn.slice(0, 200));
  const rootNo = ownedNo(asset);
  return { asset, rootNo, resources: [rootNo], subject: { type: asset.__typename, id: asset.id } };
}

/** The part of an audit event that names a column, when the target is one. */
export const columnOf = (target: Target): { readonly column?: { readonly id: string } } =>
  target.asset.__typename === 'Column' ? { column: { id: target.asset.id } } : {};
