// Brings generated code and dist/ up to date with the source. Quiet when they are. Plain JavaScript without any
// dependency, because it runs before there is anything else to run: `node app/build.mjs`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIST = path.join(ROOT, 'dist');
const STAMPS = path.join(DIST, '.build');
const LOCK = path.join(STAMPS, 'lock');
const LOCK_WAIT_MS = 120_000;

/** The folders that are compiled; those of tsconfig.build.json. */
const ROOMS = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8')).include;
/** Makes the verifier one file that is handed out. */
const BUNDLE = 'cli/verify/bundle.mjs';
const VERIFIER = path.join(DIST, 'verify-audit.mjs');
/** Composes the graph of all subgraphs. */
const COMPOSER = 'app/buildSupergraph.ts';
/** Operations of tests are typed by generated code too. */
const GRAPHQL_ROOMS = [...ROOMS, 'test', 'bench'];

if (!existsSync(path.join(ROOT, 'node_modules/.package-lock.json'))) fail('node_modules is missing. Run `npm ci` first.');
if (!upToDate()) {
  locked(() => {
    if (!upToDate()) build();
  });
}

function build() {
  const started = Date.now();
  const files = sources();
  // Digests are taken before the tools read: what is saved meanwhile is built the next time.
  if (generatedIsStale()) {
    const digest = codegenDigest();
    run('generated code', 'codegen', 'node_modules/@graphql-codegen/cli/esm/bin.js', ['--config', 'codegen.ts', '--silent']);
    writeStamp('codegen', { digest, made: generatedFiles() });
  }
  removeOrphans(files);
  // What tsc remembers says nothing of files that somebody deleted from dist/.
  if (missingOutput(files)) rmSync(path.join(DIST, 'tsconfig.build.tsbuildinfo'), { force: true });
  const digest = compileDigest();
  run('dist', 'compile', 'node_modules/@typescript/native/bin/tsc', ['--project', 'tsconfig.build.json']);
  if (existsSync(path.join(ROOT, BUNDLE))) run('the verifier of audit exports', 'compile', BUNDLE, [VERIFIER]);
  if (existsSync(path.join(ROOT, COMPOSER))) run('the supergraph', 'compile', path.relative(ROOT, outputOf(COMPOSER)), []);
  writeStamp('compile', { digest });
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function upToDate() {
  return readStamp('compile')?.digest === compileDigest() && !generatedIsStale() && !missingOutput(sources());
}

function generatedIsStale() {
  const stamp = readStamp('codegen');
  return stamp?.digest !== codegenDigest() || !stamp.made.every((file) => existsSync(path.join(ROOT, file)));
}

/** By content: a checkout of another branch and back costs nothing. */
function codegenDigest() {
  const schemas = GRAPHQL_ROOMS.flatMap((room) => walk(room)).filter((file) => file.endsWith('.graphql'));
  const hash = createHash('sha256');
  for (const file of [...schemas, 'codegen.ts', 'node_modules/@graphql-codegen/cli/package.json']) {
    hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

/** By size and time, as make does: there are many files, and tsc itself looks at the content. */
function compileDigest() {
  const hash = createHash('sha256').update(process.version.split('.')[0]);
  for (const file of [...sources(), 'tsconfig.json', 'tsconfig.build.json', 'node_modules/.package-lock.json']) {
    const { size, mtimeMs } = statSync(path.join(ROOT, file), { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: 0 };
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function sources() {
  return ROOMS.flatMap((room) => walk(room)).filter(
    (file) => file.endsWith('.ts') && !/\.(test|bench|fixture|d)\.ts$/.test(file),
  );
}

function generatedFiles() {
  return GRAPHQL_ROOMS.flatMap((room) => walk(room)).filter((file) => file.includes('/__generated__/'));
}

function outputOf(source) {
  return path.join(DIST, source.replace(/\.ts$/, '.js'));
}

function missingOutput(files) {
  const isUnbundled = existsSync(path.join(ROOT, BUNDLE)) && !existsSync(VERIFIER);
  return isUnbundled || files.some((file) => !existsSync(outputOf(file)));
}

/** What was compiled from a file that is gone would still be found by an import of its name. */
function removeOrphans(files) {
  const wanted = new Set(files.map(outputOf));
  for (const file of ROOMS.flatMap((room) => walk(path.join('dist', room)))) {
    const absolute = path.join(ROOT, file);
    if (!wanted.has(absolute.replace(/\.map$/, ''))) rmSync(absolute, { force: true });
  }
}

/** Every file below a folder, by its path from the root, in the order of names; none when there is no such folder. */
function walk(folder) {
  const absolute = path.join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .toSorted();
}

/** Runs one step; on failure shows what it said and ends with its exit code. */
function run(what, step, bin, args) {
  const started = Date.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [path.join(ROOT, bin), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined || status !== 0) {
    rmSync(path.join(STAMPS, `${step}.json`), { force: true });
    fail(`${stdout}${stderr}${error?.message ?? ''}\nbuild: ${what} failed`, status ?? 1);
  }
  say(`${what} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function readStamp(step) {
  try {
    return JSON.parse(readFileSync(path.join(STAMPS, `${step}.json`), 'utf8'));
  } catch {
    return null;
  }
}

function writeStamp(step, content) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(path.join(STAMPS, `${step}.json`), JSON.stringify(content));
}

/** Two builds at once, say of `npm test` and of `npm start`, take turns; the second finds its work done. */
function locked(work) {
  mkdirSync(STAMPS, { recursive: true });
  const deadline = Date.now() + LOCK_WAIT_MS;
  while (!takeLock()) {
    if (Date.now() > deadline) fail(`another build holds ${path.relative(ROOT, LOCK)}; remove it if there is none`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  process.on('exit', () => rmSync(LOCK, { force: true }));
  work();
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!holderLives()) rmSync(LOCK, { force: true });
    return false;
  }
}

function holderLives() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'));
    // Empty for the moment between its creation and its first write.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function fail(text, code = 1) {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function say(text) {
  process.stderr.write(`build: ${text}\n`);
}
