import { resolve } from 'node:path';
import { badInput } from '../kernel/fault.ts';

/**
 * The file of `scheme:///absolute/path` or `scheme:relative/path`.
 * @throws Fault BAD_USER_INPUT with a right example.
 */
export function pathFromUrl(url: URL, schemes: readonly string[], example: string): string {
  if (!schemes.includes(url.protocol)) throw badInput(`This source is written like ${example}.`);
  if (url.host !== '')
    throw badInput(
      `The URL names a host, "${url.host}", but the file is on this machine: write three slashes, as in ${example}.`,
    );
  if (url.search !== '' || url.hash !== '')
    throw badInput(`The URL has no settings; a "?" or "#" in the file's name is written %3F or %23, else as in ${example}.`);
  if (url.pathname === '' || url.pathname === '/') throw badInput(`The URL names no file; write it like ${example}.`);
  try {
    return resolve(decodeURIComponent(url.pathname));
  } catch {
    throw badInput(`The URL has a percent sign that stands for nothing; write it as %25, else as in ${example}.`);
  }
}
