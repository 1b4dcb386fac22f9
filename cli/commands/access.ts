import { Command } from 'commander';
import { z } from 'zod';
import { idOfSubject } from '../idOfSubject.ts';
import { actWithClient } from '../cli.ts';
import type { Operation } from '../client.ts';
import { EXIT } from '../exitCode.ts';
import { badInput, notFound } from '../../kernel/fault.ts';
import { ACTIONS, isAction } from '../../kernel/policy/actions.ts';
import { inFlags } from '../flagWords.ts';
import { PRINCIPAL, principalId } from '../principalId.ts';
import { didYouMean } from '../suggestion.ts';
import { escaped } from '../terminal/escape.ts';

interface AccessOptions {
  readonly asset?: string;
  readonly principal?: string;
}

export const accessCommand = (): Command =>
  new Command('access')
    .description('Say whether somebody may do something, and by which policy; exits with 1 when they may not')
    .argument('<action>', 'e.g. catalog.read; `cadastre policies language` lists them')
    .option('--asset <urn|id>', 'for actions that are decided asset by asset; the id of a model for those that are decided so')
    .option('--principal <principal>', `${PRINCIPAL}; yourself unless given`)
    .action((action: string, { asset, principal }: AccessOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        checkAction(action, asset);
        const resourceId = asset === undefined ? undefined : await idOfSubject(client, asset);
        const whose = principal === undefined ? undefined : await principalId(client, principal);
        const variables = { action, resourceId, principalId: whose };
        const asking = whose === undefined ? client.ask(MINE, { variables }) : client.ask(OTHERS, { variables });
        const { access } = await inFlags({ resourceId: '--asset' }, asking);
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

/** What can be told from the action alone. @throws Fault BAD_USER_INPUT */
function checkAction(action: string, asset: string | undefined): void {
  if (!isAction(action))
    throw badInput(
      `There is no action "${action}".${didYouMean(action, Object.keys(ACTIONS))} They are ${Object.keys(ACTIONS).join(', ')}.`,
    );
  const isOfAll = ACTIONS[action].on === 'system';
  if (isOfAll && asset !== undefined) throw badInput(`${action} is decided for the whole installation. Leave out --asset.`);
  if (!isOfAll && asset === undefined)
    throw badInput(`${action} is decided ${ACTIONS[action].on} by ${ACTIONS[action].on}. Name one with --asset <urn or id>.`);
}

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
