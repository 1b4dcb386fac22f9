import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { momentText } from '../assetText.ts';
import { actWithClient } from '../cli.ts';
import type { Operation } from '../client.ts';
import { Malformed } from '../malformed.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { orFileFault } from '../readGiven.ts';
import { asJson } from '../terminal/json.ts';
import { escapedLines } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import { request, REQUEST_FIELDS, requestText } from './text.ts';

export const policies = (): Command =>
  new Command('policies')
    .description('List what must hold before something may happen, and change it')
    .addCommand(list(), { isDefault: true })
    .addCommand(show())
    .addCommand(set())
    .addCommand(retire());

const list = (): Command =>
  new Command('list').description('List approval policies in force').action((_options: object, command: Command) =>
    actWithClient(command, async (client, { terminal, show: print }) => {
      const { approvalPolicies } = await client.ask(LIST);
      print(approvalPolicies, () =>
        table(
          ['NAME', 'VERSION', 'GUARDS', 'TAGS', 'SINCE', 'WHY'],
          approvalPolicies.map(({ name, version, target, effectiveFrom, reason }) => [
            name,
            version,
            target.stage ?? target.kind.toLowerCase().replaceAll('_', ' '),
            target.tags.join(', '),
            momentText(effectiveFrom),
            reason,
          ]),
          terminal.bold,
        ),
      );
    }),
  );

const show = (): Command =>
  new Command('show')
    .description('Show an approval policy, as `set` takes it')
    .argument('<name>', 'e.g. production')
    .action((name: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show: print }) => {
        const { approvalPolicy } = await client.ask(SHOW, { variables: { name } });
        if (approvalPolicy === null) throw notFound(`The approval policy ${name}`);
        print(approvalPolicy, () => escapedLines(asJson(approvalPolicy.document)));
      }),
    );

const set = (): Command =>
  new Command('set')
    .description('Put an approval policy in force; where changes of policy are guarded, ask for leave first')
    .argument('<name>', 'e.g. production')
    .argument('<file>', 'the document in JSON or YAML, as `policies show` prints one')
    .requiredOption('--reason <text>', 'why')
    .action((name: string, file: string, { reason }: { readonly reason: string }, command: Command) =>
      actWithClient(command, async (client, { show: print }) => {
        const changed = await send(client, SET, { name, document: await readDocument(file), reason });
        print(changed, () => changedText(changed, `Version ${changed.policy?.version} of ${name} is in force.`));
      }),
    );

const retire = (): Command =>
  new Command('retire')
    .description('End an approval policy; where changes of policy are guarded, ask for leave first')
    .argument('<name>', 'e.g. production')
    .requiredOption('--reason <text>', 'why')
    .action((name: string, { reason }: { readonly reason: string }, command: Command) =>
      actWithClient(command, async (client, { show: print }) => {
        const changed = await send(client, RETIRE, { name, reason });
        print(changed, () => changedText(changed, `${name} has ended.`));
      }),
    );

const changedText = ({ request: asked }: z.infer<typeof changed>, done: string): string =>
  asked === undefined || asked === null ? done : `${requestText(asked)}\nRun the same command again once it is approved.`;

async function readDocument(file: string): Promise<unknown> {
  const text = await orFileFault(file, readFile(file, 'utf8'));
  try {
    return parse(text) as unknown;
  } catch {
    throw new Malformed('NOT_A_DOCUMENT', `${file} is neither JSON nor YAML.`);
  }
}

const policy = z.object({
  name: z.string(),
  version: z.number(),
  reason: z.string(),
  effectiveFrom: z.string(),
  target: z.object({ kind: z.string(), stage: z.string().nullable(), tags: z.array(z.string()) }),
});
const FIELDS = 'name version reason effectiveFrom target { kind stage tags }';
const listed = z.object({ approvalPolicies: z.array(policy) });
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliApprovalPolicies { approvalPolicies { ${FIELDS} } }`,
  answer: listed,
};
const shown = z.object({ approvalPolicy: policy.extend({ document: z.unknown() }).nullable() });
const SHOW: Operation<z.infer<typeof shown>> = {
  source: `query CliApprovalPolicy($name: String!) { approvalPolicy(name: $name) { ${FIELDS} document } }`,
  answer: shown,
};

const changed = z.object({ auditId: z.string(), policy: policy.optional(), request: request.nullish() });
const change = (name: string, input: string, done: string): Mutation<z.infer<typeof changed>> => ({
  source: `mutation Cli${input}($input: ${input}!) { result: ${name}(input: $input) { ${REFUSED} ${CONFLICT}
    ... on ${done} { policy { ${FIELDS} } } ... on ApprovalRequested { request { ${REQUEST_FIELDS} } } } }`,
  done: changed,
});
const SET = change('setApprovalPolicy', 'SetApprovalPolicyInput', 'ApprovalPolicySet');
const RETIRE = change('retireApprovalPolicy', 'RetireApprovalPolicyInput', 'ApprovalPolicyRetired');
