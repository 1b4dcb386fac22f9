import { Superseded } from '../../../kernel/db/superseded.ts';

/** Somebody else has just stored an asset of the same name: the transaction begins again, and finds it. */
export function supersededByName(error: unknown): never {
  if (error instanceof Error && 'constraint' in error && error.constraint === 'asset_natural')
    throw new Superseded('an asset is there already');
  throw error;
}
