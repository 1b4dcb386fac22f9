import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { momentText } from '../assetText.ts';
import { actWithClient } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { EXIT } from '../exitCode.ts';
import { badInput, notFound } from '../../kernel/fault.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { parsePolicyTests } from '../policyTests.ts';
import { escaped, escapedLines } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

export const policiesCommand = (): Command =>
  new Command('policies')
    .description('Read and change who may do what, in Cedar')
    .addCommand(show())
    .addCommand(list())
    .addCommand(language())
    .addCommand(check())
    .addCommand(propose())
    .addCommand(decision('approve', 'Put a proposed version in force: another admin than its author does, where there is one'))
    .addCommand(decision('reject', 'Turn a proposed version down'));

const show = (): Command =>
  new Command('show')
    .description('Show the policies of the installation')
    .argument('[version]', 'those in force unless given', versionArgument)
    .action((version: number | undefined, _options: object, command: Command) =>
      actWithClient(command, async (client, { terminal, show: print, next }) => {
        const { policies } = await client.ask(SHOW, { variables: { version } });
        if (policies === null && version !== undefined) throw notFound(`Version ${version}`);
        print(policies, () => escapedLines(policies?.text ?? ''));
        if (policies === null) terminal.say(`Only the built-in policies are in force: see ${next('policies', 'language')}`);
      }),
    );

const list = (): Command =>
  new Command('list').description('List versions, latest first').action((_options: object, command: Command) =>
    actWithClient(command, async (client, { terminal, show: print }) => {
      const { policyVersions } = await client.ask(LIST);
      const versions = policyVersions.edges.map(({ node }) => node);
      print(versions, () =>
        table(
          ['VERSION', 'STATE', 'PROPOSED', 'BY', 'WHY'],
          versions.map(({ version, state, proposedAt, author, reason }) => [
            `${version}`,
            state.toLowerCase().replace('_', ' '),
            momentText(proposedAt),
            author?.name ?? '-',
            reason,
          ]),
          terminal.bold,
        ),
      );
    }),
  );

const language = (): Command =>
  new Command('language')
    .description('Show the Cedar schema with all actions, and the built-in policies')
    .action((_options: object, command: Command) =>
      actWithClient(command, async (client, { show: print }) => {
        const { policyLanguage } = await client.ask(LANGUAGE);
        print(policyLanguage, () => `${policyLanguage.schema}\n${policyLanguage.builtIn}`);
      }),
    );

interface DraftOptions {
  readonly tests?: string;
}

const check = (): Command =>
  draft('check', 'Say what is wrong with policies, without proposing them').action(
    (file: string, { tests }: DraftOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show: print }) => {
        const problems = await problemsOf(client, await readDraft(file, tests));
        print(problems, () => problems.map(problemLine).join('\n'));
        if (problems.length > 0) return EXIT.refused;
        return terminal.say(`${file} is valid.`);
      }),
  );

const propose = (): Command =>
  draft('propose', 'Propose policies; they count when somebody approves them')
    .requiredOption('--reason <text>', 'why, for whoever decides')
    .action((file: string, { tests, reason }: DraftOptions & { readonly reason: string }, command: Command) =>
      actWithClient(command, async (client, { terminal, show: print, next }) => {
        const proposed = await send(client, PROPOSE, { ...(await readDraft(file, tests)), reason });
        const { version } = proposed.policies;
        print(proposed, () => `Version ${version} is proposed.`);
        const who = proposed.needsOtherAdmin ? 'Another admin puts' : 'There is no other admin, so you may put';
        terminal.say(`${who} it in force: ${next('policies', 'approve', String(version))}`);
      }),
    );

const draft = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<file>', 'all policies of the installation, e.g. policies.cedar')
    .option('--tests <file>', 'cases that they must decide as expected, a JSON list of PolicyTestInput');

const decision = (verb: 'approve' | 'reject', description: string): Command =>
  new Command(verb)
    .description(description)
    .argument('<version>', 'as `policies list` says', versionArgument)
    .option('--reason <text>', 'why, for the audit trail')
    .action((version: number, { reason }: { readonly reason?: string }, command: Command) =>
      actWithClient(command, async (client, { show: print }) => {
        const decided = await send(client, DECIDE[verb], { version, ...(reason !== undefined && { reason }) });
        print(decided, () => `Version ${version} is ${verb === 'approve' ? 'in force' : 'rejected'}.`);
      }),
    );

function versionArgument(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write the number of a version, as `cadastre policies list` says.');
}

async function readDraft(file: string, tests: string | undefined): Promise<{ readonly text: string; readonly tests: unknown }> {
  return { text: await read(file), tests: tests === undefined ? [] : parsePolicyTests(tests, await read(tests)) };
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw badInput(`${file} cannot be read.`, cause);
  });

const problemsOf = async (client: Client, variables: object) =>
  (await client.ask(CHECK, { variables: { ...variables } })).checkPolicies;

const problemLine = ({ policyId, test, message }: z.infer<typeof problem>): string =>
  escaped(`${policyId ?? (test === null ? 'policies' : `test "${test}"`)}: ${message}`);

const shown = z.object({ policies: z.object({ version: z.number(), state: z.string(), text: z.string() }).nullable() });
const SHOW: Operation<z.infer<typeof shown>> = {
  source: 'query CliPolicies($version: Int) { policies(version: $version) { version state text } }',
  answer: shown,
};

const version = z.object({
  version: z.number(),
  state: z.string(),
  reason: z.string(),
  proposedAt: z.string(),
  author: z.object({ name: z.string() }).nullable(),
});
const listed = z.object({ policyVersions: z.object({ edges: z.array(z.object({ node: version })) }) });
const LIST: Operation<z.infer<typeof listed>> = {
  source: 'query CliPolicyVersions { policyVersions { edges { node { version state reason proposedAt author { name } } } } }',
  answer: listed,
};

const told = z.object({ policyLanguage: z.object({ cedar: z.string(), schema: z.string(), builtIn: z.string() }) });
const LANGUAGE: Operation<z.infer<typeof told>> = {
  source: 'query CliPolicyLanguage { policyLanguage { cedar schema builtIn } }',
  answer: told,
};

const problem = z.object({ policyId: z.string().nullable(), test: z.string().nullable(), message: z.string() });
const checked = z.object({ checkPolicies: z.array(problem) });
const CHECK: Operation<z.infer<typeof checked>> = {
  source: `query CliCheckPolicies($text: String!, $tests: [PolicyTestInput!]!) {
    checkPolicies(text: $text, tests: $tests) { policyId test message } }`,
  answer: checked,
};

const changed = z.object({ auditId: z.string(), policies: z.object({ version: z.number(), state: z.string() }) });
const proposal = changed.extend({ needsOtherAdmin: z.boolean() });
const PROPOSE: Mutation<z.infer<typeof proposal>> = {
  source: `mutation CliProposePolicies($input: ProposePoliciesInput!) { result: proposePolicies(input: $input) { ${REFUSED} ... on PoliciesProposed { needsOtherAdmin policies { version state } } } }`,
  done: proposal,
};
const decide = (name: string, verb: string): Mutation<z.infer<typeof changed>> => ({
  source: `mutation Cli${name}($input: ${name}Input!) { result: ${verb}Policies(input: $input) { ${REFUSED} ... on PoliciesDecided { policies { version state } } } }`,
  done: changed,
});
const DECIDE = { approve: decide('ApprovePolicies', 'approve'), reject: decide('RejectPolicies', 'reject') } as const;
