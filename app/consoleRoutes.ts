import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { ASSET_PATHS, assetAt } from '../console/assets.ts';

/** The console: the page at `/` and what it loads, all from this server. */
export function consoleRoutes(listener: FastifyInstance): void {
  for (const address of ASSET_PATHS) {
    listener.get(address, async (request, reply) => {
      const { type, gzipped, etag } = await assetAt(address);
      void reply.headers({ etag, 'cache-control': 'no-cache', vary: 'Accept-Encoding' });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      void reply.type(type);
      if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
        return reply.header('content-encoding', 'gzip').send(gzipped);
      return reply.send(await promisify(gunzip)(gzipped));
    });
  }
}
