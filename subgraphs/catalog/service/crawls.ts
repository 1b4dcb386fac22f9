import { record, type Receipt } from '../../../kernel/audit/record.ts';
import type { Origin } from '../../../kernel/audit/append.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { notFound } from '../../../kernel/fault.ts';
import { newId } from '../../../kernel/ids.ts';
import { mutate, type MutationInput, type Prepared, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { CrawlCancelled, CrawlReleased, CrawlStarted } from '../domain/result.ts';
import type { Crawl } from '../domain/source.ts';
import { findCrawl, moveCrawl, requestCrawl } from '../store/crawls.ts';
import { requireSource } from './sources.ts';

/** Asks for a crawl; a worker takes it. The one that is under way is answered instead of a second. */
export async function startCrawl(
  context: Context,
  input: MutationInput & { readonly source: string },
): Promise<CrawlStarted | RefusedResult> {
  const result = await mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'startCrawl',
      noun: 'catalog.crawl',
      action: 'catalog.crawl',
      input,
      prepare: () => requireSource(context, input.source),
    },
    async (tx, origin, { source }): Promise<CrawlStarted> => {
      const asked = {
        id: newId('crawl'),
        sourceId: source.id,
        requestedBy: origin.actor.id,
        simulated: context.request.simulatedAt !== undefined,
      };
      const { id, isNew } = await requestCrawl(tx, asked);
      const receipt = await recordCrawl(
        tx,
        origin,
        isNew ? 'catalog.crawl.requested.v1' : 'catalog.crawl.joined.v1',
        id,
        source.id,
      );
      return { __typename: 'CrawlStarted', ...tokens(receipt), crawlId: id, alreadyRunning: !isNew };
    },
  );
  context.knock();
  return result;
}

export async function cancelCrawl(
  context: Context,
  input: MutationInput & { readonly id: string },
): Promise<CrawlCancelled | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'cancelCrawl',
      noun: 'catalog.crawl',
      action: 'catalog.crawl',
      input,
      prepare: () => requireCrawl(context, input.id),
    },
    async (tx, origin, { crawl }): Promise<CrawlCancelled | Refusal> => {
      if (
        !(await moveCrawl(tx, crawl.id, ['queued', 'running', 'held'], 'cancelled', {
          finishedAt: tx.now,
          reason: 'Cancelled by a person.',
        }))
      )
        return ended;
      const receipt = await recordCrawl(tx, origin, 'catalog.crawl.cancelled.v1', crawl.id, crawl.sourceId);
      return { __typename: 'CrawlCancelled', ...tokens(receipt), crawlId: crawl.id };
    },
  );
}

/** A person's word on a held crawl: accept, and it is taken up again with what vanished marked missing; or leave all as it is. */
export async function releaseCrawl(
  context: Context,
  input: MutationInput & { readonly id: string; readonly accept: boolean },
): Promise<CrawlReleased | RefusedResult> {
  const result = await mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'releaseCrawl',
      noun: 'catalog.crawl',
      action: 'catalog.releaseCrawl',
      input,
      prepare: () => requireCrawl(context, input.id),
    },
    async (tx, origin, { crawl }): Promise<CrawlReleased | Refusal> => {
      const isMoved = input.accept
        ? await moveCrawl(tx, crawl.id, ['held'], 'queued', { releasedBy: origin.actor.id })
        : await moveCrawl(tx, crawl.id, ['held'], 'partial', {
            finishedAt: tx.now,
            reason: 'What vanished was left as it was, by a person.',
          });
      if (!isMoved) return { refusal: { code: 'NOT_HELD', message: 'The crawl is not held. Nothing is to be released.' } };
      const action = input.accept ? 'catalog.crawl.released.v1' : 'catalog.crawl.rejected.v1';
      const receipt = await recordCrawl(tx, origin, action, crawl.id, crawl.sourceId);
      return { __typename: 'CrawlReleased', ...tokens(receipt), crawlId: crawl.id };
    },
  );
  context.knock();
  return result;
}

const ended: Refusal = { refusal: { code: 'CRAWL_ENDED', message: 'The crawl has ended already.' } };

/** @throws Fault FORBIDDEN, or NOT_FOUND to those who may know what there is */
async function requireCrawl(context: Context, id: string): Promise<Prepared & { readonly crawl: Crawl }> {
  requireAction(context.request, 'catalog.browse');
  const crawl = await findCrawl(context.kernel.db, id);
  if (crawl === null) throw notFound(`The crawl ${id.slice(0, 60)}`);
  return { crawl, subject: { type: 'Crawl', id: crawl.id } };
}

export function recordCrawl(tx: Tx, origin: Origin, action: string, crawlId: string, sourceId: string): Promise<Receipt> {
  return record(tx, origin, [
    {
      action,
      subject: { type: 'Crawl', id: crawlId, digest: null },
      aggregateId: crawlId,
      fields: ['state'],
      detail: null,
      payload: { crawlId, sourceId },
    },
  ]);
}
