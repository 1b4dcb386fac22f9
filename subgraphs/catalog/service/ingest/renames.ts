import type { Tx } from '../../../../kernel/db/database.ts';
import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { Symlink } from '../../store/ingestAliases.ts';
import { findDatasets } from '../../store/lineageEnds.ts';
import { writtenNames } from './names.ts';
import type { ReadEvent } from './readEvent.ts';

/**
 * Renames make the name before an alias of the name now. Of a crawled dataset they are only noted: its crawl sees soon enough
 * which of the two names is there.
 */
export async function renamesAmong(tx: Tx, events: readonly ReadEvent[]): Promise<readonly Symlink[]> {
  const renames = events.flatMap(({ said }) =>
    said.flatMap(({ namespace, name, previous }) => previous.map((alias) => ({ dataset: { namespace, name }, alias }))),
  );
  if (renames.length === 0) return [];
  const written = await writtenNames(
    tx,
    renames.map(({ alias }) => alias),
  );
  const crawled = new Set((await findDatasets(tx, written)).filter(({ isCrawled }) => isCrawled).map(namedKey));
  return renames.filter(({ alias }) => !crawled.has(namedKey(alias)));
}
