// What lineage costs, in CPU seconds and in latency: by the built command in a new process, start and compilation
// included, then in a process that has seen it all, then by sqlglot on the same statements in the same run:
//   node app/build.mjs && npx tsx bench/lineage.ts <file of JSON lines {id, dialect, sql | statements, schema?}>
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lineageLine, requestOf } from '../cli/lineage/caseLine.ts';
import { analyzeNow } from '../lineage/analyze.ts';
import { costsOfCommand, type ProcessCosts } from './lineageProcess.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('Name a file of JSON lines with statements.');
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '');
const requests = lines.map((line) => requestOf(lineageLine.parse(JSON.parse(line)), false));

const SQLGLOT = `
import json, sys, time
import sqlglot
from sqlglot import exp, parse
from sqlglot.dialects import Dialect
from sqlglot.lineage import lineage
names = {'ansi': None, 'athena': 'presto', 'mariadb': 'mysql', 'greenplum': 'postgres', 'vertica': 'postgres', 'impala': 'hive'}
lines = [json.loads(line) for line in open(sys.argv[1]) if line.strip()]
for line in lines:
    dialect = names.get(line.get('dialect'), line.get('dialect'))
    dialect = dialect if dialect in Dialect.classes else None
    for sql in line.get('statements') or [line.get('sql') or '']:
        try:
            trees = parse(sql, read=dialect)
        except Exception:
            continue
        for tree in trees:
            query = tree if isinstance(tree, (exp.Select, exp.Union)) else tree.find(exp.Select) if tree else None
            for name in [each.alias_or_name for each in getattr(query, 'selects', [])]:
                try:
                    lineage(name, query.sql(dialect), dialect=dialect)
                except Exception:
                    pass
print(time.process_time())
`;

let statements = 0;
const passes = ['in this process, first', 'warm', 'warm'].map((name) => ({ name, costs: passCosts() }));
const ours = [{ name: 'in a new process', costs: await costsOfCommand(lines) }, ...passes];
const theirs = sqlglotSeconds();
for (const { name, costs } of ours) report(name, costs);
console.log(
  theirs === null ? 'sqlglot did not run' : `sqlglot    ${rate(theirs)}; whole process, as the first line of cadastre's`,
);

/** One pass of the engine in this thread, with V8's optimizing compiler, as in a server. */
function passCosts(): ProcessCosts {
  const before = process.cpuUsage();
  const latenciesMs: number[] = [];
  statements = 0;
  for (const request of requests) {
    const started = performance.now();
    statements += Math.max(1, analyzeNow(request).statements.length);
    latenciesMs.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, latenciesMs };
}

function report(name: string, { cpuSeconds, latenciesMs }: ProcessCosts): void {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  const times = theirs === null ? '' : `, ${(theirs / cpuSeconds).toFixed(1)} times sqlglot`;
  console.log(`cadastre   ${rate(cpuSeconds)}${times}, ${name}; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(1)} ms`);
}

function rate(cpuSeconds: number): string {
  return `${statements} statements, ${cpuSeconds.toFixed(2)} CPU s, ${(statements / cpuSeconds).toFixed(0)} a second`;
}

/** One call of sqlglot.lineage for each output, which is how its lineage is asked for. */
function sqlglotSeconds(): number | null {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', SQLGLOT, file ?? ''], { encoding: 'utf8' });
  if (status === 0) return Number(stdout);
  console.error(stderr.trim().split('\n').at(-1));
  return null;
}
