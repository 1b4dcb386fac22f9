import { entriesInLog, headOf, listLogs, loadTiles, type Log } from '../../../../kernel/audit/ledger/ledger.ts';
import { withCosignatures } from '../../../../kernel/audit/ledger/cosignatures.ts';
import { encodeEntries } from '../../../../kernel/audit/log/entryBundle.ts';
import { HASH_BYTES } from '../../../../kernel/audit/log/hash.ts';
import { signerKey } from '../../../../kernel/audit/log/noteKey.ts';
import { parseTilePath, TILE_WIDTH, tileWidth, type Tile } from '../../../../kernel/audit/log/tile.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { notFound } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { PublicRoute, RawReply, Route, RouteCall, RouteRequest } from '../../../../kernel/http/route.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { exportLog } from './exportLog.ts';

type Params = RouteCall['params'];

const TEXT = 'text/plain; charset=utf-8';

/** What was once in the log stays there: anybody on the way may keep it. */
const FOREVER = { 'cache-control': 'public, max-age=31536000, immutable' };

/**
 * The log as C2SP tlog-tiles has it. Checkpoints and hashes are for everybody, because they say nothing of what happened;
 * the entries themselves are for those who may read the audit trail. `/log/` is the log that grows, `/log/epoch/<n>/` each one.
 */
export function logRoutes(kernel: Pick<Kernel, 'db' | 'auditLog'>): readonly (Route | PublicRoute)[] {
  const { db } = kernel;
  return ['/log', '/log/epoch/:epoch'].flatMap((base) => [
    open(`${base}/checkpoint`, (params) => checkpoint(db, params)),
    open(`${base}/vkey`, (params) => verifierKey(kernel, params)),
    {
      ...get(`${base}/export`),
      handle: async ({ params, query, context }: RouteRequest) => {
        requireAction(context, 'audit.read');
        return exportLog(kernel, await logOf(db, params), query, context);
      },
    },
    open(`${base}/tile/:level/*`, (params) => hashes(db, params)),
    forReaders(`${base}/tile/entries/*`, (params) => entries(db, params)),
  ]);
}

type Answer = (params: Params) => Promise<RawReply>;

const get = (path: string) => ({ method: 'GET', path, bodyBytesMax: 1_024 }) as const;

const open = (path: string, answer: Answer): PublicRoute => ({
  ...get(path),
  isPublic: true,
  handle: ({ params }: RouteCall) => answer(params),
});

const forReaders = (path: string, answer: Answer): Route => ({
  ...get(path),
  handle: ({ params, context }: RouteRequest) => {
    requireAction(context, 'audit.read');
    return answer(params);
  },
});

async function checkpoint(db: Queryable, params: Params): Promise<RawReply> {
  const head = await headOf(db, (await logOf(db, params)).epoch);
  if (head === null) throw notFound('A checkpoint');
  return { status: 200, type: TEXT, raw: (await withCosignatures(db, head)).note };
}

/** For whoever begins to watch; whoever verifies asks somebody else. */
async function verifierKey({ db, auditLog }: Pick<Kernel, 'db' | 'auditLog'>, params: Params): Promise<RawReply> {
  const { origin } = await logOf(db, params);
  return { status: 200, type: TEXT, raw: `${signerKey(origin, auditLog.signingKey).verifier.vkey}\n` };
}

async function hashes(db: Queryable, params: Params): Promise<RawReply> {
  const { epoch, tile } = await tileAt(db, params, `tile/${params['level'] ?? ''}/${params['*'] ?? ''}`);
  const [data] = await loadTiles(db, epoch, [tile]);
  if (data === undefined || data.length < tile.width * HASH_BYTES) throw notFound('This tile');
  return octets(data.subarray(0, tile.width * HASH_BYTES));
}

async function entries(db: Queryable, params: Params): Promise<RawReply> {
  const { epoch, tile } = await tileAt(db, params, `tile/entries/${params['*'] ?? ''}`);
  const found = await entriesInLog(db, epoch, tile.index * TILE_WIDTH, tile.width);
  return octets(encodeEntries(found.map(({ body }) => Buffer.from(body, 'utf8'))));
}

async function logOf(db: Queryable, { epoch }: Params): Promise<Log> {
  const logs = await listLogs(db);
  const wanted = epoch === undefined ? logs[0] : logs.find((log) => `${log.epoch}` === epoch);
  if (wanted === undefined) throw notFound('This log');
  return wanted;
}

async function tileAt(db: Queryable, params: Params, path: string): Promise<{ readonly epoch: number; readonly tile: Tile }> {
  const tile = parseTilePath(path);
  const { epoch } = await logOf(db, params);
  const head = await headOf(db, epoch);
  if (tile === null || head === null || tile.width > tileWidth(tile, head.size)) throw notFound(path.slice(0, 100));
  return { epoch, tile };
}

const octets = (raw: Buffer): RawReply => ({ status: 200, type: 'application/octet-stream', raw, headers: FOREVER });
