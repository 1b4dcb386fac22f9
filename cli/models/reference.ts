import { z } from 'zod';
import { badInput, notFound } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';

/** How a version is named on the command line. */
export const VERSION_ARGUMENT = 'a version: churn@3 or churn:3, churn@champion with an alias or stage, or its id';
export const MODEL_ARGUMENT = 'a model: its name or id';

/** A version as commands need it. */
export interface KnownVersion {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly digest: string | null;
  readonly model: { readonly id: string; readonly name: string };
}

/** @throws Fault NOT_FOUND or BAD_USER_INPUT */
export async function versionOf(client: Client, written: string): Promise<KnownVersion> {
  const { modelVersion } = await client.ask(VERSION, { variables: variablesOf(written) });
  if (modelVersion === null || modelVersion.model === null) throw notFound(`The model version ${written}`);
  return { ...modelVersion, model: modelVersion.model };
}

/** @throws Fault NOT_FOUND */
export async function modelOf(client: Client, written: string): Promise<{ readonly id: string; readonly name: string }> {
  const { model } = await client.ask(MODEL, { variables: modelVariables(written) });
  if (model === null) throw notFound(`The model ${written}`);
  return model;
}

/** A model is named where there is neither a number nor an alias. */
export const namesVersion = (written: string): boolean => /^mdv_|[:@]/.test(written);

export const modelVariables = (written: string): Record<string, string> =>
  /^mdl_[0-9a-z]{26}$/.test(written) ? { id: written } : { name: written };

/** Variables of a query that declares `$id: ID, $model: String, $number: Int, $alias: String`. @throws Fault BAD_USER_INPUT */
export function variablesOf(written: string): Record<string, string | number> {
  if (/^mdv_[0-9a-z]{26}$/.test(written)) return { id: written };
  const numbered = /^(.+)[:@](\d{1,9})$/.exec(written);
  if (numbered !== null) return { model: numbered[1] ?? '', number: Number(numbered[2]) };
  const aliased = /^(.+)@([^@]+)$/.exec(written);
  if (aliased !== null) return { model: aliased[1] ?? '', alias: aliased[2] ?? '' };
  throw badInput(`"${written}" names no version. Write churn@3, churn@champion, or the id of one.`);
}

export const VERSION_PARAMETERS = '$id: ID, $model: String, $number: Int, $alias: String';
export const VERSION_ARGUMENTS = 'id: $id, model: $model, number: $number, alias: $alias';

const named = z.object({ id: z.string(), name: z.string() });
const version = z.object({
  modelVersion: z
    .object({ id: z.string(), number: z.number(), state: z.string(), digest: z.string().nullable(), model: named.nullable() })
    .nullable(),
});
const VERSION: Operation<z.infer<typeof version>> = {
  source: `query CliModelVersion(${VERSION_PARAMETERS}) { modelVersion(${VERSION_ARGUMENTS}) { id number state digest model { id name } } }`,
  answer: version,
};

const model = z.object({ model: named.nullable() });
const MODEL: Operation<z.infer<typeof model>> = {
  source: 'query CliModel($id: ID, $name: String) { model(id: $id, name: $name) { id name } }',
  answer: model,
};
