import { Command } from 'commander';
import { z } from 'zod';
import { owner, OWNER_FIELDS, ownerText } from '../assetText.ts';
import { actWithClient, gather } from '../cli.ts';
import type { Client } from '../client.ts';
import { badInput } from '../../kernel/fault.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { principalId } from '../principalId.ts';
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
    .option(
      '--accountable <owner>',
      'a person by e-mail address, or a person, team or service by name or id; may be given several times, "" for nobody',
      gather,
    )
    .option('--steward <owner>', 'the same for stewards', gather)
    .option('--reason <text>', 'why, for the audit trail')
    .action((urn: string, options: SetOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const wishes = [
          { role: 'ACCOUNTABLE', names: options.accountable },
          { role: 'STEWARD', names: options.steward },
        ].flatMap(({ role, names }) => (names === undefined ? [] : [{ role, names: names.filter((one) => one !== '') }]));
        if (wishes.length === 0)
          throw badInput('Whom? Give --accountable or --steward, e.g. --accountable ada@example.com or --accountable Finance.');
        // All are looked up before anything is set.
        const given = await Promise.all(
          wishes.map(async ({ role, names }) => ({
            role,
            owners: await Promise.all(names.map((name) => ownerInput(client, name))),
          })),
        );
        for (const { role, owners } of given) {
          const reason = options.reason === undefined ? {} : { reason: options.reason };
          const { asset, auditId } = await send(client, SET, { urn, role, owners, ...reason });
          show({ role, auditId, owners: asset?.owners ?? null }, () =>
            asset === null
              ? `${role.toLowerCase()}: set (audit entry ${auditId}). You may not see the asset any more.`
              : `${role.toLowerCase()}: ${ownersText(asset.owners ?? [], role)} (audit entry ${auditId})`,
          );
        }
      }),
    );

/** Whoever is named by an address need not be known yet. */
const ownerInput = async (client: Client, name: string): Promise<object> =>
  name.includes('@') ? { email: name } : { principalId: await principalId(client, name) };

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
