import { Command, Option } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { momentText, PERSON_FIELDS, person, personName } from '../assetText.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { idOfSubject } from '../idOfSubject.ts';
import { namesVersion, versionOf } from '../models/reference.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import { request, REQUEST_FIELDS, requestText, requirements, requirementsText, stateOf, targetOf } from './text.ts';

const STATES = [
  'open',
  'approved',
  'needs-revalidation',
  'applied',
  'superseded',
  'rejected',
  'expired',
  'voided',
  'withdrawn',
  'revoked',
];

interface ListOptions {
  readonly state?: string;
  readonly subject?: string;
  readonly mine?: boolean;
  readonly first: number;
}

export const list = (): Command =>
  new Command('list')
    .description('List requests, latest first')
    .addOption(new Option('--state <state>', 'only those').choices(STATES))
    .option('--subject <version|urn|id>', 'only those about it')
    .option('--mine', 'only those that you may decide about and have not')
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action(({ state, subject, mine, first }: ListOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show: print }) => {
        const filter = {
          ...(state !== undefined && { states: [state.toUpperCase().replaceAll('-', '_')] }),
          ...(subject !== undefined && { subjectId: await subjectOf(client, subject) }),
          ...(mine === true && { mineToDecide: true }),
        };
        const { approvalRequests } = await client.ask(LIST, { variables: { filter, first } });
        const found = approvalRequests.edges.map(({ node }) => node);
        print(found, () =>
          table(
            ['ID', 'STATE', 'WHAT', 'FOR', 'BY', 'ASKED'],
            found.map((one) => [
              one.id,
              stateOf(one),
              one.subjectName,
              targetOf(one),
              personName(one.requestedBy),
              momentText(one.requestedAt),
            ]),
            terminal.bold,
          ),
        );
      }),
    );

/** What is meant: a version of a model as `models` names it, a dataset by URN, or anything by its id. */
export const subjectOf = async (client: Parameters<typeof versionOf>[0], written: string): Promise<string> =>
  !written.startsWith('urn:') && namesVersion(written) ? (await versionOf(client, written)).id : idOfSubject(client, written);

export const showRequest = (): Command =>
  new Command('show')
    .description(
      'Show what a request, a version of a model for its stage, or a dataset for its certification lacks, and what to do next',
    )
    .argument('<request|version|urn>', 'id of a request, a version such as churn:3, or a dataset by URN')
    .option('--stage <stage>', 'for a version', 'production')
    .action((written: string, { stage }: { readonly stage: string }, command: Command) =>
      actWithClient(command, async (client, { terminal, globals, show: print }) => {
        if (written.startsWith('apr_')) {
          const { approvalRequest } = await client.ask(SHOW, { variables: { id: written } });
          if (approvalRequest === null) throw notFound(written);
          print(approvalRequest, () =>
            [
              requestText(approvalRequest),
              ...approvalRequest.decisions.map(decisionText),
              '',
              requirementsText(approvalRequest.requirements ?? [], globals, terminal.bold),
            ].join('\n'),
          );
          return;
        }
        if (written.startsWith('urn:')) {
          const { asset } = await client.ask(WHY_NOT_CERTIFIED, { variables: { urn: written } });
          if (asset === null) throw notFound(written);
          print(asset, () => requirementsText(asset.requirements ?? [], globals, terminal.bold));
          return;
        }
        const { id } = await versionOf(client, written);
        const { modelVersion } = await client.ask(WHY_NOT, { variables: { id, stage } });
        if (modelVersion === null) throw notFound(written);
        print(modelVersion, () => requirementsText(modelVersion.requirements ?? [], globals, terminal.bold));
      }),
    );

const decisionText = ({
  id,
  verdict,
  reviewer,
  madeBy,
  round,
  decidedAt,
  comment,
  resolution,
}: z.infer<typeof decision>): string =>
  escaped(
    `  ${momentText(decidedAt)}  ${verdict}  ${personName(reviewer)}${madeBy?.id === reviewer?.id ? '' : ` by ${personName(madeBy)}`}  ${id}  round ${round}` +
      `${comment === '' ? '' : `  ${comment}`}${resolution === null ? '' : `  resolved: ${resolution}`}`,
  );

const decision = z.object({
  id: z.string(),
  verdict: z.string(),
  round: z.number(),
  decidedAt: z.string(),
  comment: z.string(),
  resolution: z.string().nullable(),
  reviewer: person,
  madeBy: person,
});

const listed = z.object({ approvalRequests: z.object({ edges: z.array(z.object({ node: request })) }) });
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliApprovals($filter: ApprovalRequestFilter, $first: Int) { approvalRequests(filter: $filter, first: $first) {
    edges { node { ${REQUEST_FIELDS} } } } }`,
  answer: listed,
};

const shown = z.object({
  approvalRequest: request
    .extend({
      reason: z.string(),
      contentDigest: z.string(),
      decisions: z.array(decision),
      requirements: requirements.nullable(),
    })
    .nullable(),
});
const SHOW: Operation<z.infer<typeof shown>> = {
  source: `query CliApproval($id: ID!) { approvalRequest(id: $id) { ${REQUEST_FIELDS} reason contentDigest
    decisions { id verdict round decidedAt comment resolution reviewer ${PERSON_FIELDS} madeBy ${PERSON_FIELDS} }
    requirements { rule state reason command } } }`,
  answer: shown,
};

const why = z.object({ modelVersion: z.object({ id: z.string(), requirements: requirements.nullable() }).nullable() });
const WHY_NOT: Operation<z.infer<typeof why>> = {
  source:
    'query CliWhyNot($id: ID!, $stage: String!) { modelVersion(id: $id) { id requirements(stage: $stage) { rule state reason command } } }',
  answer: why,
};

const certifiable = z.object({ asset: z.object({ id: z.string(), requirements: requirements.nullable() }).nullable() });
const WHY_NOT_CERTIFIED: Operation<z.infer<typeof certifiable>> = {
  source: 'query CliWhyNotCertified($urn: Urn!) { asset(urn: $urn) { id requirements { rule state reason command } } }',
  answer: certifiable,
};
