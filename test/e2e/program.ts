import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../kernel/root.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the match when stdout says so. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
}

/** `npm test` has built everything, and what is built starts in half the time; a single test runs what was just written. */
export const START =
  process.env['CI'] === 'true'
    ? [path.join(packageRoot, 'dist', 'cli', 'main.js')]
    : ['--import', 'tsx', path.join(packageRoot, 'cli', 'main.ts')];

const children = new Set<ChildProcess>();
// A test that failed may have left a server behind.
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

export function cadastre(home: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(CADASTRE_|DATABASE_|PORT$|HOST$|LOG_LEVEL$|NODE_OPTIONS$|VITEST)/.test(name),
    ),
  );
  // No process of a test lives long enough for an optimizing compiler of WebAssembly to pay.
  const child = spawn(process.execPath, ['--liftoff-only', ...START, ...args], {
    cwd: packageRoot,
    env: { ...clean, CADASTRE_HOME: home, CADASTRE_SAMPLE: 'false', PORT: '0', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.add(child.once('close', () => children.delete(child)));
  child.stdin.end();
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stdout);
        if (match !== null) resolve(match);
      };
      child.stdout.on('data', look);
      void ended.then(() => reject(new Error(`It ended without saying ${String(pattern)}: ${stderr}`)));
      look();
    });
  return { process: child, ended, said };
}

export const run = (home: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended> =>
  cadastre(home, args, environment).ended;

/** Starts a server and waits for its address. */
export async function up(
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Program & { readonly url: string }> {
  const program = cadastre(home, ['up'], environment);
  const [, url = ''] = await program.said(/up at (http:\S+)/);
  return { ...program, url };
}
