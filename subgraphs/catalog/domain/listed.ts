import type { No } from './asset.ts';

/** An edge of a list before its asset is loaded. */
export interface AssetEdge {
  readonly cursor: string;
  readonly node: { readonly no: No };
}
