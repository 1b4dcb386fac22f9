#!/usr/bin/env node
// Checks an exported audit log without the server that wrote it. Bundled into one file that needs nothing but Node:
//   node verify-audit.mjs export.ndjson --checkpoint kept.txt --key <vkey>
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LogError } from '../../kernel/audit/log/logError.ts';
import { parseVerifierKey, type SignatureType, type VerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { EXIT_OF, soundJson, soundText, unsoundJson, VERIFY_EXIT, type VerifyExit } from './exportVerdict.ts';
import { verifyFile } from './verifyFile.ts';

const USAGE = `Usage: node verify-audit.mjs <export.ndjson> [options]

Checks that an exported audit log is what was signed. Reads the standard input for -.

  --checkpoint <file>  a checkpoint that you kept: the log must still contain it; may be repeated
  --key <vkey>         the log's key, from somewhere else than the export; may be repeated
  --witness <vkey>     a witness that must have cosigned; may be repeated
  --json               the verdict as JSON

Exit codes: 0 sound, 1 tampered, 2 usage, 3 no such file, 6 bad signature, 7 malformed.
`;

class UsageError extends Error {}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<VerifyExit> {
  const json = args.includes('--json');
  try {
    const options = readOptions(args);
    if (options === null) {
      process.stdout.write(USAGE);
      return VERIFY_EXIT.ok;
    }
    const report = await verifyFile(options.path, {
      keys: options.keys,
      witnesses: options.witnesses,
      checkpoints: await Promise.all(options.checkpoints.map(async (name) => ({ name, note: await readFile(name) }))),
    });
    process.stdout.write(json ? `${JSON.stringify(soundJson(report))}\n` : `${soundText(report)}\n`);
    return VERIFY_EXIT.ok;
  } catch (error) {
    return explain(error, json);
  }
}

function explain(error: unknown, json: boolean): VerifyExit {
  if (error instanceof LogError) {
    if (json) process.stdout.write(`${JSON.stringify(unsoundJson(error))}\n`);
    else process.stderr.write(`${error.code.toLowerCase().replace('_', ' ')}: ${error.message}\n`);
    return EXIT_OF[error.code];
  }
  const { exit, code, message } = troubleOf(error);
  process.stderr.write(json ? `${JSON.stringify({ error: { code, message } })}\n` : `${message}\n`);
  return exit;
}

function troubleOf(error: unknown): { readonly exit: VerifyExit; readonly code: string; readonly message: string } {
  if (error instanceof UsageError) return { exit: VERIFY_EXIT.usage, code: 'USAGE', message: `${error.message}\n\n${USAGE}` };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'syscall' in error) return { exit: VERIFY_EXIT.unreadable, code: 'UNREADABLE', message };
  return { exit: VERIFY_EXIT.bug, code: 'BUG', message: error instanceof Error ? (error.stack ?? message) : message };
}

interface Options {
  readonly path: string;
  readonly checkpoints: readonly string[];
  readonly keys: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
}

/** Null when only help is wanted. */
function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parseStrictly(args);
  if (values.help === true) return null;
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('Name one file.');
  return {
    path,
    checkpoints: values.checkpoint ?? [],
    keys: (values.key ?? []).map((vkey) => keyArgument('--key', vkey, 'log')),
    witnesses: (values.witness ?? []).map((vkey) => keyArgument('--witness', vkey, 'witness')),
  };
}

function parseStrictly(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        checkpoint: { type: 'string', multiple: true },
        key: { type: 'string', multiple: true },
        witness: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function keyArgument(option: string, vkey: string, type: SignatureType): VerifierKey {
  try {
    const key = parseVerifierKey(vkey.trim());
    if (key.type === type) return key;
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`${option} takes the key of a ${type}; this one is of another type.`);
}
