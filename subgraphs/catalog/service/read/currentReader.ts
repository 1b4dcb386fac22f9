import type { Database } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import {
  ownedNo,
  type AssignedTag,
  type Column,
  type DatasetStatistics,
  type No,
  type Owner,
  type SourcedText,
} from '../../domain/asset.ts';
import { assetsBy, columnsBy, columnsOf, type StoredAsset, type WantedColumns } from '../../store/assetRows.ts';
import { ownersOf, statisticsOf, tagsOf, textsOf } from '../../store/curationRows.ts';
import { historiesOf, type WantedHistory } from '../../store/versions.ts';
import type { AssetReader } from './assetReader.ts';
import { findByName } from './findByName.ts';
import { followMerges } from './followMerges.ts';
import { hiddenNames } from './hiddenNames.ts';
import { pageLoader } from './pageLoader.ts';

/** Reads the present, batched over one request. */
export function currentReader(db: Database, visible: () => Promise<Bitmap>): AssetReader {
  const assets = loaderBy<No, StoredAsset | null>(async (keys) => assetsBy(db, 'no', keys, await visible()), null);
  const assetsById = loaderBy<string, StoredAsset | null>(async (keys) => assetsBy(db, 'id', keys, await visible()), null);
  const columns = loaderBy<No, Column | null>(async (keys) => columnsBy(db, 'no', keys, await visible()), null);
  const columnsById = loaderBy<string, Column | null>(async (keys) => columnsBy(db, 'id', keys, await visible()), null);
  const owners = loaderBy<No, readonly Owner[]>((keys) => ownersOf(db, keys), []);
  const texts = loaderBy<No, readonly SourcedText[]>((keys) => textsOf(db, keys), []);
  const tags = loaderBy<No, readonly AssignedTag[]>((keys) => tagsOf(db, keys), []);
  const pages = pageLoader((wanted: readonly WantedColumns[]) => columnsOf(db, wanted));
  const histories = pageLoader((wanted: readonly WantedHistory[]) => historiesOf(db, wanted, null));
  const names = findByName(db);
  const hidden = hiddenNames(db, visible, names);
  const statistics = loaderBy<No, DatasetStatistics | null>((keys) => statisticsOf(db, keys, null), null);
  const merges = followMerges(db, null, { asset: (no) => assets.load(no), column: (no) => columns.load(no) });
  return {
    asset: (no) => assets.load(no),
    column: (no) => columns.load(no),
    byId: async (id) => merges.follow(id, await (id.startsWith('col_') ? columnsById.load(id) : assetsById.load(id))),
    byName: async (urn) => {
      const found = await names.load(urn);
      if (found === null) return null;
      return found.column === null ? assets.load(found.no) : columns.load(found.column);
    },
    isHidden: hidden.isHidden,
    columns: (dataset, after, count) => pages.load({ datasetNo: dataset.no, after, count }),
    history: (asset, before, count) => histories.load({ no: asset.no, before, count }),
    owners: (asset) => owners.load(ownedNo(asset)),
    curatedTexts: (asset) => texts.load(asset.no),
    tags: (asset) => tags.load(asset.no),
    statistics: (dataset) => statistics.load(dataset.no),
    forget: () => {
      for (const loader of [assets, assetsById, columns, columnsById, owners, texts, tags, statistics]) loader.clearAll();
      for (const loader of [pages, histories, names]) loader.clearAll();
      merges.forget();
      hidden.forget();
    },
  };
}
