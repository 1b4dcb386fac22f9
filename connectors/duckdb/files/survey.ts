import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { FORMATS, formatOf, isPartition } from './format.ts';
import type { Format } from './format.ts';
import type { Place } from './glob.ts';

/** A file, or a folder of partitions that are one dataset together. */
export interface FileDataset {
  readonly path: readonly string[];
  readonly format: Format;
  readonly files: readonly string[];
  readonly sizeBytes: number;
  readonly isPartitioned: boolean;
}

export interface Folder {
  /** The outermost folder, then, for one inside it, the path from there. Joined by slashes they are the path on disk. */
  readonly path: readonly string[];
  readonly datasets: readonly FileDataset[];
  /** Why the list may be incomplete. */
  readonly reason: string | null;
}

/** Beyond this it is no longer a folder that people look after; the receipt says that the rest is missing. */
const FILES_MAX = 100_000;
const DEPTH_MAX = 32;

interface Walk {
  readonly place: Place;
  /** What all paths begin with. */
  readonly base: string;
  readonly signal: AbortSignal;
  filesLeft: number;
}

/**
 * Walks a folder by names alone. Links are not followed, because they lead out of it, and names that begin with a dot or
 * an underscore are left out, as all engines of data lakes do.
 */
export async function survey(place: Place, signal: AbortSignal): Promise<readonly Folder[]> {
  const isOneDataset = await isPartitioned(place.root);
  const walk: Walk = { place, base: isOneDataset ? dirname(place.root) : place.root, signal, filesLeft: FILES_MAX };
  if (!isOneDataset) return folders(walk, place.root, 0);
  return [{ path: [walk.base], datasets: await partitioned(walk, place.root, 0), reason: walk.filesLeft > 0 ? null : TOO_MANY }];
}

const TOO_MANY = `there are more than ${FILES_MAX} files; name a smaller folder or a pattern such as /srv/lake/2026/**/*.parquet`;

async function folders(walk: Walk, folder: string, depth: number): Promise<readonly Folder[]> {
  walk.signal.throwIfAborted();
  const path = pathOf(walk.base, folder);
  if (depth > DEPTH_MAX)
    return [{ path, datasets: [], reason: `${folder} lies deeper than ${DEPTH_MAX} folders and was not listed` }];
  const { entries, reason } = await listed(folder);
  const datasets: FileDataset[] = [];
  const below: Folder[] = [];
  for (const entry of entries) {
    const inside = join(folder, entry.name);
    if (entry.isFile()) datasets.push(...(await file(walk, path, inside)));
    else if (await isPartitioned(inside)) datasets.push(...(await partitioned(walk, inside, depth + 1)));
    else below.push(...(await folders(walk, inside, depth + 1)));
  }
  const here = { path, datasets, reason: reason ?? (walk.filesLeft > 0 ? null : TOO_MANY) };
  // A folder without data is no news, unless it could not be read.
  return folder === walk.base || datasets.length > 0 || reason !== null ? [here, ...below] : below;
}

async function file(walk: Walk, folder: readonly string[], path: string): Promise<readonly FileDataset[]> {
  const format = formatOf(path);
  if (format === null || !walk.place.matches(relative(walk.place.root, path)) || walk.filesLeft <= 0) return [];
  walk.filesLeft -= 1;
  return [{ path: [...folder, basename(path)], format, files: [path], sizeBytes: await sizeOf(path), isPartitioned: false }];
}

async function partitioned(walk: Walk, folder: string, depth: number): Promise<readonly FileDataset[]> {
  const files = await filesBelow(walk, folder, depth);
  const format = FORMATS.find((each) => files.some((path) => formatOf(path) === each));
  if (format === undefined) return [];
  const ofFormat = files.filter((path) => formatOf(path) === format);
  const sizes = await Promise.all(ofFormat.map(sizeOf));
  const path = folder === walk.base ? [folder] : [...pathOf(walk.base, dirname(folder)), basename(folder)];
  return [{ path, format, files: ofFormat, sizeBytes: sizes.reduce((sum, size) => sum + size, 0), isPartitioned: true }];
}

async function filesBelow(walk: Walk, folder: string, depth: number): Promise<readonly string[]> {
  walk.signal.throwIfAborted();
  if (depth > DEPTH_MAX) return [];
  const found: string[] = [];
  for (const entry of (await listed(folder)).entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(walk, path, depth + 1)));
    else found.push(...(await file(walk, [], path)).flatMap((dataset) => dataset.files));
  }
  return found;
}

const isPartitioned = async (folder: string): Promise<boolean> =>
  (await listed(folder)).entries.some((entry) => entry.isDirectory() && isPartition(entry.name));

async function listed(folder: string): Promise<{ readonly entries: readonly Dirent[]; readonly reason: string | null }> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const visible = entries.filter((entry) => !/^[._]/.test(entry.name) && (entry.isFile() || entry.isDirectory()));
    return { entries: visible.sort((a, b) => (a.name < b.name ? -1 : 1)), reason: null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { entries: [], reason: `${folder} cannot be listed (${code}); give this process read permission on it` };
  }
}

function pathOf(base: string, folder: string): readonly string[] {
  const inside = relative(base, folder);
  return inside === '' ? [base] : [base, inside];
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;
