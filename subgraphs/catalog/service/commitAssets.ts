import type { Origin } from '../../../kernel/audit/append.ts';
import { record, type Receipt, type Recorded } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { Superseded } from '../../../kernel/db/superseded.ts';
import { badInput } from '../../../kernel/fault.ts';
import { describe } from '../../../kernel/policy/describe.ts';
import { type No, TYPE_OF_KIND } from '../domain/asset.ts';
import { resourceFacts } from '../domain/resourceFacts.ts';
import { searchDocument } from '../domain/searchDocument.ts';
import { composeSnapshots } from '../store/composeSnapshots.ts';
import { latestRecorded, setVersions } from '../store/writeAssets.ts';
import { writeSearch } from '../store/writeSearch.ts';
import { writeVersions } from '../store/writeVersions.ts';

/** What happened to one asset, as its audit event and the message to others say it. */
export interface AssetChange {
  readonly no: No;
  /** `catalog.asset.changed.v1` and the like. */
  readonly action: string;
  /** When the change is about a column: the event names the column, the version counts for the dataset. */
  readonly column?: { readonly id: string };
  readonly fields: readonly string[];
  readonly detail: unknown;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}

/**
 * The one way an asset changes: after its tables are written, its state is composed as a whole and goes, in the same
 * transaction, into history, audit, outbox, policy facts and search. Nothing of these can drift apart.
 */
export async function commitAssets(tx: Tx, origin: Origin, changes: readonly AssetChange[], simulated = false): Promise<Receipt> {
  const nos = [...new Set(changes.map((change) => change.no))];
  await requireLater(tx, nos, simulated);
  const bodies = await composeSnapshots(tx, nos);
  const states = new Map(bodies.map((body) => [body.no, { body, digest: digestOf(body) }]));
  const happenings: Recorded[] = changes.flatMap((change) => {
    const state = states.get(change.no);
    if (state === undefined) return [];
    const { body, digest } = state;
    const type = change.column === undefined ? TYPE_OF_KIND[body.kind] : 'Column';
    return [
      {
        action: change.action,
        subject: { type, id: change.column?.id ?? body.id, digest },
        aggregateId: body.id,
        fields: change.fields,
        detail: change.detail,
        reason: change.reason ?? null,
        payload: { assetId: body.id, namespace: body.namespace, name: body.name, ...change.payload },
      },
    ];
  });
  const receipt = await record(tx, origin, happenings);
  const latest = new Map(receipt.events.map((event) => [event.aggregateId, event]));
  const versions = [...states.values()].flatMap(({ body, digest }) => {
    const event = latest.get(body.id);
    return event === undefined ? [] : [{ asset_no: body.no, version: event.version, event_id: event.id, digest, body }];
  });
  await writeVersions(tx, versions, simulated);
  await setVersions(
    tx,
    versions.map(({ asset_no, version }) => ({ no: asset_no, version })),
  );
  const aclOf = await describe(tx, bodies.map(resourceFacts));
  await writeSearch(tx, bodies.map(searchDocument), aclOf);
  return receipt;
}

/**
 * Time is taken at the beginning of a transaction and locks later: somebody who began later may have been faster. History
 * would then run backwards, so this transaction begins again, with a later time.
 */
async function requireLater(tx: Tx, nos: readonly No[], simulated: boolean): Promise<void> {
  const latest = await latestRecorded(tx, nos);
  if (latest === null || latest < tx.now || (simulated && latest === tx.now)) return;
  if (simulated) throw badInput('Simulated history must go forward.');
  throw new Superseded('a later change was recorded first');
}
