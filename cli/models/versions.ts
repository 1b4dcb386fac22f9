import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient } from '../cli.ts';
import { type EvidenceOptions, evidenceInput, withEvidenceOptions } from '../evidenceInput.ts';
import { EXIT } from '../exitCode.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
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

export const evidence = (): Command =>
  withEvidenceOptions(
    new Command('evidence').description('Add what was measured of a sealed version').argument('<version>', VERSION_ARGUMENT),
    'cadastre models evidence',
  ).action((written: string, options: EvidenceOptions, command: Command) =>
    actWithClient(command, async (client, { show }) => {
      const input = await evidenceInput(options);
      const { id, number, model } = await versionOf(client, written);
      const added = await send(client, ADD, { versionId: id, ...input, kind: input.kind.toUpperCase() });
      show(added.evidence, () => `${added.evidence.id}  ${added.evidence.digest}  of ${escaped(model.name)}:${number}`);
    }),
  );

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
