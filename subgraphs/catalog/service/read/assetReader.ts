import type {
  AssignedTag,
  Asset,
  Column,
  Dataset,
  DatasetStatistics,
  No,
  Owner,
  RootAsset,
  SourcedText,
} from '../../domain/asset.ts';
import type { UrnParts } from '../../../../kernel/urn.ts';
import type { HistoryRow } from '../../store/versions.ts';

/** Reads assets as they are, or as they were at one moment. Resolvers do not know which. */
export interface AssetReader {
  /** Null when there is none, or none then, or the caller may not see it. */
  asset(no: No): Promise<RootAsset | null>;
  column(no: No): Promise<Column | null>;
  byId(id: string): Promise<Asset | null>;
  byName(urn: UrnParts): Promise<Asset | null>;
  /** Whether the name stands for what the caller may not see. */
  isHidden(urn: UrnParts): Promise<boolean>;
  /** Columns of a dataset after a place, in order. */
  columns(dataset: Dataset, after: number, count: number): Promise<readonly Column[]>;
  /** Recorded states of an asset, latest first, below a version where one is given. */
  history(asset: RootAsset, before: number | null, count: number): Promise<readonly HistoryRow[]>;
  owners(asset: Asset): Promise<readonly Owner[]>;
  curatedTexts(asset: Asset): Promise<readonly SourcedText[]>;
  tags(asset: Asset): Promise<readonly AssignedTag[]>;
  statistics(dataset: Dataset): Promise<DatasetStatistics | null>;
  /** Forgets what was read, after a write. */
  forget(): void;
}
