import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../../../kernel/identity/principals.ts';
import type { No } from '../../domain/asset.ts';
import { replaceRuleTags, replaceRuleTexts } from '../../store/ruleCuration.ts';
import { replaceOwners } from '../../store/writeOwners.ts';
import { ensureTags } from '../ensureTags.ts';

/** A thing that a tool says something of: an asset, or one of its columns. */
interface Ruled {
  readonly no: No;
  readonly description: string | null;
  readonly tags: readonly string[];
}

export interface RuledAsset extends Ruled {
  readonly owners: readonly { readonly email?: string | null; readonly name?: string | null }[];
  /** Its columns. */
  readonly parts: readonly Ruled[];
}

/** Makes what a tool says values of rules: over what the source says, under what people say. What it does not say any more ends. */
export async function applyRules(tx: Tx, origin: Origin, producer: string, assets: readonly RuledAsset[]): Promise<void> {
  const ruled = assets.flatMap((asset): readonly Ruled[] => [asset, ...asset.parts]);
  const nos = ruled.map(({ no }) => no);
  await replaceRuleTexts(
    tx,
    nos,
    origin.actor.id,
    ruled.flatMap(({ no, description }) => {
      const text = textOf(description);
      return text === null ? [] : [{ no, text }];
    }),
  );
  const ids = await ensureTags(
    tx,
    origin,
    ruled.flatMap(({ tags }) => tags.flatMap(keptName)),
  );
  await replaceRuleTags(
    tx,
    nos,
    ruled.flatMap(({ no, tags }) =>
      tags.flatMap(keptName).flatMap((tag) => {
        const id = ids.get(tag.toLowerCase());
        return id === undefined ? [] : [{ no, tag_id: id }];
      }),
    ),
  );
  await applyOwners(tx, origin, producer, assets);
}

const TEXT_MAX = 10_000;
function textOf(text: string | null): string | null {
  const kept = text?.trim().slice(0, TEXT_MAX).toWellFormed() ?? '';
  return kept === '' ? null : kept;
}

const TAG_MAX = 100;
/** A name of a tag as it is kept; none for what is no name. */
function keptName(name: string): readonly string[] {
  const kept = name.trim().slice(0, TAG_MAX).toWellFormed();
  return kept === '' ? [] : [kept];
}

/** Owners by address are people wherever they are named; owners by name are that tool's. */
async function applyOwners(tx: Tx, origin: Origin, producer: string, assets: readonly RuledAsset[]): Promise<void> {
  const wanted = assets.flatMap(({ no, owners }) =>
    owners.flatMap(({ email, name }) => {
      if (typeof email === 'string' && email.includes('@'))
        return [{ no, external: { namespace: EMAIL_NAMESPACE, name: email.trim() } }];
      return typeof name === 'string' && name !== '' ? [{ no, external: { namespace: producer, name } }] : [];
    }),
  );
  const ids = await findOrStub(
    tx,
    origin,
    wanted.map(({ external }) => external),
  );
  const rows = wanted.flatMap(({ no, external }, i) => {
    const id = ids[i];
    return id === undefined ? [] : [{ asset_no: no, principal_id: id, external: external.name }];
  });
  const distinct = [...new Map(rows.map((row) => [`${row.asset_no} ${row.principal_id}`, row])).values()];
  await replaceOwners(
    tx,
    assets.map(({ no }) => no),
    'ACCOUNTABLE',
    'rule',
    distinct,
  );
}
