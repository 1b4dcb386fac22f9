import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { folderBlobs } from '../../kernel/blobs/folderBlobs.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';

/** What a subgraph has that is tested without the others: blobs in a folder that goes with the process, and no graph to ask. */
export function alone(): Pick<Kernel, 'blobs' | 'graph' | 'outbound'> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cadastre-blobs-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    blobs: folderBlobs(folder),
    outbound: { allowed: [] },
    graph: { ask: () => Promise.reject(new Fault('SOURCE_UNAVAILABLE', { public: 'This test has no graph.' })) },
  };
}
