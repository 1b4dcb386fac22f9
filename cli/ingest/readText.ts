import { readFile, stat } from 'node:fs/promises';
import { ArtifactError } from '../../lineage/dbt/artifactError.ts';
import { Fault } from '../../kernel/fault.ts';
import { Malformed } from '../malformed.ts';

/** Longer texts are more than JavaScript can hold as one string. */
const SIZE_BYTES_MAX = 500_000_000;

/** The text of a file; null when there is none. */
export async function readText(file: string): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > SIZE_BYTES_MAX) throw new Malformed('TOO_LARGE', `${file} has more than ${SIZE_BYTES_MAX / 1_000_000} MB.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EISDIR') throw new Malformed('WRONG_ARTIFACT', `${file} is a folder; a file is asked for.`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new Fault('BAD_USER_INPUT', { public: `${file} may not be read.`, cause: error });
    throw error;
  }
}

/** @throws Fault NOT_FOUND that says how to get the file */
export async function readNeededText(file: string, howToGetIt: string): Promise<string> {
  const text = await readText(file);
  if (text === null) throw new Fault('NOT_FOUND', { public: `There is no ${file}. ${howToGetIt}` });
  return text;
}

/** Reads what was given, and says of which file it is not what it should be. */
export function reading<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ArtifactError) throw new Malformed(error.code, `${where}: ${error.message}`, error);
    throw error;
  }
}
