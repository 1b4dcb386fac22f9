import { scopeKey, type SourceSession } from '../../../../connectors/connector.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { CrawlPhase, CrawlScope } from '../../domain/source.ts';
import { findCrawl, moveCrawl, scopesOf } from '../../store/crawls.ts';
import { setNamespace } from '../../store/sources.ts';
import { takeReceipt } from './receipt.ts';
import { deriveQueries } from '../lineage/deriveQueries.ts';
import { deriveViews } from '../lineage/deriveViews.ts';
import { mergeUnderAliases } from '../merge/mergeUnderAliases.ts';
import { inCrawl, type CrawlRun, type CrawlTurn } from './run.ts';
import { ScopeCrawl } from './scopeCrawl.ts';

/**
 * Reads a source: listing, records, diff by content digest, one short transaction a batch. Goes on after the last stored
 * batch when an earlier run of the same crawl was cut off.
 * @returns the phase the crawl ended in
 */
export async function crawlSource(run: CrawlRun): Promise<CrawlPhase> {
  const begun = await inCrawl(run, async (tx) => {
    await setNamespace(tx, run.source.id, run.session.namespace);
    return moveCrawl(tx, run.crawl.id, ['queued', 'running'], 'running', { startedAt: tx.now });
  });
  if (!begun) return 'cancelled';
  const receipts = await scopesOf(run.db, run.crawl.id);
  const done = new Set(
    receipts.filter(({ state }) => state === 'complete' || state === 'incomplete').map(({ path }) => scopeKey(path)),
  );
  await readScopes(run, run.session, done);
  const deriving = { ...run, inCrawl: <T>(work: (tx: Tx) => Promise<T>) => inCrawl(run, work) };
  await deriveViews(deriving);
  await deriveQueries(deriving);
  await mergeOrphans(run);
  run.signal.throwIfAborted();
  const scopes = await scopesOf(run.db, run.crawl.id);
  return finishCrawl(run, verdict(scopes), summarise(scopes));
}

/** What lineage knew before under other names of the source is what was crawled. */
async function mergeOrphans(run: CrawlRun): Promise<void> {
  for (;;) {
    run.signal.throwIfAborted();
    const { isMore } = await inCrawl(run, (tx) => mergeUnderAliases(tx, run.origin, run.source.id));
    if (!isMore) return;
  }
}

async function readScopes(run: CrawlRun, session: SourceSession, done: ReadonlySet<string>): Promise<void> {
  let open: ScopeCrawl | null = null;
  for await (const item of session.crawl({ skip: done, signal: run.signal })) {
    run.signal.throwIfAborted();
    if (item.type === 'scope') open = await ScopeCrawl.begin(await current(run), item.scope, item.expected);
    else if (open === null || scopeKey(open.scope) !== scopeKey(item.scope)) {
      throw new Fault('INTERNAL', {
        public: 'The connector yielded a record outside of its scope.',
        internal: scopeKey(item.scope),
      });
    } else if (item.type === 'record') await open.add(item.record);
    else await takeReceipt(run, open, item);
  }
}

/** The same run with the counts that are stored by now. */
async function current(run: CrawlRun): Promise<CrawlRun> {
  return { ...run, crawl: (await findCrawl(run.db, run.crawl.id)) ?? run.crawl };
}

/** Ends a crawl that could not be finished. What it has stored stays. */
export const failCrawl = (run: CrawlTurn, reason: string): Promise<CrawlPhase> => finishCrawl(run, 'failed', reason);

async function finishCrawl(run: CrawlTurn, phase: CrawlPhase, reason: string | null): Promise<CrawlPhase> {
  return inCrawl(run, async (tx) => {
    const moved = await moveCrawl(tx, run.crawl.id, ['queued', 'running'], phase, {
      startedAt: tx.now,
      finishedAt: phase === 'held' ? null : tx.now,
      reason,
    });
    if (!moved) return 'cancelled';
    const ended = await findCrawl(tx, run.crawl.id);
    await record(tx, run.origin, [
      {
        action: phase === 'held' ? 'catalog.crawl.held.v1' : 'catalog.crawl.finished.v1',
        subject: { type: 'Crawl', id: run.crawl.id, digest: null },
        aggregateId: run.crawl.id,
        fields: ['state', 'counts'],
        detail: { state: phase, counts: ended?.counts ?? null, reason },
        outcome: phase === 'failed' ? 'failed' : 'success',
        payload: { crawlId: run.crawl.id, sourceId: run.source.id, state: phase },
      },
    ]);
    return phase;
  });
}

function verdict(scopes: readonly CrawlScope[]): CrawlPhase {
  if (scopes.some(({ state }) => state === 'held')) return 'held';
  return scopes.some(({ state }) => state !== 'complete') ? 'partial' : 'succeeded';
}

/** Why it is not a success: the reasons of the scopes, the first few of them. */
function summarise(scopes: readonly CrawlScope[]): string | null {
  const reasons = scopes
    .filter(({ state }) => state !== 'complete')
    .map(({ path, reason }) => `${path.join('.') || 'source'}: ${reason ?? 'not read'}`);
  if (reasons.length === 0) return null;
  const more = reasons.length > 5 ? [`and ${reasons.length - 5} more scopes`] : [];
  return [...reasons.slice(0, 5), ...more].join('\n');
}
