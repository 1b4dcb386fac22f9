import { Readable } from 'node:stream';
import { openLog, type Ledger } from '../../kernel/audit/ledger/openLog.ts';
import type { AnchorFile } from '../../kernel/audit/ledger/anchorFile.ts';
import { appendBatch, LOG_LEASE } from '../../kernel/audit/ledger/sequencer.ts';
import { originOf, record } from '../../kernel/audit/record.ts';
import { ExportVerifier, type ExportReport } from '../../kernel/audit/log/export/exportVerifier.ts';
import type { Trust } from '../../kernel/audit/log/export/exportAnchors.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database, Lease } from '../../kernel/db/database.ts';
import type { AuditLogSettings, Subgraph } from '../../kernel/graph/subgraph.ts';
import type { PublicRoute, Route } from '../../kernel/http/route.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { decide } from '../../kernel/policy/decision.ts';
import type { Instant } from '../../kernel/time.ts';

/** Puts all that waits into the log, as the leader would, and tells of each checkpoint. */
export async function drainLog(
  db: Database,
  { signingKey, origin }: Pick<AuditLogSettings, 'signingKey' | 'origin'>,
  anchor?: AnchorFile,
): Promise<readonly string[]> {
  const notes: string[] = [];
  const drain = async (lease: Lease): Promise<void> => {
    let ledger: Ledger = await openLog(db, { origin, signingKey, anchor });
    for (;;) {
      const grown = await appendBatch(db, lease, ledger, { signingKey });
      if (grown === null) return;
      ledger = grown.ledger;
      notes.push(grown.note);
    }
  };
  await db.lead(LOG_LEASE, drain);
  return notes;
}

export interface Happened {
  readonly id?: string;
  readonly detail?: unknown;
  readonly at?: Instant;
}

/** Records events of one thing. */
export async function happen(db: Database, count: number, { id = 'thing', detail = null, at }: Happened = {}): Promise<void> {
  const request = internalRequest('test');
  const origin = originOf(request, decide(request, 'catalog.crawl'));
  const one = {
    action: 'test.thing.done.v1',
    subject: { type: 'Thing', id, digest: null },
    aggregateId: id,
    fields: [],
    detail,
    payload: null,
  };
  await db.transaction(
    (tx) =>
      record(
        tx,
        origin,
        Array.from({ length: count }, () => one),
      ),
    at === undefined ? {} : { at },
  );
}

/** The route of a subgraph with this path, called as the server does. */
export async function callRoute(
  subgraph: Subgraph,
  path: string,
  context: RequestContext,
  query = '',
  params: Readonly<Record<string, string>> = {},
): Promise<string | Buffer | Readable> {
  const route = subgraph.routes?.find((each): each is Route | PublicRoute => each.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const call = { body: undefined, params, headers: {}, query: new URLSearchParams(query), signal: context.signal, context };
  const reply = await route.handle(call);
  if (!('raw' in reply)) throw new Error('not raw');
  return reply.raw;
}

/** The answer of a route that sends all of it at once. */
export async function routeText(...call: Parameters<typeof callRoute>): Promise<string> {
  const raw = await callRoute(...call);
  if (raw instanceof Readable) throw new Error('streamed');
  return raw.toString();
}

export async function exportText(subgraph: Subgraph, context: RequestContext, query = ''): Promise<string> {
  const raw = await callRoute(subgraph, '/log/export', context, query);
  if (!(raw instanceof Readable)) throw new Error('not streamed');
  let text = '';
  for await (const piece of raw) text += String(piece);
  return text;
}

export function verifyText(text: string, trust: Partial<Trust> = {}): ExportReport {
  const verifier = new ExportVerifier({ keys: [], witnesses: [], checkpoints: [], ...trust });
  verifier.push(Buffer.from(text, 'utf8'));
  return verifier.end();
}
