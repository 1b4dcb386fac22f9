import type { Origin } from '../../../kernel/audit/append.ts';
import { record } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { newId } from '../../../kernel/ids.ts';
import { toMs } from '../../../kernel/time.ts';
import { tagsByName } from '../store/tags.ts';
import { insertTag } from '../store/writeCuration.ts';

/**
 * Ids of tags by their names in lower case; those that are not there are made.
 * @param detail what the audit event of a new tag says beside its name
 */
export async function ensureTags(
  tx: Tx,
  origin: Origin,
  wanted: readonly string[],
  detail: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, string>> {
  const names = new Map(wanted.map((name) => [name.toLowerCase(), name]));
  const known = new Set((await tagsByName(tx, [...names.values()])).map(({ name }) => name.toLowerCase()));
  for (const [key, name] of names) {
    const id = newId('tag', toMs(tx.now));
    if (known.has(key) || !(await insertTag(tx, { id, name, description: null }))) continue;
    await record(tx, origin, [
      {
        action: 'catalog.tag.created.v1',
        subject: { type: 'Tag', id, digest: digestOf({ id, name, description: null }) },
        aggregateId: id,
        fields: ['name'],
        detail: { name, ...detail },
        payload: { tagId: id },
      },
    ]);
  }
  return new Map((await tagsByName(tx, [...names.values()])).map(({ id, name }) => [name.toLowerCase(), id]));
}
