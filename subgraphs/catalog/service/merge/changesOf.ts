import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { composeSnapshots } from '../../store/composeSnapshots.ts';
import { versionDigests } from '../../store/ruleCuration.ts';
import type { AssetChange } from '../commitAssets.ts';

/** Changes of those datasets that are not as their version in force says. */
export async function changesOf(tx: Tx, nos: readonly No[], because: 'merge' | 'unmerge'): Promise<readonly AssetChange[]> {
  const before = await versionDigests(tx, nos);
  const different = (await composeSnapshots(tx, nos)).filter((body) => before.get(body.no) !== digestOf(body));
  return different.map(({ no }) => ({
    no,
    action: 'catalog.asset.changed.v1',
    fields: ['owners', 'tags', 'description', 'columns'],
    detail: { because },
    payload: { kind: 'dataset', columns: { added: [], changed: [], removed: [] } },
  }));
}
