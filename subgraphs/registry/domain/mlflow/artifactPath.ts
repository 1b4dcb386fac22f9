import { Fault } from '../../../../kernel/fault.ts';
import { requireArtifactPath } from '../artifactPath.ts';
import { cited, invalid } from './mlflowFault.ts';

/**
 * Reads the path of an artifact. It is a label and never becomes part of a path of a file system; all the same whatever
 * could be one elsewhere is refused, in every spelling, because clients make files of it.
 * @param written as it stands in an address after one decoding
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function readArtifactPath(written: string): string {
  const path = written.replace(/\/+$/, '');
  const plain = decodedFully(path);
  try {
    requireArtifactPath(path);
    requireArtifactPath(plain);
  } catch (error) {
    throw error instanceof Fault ? unsafe(written) : error;
  }
  // What ends a path in an address, or begins one.
  if (/[#?;]/.test(plain) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(plain)) throw unsafe(written);
  return path;
}

const unsafe = (written: string): Fault =>
  invalid(
    `Invalid path: ${cited(written)}. Write a relative path like model/MLmodel: no '..', no empty part, no backslash, '#', '?', ';', scheme or drive.`,
  );

/** Nothing hides behind several encodings. */
function decodedFully(path: string): string {
  let plain = path;
  for (let round = 0; round < 5; round++) {
    const next = decodedOnce(plain);
    if (next === plain) return plain;
    plain = next;
  }
  // Encoded more often than anybody does who means well.
  return '..';
}

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Bytes that are no UTF-8 mean nothing good.
    if (/%[89a-f][0-9a-f]/i.test(text)) return '..';
    // A lone per cent sign is a character like any other; one that escapes something is decoded.
    return text.replaceAll(/%(?:2[ef]|5c|00|23|3f)/gi, (escaped) => String.fromCharCode(Number.parseInt(escaped.slice(1), 16)));
  }
}
