import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { packageRoot } from '../kernel/root.ts';

export interface ProcessCosts {
  readonly cpuSeconds: number;
  /** From a line to its answer; the first also waits for the start. */
  readonly latenciesMs: readonly number[];
}

/** When it ends, the process tells what it cost: all of its threads, and its start. */
const METER = `data:text/javascript,process.on('exit',()=>{process.stderr.write(JSON.stringify(process.cpuUsage())+'\\n')})`;

/** What the built command costs in a process of its own, asked one line after the other as somebody at a pipe would. */
export async function costsOfCommand(lines: readonly string[]): Promise<ProcessCosts> {
  const command = [`${packageRoot}/dist/cli/main.js`, 'lineage', 'sql', '--jsonl'];
  const child = spawn(process.execPath, ['--import', METER, ...command], { stdio: 'pipe' });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const latenciesMs: number[] = [];
  for (const line of lines) {
    const started = performance.now();
    child.stdin.write(`${line}\n`);
    const { done } = await answers.next();
    if (done === true) throw new Error(`The command ended early: ${told} Is it built? node app/build.mjs`);
    latenciesMs.push(performance.now() - started);
  }
  child.stdin.end();
  await ended;
  const { user, system } = JSON.parse(told.trim().split('\n').at(-1) ?? '') as NodeJS.CpuUsage;
  return { cpuSeconds: (user + system) / 1e6, latenciesMs };
}
