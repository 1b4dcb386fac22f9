import { addCreator } from '../../../../kernel/approval/creators.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Recorded, Receipt } from '../../../../kernel/audit/record.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Refusal, Stale } from '../../../../kernel/mutation/mutate.ts';
import { staleVersion } from '../../../../kernel/mutation/staleVersion.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { bumpVersion, lockVersion } from '../../store/writeVersions.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { type VersionTarget } from '../target.ts';
import { contentOf } from './contentOf.ts';

/** Who waits for another writer has the later time: what was said before never ends before it began. */
export const holdVersion = (tx: Tx, { version: { id } }: VersionTarget): Promise<unknown> => lockVersion(tx, id);

/** The version as it is now, for whoever changes it; or why it cannot be changed. */
export async function lockedVersion(
  tx: Tx,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<{ readonly version: ModelVersion } | Refusal | Stale> {
  const version = await lockVersion(tx, id);
  if (version === null) return gone('The version');
  return staleVersion(version.version, expectedVersion) ?? { version };
}

/** The same, of what can be changed only before it is sealed. */
export async function lockedDraft(
  tx: Tx,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<{ readonly version: ModelVersion } | Refusal | Stale> {
  const locked = await lockedVersion(tx, id, expectedVersion);
  if (!('version' in locked) || locked.version.state === 'DRAFT') return locked;
  return refusal(
    'SEALED',
    `Version ${locked.version.number} is sealed: its files, parameters, signature and datasets never change. Make a new version.`,
  );
}

/** Says that the content of a draft changed, after it was written. */
export async function recordContent(
  tx: Tx,
  origin: Origin,
  draft: ModelVersion,
  fields: readonly string[],
  detail: unknown,
): Promise<Receipt> {
  await bumpVersion(tx, draft.id);
  return record(tx, origin, [await contentChanged(tx, origin, draft.id, fields, detail)]);
}

/** The event of it. Whoever changed the content has made it as well, and does not review it. */
export async function contentChanged(
  tx: Tx,
  { actor }: Origin,
  id: string,
  fields: readonly string[],
  detail: unknown,
): Promise<Recorded> {
  await addCreator(tx, id, actor.id);
  const version = await lockVersion(tx, id);
  if (version === null) throw new Error(`the draft ${id} cannot be read back`);
  const { digest } = await contentOf(tx, version);
  return happening('registry.version.changed.v1', aboutVersion(version, digest, { fields, detail }), {
    ...versionPayload(version),
    fields: [...fields],
  });
}
