// Makes the verifier one file that needs nothing but Node, so that whoever receives an export can take it along and read it:
//   node cli/verify/bundle.mjs dist/verify-audit.mjs
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const [outfile] = process.argv.slice(2);
if (outfile === undefined) throw new Error('Name the file to write.');

const { status, error } = spawnSync(
  process.execPath,
  [
    path.join(ROOT, 'node_modules/esbuild/bin/esbuild'),
    path.join(ROOT, 'cli/verify/main.ts'),
    '--bundle',
    '--platform=node',
    '--target=node20',
    '--format=esm',
    '--charset=utf8',
    '--log-level=warning',
    `--outfile=${path.resolve(outfile)}`,
  ],
  { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
);
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
