import { type Command, InvalidArgumentError } from 'commander';
import { parseInstant } from '../kernel/time.ts';
import type { Client } from './client.ts';
import { connect } from './connect.ts';
import { EXIT, type ExitCode } from './exitCode.ts';
import { nextCommand } from './nextCommand.ts';
import { asJson } from './terminal/json.ts';
import { Terminal } from './terminal/terminal.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly home?: string;
  readonly json?: boolean;
}

/** What a command has in hand when it runs. */
export interface Run {
  readonly terminal: Terminal;
  readonly globals: GlobalOptions;
  /** Prints data: as JSON when that was asked for, otherwise as `text` makes it. */
  show(data: unknown, text: () => string): void;
  /** A command to go on with, against the same server. */
  next(...words: readonly string[]): string;
}

/** Runs a command; its answer is the exit code, 0 unless it says otherwise. */
export function act(command: Command, work: (run: Run) => Promise<ExitCode | void>): Promise<void> {
  const terminal = new Terminal(process.stdout, process.stderr, process.env);
  const globals: GlobalOptions = command.optsWithGlobals();
  const show = (data: unknown, text: () => string): void => terminal.print(globals.json === true ? asJson(data) : text());
  const next = (...words: readonly string[]): string => nextCommand(globals, ...words);
  return work({ terminal, globals, show, next })
    .then((code) => void (process.exitCode = code ?? EXIT.ok))
    .finally(() => terminal.progress.clear());
}

/** Runs a command that asks a server. */
export function actWithClient(command: Command, work: (client: Client, run: Run) => Promise<ExitCode | void>): Promise<void> {
  return act(command, async (run) => {
    const client = await connect(run.globals, process.env, run.terminal);
    try {
      return await work(client, run);
    } finally {
      await client.close();
    }
  });
}

/** A moment as an argument: RFC 3339, or a day, which begins at midnight UTC. */
export function momentArgument(text: string): string {
  try {
    return parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  } catch {
    throw new InvalidArgumentError('Write a moment like 2026-11-21T11:37:08Z, or a day like 2026-11-21.');
  }
}

/** For options that may be given several times. */
export const gather = (value: string, gathered: readonly string[] = []): readonly string[] => [...gathered, value];

export function countArgument(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 500) return Number(text);
  throw new InvalidArgumentError('Write a number from 1 to 500.');
}
