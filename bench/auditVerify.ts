// Time and memory to check an exported audit log offline, beside the plain SHA-256 of the same file in the same run:
//   npx tsx bench/auditVerify.ts [events, a million unless given] [aggregates, a tenth of the events unless given]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalJson, digestText, type Digest } from '../kernel/canonical.ts';
import { signCheckpoint } from '../kernel/audit/log/checkpoint.ts';
import { encodeExport } from '../kernel/audit/log/export/exportEncoder.ts';
import type { ExportEntry } from '../kernel/audit/log/export/exportFormat.ts';
import { Frontier } from '../kernel/audit/log/frontier.ts';
import { leafHash } from '../kernel/audit/log/hash.ts';
import { signerKey } from '../kernel/audit/log/noteKey.ts';
import { packageRoot } from '../kernel/root.ts';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const AGGREGATES = Number(process.argv[3] ?? EVENTS / 10);
const PAGE = 2_000;
const ROUNDS = 3;
const RSS_MB_MAX = 300;
const ORIGIN = 'example.com/audit';
const signer = signerKey(ORIGIN, Buffer.alloc(32, 1));

/** Each measured process says so itself when it ends. VmHWM is its own; what the kernel tells its parent begins with the parent's. */
const TELL = `import fs from 'node:fs'; process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const rssMb = Number(/VmHWM:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  process.stderr.write(JSON.stringify({ cpuSeconds: (user + system) / 1e6, rssMb }));
});`;
const PLAIN = `import fs from 'node:fs'; import crypto from 'node:crypto'; const digest = crypto.createHash('sha256');
for await (const chunk of fs.createReadStream(process.argv[1], { highWaterMark: 2 ** 20 })) digest.update(chunk);
digest.digest();`;

const folder = mkdtempSync(path.join(tmpdir(), 'cadastre-bench-'));
try {
  const [file, kept, verifier] = ['export.ndjson', 'kept.txt', 'verify-audit.mjs'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeExport(file, kept);
  spawnSync(process.execPath, [path.join(packageRoot, 'cli/verify/bundle.mjs'), verifier], { stdio: 'inherit' });
  console.log(
    `${EVENTS} events of ${AGGREGATES} aggregates, ${(statSync(file).size / 1e6).toFixed(0)} MB, Node ${process.versions.node}`,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const base = measure('sha256', ['--input-type=module', '--eval', PLAIN, '--', file]);
    const ours = measure('verify', [verifier, file, '--checkpoint', kept]);
    console.log(
      `verify / sha256: ${(ours.seconds / base.seconds).toFixed(1)} times the time, ${(ours.cpuSeconds / base.cpuSeconds).toFixed(1)} times the CPU time; ` +
        `${((EVENTS / ours.seconds) * 1e-3).toFixed(0)} thousand events a second; memory ${ours.rssMb <= RSS_MB_MAX ? 'within' : 'OVER'} ${RSS_MB_MAX} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

function measure(name: string, args: readonly string[]): Measured {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(TELL)}`, ...args],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stdout}${stderr}`);
  const result = { seconds, ...(JSON.parse(stderr) as Omit<Measured, 'seconds'>) };
  console.log(`${name}  ${seconds.toFixed(2)} s, ${result.cpuSeconds.toFixed(2)} CPU s, peak ${result.rssMb.toFixed(0)} MB`);
  return result;
}

/** Twice over the same events: once for the tree, since the checkpoint stands in the first line, and once to write them. */
async function writeExport(file: string, kept: string): Promise<void> {
  const frontier = new Frontier();
  for (const page of pages()) {
    for (const { leaf } of page) frontier.push(leaf);
    if (frontier.size === Math.floor(EVENTS / 2 / PAGE) * PAGE) writeFileSync(kept, signed(frontier));
  }
  const header = {
    origin: ORIGIN,
    kind: 'whole',
    range: { from: 0, to: EVENTS },
    filter: null,
    before: [],
    consistency: [],
    checkpoint: signed(frontier),
    vkey: signer.verifier.vkey,
  } as const;
  const handle = await open(file, 'w');
  for await (const text of encodeExport(header, pages())) await handle.write(text);
  await handle.close();
}

function signed(frontier: Frontier): string {
  return signCheckpoint({ origin: ORIGIN, size: frontier.size, root: frontier.root() }, signer);
}

function* pages(): Generator<readonly ExportEntry[]> {
  const heads = new Map<number, Digest>();
  for (let at = 0; at < EVENTS; at += PAGE)
    yield Array.from({ length: Math.min(PAGE, EVENTS - at) }, (_, more) => entry(at + more, heads));
}

function entry(index: number, heads: Map<number, Digest>): ExportEntry {
  const aggregate = index % AGGREGATES;
  const version = Math.floor(index / AGGREGATES) + 1;
  const id = `ast_${String(aggregate).padStart(26, '0')}`;
  const body = canonicalJson({
    v: 1,
    id: `evt_${String(index).padStart(26, '0')}`,
    time: '2026-05-01T12:00:00.000000Z',
    action: 'catalog.description.set.v1',
    actor: { id: 'usr_01jtexample0000000000000001', kind: 'human', onBehalfOf: null, authMethod: 'token' },
    subject: { type: 'dataset', id, version, digest: digestText(String(index)) },
    decision: { effect: 'allow', policyIds: ['roles/steward'], policyDigest: digestText('policy') },
    outcome: 'success',
    reason: null,
    changes: { fields: ['description'], commitment: digestText(`commitment ${index}`) },
    request: { traceId: '0af7651916cd43dd8448eb211c80319c', operation: 'SetDescription', queryHash: digestText('query') },
    correlationId: 'cor_01jtexample0000000000000001',
    aggregate: { id, version, previousEventDigest: heads.get(aggregate) ?? null },
  });
  heads.set(aggregate, digestText(body));
  return { index, leaf: leafHash(Buffer.from(body)), body };
}
