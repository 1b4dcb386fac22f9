// Statements per CPU second and the latency of each, beside sqlglot on the same statements in the same run:
//   npx tsx bench/lineage.ts <file of JSON lines {id, dialect, sql | statements, schema?}>
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lineageLine, requestOf } from '../cli/lineage/caseLine.ts';
import { analyzeNow } from '../lineage/analyze.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('Name a file of JSON lines with statements.');
const requests = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => requestOf(lineageLine.parse(JSON.parse(line)), false));

for (const pass of ['cold', 'warm', 'warm'] as const) measure(pass);

function measure(pass: 'cold' | 'warm'): void {
  const before = process.cpuUsage();
  const latencies: number[] = [];
  let statements = 0;
  for (const request of requests) {
    const started = performance.now();
    statements += Math.max(1, analyzeNow(request).statements.length);
    latencies.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  latencies.sort((a, b) => a - b);
  const at = (share: number): string =>
    (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(2);
  console.log(
    `cadastre  ${statements} statements, ${seconds.toFixed(2)} CPU s, ${(statements / seconds).toFixed(0)} a second, ${pass}; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(1)} ms`,
  );
}

/** One call of sqlglot.lineage for each output, which is how its lineage is asked for. */
const SQLGLOT = `
import json, sys, time
import sqlglot
from sqlglot import exp, parse
from sqlglot.dialects import Dialect
from sqlglot.lineage import lineage
names = {'ansi': None, 'athena': 'presto', 'mariadb': 'mysql', 'greenplum': 'postgres', 'vertica': 'postgres', 'impala': 'hive'}
lines = [json.loads(line) for line in open(sys.argv[1]) if line.strip()]
statements, started = 0, time.process_time()
for line in lines:
    dialect = names.get(line.get('dialect'), line.get('dialect'))
    dialect = dialect if dialect in Dialect.classes else None
    for sql in line.get('statements') or [line.get('sql') or '']:
        try:
            trees = parse(sql, read=dialect)
        except Exception:
            statements += 1
            continue
        for tree in trees:
            statements += 1
            query = tree if isinstance(tree, (exp.Select, exp.Union)) else tree.find(exp.Select) if tree else None
            for name in [each.alias_or_name for each in getattr(query, 'selects', [])]:
                try:
                    lineage(name, query.sql(dialect), dialect=dialect)
                except Exception:
                    pass
seconds = time.process_time() - started
print(f'sqlglot {getattr(sqlglot, "__version__", "")}  {statements} statements, {seconds:.2f} CPU s, {statements / seconds:.0f} a second')
`;
const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', SQLGLOT, file], { encoding: 'utf8' });
console.log(status === 0 ? stdout.trim() : `sqlglot did not run: ${stderr.trim().split('\n').at(-1)}`);
