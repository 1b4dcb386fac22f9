/** Run by the build: composes the graph of all subgraphs, so that no start has to. */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { composeContracts, contracts } from './composition.ts';
import { supergraphFile } from './supergraph.ts';

const file = supergraphFile(contracts);
const { supergraphSdl } = composeContracts();
const folder = path.dirname(file);
mkdirSync(folder, { recursive: true });
// Renamed when complete: a server may start meanwhile.
writeFileSync(`${file}.unfinished`, supergraphSdl);
renameSync(`${file}.unfinished`, file);
for (const other of readdirSync(folder)) if (other !== path.basename(file)) rmSync(path.join(folder, other), { force: true });
