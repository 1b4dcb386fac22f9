import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { badInput } from '../kernel/fault.ts';
import { Malformed } from './malformed.ts';
import { orFileFault } from './readGiven.ts';

export interface EvidenceOptions {
  readonly kind: string;
  readonly name?: string;
  readonly tool: string;
  readonly toolVersion?: string;
  readonly inputsDigest?: string;
  readonly value?: string;
  readonly file?: string;
}

const KINDS = ['metrics', 'fairness', 'explanation', 'label_quality', 'lineage', 'custom'];

/** What every command that takes evidence asks for. */
export const withEvidenceOptions = (command: Command, tool: string): Command =>
  command
    .requiredOption('--kind <kind>', `one of ${KINDS.join(', ')}`)
    .option('--name <name>', 'tells several of a kind apart')
    .option('--tool <name>', 'what produced it', tool)
    .option('--tool-version <version>', 'of the tool')
    .option('--inputs-digest <digest>', 'of what the tool read, sha256:…')
    .option('--value <json>', 'an object of numbers, texts, true and false, e.g. {"auc": 0.91}')
    .option('--file <file>', 'the same, in a file');

/** @returns its parts with the kind in lower case @throws Fault BAD_USER_INPUT */
export async function evidenceInput({ kind, name, tool, toolVersion, inputsDigest, value, file }: EvidenceOptions) {
  const known = kind.toLowerCase().replaceAll('-', '_');
  if (!KINDS.includes(known)) throw badInput(`--kind "${kind}": one of ${KINDS.join(', ')}.`);
  if ((value === undefined) === (file === undefined)) throw badInput('Give either --value or --file.');
  const text = value ?? (await orFileFault(file ?? '', readFile(file ?? '', 'utf8')));
  return {
    kind: known,
    tool,
    value: parse(text, file ?? '--value'),
    ...(name !== undefined && { name }),
    ...(toolVersion !== undefined && { toolVersion }),
    ...(inputsDigest !== undefined && { inputsDigest }),
  };
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Malformed('BAD_USER_INPUT', `${what} is no JSON. A right value looks like {"auc": 0.91}.`, cause);
  }
}
