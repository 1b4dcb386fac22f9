import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { actWithClient } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { EXIT } from '../exitCode.ts';
import { orFileFault } from '../readGiven.ts';
import { escapedLines } from '../terminal/escape.ts';
import { VERSION_ARGUMENT, VERSION_ARGUMENTS, VERSION_PARAMETERS, variablesOf, versionOf } from './reference.ts';

interface Out {
  readonly out?: string;
}

export const card = (): Command =>
  new Command('card')
    .description('Write the model card of a version, as Markdown')
    .argument('<version>', VERSION_ARGUMENT)
    .option('--out <file>', 'into a file instead of to stdout')
    .action((written: string, { out }: Out, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { modelCard } = await documentOf(client, CARD, written);
        if (out === undefined) show(modelCard, () => escapedLines(modelCard.markdown.trimEnd()));
        else await orFileFault(out, writeFile(out, modelCard.markdown));
        terminal.say(gapText(modelCard.gaps.length));
      }),
    );

export const docs = (): Command =>
  new Command('docs')
    .description(
      'Write the technical documentation of a version after Annex IV of the EU AI Act, as Markdown, with what is missing',
    )
    .argument('<version>', VERSION_ARGUMENT)
    .option('--out <file>', 'into a file instead of to stdout')
    .option('--complete', 'exit with 1 when anything is missing')
    .action((written: string, { out, complete }: Out & { readonly complete?: true }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { technicalDocumentation } = await documentOf(client, DOCS, written);
        const { markdown, sections, digest } = technicalDocumentation;
        if (out === undefined) show(technicalDocumentation, () => escapedLines(markdown.trimEnd()));
        else await orFileFault(out, writeFile(out, markdown));
        const gaps = sections.reduce((sum, section) => sum + section.gaps.length, 0);
        terminal.say(`${gapText(gaps)} Its digest is ${digest}.`);
        return complete === true && gaps > 0 ? EXIT.refused : EXIT.ok;
      }),
    );

export const compare = (): Command =>
  new Command('compare')
    .description('Say what two versions differ in')
    .argument('<left>', VERSION_ARGUMENT)
    .argument('<right>', VERSION_ARGUMENT)
    .action((left: string, right: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const variables = { left: (await versionOf(client, left)).id, right: (await versionOf(client, right)).id };
        const { compareModelVersions } = await client.ask(COMPARE, { variables });
        if (compareModelVersions === null) throw notFound('One of the versions');
        show(compareModelVersions, () => escapedLines(compareModelVersions.summary.join('\n')));
      }),
    );

const gapText = (count: number): string =>
  count === 0 ? 'Nothing that was looked for is missing.' : `${count} ${count === 1 ? 'thing is' : 'things are'} missing.`;

async function documentOf<T>(
  client: Client,
  operation: Operation<{ readonly modelVersion: T | null }>,
  written: string,
): Promise<T> {
  const { modelVersion } = await client.ask(operation, { variables: variablesOf(written) });
  if (modelVersion === null) throw notFound(`The model version ${written}`);
  return modelVersion;
}

const gaps = z.array(z.object({ missing: z.string(), help: z.string() }));
const cardAnswer = z.object({
  modelVersion: z
    .object({
      modelCard: z.object({
        title: z.string(),
        description: z.string().nullable(),
        intendedUse: z.string().nullable(),
        limitations: z.string().nullable(),
        figures: z.array(z.object({ kind: z.string(), name: z.string(), field: z.string(), value: z.unknown() })),
        gaps,
        markdown: z.string(),
      }),
    })
    .nullable(),
});
const CARD: Operation<z.infer<typeof cardAnswer>> = {
  source: `query CliModelCard(${VERSION_PARAMETERS}) { modelVersion(${VERSION_ARGUMENTS}) { modelCard {
    title description intendedUse limitations figures { kind name field value } gaps { missing help } markdown } } }`,
  answer: cardAnswer,
};

const section = z.object({
  number: z.number(),
  title: z.string(),
  status: z.string(),
  text: z.string(),
  sources: z.array(z.object({ type: z.string(), id: z.string(), digest: z.string().nullable() })),
  gaps,
});
const docsAnswer = z.object({
  modelVersion: z
    .object({ technicalDocumentation: z.object({ digest: z.string(), markdown: z.string(), sections: z.array(section) }) })
    .nullable(),
});
const DOCS: Operation<z.infer<typeof docsAnswer>> = {
  source: `query CliTechnicalDocumentation(${VERSION_PARAMETERS}) { modelVersion(${VERSION_ARGUMENTS}) { technicalDocumentation {
    digest markdown sections { number title status text sources { type id digest } gaps { missing help } } } } }`,
  answer: docsAnswer,
};

const sides = { left: z.unknown(), right: z.unknown() };
const compareAnswer = z.object({
  compareModelVersions: z
    .object({
      isSame: z.boolean(),
      summary: z.array(z.string()),
      params: z.array(z.object({ name: z.string(), ...sides })),
      evidence: z.array(
        z.object({ kind: z.string(), name: z.string(), field: z.string(), difference: z.number().nullable(), ...sides }),
      ),
      artifacts: z.array(z.object({ path: z.string(), ...sides })),
      signature: z.array(z.object({ side: z.string(), name: z.string(), ...sides })),
      datasets: z.array(z.object({ role: z.string(), urn: z.string(), ...sides })),
      bindings: z.array(z.object({ name: z.string(), isStage: z.boolean(), isLeft: z.boolean() })),
    })
    .nullable(),
});
const COMPARE: Operation<z.infer<typeof compareAnswer>> = {
  source: `query CliCompareModelVersions($left: ID!, $right: ID!) { compareModelVersions(left: $left, right: $right) { isSame summary
    params { name left right } evidence { kind name field left right difference }
    artifacts { path left { sizeBytes digest } right { sizeBytes digest } }
    signature { side name left { type shape } right { type shape } } datasets { role urn left { asOf digest } right { asOf digest } }
    bindings { name isStage isLeft } } }`,
  answer: compareAnswer,
};
