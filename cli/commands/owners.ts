import { Command } from 'commander';
import { z } from 'zod';
import { owner, OWNER_FIELDS, ownerText } from '../assetText.ts';
import { actWithClient, gather } from '../cli.ts';
import { badInput } from '../../kernel/fault.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped } from '../terminal/escape.ts';

interface SetOptions {
  readonly accountable?: readonly string[];
  readonly steward?: readonly string[];
  readonly reason?: string;
}

export const ownersCommand = (): Command => new Command('owners').description('Say who answers for an asset').addCommand(set());

const set = (): Command =>
  new Command('set')
    .description('Replace the owners of a role; technical owners come from the source and stay')
    .argument('<urn>')
    .option('--accountable <person>', 'e-mail address or id; may be given several times, "" for nobody', gather)
    .option('--steward <person>', 'the same for stewards', gather)
    .option('--reason <text>', 'why, for the audit trail')
    .action((urn: string, options: SetOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const wishes = [
          { role: 'ACCOUNTABLE', people: options.accountable },
          { role: 'STEWARD', people: options.steward },
        ].flatMap(({ role, people }) =>
          people === undefined ? [] : [{ role, owners: people.filter((one) => one !== '').map(ownerInput) }],
        );
        if (wishes.length === 0) throw badInput('Whom? Give --accountable or --steward, e.g. --accountable ada@example.com.');
        for (const wish of wishes) {
          const { asset, auditId } = await send(client, SET, {
            urn,
            ...wish,
            ...(options.reason !== undefined && { reason: options.reason }),
          });
          show({ role: wish.role, auditId, owners: asset?.owners ?? null }, () =>
            asset === null
              ? `${wish.role.toLowerCase()}: set (audit entry ${auditId}). You may not see the asset any more.`
              : `${wish.role.toLowerCase()}: ${ownersText(asset.owners ?? [], wish.role)} (audit entry ${auditId})`,
          );
        }
      }),
    );

const ownerInput = (person: string): object => (person.includes('@') ? { email: person } : { principalId: person });

const ownersText = (owners: readonly z.infer<typeof owner>[], role: string): string =>
  escaped(
    owners
      .filter((one) => one.role === role)
      .map(ownerText)
      .join(', ') || 'nobody',
  );

const done = z.object({ auditId: z.string(), asset: z.object({ owners: z.array(owner).nullable() }).nullable() });
const SET: Mutation<z.infer<typeof done>> = {
  source: `mutation CliSetOwners($input: SetOwnersInput!) { result: setOwners(input: $input) { ${REFUSED} ${CONFLICT} ... on OwnersSet { asset { owners ${OWNER_FIELDS} } } } }`,
  done,
};
