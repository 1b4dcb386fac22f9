import { originOf, record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import { newId } from '../../../../kernel/ids.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import { toMs } from '../../../../kernel/time.ts';
import { bindingsDigest, coverageOf } from '../../domain/features/coverage.ts';
import { type ColumnNow, follow } from '../../domain/features/follow.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import { endFeatureBindings, featureBindingsOf, insertFeatureBindings } from '../../store/features/bindings.ts';
import { lockAnyVersion, movableBindings } from '../../store/features/merged.ts';
import type { Told } from '../../store/following.ts';
import { columnsNow } from './columnsNow.ts';
import type { Follower } from './follower.ts';

/**
 * Lets bindings of features follow columns of datasets that were merged, or are themselves again.
 * @throws Fault SOURCE_UNAVAILABLE when the catalog cannot be asked
 */
export const followMerges: Follower = {
  name: 'merges',
  topics: ['catalog.asset.merged.v1', 'catalog.asset.unmerged.v1'],
  act: async ({ db, graph }, told, signal) => {
    const bindings = await movableBindings(
      db,
      told.map(({ subjectId }) => subjectId),
      null,
    );
    const columns = await columnsNow(
      graph,
      bindings.map(({ columnId }) => columnId),
      signal,
    );
    for (const message of told) {
      const of = bindings.filter(({ datasetId }) => datasetId === message.subjectId);
      for (const versionId of new Set(of.map((binding) => binding.versionId)))
        await db.transaction((tx) => followIn(tx, versionId, message, columns), { first: (tx) => lockAnyVersion(tx, versionId) });
    }
  },
};

/** The same columns under other ids: nothing is new about the version, so no approval of it is touched. */
async function followIn(
  tx: Tx,
  versionId: string,
  { subjectId: datasetId, eventId }: Told,
  columns: ReadonlyMap<string, ColumnNow>,
): Promise<void> {
  const version = await lockAnyVersion(tx, versionId);
  if (version?.signature == null) return;
  const standing = await featureBindingsOf(tx, [versionId], null);
  const { ended, begun } = follow(await movableBindings(tx, [datasetId], versionId), columns, standing);
  if (ended.length === 0 && begun.length === 0) return;
  const gone = new Set(ended);
  const next = [...standing.filter(({ id }) => !gone.has(id)), ...begun];
  const { inputs, bound } = coverageOf(version.signature, next);
  const request = { ...internalRequest('followMerges'), correlationId: eventId };
  const origin = originOf(request, decide(request, 'registry.write'));
  const lines = begun.map(({ feature, columnId, state, encoding }) => ({ feature, columnId, state, encoding }));
  const receipt = await record(tx, origin, [
    happening(
      'registry.features.set.v1',
      aboutVersion(version, bindingsDigest(next), { fields: ['featureBindings'], detail: { ended, begun: lines, datasetId } }),
      { ...versionPayload(version), inputs, bound, proposed: next.filter(({ state }) => state === 'PROPOSED').length },
    ),
  ]);
  await endFeatureBindings(tx, ended, receipt.auditId);
  await insertFeatureBindings(
    tx,
    { versionId, recordedBy: origin.actor.id, eventId: receipt.auditId },
    begun.map((binding) => ({ ...binding, id: newId('featureBinding', toMs(tx.now)) })),
  );
}
