import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import { tagsByName } from '../../store/tags.ts';
import { assignTags, insertTag, withdrawTags } from '../../store/writeCuration.ts';
import { knownColumns } from '../../store/writeColumns.ts';
import type { DatasetChange } from './datasetChange.ts';
import type { DatasetSays } from './facets.ts';

/** A tag on the dataset, or on one of its columns. */
interface Placed {
  readonly tag: string;
  readonly column: string | null;
}

/** Puts the tags on a dataset and its columns that its tags facet names now, and takes off those it named before. */
export async function applyTags(tx: Tx, origin: Origin, { dataset, before, now }: DatasetChange): Promise<void> {
  const [was, is] = [placed(before.tags), placed(now.tags)];
  const ids = await tagIds(tx, origin, [...was, ...is]);
  const rule = identifierRule(dataset.platform);
  const columns = new Map((await knownColumns(tx, [dataset.no])).get(dataset.no)?.map(({ canonical, no }) => [canonical, no]));
  const noOf = (column: string | null): No | undefined =>
    column === null ? dataset.no : columns.get(canonicalPart(rule, column));
  const staying = new Set(is.map(keyOf));
  for (const { tag, column } of was.filter((one) => !staying.has(keyOf(one)))) {
    const [no, id] = [noOf(column), ids.get(tag.toLowerCase())];
    if (no !== undefined && id !== undefined) await withdrawTags(tx, [no], [id], 'source');
  }
  for (const { tag, column } of is) {
    const [no, id] = [noOf(column), ids.get(tag.toLowerCase())];
    if (no !== undefined && id !== undefined) await assignTags(tx, [no], [id], 'source');
  }
}

const keyOf = ({ tag, column }: Placed): string => JSON.stringify([tag.toLowerCase(), column]);

const placed = (said: DatasetSays['tags']): readonly Placed[] =>
  (said?.tags ?? []).map(({ key, value, field }) => ({ tag: tagName(key, value), column: field ?? null }));

const TAG_MAX = 100;

/** `pii` for a key that is only set, `tier:gold` for one with a value, in the letters that names of tags have here. */
function tagName(key: string, value: string): string {
  const name = ['', 'true'].includes(value.toLowerCase()) ? key : `${key}:${value}`;
  const allowed = name.normalize('NFC').replaceAll(/[^\p{L}\p{N} ._:/-]/gu, '_');
  return [...(/^[\p{L}\p{N}]/u.test(allowed) ? allowed : `x${allowed}`)].slice(0, TAG_MAX).join('').trim();
}

/** Ids of tags by their names without regard to case; those that are not there are made. */
async function tagIds(tx: Tx, origin: Origin, wanted: readonly Placed[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map(wanted.map(({ tag }) => [tag.toLowerCase(), tag]));
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
        detail: { name, because: 'openlineage' },
        payload: { tagId: id },
      },
    ]);
  }
  return new Map((await tagsByName(tx, [...names.values()])).map(({ id, name }) => [name.toLowerCase(), id]));
}
