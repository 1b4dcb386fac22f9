import type { Tx } from '../../../../kernel/db/database.ts';

/** Versions that may have bindings of features, in the order of their ids. */
export const boundVersionsAfter = (tx: Tx, after: string, limit: number): Promise<readonly { readonly id: string }[]> =>
  tx.query(
    'select id from registry.model_version where content_digest is not null and id > $1 order by id limit $2',
    [after, limit],
    'registry_bound_versions_after',
  );
