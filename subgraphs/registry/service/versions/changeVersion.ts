import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Recorded, Receipt } from '../../../../kernel/audit/record.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Refusal, Stale } from '../../../../kernel/mutation/mutate.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { bumpVersion, lockVersion } from '../../store/writeVersions.ts';
import { gone, refusal, staleVersion } from '../target.ts';
import { contentOf } from './contentOf.ts';

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
  return record(tx, origin, [await contentChanged(tx, draft.id, fields, detail)]);
}

export async function contentChanged(tx: Tx, id: string, fields: readonly string[], detail: unknown): Promise<Recorded> {
  const version = await lockVersion(tx, id);
  if (version === null) throw new Error(`the draft ${id} cannot be read back`);
  const { digest } = await contentOf(tx, version);
  return happening('registry.version.changed.v1', aboutVersion(version, digest, { fields, detail }), {
    ...versionPayload(version),
    fields: [...fields],
  });
}
