import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { notFound } from '../kernel/fault.ts';
import type { Client, Operation } from './client.ts';

const POLL_MS = 300;
const STATES = ['QUEUED', 'RUNNING', 'HELD', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED'] as const;

export type CrawlState = (typeof STATES)[number];

const crawl = z.object({
  id: z.string(),
  state: z.enum(STATES),
  reason: z.string().nullable(),
  counts: z.object({ added: z.number(), changed: z.number(), unchanged: z.number(), missing: z.number(), removed: z.number() }),
  scopes: z.object({ edges: z.array(z.object({ node: z.object({ expected: z.number().nullable(), listed: z.number() }) })) }),
});

export type CrawlReport = z.infer<typeof crawl>;

/** How far a crawl came, for a progress bar. */
export interface Following {
  readonly done: number;
  readonly total: number | null;
  readonly note: string;
}

/** Asks until the crawl is over or held, which only a person can end. */
export async function followCrawl(client: Client, id: string, onProgress: (progress: Following) => void): Promise<CrawlReport> {
  for (;;) {
    const { crawl: report } = await client.ask(CRAWL, { variables: { id } });
    if (report === null) throw notFound(`The crawl ${id}`);
    if (report.state !== 'QUEUED' && report.state !== 'RUNNING') return report;
    onProgress(followingOf(report));
    await sleep(POLL_MS);
  }
}

/** `12 added, 3 changed, 80 unchanged, 0 missing` */
export const countsText = ({ added, changed, unchanged, missing }: CrawlReport['counts']): string =>
  `${added} added, ${changed} changed, ${unchanged} unchanged, ${missing} missing`;

function followingOf({ scopes, counts }: CrawlReport): Following {
  const nodes = scopes.edges.map(({ node }) => node);
  const expected = nodes.every((scope) => scope.expected !== null) && nodes.length > 0;
  return {
    done: nodes.reduce((sum, scope) => sum + scope.listed, 0),
    total: expected ? nodes.reduce((sum, scope) => sum + (scope.expected ?? 0), 0) : null,
    note: countsText(counts),
  };
}

const answer = z.object({ crawl: crawl.nullable() });

const CRAWL: Operation<z.infer<typeof answer>> = {
  source: `query CliCrawl($id: ID!) { crawl(id: $id) {
    id state reason counts { added changed unchanged missing removed } scopes(first: 500) { edges { node { expected listed } } }
  } }`,
  answer,
};
