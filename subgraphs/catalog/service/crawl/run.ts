import type { SourceSession } from '../../../../connectors/connector.ts';
import type { AssetRecord } from '../../../../connectors/record.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Database, Lease, Tx } from '../../../../kernel/db/database.ts';
import { Fault } from '../../../../kernel/fault.ts';
import { identifierRule, type IdentifierRule } from '../../../../kernel/identifier.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { Crawl, Source } from '../../domain/source.ts';
import { holdsLease } from '../../store/crawls.ts';

/** What one crawl carries with it while it runs. */
export interface CrawlRun {
  readonly db: Database;
  readonly source: Source;
  readonly crawl: Crawl;
  readonly session: SourceSession;
  readonly rule: IdentifierRule;
  readonly origin: Origin;
  readonly lease: Lease;
  /** Fires when the crawl is cancelled, the lease is lost or the server stops. */
  readonly signal: AbortSignal;
  /** Recorded time of everything this crawl writes; only for history that is labelled as simulated. */
  readonly at: Instant | undefined;
  /** Containers by canonical name, for the parents of what lies in them. */
  readonly containers: Map<string, No>;
}

export const ruleOf = (platform: string): IdentifierRule => identifierRule(platform);

/** One transaction of the crawl; it does not commit once another worker has taken over. */
export function inCrawl<T>(run: CrawlRun, work: (tx: Tx) => Promise<T>): Promise<T> {
  return run.db.transaction(
    async (tx) => {
      if (!(await holdsLease(tx, run.lease.name, run.lease.token))) {
        throw new Fault('ALREADY_RUNNING', { public: `Another worker has taken over the crawl of ${run.source.name}.` });
      }
      return work(tx);
    },
    run.at === undefined ? {} : { at: run.at },
  );
}

/** Orders records as connectors yield them: by path, code unit by code unit. */
export const pathKey = (record: AssetRecord | { readonly path: readonly string[] }): string => record.path.join('\u0000');
