import { Command } from 'commander';
import { z } from 'zod';
import { badInput, notFound } from '../../kernel/fault.ts';
import { actWithClient, momentArgument } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { PRINCIPAL, principalId } from '../principalId.ts';
import { REQUEST_ARGUMENT, requestOf, STAGE_OPTION } from './requestOf.ts';
import { subjectOf } from './show.ts';
import { request, REQUEST_FIELDS, type Request, requestText } from './text.ts';

interface AskOptions {
  readonly stage?: string;
  readonly access?: string;
  readonly until?: string;
  readonly reason: string;
}

export const ask = (): Command =>
  new Command('request')
    .description(
      'Ask for approval: of a version for a stage, of a dataset or data product to be certified, of a dataset to be read, of a glossary term to be published, or of proposed policies',
    )
    .argument('<subject>', 'a version such as churn:3, a dataset by URN, or an id')
    .option('--stage <stage>', 'for a version: where it is to go, e.g. production')
    .option('--access <duration>', 'for a dataset: to read it for so long, ISO 8601, e.g. P30D')
    .option('--until <moment>', 'for a dataset: to read it until then', momentArgument)
    .requiredOption('--reason <text>', 'why, for whoever decides')
    .action((written: string, { stage, access, until, reason }: AskOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const isAccess = access !== undefined || until !== undefined;
        if (isAccess && stage !== undefined)
          throw badInput('--stage is for versions of models, --access and --until for datasets. Give one of them.');
        const asked = isAccess
          ? await send(client, ACCESS, {
              dataset: written,
              reason,
              ...(access !== undefined && { duration: access }),
              ...(until !== undefined && { until }),
            })
          : await send(client, ASK, {
              subjectId: await subjectOf(client, written),
              reason,
              ...(stage !== undefined && { stage }),
            });
        show(asked.request, () =>
          asked.request === null
            ? 'Your wish is recorded. You will see the dataset when access is granted.'
            : requestText(asked.request),
        );
        if (asked.request !== null) terminal.say(`What it lacks: ${next('approvals', 'show', asked.request.id)}`);
      }),
    );

interface DecideOptions {
  readonly stage?: string;
  readonly comment?: string;
  readonly onBehalfOf?: string;
  readonly seen?: number;
}

/** Approves, rejects, challenges or abstains. */
export function decision(verb: 'approve' | 'reject' | 'challenge' | 'abstain', description: string): Command {
  const command = new Command(verb).description(description).argument('<request>', REQUEST_ARGUMENT);
  if (verb === 'reject' || verb === 'challenge') command.requiredOption('--comment <text>', 'why, for whoever asked');
  else command.option('--comment <text>', 'why');
  return command
    .option(...STAGE_OPTION)
    .option('--on-behalf-of <principal>', `who delegated to you: ${PRINCIPAL}`)
    .option('--seen <version>', 'the version that you read, as --json shows; the present one unless given', Number)
    .action((written: string, { stage, comment, onBehalfOf, seen }: DecideOptions, called: Command) =>
      actWithClient(called, async (client, { show }) => {
        const id = await requestOf(client, { written, stage, to: 'decide' });
        const decided = await send(client, DECIDE, {
          requestId: id,
          verdict: verb.toUpperCase(),
          expectedVersion: seen ?? (await versionNow(client, id)),
          ...(comment !== undefined && { comment }),
          ...(onBehalfOf !== undefined && { onBehalfOfId: await principalId(client, onBehalfOf, ['USER']) }),
        });
        print(show, decided.request);
      }),
    );
}

interface ResolveOptions {
  readonly stage?: string;
  readonly resolution: string;
}

export const resolve = (): Command =>
  new Command('resolve')
    .description('Say what came of a challenge, so that it blocks no more')
    .argument('<request>', REQUEST_ARGUMENT)
    .argument('<decision>', 'id of the challenge, as `approvals show` says')
    .option(...STAGE_OPTION)
    .requiredOption('--resolution <text>', 'what came of it')
    .action((written: string, decisionId: string, { stage, resolution }: ResolveOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const id = await requestOf(client, { written, stage, to: 'decide' });
        const resolved = await send(client, RESOLVE, {
          requestId: id,
          decisionId,
          resolution,
          expectedVersion: await versionNow(client, id),
        });
        print(show, resolved.request);
      }),
    );

interface EndOptions {
  readonly stage?: string;
  readonly reason: string;
}

/** Withdraws a request or revokes an approval. */
export const end = (verb: 'withdraw' | 'revoke', description: string): Command =>
  new Command(verb)
    .description(description)
    .argument('<request>', REQUEST_ARGUMENT)
    .option(...STAGE_OPTION)
    .requiredOption('--reason <text>', 'why')
    .action((written: string, { stage, reason }: EndOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const ended = await send(client, END[verb], { requestId: await requestOf(client, { written, stage, to: verb }), reason });
        print(show, ended.request);
      }),
    );

const print = (show: (data: unknown, text: () => string) => void, found: Request | null): void =>
  show(found, () => (found === null ? '' : requestText(found)));

async function versionNow(client: Client, id: string): Promise<number> {
  const { approvalRequest } = await client.ask(VERSION, { variables: { id } });
  if (approvalRequest === null) throw notFound(id);
  return approvalRequest.version;
}

const answered = z.object({ auditId: z.string(), request: request.nullable() });
type Answered = z.infer<typeof answered>;
const mutation = (name: string, input: string, done: string, withConflict = true): Mutation<Answered> => ({
  source: `mutation Cli${input}($input: ${input}!) { result: ${name}(input: $input) { ${REFUSED} ${withConflict ? CONFLICT : ''}
    ... on ${done} { request { ${REQUEST_FIELDS} } } } }`,
  done: answered,
});
const ASK = mutation('requestApproval', 'RequestApprovalInput', 'ApprovalRequested', false);
const ACCESS = mutation('requestAccess', 'RequestAccessInput', 'AccessRequested', false);
const DECIDE = mutation('decideApproval', 'DecideApprovalInput', 'ApprovalDecided');
const RESOLVE = mutation('resolveChallenge', 'ResolveChallengeInput', 'ChallengeResolved');
const END = {
  withdraw: mutation('withdrawApproval', 'WithdrawApprovalInput', 'ApprovalWithdrawn'),
  revoke: mutation('revokeApproval', 'RevokeApprovalInput', 'ApprovalRevoked'),
} as const;

const version = z.object({ approvalRequest: z.object({ version: z.number() }).nullable() });
const VERSION: Operation<z.infer<typeof version>> = {
  source: 'query CliApprovalVersion($id: ID!) { approvalRequest(id: $id) { version } }',
  answer: version,
};
