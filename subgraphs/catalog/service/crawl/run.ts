import type { SourceSession } from '../../../../connectors/connector.ts';
import type { AssetRecord } from '../../../../connectors/record.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Database, Lease, Tx } from '../../../../kernel/db/database.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { IdentifierRule } from '../../../../kernel/identifier.ts';
import type { Logger } from '../../../../kernel/log.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { Crawl, Source } from '../../domain/source.ts';
import type { Analyze } from '../lineage/deriveViews.ts';
import { holdsLease } from '../../../../kernel/db/holdsLease.ts';

/** A crawl in the hands of one worker. */
export interface CrawlTurn {
  readonly db: Database;
  readonly log: Logger;
  readonly source: Source;
  readonly crawl: Crawl;
  readonly origin: Origin;
  readonly lease: Lease;
  /** Fires when the crawl is cancelled, the lease is lost or the server stops. */
  readonly signal: AbortSignal;
  /** Recorded time of everything this crawl writes; only for history that is labelled as simulated. */
  readonly at: Instant | undefined;
}

/** A crawl that is connected to its source. */
export interface CrawlRun extends CrawlTurn {
  readonly session: SourceSession;
  readonly rule: IdentifierRule;
  /** Columns may follow another rule than tables. */
  readonly columnRule: IdentifierRule;
  /** Containers by canonical name, for the parents of what lies in them. */
  readonly containers: Map<string, No>;
  readonly analyze: Analyze;
}

/** One transaction of the crawl; it does not commit once another worker has taken over. */
export function inCrawl<T>(run: CrawlTurn, work: (tx: Tx) => Promise<T>): Promise<T> {
  return run.db.transaction(
    async (tx) => {
      if (!(await holdsLease(tx, run.lease))) {
        throw new Fault('ALREADY_RUNNING', { public: `Another worker has taken over the crawl of ${run.source.name}.` });
      }
      return work(tx);
    },
    run.at === undefined ? {} : { at: run.at },
  );
}

/** Orders records as connectors yield them: by path, code unit by code unit. */
export const pathKey = (record: AssetRecord | { readonly path: readonly string[] }): string => record.path.join('\u0000');
