import type { Readable } from 'node:stream';
import { originOf, record } from '../../../../kernel/audit/record.ts';
import type { StoredBlob } from '../../../../kernel/blobs/blobStore.ts';
import { decide, requireAction } from '../../../../kernel/policy/decision.ts';
import { visible } from '../../../../kernel/policy/visible.ts';
import type { Context } from '../../context.ts';
import { happening } from '../../domain/happening.ts';
import { hasUploaded, insertUpload } from '../../store/artifacts.ts';

/** The largest file: 5 GiB. */
export const BLOB_BYTES_MAX = 5 * 1024 ** 3;

/** @throws Fault FORBIDDEN before a byte is read: whoever may put them nowhere may not bring them */
export async function requireUploader({ kernel, request }: Context): Promise<void> {
  const writable = await visible(kernel.db, request, 'registry.write');
  if (!writable.some((byte) => byte !== 0)) requireAction(request, 'registry.create');
}

/** Keeps bytes under their digest and remembers who brought them. Once more changes nothing. @throws Fault LIMIT_EXCEEDED, STORE_UNAVAILABLE */
export async function storeBlob(context: Context, bytes: Readable | Buffer): Promise<StoredBlob> {
  const { kernel, request } = context;
  const stored = await kernel.blobs.put(bytes, BLOB_BYTES_MAX);
  const { digest, sizeBytes } = stored;
  if (await hasUploaded(kernel.db, request.principal.id, digest)) return stored;
  await kernel.db.transaction(
    async (tx) => {
      if (await hasUploaded(tx, request.principal.id, digest)) return;
      const receipt = await record(tx, originOf(request, decide(request, 'registry.create')), [
        happening(
          'registry.blob.uploaded.v1',
          { subject: { type: 'Blob', id: digest, digest }, aggregateId: `blob/${digest}`, fields: [], detail: { sizeBytes } },
          { digest, sizeBytes },
        ),
      ]);
      await insertUpload(tx, { digest, sizeBytes, principalId: request.principal.id, eventId: receipt.auditId });
    },
    request.simulatedAt === undefined ? {} : { at: request.simulatedAt },
  );
  return stored;
}
