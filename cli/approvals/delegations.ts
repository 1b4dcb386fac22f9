import { Command } from 'commander';
import { z } from 'zod';
import { momentText, PERSON_FIELDS, person, personName } from '../assetText.ts';
import { actWithClient, momentArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { PRINCIPAL, principalId } from '../principalId.ts';
import { table } from '../terminal/table.ts';

interface DelegateOptions {
  readonly until: string;
  readonly from?: string;
  readonly reason: string;
}

export const delegate = (): Command =>
  new Command('delegate')
    .description('Let another person decide for you for a time; nobody counts twice by it')
    .argument('<person>', PRINCIPAL)
    .requiredOption('--until <moment>', 'until when, at most 90 days', momentArgument)
    .option('--from <moment>', 'from when; from now on unless given', momentArgument)
    .requiredOption('--reason <text>', 'why')
    .action((who: string, { until, from, reason }: DelegateOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const toId = await principalId(client, who, ['USER']);
        const { delegation } = await send(client, DELEGATE, { toId, until, reason, ...(from !== undefined && { from }) });
        show(
          delegation,
          () => `${delegation.id}  ${personName(delegation.to)} decides for you until ${momentText(delegation.validTo)}`,
        );
      }),
    );

export const undelegate = (): Command =>
  new Command('undelegate')
    .description('End a delegation; what was decided by it stays')
    .argument('<delegation>', 'id, as `approvals delegations` says')
    .option('--reason <text>', 'why, for the log')
    .action((id: string, { reason }: { readonly reason?: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { delegation } = await send(client, REVOKE, { id, ...(reason !== undefined && { reason }) });
        show(delegation, () => `${delegation.id} has ended.`);
      }),
    );

export const delegations = (): Command =>
  new Command('delegations')
    .description('List delegations by you and to you, latest first')
    .action((_options: object, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { approvalDelegations } = await client.ask(LIST);
        const found = approvalDelegations.edges.map(({ node }) => node);
        show(found, () =>
          table(
            ['ID', 'FROM', 'TO', 'BEGINS', 'ENDS', 'WHY'],
            found.map(({ id, from, to, validFrom, validTo, revokedAt, reason }) => [
              id,
              personName(from),
              personName(to),
              momentText(validFrom),
              revokedAt === null ? momentText(validTo) : `revoked ${momentText(revokedAt)}`,
              reason,
            ]),
            terminal.bold,
          ),
        );
      }),
    );

const delegation = z.object({
  id: z.string(),
  from: person,
  to: person,
  reason: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  revokedAt: z.string().nullable(),
});
const FIELDS = `id from ${PERSON_FIELDS} to ${PERSON_FIELDS} reason validFrom validTo revokedAt`;
const changed = z.object({ auditId: z.string(), delegation });
const DELEGATE: Mutation<z.infer<typeof changed>> = {
  source: `mutation CliDelegate($input: DelegateApprovalsInput!) { result: delegateApprovals(input: $input) { ${REFUSED}
    ... on ApprovalsDelegated { delegation { ${FIELDS} } } } }`,
  done: changed,
};
const REVOKE: Mutation<z.infer<typeof changed>> = {
  source: `mutation CliUndelegate($input: RevokeDelegationInput!) { result: revokeDelegation(input: $input) { ${REFUSED}
    ... on DelegationRevoked { delegation { ${FIELDS} } } } }`,
  done: changed,
};
const listed = z.object({ approvalDelegations: z.object({ edges: z.array(z.object({ node: delegation })) }) });
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliDelegations { approvalDelegations { edges { node { ${FIELDS} } } } }`,
  answer: listed,
};
