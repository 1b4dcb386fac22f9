import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Instant } from '../../kernel/time.ts';
import { edgesSince } from '../../subgraphs/catalog/store/reconcile/evidenceRows.ts';
import { statementsOf } from '../support/statements.ts';
import { describeOnOneEngine } from './engines.ts';

const AT = '2026-03-01T00:00:00.000000Z' as Instant;

describeOnOneEngine('edges of a piece of evidence since its last event', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
    // Of each evidence: 10 edges that ended before, then one that ended at the moment, one after it, and one that did not end.
    await db.query(
      `insert into catalog.lineage_edge (source_no, target_no, level, type, subtype, confidence, origin, evidence_key, evidence,
         recorded_from, recorded_to, last_seen_at)
       select n, e, 0, 'DIRECT', 'IDENTITY', 1, 'VIEW', 'evidence ' || e, '{}', '2026-01-01', case n
           when 11 then $1::timestamptz when 12 then $1::timestamptz + interval '1 day' when 13 then 'infinity'
           else $1::timestamptz - n * interval '1 day' end, '2026-01-01'
       from generate_series(1, 2000) e cross join generate_series(1, 13) n`,
      [AT],
    );
    await db.query('analyze catalog.lineage_edge');
  });

  it('are those that had not ended before, and no others', async () => {
    const edges = await edgesSince(db, 'evidence 7', AT);
    const places = new Map(edges.map(({ source_no, endedThen }) => [source_no, endedThen]));
    expect(places).toEqual(
      new Map([
        ['11', true],
        ['12', false],
        ['13', false],
      ]),
    );
  });

  it('are found by index, however many edges there were', async () => {
    const [sent] = await statementsOf(() => edgesSince(db, 'evidence 7', AT));
    const plan = await db.query<{ 'QUERY PLAN': string }>(`explain ${sent?.text}`, sent?.values);
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('lineage_edge_ended');
    expect(text).not.toContain('Seq Scan on lineage_edge');
  });
});
