import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packageRoot } from '../kernel/root.ts';
import { consolePage } from './page.ts';

/** A file of the console, compressed: uncompressed they are 9 MB, which would stay in memory. */
export interface Asset {
  readonly type: string;
  readonly gzipped: Buffer;
  readonly etag: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const own = (name: string) => () => readFile(path.join(packageRoot, 'console', name), 'utf8');
/** GraphiQL, bundled with its editor. Loaded when somebody opens the console, not before. */
const bundle = () => import('@graphql-yoga/render-graphiql/graphiql');

const SOURCES: Readonly<Record<string, { readonly type: string; readonly load: () => Promise<string> }>> = {
  '/': { type: 'text/html; charset=utf-8', load: () => Promise.resolve(consolePage()) },
  '/console/console.js': { type: SCRIPT, load: own('console.browser.js') },
  '/console/console.css': { type: STYLE, load: own('console.css') },
  '/console/graphiql.js': { type: SCRIPT, load: async () => (await bundle()).js },
  '/console/graphiql.css': { type: STYLE, load: async () => (await bundle()).css },
  '/console/editor.worker.js': { type: SCRIPT, load: async () => (await bundle()).editorWorkerService },
  '/console/json.worker.js': { type: SCRIPT, load: async () => (await bundle()).jsonWorker },
  '/console/graphql.worker.js': { type: SCRIPT, load: async () => (await bundle()).graphqlWorker },
};

export const ASSET_PATHS: readonly string[] = Object.keys(SOURCES);

const made = new Map<string, Promise<Asset>>();

/** The asset at one of `ASSET_PATHS`, made once. */
export function assetAt(address: string): Promise<Asset> {
  const known = made.get(address);
  if (known !== undefined) return known;
  const asset = makeAsset(address);
  made.set(address, asset);
  return asset;
}

async function makeAsset(address: string): Promise<Asset> {
  const source = SOURCES[address];
  if (source === undefined) throw new RangeError(`The console has no ${address}.`);
  const gzipped = await promisify(gzip)(await source.load());
  return { type: source.type, gzipped, etag: `"${createHash('sha256').update(gzipped).digest('base64url').slice(0, 22)}"` };
}
