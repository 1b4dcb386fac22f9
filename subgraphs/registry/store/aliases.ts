import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AliasBinding, No } from '../domain/model.ts';
import { inForce } from './readModels.ts';

const FIELDS = `a.alias, a.version_id as "versionId", a.bound_from as "boundFrom", a.bound_to as "boundTo"`;

/** Aliases of models, now or at a moment, in the order of their names. */
export const aliasesOfModels = (
  db: Queryable,
  modelNos: readonly No[],
  at: Instant | null,
): Promise<readonly (AliasBinding & { readonly modelNo: No; readonly folded: string })[]> =>
  db.query(
    `select ${FIELDS}, a.model_no::text as "modelNo", a.folded_alias as folded from registry.alias_binding a
     where a.model_no = any($1::bigint[]) and ${inForce('a', at, '$2')} order by a.model_no, a.folded_alias`,
    [modelNos, ...(at === null ? [] : [at])],
    at === null ? 'registry_aliases_of' : 'registry_aliases_of_at',
  );

export async function aliasNow(tx: Tx, modelNo: No, folded: string): Promise<AliasBinding | null> {
  const [row] = await tx.query<AliasBinding>(
    `select ${FIELDS} from registry.alias_binding a where a.model_no = $1 and a.folded_alias = $2 and a.bound_to is null for update`,
    [modelNo, folded],
    'registry_alias_now',
  );
  return row ?? null;
}

/** How many names stand for versions of a model. */
export async function countAliases(tx: Tx, modelNo: No): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from registry.alias_binding where model_no = $1 and bound_to is null',
    [modelNo],
    'registry_count_aliases',
  );
  return row?.count ?? 0;
}

export interface NewAlias {
  readonly modelNo: No;
  readonly alias: string;
  readonly folded: string;
  readonly versionId: string;
  readonly boundBy: string;
  readonly eventId: string;
}

export async function insertAlias(tx: Tx, { modelNo, alias, folded, versionId, boundBy, eventId }: NewAlias): Promise<void> {
  await tx.query(
    `insert into registry.alias_binding (model_no, alias, folded_alias, version_id, bound_by, bound_from, event_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [modelNo, alias, folded, versionId, boundBy, tx.now, eventId],
    'registry_insert_alias',
  );
}

export async function endAlias(tx: Tx, modelNo: No, folded: string, eventId: string): Promise<void> {
  await tx.query(
    `update registry.alias_binding set bound_to = $3, end_event_id = $4
     where model_no = $1 and folded_alias = $2 and bound_to is null`,
    [modelNo, folded, tx.now, eventId],
    'registry_end_alias',
  );
}

/** Ends all aliases of a version, or of all versions of a model. */
export async function endAliases(
  tx: Tx,
  { modelNo, versionId }: { readonly modelNo: No; readonly versionId: string | null },
  eventId: string,
): Promise<void> {
  await tx.query(
    `update registry.alias_binding set bound_to = $3, end_event_id = $4
     where model_no = $1 and bound_to is null and ($2::text is null or version_id = $2)`,
    [modelNo, versionId, tx.now, eventId],
    'registry_end_aliases',
  );
}
