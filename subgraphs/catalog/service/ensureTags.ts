import type { Origin } from '../../../kernel/audit/append.ts';
import { record } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { newId } from '../../../kernel/ids.ts';
import { toMs } from '../../../kernel/time.ts';
import { tagsByName } from '../store/tags.ts';
import { insertTag } from '../store/writeCuration.ts';

/**
 * Ids of tags by the names that were asked for, as they were written and in lower case; those that are not there are made.
 * Which spellings are one tag is for the database to say: languages do not agree on what lower case is.
 * @param detail what the audit event of a new tag says beside its name
 */
export async function ensureTags(
  tx: Tx,
  origin: Origin,
  wanted: readonly string[],
  detail: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(wanted)];
  if (names.length === 0) return new Map();
  const known = new Set((await tagsByName(tx, names)).map(({ written }) => written));
  for (const name of names.filter((one) => !known.has(one))) {
    const id = newId('tag', toMs(tx.now));
    // Another spelling may have made it a moment ago.
    if (!(await insertTag(tx, { id, name, description: null }))) continue;
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
  const tags = await tagsByName(tx, names);
  return new Map([
    ...tags.map(({ id, written }) => [written.toLowerCase(), id] as const),
    ...tags.map(({ id, written }) => [written, id] as const),
  ]);
}
