import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../../kernel/canonical.ts';
import { Fault, notFound } from '../../kernel/fault.ts';

/** The digest of the bytes that are really there. @throws Fault NOT_FOUND */
export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'ENOENT') throw notFound(`The file ${path}`);
    throw new Fault('BAD_USER_INPUT', { public: `${path} cannot be read (${String(code)}).`, cause });
  }
  return `sha256:${hash.digest('hex')}` as Digest;
}
