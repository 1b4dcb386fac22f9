import { readFile } from 'node:fs/promises';
import { badInput, notFound } from '../kernel/fault.ts';

/** The bytes of a file that was given. @throws Fault NOT_FOUND or BAD_USER_INPUT */
export const readGiven = (file: string): Promise<Buffer> => orFileFault(file, readFile(file));

/** Says in words what is wrong with a file that was given, for reading or for writing. */
export async function orFileFault<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw faultOf(file, error) ?? error;
  }
}

function faultOf(file: string, error: unknown): Error | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return notFound(file);
  if (error.code === 'EISDIR') return badInput(`${file} is a folder; a file is asked for.`, error);
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS')
    return badInput(`${file} may not be used.`, error);
  return null;
}
