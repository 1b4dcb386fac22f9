import { createReadStream } from 'node:fs';
import { ExportVerifier, type ExportReport } from '../../kernel/audit/log/export/exportVerifier.ts';
import type { Trust } from '../../kernel/audit/log/export/exportAnchors.ts';

const CHUNK_BYTES = 2 ** 20;

/** Reads an export once, from its beginning to its end, with the memory of a few chunks. `-` is the standard input. */
export async function verifyFile(path: string, trust: Trust): Promise<ExportReport> {
  const verifier = new ExportVerifier(trust);
  const stream: AsyncIterable<Buffer> = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream) verifier.push(chunk);
  return verifier.end();
}
