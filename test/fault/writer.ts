import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface Writer {
  readonly child: ChildProcess;
  /** Everything it has said so far, line by line. */
  readonly lines: readonly string[];
  /** The number of the last row that it called confirmed. */
  confirmed(): number;
  /** Resolves when it has said such a line, with that line. */
  said(pattern: RegExp): Promise<string>;
  ended(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('db-writer.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Starts a program that works on the embedded database of a folder. `shell` comes before it in the same shell: a ulimit. */
export function startWriter(directory: string, mode: 'write' | 'hold', shell = ''): Writer {
  const child = spawn('bash', ['-c', `${shell} exec "$@"`, 'bash', process.execPath, '--import', TSX, SCRIPT, directory, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let rest = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return {
    child,
    lines,
    confirmed: () => lines.reduce((last, line) => Number(/^row (\d+)$/.exec(line)?.[1] ?? last), 0),
    said: async (pattern) => {
      for (;;) {
        const line = lines.find((candidate) => pattern.test(candidate));
        if (line !== undefined) return line;
        const over = await Promise.race([
          ended.then(() => true),
          new Promise<boolean>((resolve) => void setTimeout(resolve, 20, false)),
        ]);
        if (over && !lines.some((candidate) => pattern.test(candidate)))
          throw new Error(`It ended after: ${lines.slice(-3).join(' / ')}`);
      }
    },
    ended: () => ended,
  };
}
