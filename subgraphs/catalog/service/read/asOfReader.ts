import type { Database } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import {
  ownedNo,
  TYPE_OF_KIND,
  type Asset,
  type AssignedTag,
  type Column,
  type DatasetStatistics,
  type No,
} from '../../domain/asset.ts';
import type { SnapshotColumn, SnapshotTag, SnapshotText } from '../../domain/snapshot.ts';
import type { StoredAsset } from '../../store/assetRows.ts';
import { statisticsOf } from '../../store/curationRows.ts';
import { datasetsOfColumns, numbersOfIds } from '../../store/names.ts';
import { historiesOf, versionsAt, type VersionRow, type WantedHistory } from '../../store/versions.ts';
import type { AssetReader } from './assetReader.ts';
import { findByName } from './findByName.ts';
import { followMerges } from './followMerges.ts';
import { hiddenNames } from './hiddenNames.ts';
import { pageLoader } from './pageLoader.ts';

/** Reads the past: every answer comes out of the one version of an asset that was in force at the moment. */
export function asOfReader(db: Database, visible: () => Promise<Bitmap>, at: Instant): AssetReader {
  const versions = loaderBy<No, VersionRow | null>(async (keys) => versionsAt(db, keys, at, await visible()), null);
  const byColumnNo = loaderBy<No, { no: No; datasetNo: No } | null>((keys) => datasetsOfColumns(db, 'no', keys), null);
  const byColumnId = loaderBy<string, { no: No; datasetNo: No } | null>((keys) => datasetsOfColumns(db, 'id', keys), null);
  const byAssetId = loaderBy<string, No | null>((keys) => numbersOfIds(db, keys), null);
  const histories = pageLoader((wanted: readonly WantedHistory[]) => historiesOf(db, wanted, at));
  const names = findByName(db, at);
  const hidden = hiddenNames(db, visible, names);
  const statistics = loaderBy<No, DatasetStatistics | null>((keys) => statisticsOf(db, keys, at), null);

  const asset = async (no: No): Promise<StoredAsset | null> => toAsset(await versions.load(no));
  const columnAt = async (place: { no: No; datasetNo: No } | null): Promise<Column | null> => {
    const version = place === null ? null : await versions.load(place.datasetNo);
    const column = version?.body.columns.find(({ no }) => no === place?.no);
    return version === null || column === undefined ? null : toColumn(version, column);
  };
  const curated = async (of: Asset): Promise<{ descriptions: readonly SnapshotText[]; tags: readonly SnapshotTag[] }> => {
    const body = (await versions.load(ownedNo(of)))?.body;
    const found = of.__typename === 'Column' ? body?.columns.find(({ no }) => no === of.no) : body;
    return found ?? { descriptions: [], tags: [] };
  };

  const numbered = { asset, column: async (no: No) => columnAt(await byColumnNo.load(no)) };
  const merges = followMerges(db, at, numbered);
  const assetAt = (no: No | null): Promise<StoredAsset | null> => (no === null ? Promise.resolve(null) : asset(no));
  const ownById = async (id: string): Promise<Asset | null> =>
    id.startsWith('col_') ? columnAt(await byColumnId.load(id)) : assetAt(await byAssetId.load(id));

  return {
    ...numbered,
    byId: async (id) => merges.follow(id, await ownById(id)),
    byName: async (urn) => {
      const found = await names.load(urn);
      if (found === null) return null;
      return found.column === null ? asset(found.no) : columnAt({ no: found.column, datasetNo: found.no });
    },
    isHidden: hidden.isHidden,
    columns: async (dataset, after, count) => {
      const version = await versions.load(dataset.no);
      if (version === null) return [];
      return version.body.columns
        .filter(({ ordinal }) => ordinal > after)
        .slice(0, count)
        .map((column) => toColumn(version, column));
    },
    history: (of, before, count) => histories.load({ no: of.no, before, count }),
    owners: async (of) => (await versions.load(ownedNo(of)))?.body.owners ?? [],
    curatedTexts: async (of) => (await curated(of)).descriptions.map(({ since, ...text }) => ({ ...text, setAt: since })),
    tags: async (of) => (await curated(of)).tags.map(toAssignedTag),
    statistics: (dataset) => statistics.load(dataset.no),
    // The past does not change.
    forget: () => undefined,
  };
}

function toAsset(version: VersionRow | null): StoredAsset | null {
  if (version === null) return null;
  const { kind, name, description, owners: _owners, descriptions: _texts, tags: _tags, columns, ...body } = version.body;
  return {
    ...body,
    __typename: TYPE_OF_KIND[kind],
    qualifiedName: name,
    sourceDescription: description,
    columnCount: columns.length,
    version: version.version,
  };
}

function toColumn(
  { body, version }: VersionRow,
  { description, descriptions: _texts, tags: _tags, ...column }: SnapshotColumn,
): Column {
  return {
    ...column,
    __typename: 'Column',
    datasetNo: body.no,
    datasetName: body.name,
    namespace: body.namespace,
    platform: body.platform,
    sourceDescription: description,
    state: body.state,
    version,
  };
}

const toAssignedTag = ({ id, name, description, origin, since }: SnapshotTag): AssignedTag => ({
  tag: { id, name, description },
  origin,
  since,
});
