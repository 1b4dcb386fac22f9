import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { joinSubgraphs, sampleGraphOf, startCadastre } from '../../app/cadastre.ts';
import { ensureSample, type SampleGraph } from '../../app/sample.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import type { Kernel, Subgraph } from '../../kernel/graph/subgraph.ts';
import { tidy } from '../../subgraphs/governance/service/tidyDaily.ts';
import { begunHome, silentLog, testConfig } from './running.ts';

const DAY_MS = 86_400_000;

/** A graph whose answers are lost now and then: what was asked is done, and whoever asked does not hear of it. */
function losing(
  graph: SampleGraph,
  everyNth: number,
  lost: { isRequestLost: boolean },
): SampleGraph & { readonly asked: () => number } {
  let asked = 0;
  return {
    ...graph,
    execute: async (...call) => {
      const answer = await graph.execute(...call);
      // What was asked for in the past must still be there when its reviewers come, after whoever ends such things came by.
      if (call[0].includes('requestApproval') && !lost.isRequestLost) {
        lost.isRequestLost = true;
        await sleep(3_000);
        throw new Error('the answer to the request is lost');
      }
      if (/\bquery\b/.test(call[0])) return answer;
      asked++;
      if (asked % everyNth === 0) throw new Error(`answer ${asked} is lost`);
      return answer;
    },
    asked: () => asked,
  };
}

test('a sample that is cut off anywhere is completed by later starts, once', async () => {
  let loaded: { kernel: Kernel; subgraphs: readonly Subgraph[] } | undefined;
  const load = async (kernel: Kernel): Promise<readonly Subgraph[]> => {
    loaded = { kernel, subgraphs: await loadAllSubgraphs(kernel) };
    return loaded.subgraphs;
  };
  const running = await startCadastre(testConfig(await begunHome()), { log: silentLog, load });
  onTestFinished(() => running.stop());
  if (loaded === undefined) throw new Error('nothing was loaded');
  const { kernel, subgraphs } = loaded;
  const whole = await sampleGraphOf(kernel, await joinSubgraphs(subgraphs, silentLog));
  const db = kernel.db;
  const isComplete = async (): Promise<boolean> =>
    (await db.query(`select 1 from kernel.setting where name = 'sample'`)).length > 0;

  const startMs = Date.now() - 3 * DAY_MS;
  let starts = 0;
  const lost = { isRequestLost: false };
  while (!(await isComplete())) {
    starts++;
    expect(starts).toBeLessThan(20);
    // Each start loses its answers elsewhere, and comes on another day.
    const graph = losing(whole, 17 + starts * 29, lost);
    // However long that takes: the answers that a repeat needs are not forgotten meanwhile.
    await db.query(`update kernel.idempotency set recorded_at = recorded_at - interval '40 days'`);
    await tidy(db, new AbortController().signal);
    await ensureSample({ db, log: silentLog }, graph, () => undefined, startMs + starts * (DAY_MS / 24)).catch(() => undefined);
  }
  expect(starts).toBeGreaterThan(2);
  await tidy(db, new AbortController().signal);
  expect(
    await db.query(`select key from kernel.idempotency where key like 'sample/%' and recorded_at < now() - interval '35 days'`),
  ).toEqual([]);
  const events = await db.query<{ action: string; count: number }>(
    'select action, count(*)::int as count from kernel.audit_event group by action',
  );
  const countOf = new Map(events.map(({ action, count }) => [action, count]));
  expect(countOf.get('registry.stage.bound.v1')).toBe(1);
  expect(countOf.get('governance.approval.decided.v1')).toBe(2);
  expect([...countOf.keys()].filter((action) => action.includes('.refused.'))).toEqual([]);
}, 300_000);
