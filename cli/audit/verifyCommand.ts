import { Command, InvalidArgumentError } from 'commander';
import { LogError } from '../../kernel/audit/log/logError.ts';
import { parseVerifierKey, type SignatureType, type VerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { act, gather, type Run } from '../cli.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { orFileFault, readGiven } from '../readGiven.ts';
import { EXIT_OF, soundJson, soundText, unsoundJson } from '../verify/exportVerdict.ts';
import { verifyFile } from '../verify/verifyFile.ts';

interface VerifyOptions {
  readonly checkpoint?: readonly string[];
  readonly key?: readonly VerifierKey[];
  readonly witness?: readonly VerifierKey[];
}

export const auditVerifyCommand = (): Command =>
  new Command('verify')
    .description('Check an exported log without any server, as the one-file verifier does')
    .argument('<file>', 'an export as ndjson; - for the standard input')
    .option('--checkpoint <file>', 'a checkpoint that you kept: the log must still contain it; may be repeated', gather)
    .option('--key <vkey>', 'the key of the log, from elsewhere than the export; may be repeated', keyArgument('log'))
    .option('--witness <vkey>', 'a witness that must have cosigned; may be repeated', keyArgument('witness'))
    .action((file: string, options: VerifyOptions, command: Command) => act(command, (run) => verify(file, options, run)));

async function verify(
  file: string,
  { checkpoint = [], key = [], witness = [] }: VerifyOptions,
  { terminal, globals, show }: Run,
): Promise<ExitCode> {
  try {
    const checkpoints = await Promise.all(checkpoint.map(async (name) => ({ name, note: await readGiven(name) })));
    const report = await orFileFault(file, verifyFile(file, { keys: key, witnesses: witness, checkpoints }));
    show(soundJson(report), () => soundText(report));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    if (globals.json === true) show(unsoundJson(error), () => '');
    else terminal.say(`${error.code.toLowerCase().replace('_', ' ')}: ${error.message}`);
    return EXIT_OF[error.code];
  }
}

export const keyArgument =
  (type: SignatureType) =>
  (text: string, gathered: readonly VerifierKey[] = []): readonly VerifierKey[] => {
    try {
      const key = parseVerifierKey(text.trim());
      if (key.type === type) return [...gathered, key];
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
    throw new InvalidArgumentError(`This is not the key of a ${type}.`);
  };
