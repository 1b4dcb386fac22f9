import { badInput } from '../../../kernel/fault.ts';
import { type FoldedName, foldName } from '../../../kernel/foldName.ts';

const MODEL_MAX = 200;
const STAGE_MAX = 100;

/** A model is named in addresses such as `churn:3` and `models:/churn/3`. @throws Fault BAD_USER_INPUT */
export function readModelName(written: string): FoldedName {
  const read = foldName('name', written, MODEL_MAX);
  if (/[/:\\]/.test(read.folded))
    throw badInput('name: a model has no /, : or \\ in its name, which divide addresses such as churn:3.');
  return read;
}

/** Stages are called by the folded form of their names. @throws Fault BAD_USER_INPUT */
export function readStage(written: string): string {
  const { folded } = foldName('stage', written, STAGE_MAX);
  requireLabel('stage', folded);
  return folded;
}

/** @throws Fault BAD_USER_INPUT */
export function readAlias(written: string): FoldedName {
  const read = foldName('alias', written, STAGE_MAX);
  requireLabel('alias', read.folded);
  return read;
}

/** What could be taken for a number of a version, or for what other tools mean by it. */
const RESERVED = /^(?:v?\d+|latest|none|null)$/;

function requireLabel(field: string, folded: string): void {
  if (/[/:\\@]/.test(folded)) throw badInput(`${field}: no /, :, @ or \\, which divide addresses such as churn@champion.`);
  if (RESERVED.test(folded)) throw badInput(`${field}: "${folded}" is reserved. Take a name such as champion.`);
}
