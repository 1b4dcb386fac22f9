import { Readable } from 'node:stream';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { RawReply, Route, RouteReply, RouteRequest } from '../../../../kernel/http/route.ts';
import { createContext } from '../../context.ts';
import { artifactAt } from '../../store/artifacts.ts';
import { BLOB_BYTES_MAX, requireUploader, storeBlob } from './storeBlob.ts';

/** Bytes of files: they are brought before a version names them, and taken from the version that has them. */
export const blobRoutes = (kernel: Kernel): readonly Route[] => [
  upload(kernel, 'PUT'),
  upload(kernel, 'POST'),
  {
    method: 'GET',
    path: '/registry/v1/versions/:id/artifact',
    bodyBytesMax: 1_024,
    handle: (request) => download(kernel, request),
  },
];

const upload = (kernel: Kernel, method: 'PUT' | 'POST'): Route => ({
  method,
  path: '/registry/v1/blobs',
  bodyBytesMax: BLOB_BYTES_MAX,
  takesBytes: true,
  handle: async ({ context: request, body }): Promise<RouteReply> => {
    const context = createContext(kernel, request);
    await requireUploader(context);
    const { digest, sizeBytes } = await storeBlob(context, body instanceof Readable ? body : Buffer.alloc(0));
    return { status: 201, body: { digest, sizeBytes } };
  },
});

/** Always as something to save: what people upload must not run in pages of this server. */
async function download(kernel: Kernel, { context: request, params, query }: RouteRequest): Promise<RawReply> {
  const path = query.get('path');
  if (path === null) throw badInput('Say which file: ?path=model.onnx.');
  const version = await createContext(kernel, request).versions.load(params['id'] ?? '');
  const artifact = version === null ? null : await artifactAt(kernel.db, version.id, path);
  if (artifact === null) throw notFound('This file');
  return {
    status: 200,
    type: 'application/octet-stream',
    raw: await kernel.blobs.open(artifact.digest),
    headers: {
      'content-length': `${artifact.sizeBytes}`,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(path.split('/').at(-1) ?? '')}`,
      'repr-digest': `sha-256=:${Buffer.from(artifact.digest.slice(7), 'hex').toString('base64')}:`,
    },
  };
}
