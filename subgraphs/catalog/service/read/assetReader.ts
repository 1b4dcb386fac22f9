import type {
  AssignedTag,
  Asset,
  Column,
  Container,
  Dataset,
  DatasetStatistics,
  No,
  Owner,
  SourcedText,
} from '../../domain/asset.ts';
import type { UrnParts } from '../../../../kernel/urn.ts';
import type { HistoryRow } from '../../store/versions.ts';

/** Reads assets as they are, or as they were at one moment. Resolvers do not know which. */
export interface AssetReader {
  /** Null when there is none, or none then, or the caller may not see it. */
  asset(no: No): Promise<Container | Dataset | null>;
  column(no: No): Promise<Column | null>;
  byId(id: string): Promise<Asset | null>;
  byName(urn: UrnParts): Promise<Asset | null>;
  /** Columns of a dataset after a place, in order. */
  columns(dataset: Dataset, after: number, count: number): Promise<readonly Column[]>;
  /** Recorded states of an asset, latest first, below a version where one is given. */
  history(asset: Container | Dataset, before: number | null, count: number): Promise<readonly HistoryRow[]>;
  owners(asset: Asset): Promise<readonly Owner[]>;
  curatedTexts(asset: Asset): Promise<readonly SourcedText[]>;
  tags(asset: Asset): Promise<readonly AssignedTag[]>;
  statistics(dataset: Dataset): Promise<DatasetStatistics | null>;
  /** Forgets what was read, after a write. */
  forget(): void;
}
