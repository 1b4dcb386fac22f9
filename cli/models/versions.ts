import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { actWithClient } from '../cli.ts';
import { EXIT } from '../exitCode.ts';
import { Malformed } from '../malformed.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { orFileFault } from '../readGiven.ts';
import { escaped } from '../terminal/escape.ts';
import { seal as sealById } from './addVersion.ts';
import { modelOf, VERSION_ARGUMENT, versionOf } from './reference.ts';

export const seal = (): Command =>
  new Command('seal')
    .description('Close a draft: it never changes again, and its digest names it')
    .argument('<version>', VERSION_ARGUMENT)
    .action((written: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { id, model } = await versionOf(client, written);
        const version = await sealById(client, id);
        show(version, () => `${escaped(model.name)}:${version.number}  ${version.digest ?? ''}`);
      }),
    );

interface EvidenceOptions {
  readonly kind: string;
  readonly name?: string;
  readonly tool: string;
  readonly toolVersion?: string;
  readonly inputsDigest?: string;
  readonly value?: string;
  readonly file?: string;
}

const KINDS = ['metrics', 'fairness', 'explanation', 'label_quality', 'lineage', 'custom'];

export const evidence = (): Command =>
  new Command('evidence')
    .description('Add what was measured of a sealed version')
    .argument('<version>', VERSION_ARGUMENT)
    .requiredOption('--kind <kind>', `one of ${KINDS.join(', ')}`)
    .option('--name <name>', 'tells several of a kind apart')
    .option('--tool <name>', 'what produced it', 'cadastre models evidence')
    .option('--tool-version <version>', 'of the tool')
    .option('--inputs-digest <digest>', 'of what the tool read, sha256:…')
    .option('--value <json>', 'an object of numbers, texts, true and false, e.g. {"auc": 0.91}')
    .option('--file <file>', 'the same, in a file')
    .action((written: string, options: EvidenceOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const input = await evidenceInput(options);
        const { id, number, model } = await versionOf(client, written);
        const added = await send(client, ADD, { versionId: id, ...input });
        show(added.evidence, () => `${added.evidence.id}  ${added.evidence.digest}  of ${escaped(model.name)}:${number}`);
      }),
    );

async function evidenceInput({ kind, name, tool, toolVersion, inputsDigest, value, file }: EvidenceOptions): Promise<object> {
  const known = kind.toLowerCase().replaceAll('-', '_');
  if (!KINDS.includes(known)) throw badInput(`--kind "${kind}": one of ${KINDS.join(', ')}.`);
  if ((value === undefined) === (file === undefined)) throw badInput('Give either --value or --file.');
  const text = value ?? (await orFileFault(file ?? '', readFile(file ?? '', 'utf8')));
  return {
    kind: known.toUpperCase(),
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

export const alias = (): Command =>
  new Command('alias')
    .description('Let a name stand for a version; with --delete, for nothing')
    .argument('<version>', `${VERSION_ARGUMENT}; with --delete the model`)
    .argument('<alias>', 'e.g. champion; no guarded stage')
    .option('--delete', 'take the name away')
    .action((written: string, name: string, { delete: isDeleted }: { readonly delete?: true }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        if (isDeleted === true) {
          const model = await modelOf(client, written);
          const deleted = await send(client, DELETE_ALIAS, { modelId: model.id, alias: name });
          return show(deleted, () => `${escaped(model.name)}@${escaped(deleted.alias)} stands for nothing.`);
        }
        const { id, number, model } = await versionOf(client, written);
        const set = await send(client, SET_ALIAS, { versionId: id, alias: name });
        return show(set, () => `${escaped(model.name)}@${escaped(set.alias)} is version ${number}.`);
      }),
    );

export const verify = (): Command =>
  new Command('verify')
    .description('Read the stored bytes of a version again; exit with 1 when they are not those that were sealed')
    .argument('<version>', VERSION_ARGUMENT)
    .action((written: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { id, number, model } = await versionOf(client, written);
        const { isIntact, findings, stages, auditId } = await send(client, VERIFY, { id });
        show({ isIntact, findings, stages, auditId }, () =>
          isIntact
            ? `${escaped(model.name)}:${number} is intact (audit entry ${auditId}).`
            : [
                `${escaped(model.name)}:${number} is damaged (audit entry ${auditId}).`,
                ...findings.map(({ path, found }) => `  ${escaped(path)} is ${found.toLowerCase()}`),
                ...(stages.length === 0 ? [] : [`It is in ${stages.map(escaped).join(', ')}.`]),
              ].join('\n'),
        );
        return isIntact ? EXIT.ok : EXIT.refused;
      }),
    );

const added = z.object({ auditId: z.string(), evidence: z.object({ id: z.string(), digest: z.string() }) });
const ADD: Mutation<z.infer<typeof added>> = {
  source: `mutation CliAddEvidence($input: AddEvidenceInput!) { result: addEvidence(input: $input) { ${REFUSED} ... on EvidenceAdded { evidence { id digest } } } }`,
  done: added,
};
const named = z.object({ auditId: z.string(), alias: z.string() });
const SET_ALIAS: Mutation<z.infer<typeof named>> = {
  source: `mutation CliSetAlias($input: SetAliasInput!) { result: setAlias(input: $input) { ${REFUSED} ... on AliasSet { alias } } }`,
  done: named,
};
const DELETE_ALIAS: Mutation<z.infer<typeof named>> = {
  source: `mutation CliDeleteAlias($input: DeleteAliasInput!) { result: deleteAlias(input: $input) { ${REFUSED} ... on AliasDeleted { alias } } }`,
  done: named,
};
const verified = z.object({
  auditId: z.string(),
  isIntact: z.boolean(),
  findings: z.array(z.object({ path: z.string(), found: z.string() })),
  stages: z.array(z.string()),
});
const VERIFY: Mutation<z.infer<typeof verified>> = {
  source: `mutation CliVerifyModelVersion($input: VerifyModelVersionInput!) { result: verifyModelVersion(input: $input) { ${REFUSED} ... on ModelVersionVerified { isIntact findings { path found } stages } } }`,
  done: verified,
};
