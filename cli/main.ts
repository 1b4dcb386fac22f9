#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { LogError } from '../kernel/audit/log/logError.ts';
import { Fault } from '../kernel/fault.ts';
import { packageRoot } from '../kernel/root.ts';
import { commandsFor } from './commands.ts';
import { EXIT, exitCodeOf } from './exitCode.ts';
import { Malformed } from './malformed.ts';
import { Refusal } from './refusal.ts';
import { escapedLines } from './terminal/escape.ts';

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.bug));

try {
  await (await program()).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

async function program(): Promise<Command> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')));
  const cadastre = new Command('cadastre')
    .description('The public register of data: who owns which table, what it means, and what happened to it')
    .version(version)
    .option('--url <url>', 'address of the server (CADASTRE_URL); the one of this folder unless given')
    .option('--token <token>', 'bearer token (CADASTRE_TOKEN); better in the environment than here')
    .option('--home <folder>', 'where the embedded server lives (CADASTRE_HOME); .cadastre unless given')
    .option('--json', 'print data as JSON');
  for (const command of await commandsFor(process.argv.slice(2))) cadastre.addCommand(command);
  exitByThrowing(cadastre);
  return cadastre;
}

/** commander would end the process with 1 for wrong usage. */
function exitByThrowing(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) exitByThrowing(child);
}

/** Says what went wrong and answers the exit code. commander has spoken already. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const isTold = error instanceof Refusal || error instanceof Fault || error instanceof Malformed || error instanceof LogError;
  const code = isTold ? error.code : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const addition = error instanceof Refusal ? ` (audit entry ${error.auditId})` : '';
  if (process.argv.includes('--json')) process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else process.stderr.write(`${escapedLines(message)}${addition}\n`);
  if (code === 'INTERNAL' && error instanceof Error && !(error instanceof Fault))
    process.stderr.write(`${escapedLines(error.stack ?? '')}\n`);
  return exitCodeOf(error);
}
