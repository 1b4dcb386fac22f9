import { open, type FileHandle } from 'node:fs/promises';
import { Fault } from '../../kernel/fault.ts';
import { Malformed } from '../malformed.ts';

export interface Input {
  readonly stream: NodeJS.ReadableStream;
  /** Of the file; 0 where nobody knows, such as of a pipe. */
  readonly sizeBytes: number;
}

/** A file to be read piece by piece, or standard input. */
export async function openInput(file: string | undefined): Promise<Input> {
  if (file === undefined) return { stream: process.stdin, sizeBytes: 0 };
  const handle = await opened(file);
  const stat = await handle.stat();
  if (!stat.isDirectory()) return { stream: handle.createReadStream(), sizeBytes: stat.size };
  await handle.close();
  throw new Malformed('WRONG_ARTIFACT', `${file} is a folder; a file of JSON lines is asked for.`);
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Fault('NOT_FOUND', { public: `There is no ${file}. Name a file of JSON lines.`, cause: error });
    if (code === 'EACCES' || code === 'EPERM')
      throw new Fault('BAD_USER_INPUT', { public: `${file} may not be read.`, cause: error });
    throw error;
  }
}
