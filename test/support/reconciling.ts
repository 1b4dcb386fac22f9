import { graphql } from 'graphql';
import type { Database } from '../../kernel/db/database.ts';
import type { Subgraph } from '../../kernel/graph/subgraph.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { analyzeNow } from '../../lineage/analyze.ts';
import { catalogSubgraph } from '../../subgraphs/catalog/index.ts';
import { governanceSubgraph } from '../../subgraphs/governance/index.ts';
import { registrySubgraph } from '../../subgraphs/registry/index.ts';
import { testKernel } from './catalog.ts';

export interface Found {
  readonly kind: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly expected: string | null;
  readonly found: string | null;
  readonly eventId: string | null;
  readonly message: string;
}

export interface Reconciled {
  readonly checked: number;
  readonly findings: readonly Found[];
}

/** All that the subgraphs find, page by page as the command does. */
export async function reconcileAll(db: Database, first = 500): Promise<Reconciled> {
  const kernel = testKernel(db);
  const catalog = catalogSubgraph(kernel, {}, (request) => Promise.resolve(analyzeNow(request)));
  const parts = [
    { subgraph: governanceSubgraph(kernel), field: 'reconcileGovernance' },
    { subgraph: catalog, field: 'reconcileCatalog' },
    { subgraph: registrySubgraph(kernel), field: 'reconcileRegistry' },
  ];
  const findings: Found[] = [];
  let checked = 0;
  for (const { subgraph, field } of parts) {
    let after: string | null = null;
    do {
      const page = await askPage(subgraph, field, first, after);
      checked += page.checked;
      findings.push(...page.findings);
      after = page.next;
    } while (after !== null);
  }
  return { checked, findings };
}

interface Page extends Reconciled {
  readonly total: number | null;
  readonly next: string | null;
}

export async function askPage(subgraph: Subgraph, field: string, first: number, after: string | null): Promise<Page> {
  const { data, errors } = await graphql({
    schema: subgraph.schema,
    source: `query($first: Int, $after: String) { page: ${field}(first: $first, after: $after) {
      checked total next findings { kind subjectType subjectId expected found eventId message } } }`,
    variableValues: { first, after },
    contextValue: subgraph.context(internalRequest('test')),
  });
  if (errors !== undefined) throw errors[0]?.originalError ?? errors[0] ?? new Error('no answer');
  return (data as unknown as { readonly page: Page }).page;
}

export const findingsOf = async (db: Database): Promise<readonly Found[]> => (await reconcileAll(db)).findings;

/** What is changed, in which table and how, and the finding that tells of it. */
export type Tampering = readonly [what: string, table: string, statement: string, kind: string, message: RegExp];

/** Something that is changed behind the program's back, and put back afterwards. */
export async function tamperedWith<T>(db: Database, table: string, statement: string, look: () => Promise<T>): Promise<T> {
  // Triggers that keep the log and foreign keys are off, as for somebody who owns the database.
  const asOwner = (...statements: readonly (readonly [string, readonly unknown[]])[]): Promise<void> =>
    db.transaction(async (tx) => {
      await tx.query('set local session_replication_role = replica');
      for (const [text, values] of statements) await tx.query(text, values);
    });
  const [kept] = await db.query<{ rows: string }>(`select coalesce(json_agg(t), '[]')::text as rows from ${table} t`);
  await asOwner([statement, []]);
  try {
    return await look();
  } finally {
    const back = `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`;
    await asOwner([`delete from ${table}`, []], [back, [kept?.rows]]);
  }
}
