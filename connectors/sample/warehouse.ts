import { mart } from './mart.ts';
import { ml } from './ml.ts';
import type { Piece } from './piece.ts';
import { rawAround } from './rawAround.ts';
import { rawShop } from './rawShop.ts';
import { staging } from './staging.ts';

/** Everything that ever was in the warehouse, in an order in which it can be built. */
export const SAMPLE_PIECES: readonly Piece[] = [...rawShop, ...rawAround, ...staging, ...mart, ...ml];

/** The role that loads or builds each dataset, by `schema.name`: DuckDB itself knows no owners. */
export const sampleOwners: Readonly<Record<string, string>> = Object.fromEntries(
  SAMPLE_PIECES.map((piece) => [piece.name, piece.owner]),
);
