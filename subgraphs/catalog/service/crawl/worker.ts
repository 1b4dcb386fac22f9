import { Fault } from '../../../../kernel/fault.ts';
import { internalPrincipal, internalRequest } from '../../../../kernel/identity/internal.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import type { Lease } from '../../../../kernel/db/database.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Crawl, CrawlPhase } from '../../domain/source.ts';
import { findCrawl, openCrawls } from '../../store/crawls.ts';
import { containerNumbers } from '../../store/knownAssets.ts';
import { sourcesById } from '../../store/sources.ts';
import type { ConnectorShelf } from '../connectors.ts';
import { crawlSource, failCrawl } from './crawlSource.ts';
import type { CrawlTurn } from './run.ts';
import type { Analyze } from '../lineage/deriveViews.ts';
import { columnRule, identifierRule } from '../../../../kernel/identifier.ts';

/** How often the queue is looked at when nobody knocks, milliseconds. */
const POLL_MS = 2_000;
/** How often a running crawl asks whether it was cancelled, milliseconds. */
const CANCEL_POLL_MS = 1_000;
const CONCURRENT_MAX = 2;

/** Runs the crawls that are asked for, one a source at a time, in whichever process holds the source's lease. */
export class CrawlWorker {
  readonly #kernel: Kernel;
  readonly #connectors: ConnectorShelf;
  readonly #analyze: Analyze;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(kernel: Kernel, connectors: ConnectorShelf, analyze: Analyze) {
    this.#kernel = kernel;
    this.#analyze = analyze;
    this.#connectors = connectors;
  }

  start(): void {
    this.#timer = setInterval(() => this.knock(), POLL_MS);
    this.knock();
  }

  /** Stops after the batches in hand; the crawls go on where they were when a worker starts again. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stopping.abort(
      new Fault('STORE_UNAVAILABLE', { public: 'The server is stopping; the crawl goes on after its next start.' }),
    );
    await Promise.allSettled(this.#running.values());
  }

  /** Looks at the queue now. */
  knock(): void {
    if (this.#stopping.signal.aborted || this.#running.has('queue')) return;
    const looking = this.#takeOpenCrawls()
      .catch((error: unknown) => this.#kernel.log.error({ err: error }, 'looking for crawls failed'))
      .finally(() => this.#running.delete('queue'));
    this.#running.set('queue', looking);
  }

  async #takeOpenCrawls(): Promise<void> {
    for (const crawl of await openCrawls(this.#kernel.db)) {
      if (this.#stopping.signal.aborted || this.#running.size > CONCURRENT_MAX) return;
      if (this.#running.has(crawl.id)) continue;
      const running = this.run(crawl.id).then(
        // Only what ended makes room: a crawl that another process runs would be asked for again without pause.
        (phase) => this.#left(crawl.id, phase !== null),
        (error: unknown) => {
          this.#kernel.log.error({ err: error, crawlId: crawl.id }, 'crawl stopped');
          this.#left(crawl.id, false);
        },
      );
      this.#running.set(crawl.id, running);
    }
  }

  #left(crawlId: string, isEnded: boolean): void {
    this.#running.delete(crawlId);
    if (isEnded) this.knock();
  }

  /**
   * Runs one crawl to its end in this process.
   * @returns the phase it ended in; null when another process runs it
   */
  async run(crawlId: string): Promise<CrawlPhase | null> {
    const crawl = await findCrawl(this.#kernel.db, crawlId);
    if (crawl === null) return null;
    let phase: CrawlPhase | null = null;
    await this.#kernel.db.lead(
      `crawl/${crawl.sourceId}`,
      async (lease) => {
        phase = await this.#lead(crawlId, lease);
      },
      { whenTaken: 'give-up', signal: this.#stopping.signal },
    );
    return phase;
  }

  async #lead(crawlId: string, lease: Lease): Promise<CrawlPhase | null> {
    // Read again under the lease: whoever led before may have finished it.
    const crawl = await findCrawl(this.#kernel.db, crawlId);
    if (crawl === null || (crawl.state !== 'queued' && crawl.state !== 'running')) return crawl?.state ?? null;
    const [source] = await sourcesById(this.#kernel.db, [crawl.sourceId]);
    if (source === undefined || source.state === 'removed') return null;
    const cancelled = this.#watchCancel(crawl.id);
    const signal = AbortSignal.any([lease.signal, cancelled.signal, this.#stopping.signal]);
    try {
      const at = crawl.simulated ? crawl.requestedAt : undefined;
      const { db, log } = this.#kernel;
      return await this.#crawl({ db, log, source, crawl, origin: originOfCrawl(crawl), lease, signal, at });
    } finally {
      cancelled.end();
    }
  }

  async #crawl(turn: CrawlTurn): Promise<CrawlPhase | null> {
    const { source, signal, db, log, crawl } = turn;
    try {
      const session = await this.#connectors.open(source, this.#kernel.sealingKey, signal);
      try {
        const containers = await containerNumbers(db, source.id);
        const rule = identifierRule(source.platform);
        return await crawlSource({
          ...turn,
          session,
          rule,
          columnRule: columnRule(source.platform),
          containers,
          analyze: this.#analyze,
        });
      } finally {
        await session.close();
      }
    } catch (error) {
      // Cut off or taken over, not failed: the next worker goes on, or the crawl was cancelled.
      if (signal.aborted || (error instanceof Fault && error.code === 'ALREADY_RUNNING')) return null;
      log.error({ err: error, crawlId: crawl.id }, 'crawl failed');
      return failCrawl(turn, publicReason(error));
    }
  }

  /** A signal that fires when somebody cancels the crawl. */
  #watchCancel(crawlId: string): { readonly signal: AbortSignal; readonly end: () => void } {
    const controller = new AbortController();
    const timer = setInterval(() => {
      findCrawl(this.#kernel.db, crawlId).then(
        (crawl) => {
          if (crawl?.state === 'cancelled') controller.abort(new Fault('CONFLICT', { public: 'The crawl was cancelled.' }));
        },
        (error: unknown) => this.#kernel.log.warn({ err: error }, 'asking whether a crawl was cancelled failed'),
      );
    }, CANCEL_POLL_MS);
    return { signal: controller.signal, end: () => clearInterval(timer) };
  }
}

const publicReason = (error: unknown): string =>
  error instanceof Fault ? error.message : 'An internal error stopped the crawl; the log of the server says more.';

/** Cadastre crawls, on behalf of whoever asked for it. */
function originOfCrawl(crawl: Crawl): Origin {
  return {
    actor: {
      id: internalPrincipal.id,
      kind: internalPrincipal.kind,
      onBehalfOf: crawl.requestedBy,
      authMethod: internalPrincipal.authMethod,
    },
    decision: decide(internalRequest('crawl'), 'catalog.crawl'),
    request: { traceId: crawl.id, operation: 'crawl', queryHash: null },
    correlationId: crawl.id,
    isSimulated: crawl.simulated,
  };
}
