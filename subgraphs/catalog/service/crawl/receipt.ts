import type { CrawlItem } from '../../../../connectors/connector.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { toMs, type Instant } from '../../../../kernel/time.ts';
import { GRACE_MS, heldReason, mayVanish } from '../../domain/vanishing.ts';
import { countPresent, knownUnder, type KnownAsset } from '../../store/knownAssets.ts';
import { closeJobsOfDatasets } from '../../store/jobDatasets.ts';
import { closeEdgesOfDatasets } from '../../store/lineageEdges.ts';
import { setState } from '../../store/writeAssets.ts';
import { commitAssets, type AssetChange } from '../commitAssets.ts';
import { inCrawl, type CrawlRun } from './run.ts';
import type { ScopeCrawl } from './scopeCrawl.ts';

type Receipt = Extract<CrawlItem, { type: 'receipt' }>;

/** Assets that are marked in one transaction. */
const MARK_MAX = 64;

/**
 * Takes the receipt of a scope. Only a complete listing may call what it does not have missing, and never more of it at once
 * than the threshold allows without a person's word.
 */
export async function takeReceipt(run: CrawlRun, scope: ScopeCrawl, receipt: Receipt): Promise<void> {
  await scope.store();
  const spoiled = scope.spoiled.slice(0, 5).join('; ');
  if (!receipt.complete || spoiled !== '') {
    const reason = [receipt.reason, spoiled].filter(Boolean).join('; ');
    await inCrawl(run, (tx) => scope.end(tx, { state: 'incomplete', reason }));
    return;
  }
  const gone = await vanishedWith(run, scope);
  const known = await knownCount(run, scope);
  const newlyGone = gone.filter((asset) => asset.state === 'present').length;
  if (!mayVanish(known, newlyGone, run.crawl.releasedBy === null ? 0 : scope.heldCount)) {
    const reason = heldReason(scope.scope, known, newlyGone);
    await inCrawl(run, (tx) => scope.end(tx, { state: 'held', reason, vanished: newlyGone }));
    return;
  }
  const counts = await markGone(run, gone);
  await inCrawl(run, (tx) => scope.end(tx, { state: 'complete', reason: receipt.reason, counts }));
}

/** What vanished from the scope; when a container vanished, everything below it went with it. */
async function vanishedWith(run: CrawlRun, scope: ScopeCrawl): Promise<readonly KnownAsset[]> {
  const vanished = scope.vanished();
  if (scope.scope.length > 0 || vanished.length === 0) return vanished;
  const containers = vanished.filter((asset) => asset.kind === 'container').map((asset) => asset.no);
  const under = await knownUnder(run.db, containers);
  return [...new Map([...vanished, ...under].map((asset) => [asset.no, asset])).values()];
}

const knownCount = (run: CrawlRun, scope: ScopeCrawl): Promise<number> =>
  scope.scope.length === 0 ? countPresent(run.db, run.source.id) : Promise.resolve(scope.presentBefore());

async function markGone(run: CrawlRun, gone: readonly KnownAsset[]): Promise<{ missing: number; removed: number }> {
  const counts = { missing: 0, removed: 0 };
  for (let i = 0; i < gone.length; i += MARK_MAX) {
    const part = await inCrawl(run, (tx) => markPart(tx, run, gone.slice(i, i + MARK_MAX)));
    counts.missing += part.missing;
    counts.removed += part.removed;
  }
  return counts;
}

async function markPart(tx: Tx, run: CrawlRun, part: readonly KnownAsset[]): Promise<{ missing: number; removed: number }> {
  const ending = part.filter((asset) => asset.state === 'missing' && isOverGrace(asset.missingSince, tx.now));
  const mark = async (assets: readonly KnownAsset[], from: 'present' | 'missing', to: 'missing' | 'removed') => {
    if (assets.length === 0) return [];
    const marked = await setState(
      tx,
      assets.map(({ no }) => no),
      { sourceId: run.source.id, from, to },
    );
    return assets.filter(({ no }) => marked.has(no)).map((asset) => gone(asset, to));
  };
  const missing = await mark(
    part.filter((asset) => asset.state === 'present'),
    'present',
    'missing',
  );
  const removed = await mark(ending, 'missing', 'removed');
  const removedNos = removed.map(({ no }) => no);
  if (removed.length > 0) await closeEdgesOfDatasets(tx, removedNos);
  await closeJobsOfDatasets(tx, removedNos);
  if (missing.length + removed.length > 0) await commitAssets(tx, run.origin, [...missing, ...removed], run.crawl.simulated);
  return { missing: missing.length, removed: removed.length };
}

const isOverGrace = (since: Instant | null, now: Instant): boolean => since !== null && toMs(now) - toMs(since) > GRACE_MS;

const gone = ({ no, kind, canonical }: KnownAsset, state: 'missing' | 'removed'): AssetChange => ({
  no,
  action: `catalog.asset.${state}.v1`,
  fields: ['state'],
  detail: { canonical },
  payload: { kind },
});
