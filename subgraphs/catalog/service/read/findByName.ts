import type { Queryable } from '../../../../kernel/db/database.ts';
import { canonicalize, canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import type { UrnParts } from '../../../../kernel/urn.ts';
import type { No } from '../../domain/asset.ts';
import { assetNumber, columnNumber, platformOf } from '../../store/names.ts';

/** Finds the number behind any spelling of a URN; names stay for ever, so the moment does not matter. */
export async function findByName(db: Queryable, urn: UrnParts): Promise<{ readonly no: No; readonly column: No | null } | null> {
  if (urn.kind === 'source') return null;
  const rule = identifierRule((await platformOf(db, urn.namespace)) ?? '');
  const kind = urn.kind === 'container' ? 'container' : 'dataset';
  const no = await assetNumber(db, kind, urn.namespace, { name: urn.name, canonical: canonicalize(rule, urn.name) });
  if (no === null) return null;
  if (urn.column === null) return { no, column: null };
  const exact = canonicalPart(rule, urn.column);
  const column =
    (await columnNumber(db, no, { name: urn.column, canonical: exact })) ??
    (await columnNumber(db, no, { name: urn.column, canonical: canonicalize(rule, urn.column) }));
  return column === null ? null : { no, column };
}
