import { Command } from 'commander';
import { z } from 'zod';
import { idOfSubject } from '../idOfSubject.ts';
import { actWithClient } from '../cli.ts';
import type { Operation } from '../client.ts';
import { EXIT } from '../exitCode.ts';
import { notFound } from '../../kernel/fault.ts';
import { escaped } from '../terminal/escape.ts';

interface AccessOptions {
  readonly asset?: string;
  readonly principal?: string;
}

export const accessCommand = (): Command =>
  new Command('access')
    .description('Say whether somebody may do something, and by which policy; exits with 1 when they may not')
    .argument('<action>', 'e.g. catalog.read; `cadastre policies language` lists them')
    .option('--asset <urn|id>', 'for actions that are decided asset by asset')
    .option('--principal <id>', 'a person, team or service; yourself unless given')
    .action((action: string, { asset, principal }: AccessOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const resourceId = asset === undefined ? undefined : await idOfSubject(client, asset);
        const variables = { action, resourceId, principalId: principal };
        const { access } = await (principal === undefined ? client.ask(MINE, { variables }) : client.ask(OTHERS, { variables }));
        if (access === null) throw notFound(asset ?? 'The asset');
        show(access, () =>
          [
            access.effect === 'ALLOW' ? `${action} is allowed by` : `${action} is denied by`,
            ...access.policies.map(({ id, reason, control }) =>
              escaped(`  ${id}${reason === null ? '' : `: ${reason}`}${control === null ? '' : ` (${control})`}`),
            ),
          ].join('\n'),
        );
        return access.effect === 'ALLOW' ? EXIT.ok : EXIT.refused;
      }),
    );

const FIELDS = '{ effect policyDigest policies { id reason control } }';
const answer = z.object({
  access: z
    .object({
      effect: z.enum(['ALLOW', 'DENY']),
      policyDigest: z.string(),
      policies: z.array(z.object({ id: z.string(), reason: z.string().nullable(), control: z.string().nullable() })),
    })
    .nullable(),
});
const MINE: Operation<z.infer<typeof answer>> = {
  source: `query CliMyAccess($action: String!, $resourceId: ID) { access: myAccess(action: $action, resourceId: $resourceId) ${FIELDS} }`,
  answer,
};
const OTHERS: Operation<z.infer<typeof answer>> = {
  source: `query CliExplainAccess($principalId: ID!, $action: String!, $resourceId: ID) {
    access: explainAccess(principalId: $principalId, action: $action, resourceId: $resourceId) ${FIELDS} }`,
  answer,
};
