import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { VerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { Fault } from '../../kernel/fault.ts';
import { act, type Run } from '../cli.ts';
import { serverUrl } from '../connect.ts';
import { EXIT, exitCodeOf } from '../exitCode.ts';
import { keptState, readState, writeState } from './state.ts';
import { keyArgument } from './verifyCommand.ts';
import { look, logAt } from './watch.ts';

interface WatchOptions {
  readonly state?: string;
  readonly once?: boolean;
  readonly interval: number;
  readonly key?: readonly VerifierKey[];
}

export const auditWatchCommand = (): Command =>
  new Command('watch')
    .description('Keep the newest checkpoint of a log, and demand a proof that each new one continues it; needs no token')
    .option('--state <file>', 'where the checkpoint is kept, with its key beside; in the home folder unless given')
    .option('--key <vkey>', 'the key of the log; the one that the server shows first is kept unless given', keyArgument('log'))
    .option('--once', 'look once and end')
    .option('--interval <seconds>', 'how often to look', secondsArgument, 60)
    .action((options: WatchOptions, command: Command) => act(command, (run) => watch(options, run)));

async function watch({ state, once, interval, key }: WatchOptions, run: Run): Promise<void> {
  const read = logAt(await serverUrl(run.globals, process.env));
  const file = state ?? (await keptState(run.globals, process.env));
  for (;;) {
    try {
      const before = await readState(file);
      const seen = await look(read, before, key?.[0] ?? null);
      await writeState(file, seen);
      const { origin, size } = seen;
      const root = seen.root.toString('base64');
      run.show({ origin, size, root, key: seen.key.vkey }, () => `${origin} has ${size} entries, root ${root}`);
      if (before === null) run.terminal.say(`This is the first look; from now on the log must continue it. Kept in ${file}.`);
    } catch (error) {
      // A server may restart; that it shows another history is final.
      if (once === true || !(error instanceof Fault) || exitCodeOf(error) !== EXIT.unavailable) throw error;
      run.terminal.say(error.message);
    }
    if (once === true) return;
    await sleep(interval * 1_000);
  }
}

function secondsArgument(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a number of seconds from 1 to 999999.');
}
