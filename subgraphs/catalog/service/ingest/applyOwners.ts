import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { changeSourceOwners, type SourceOwner } from '../../store/ingestOwners.ts';
import type { DatasetChange } from './datasetChange.ts';
import { type ResolvedOwner, resolveOwners } from './owners.ts';

/** Makes those the owners of a dataset whom its ownership facet names now, in place of those it named before. */
export async function applyOwners(tx: Tx, origin: Origin, { dataset, before, now }: DatasetChange): Promise<void> {
  // The database's own role is what a crawl knows better.
  const counts = ({ role }: ResolvedOwner): boolean => !dataset.isCrawled || role !== 'TECHNICAL';
  const toRow = ({ principalId, role, external }: ResolvedOwner): SourceOwner => ({
    asset_no: dataset.no,
    role,
    principal_id: principalId,
    external,
  });
  const named = (await resolveOwners(tx, origin, now.ownership)).filter(counts);
  const staying = new Set(named.map(keyOf));
  const ended = (await resolveOwners(tx, origin, before.ownership)).filter(
    (owner) => counts(owner) && !staying.has(keyOf(owner)),
  );
  await changeSourceOwners(tx, ended.map(toRow), named.map(toRow));
}

const keyOf = ({ role, principalId }: ResolvedOwner): string => `${role} ${principalId}`;
