import type { Snapshot } from './link.ts';
import type { ViewDefinition } from './map.ts';
import { VIEW_DEFINITIONS } from './queries.ts';
import type { DefinitionRow } from './rows.ts';

const UNKNOWN: ViewDefinition = { text: null, problem: 'PostgreSQL has no definition of this view; recreate it' };

/**
 * Reads the queries of views. Printing one that is damaged, or whose tables are being dropped or rewritten, fails the whole
 * statement; so a page that fails is halved until the culprits stand alone, and each of them carries its problem.
 */
export async function readViews(snapshot: Snapshot, oids: readonly number[]): Promise<ReadonlyMap<number, ViewDefinition>> {
  if (oids.length === 0) return new Map();
  const answer = await snapshot.attempt<DefinitionRow>(VIEW_DEFINITIONS, [oids]);
  if (answer.ok)
    return new Map(
      answer.rows.map(({ oid, definition }) => [oid, definition === null ? UNKNOWN : { text: definition, problem: null }]),
    );
  const [only] = oids;
  if (oids.length === 1 && only !== undefined) return new Map([[only, { text: null, problem: answer.reason }]]);
  const middle = Math.ceil(oids.length / 2);
  const left = await readViews(snapshot, oids.slice(0, middle));
  return new Map([...left, ...(await readViews(snapshot, oids.slice(middle)))]);
}
