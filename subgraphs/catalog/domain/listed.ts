import type { Instant } from '../../../kernel/time.ts';
import type { No } from './asset.ts';

/** An edge of a list before its asset is loaded. */
export interface AssetEdge {
  readonly cursor: string;
  readonly node: { readonly no: No };
}

/** The same, where the list says since when the asset is in it. */
export interface DatedEdge {
  readonly cursor: string;
  readonly node: { readonly no: No; readonly since: Instant };
}
