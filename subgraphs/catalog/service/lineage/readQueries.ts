import type { QueryItem, SourceSession } from '../../../../connectors/connector.ts';
import { Fault } from '../../../../kernel/fault.ts';
import { merged, seenStatement, type SeenStatement } from '../../domain/lineage/statement.ts';
import { withoutLiterals } from '../../domain/lineage/statementText.ts';

/** Statements that one crawl looks at. */
const STATEMENTS_MAX = 5_000;
const NOTES_MAX = 20;

export interface ReadQueries {
  readonly seen: readonly SeenStatement[];
  /** Texts in which literals could not be told from the rest: nothing of them is kept. */
  readonly unsafe: number;
  readonly receipt: Extract<QueryItem, { type: 'receipt' }>;
}

/**
 * Reads the statements that a source tells of, each text once, without its literals. That its statistics cannot be read does
 * not fail a crawl: all else is stored by then.
 * @param isSchema whether a schema of a database is one that the catalog knows
 */
export async function readQueries(
  session: Required<Pick<SourceSession, 'queries'>>,
  isSchema: (path: readonly string[]) => boolean,
  signal: AbortSignal,
): Promise<ReadQueries> {
  const seen = new Map<string, SeenStatement>();
  let unsafe = 0;
  let receipt: ReadQueries['receipt'] | null = null;
  try {
    for await (const item of session.queries({ limit: STATEMENTS_MAX, signal })) {
      signal.throwIfAborted();
      if (item.type === 'receipt') receipt = { ...item, notes: item.notes.slice(0, NOTES_MAX) };
      else {
        const text = withoutLiterals(item.record.text);
        if (text === null) unsafe += 1;
        else
          add(
            seen,
            seenStatement(
              item.record,
              text,
              item.record.schemas.filter((schema) => isSchema(pathOf(item.record.database, schema))),
            ),
          );
      }
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Fault) || error.code !== 'SOURCE_UNAVAILABLE') throw error;
    receipt = unreadable(error.message);
  }
  return { seen: [...seen.values()], unsafe, receipt: receipt ?? unreadable('The connector ended without a receipt.') };
}

const pathOf = (database: string | null, schema: string): readonly string[] => [...(database === null ? [] : [database]), schema];

function add(seen: Map<string, SeenStatement>, statement: SeenStatement): void {
  const before = seen.get(statement.fingerprint);
  seen.set(statement.fingerprint, before === undefined ? statement : merged(before, statement));
}

const unreadable = (note: string): ReadQueries['receipt'] => ({
  type: 'receipt',
  readable: false,
  withheld: 0,
  beyond: 0,
  since: null,
  notes: [note],
});
