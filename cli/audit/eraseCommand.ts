import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient } from '../cli.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { principalId } from '../principalId.ts';

export const auditEraseCommand = (): Command =>
  new Command('erase')
    .description('Forget who a person is, as they asked: it cannot be undone, and every proof of the log still verifies')
    .argument('<person>', 'id, name or e-mail address')
    .requiredOption('--reason <text>', 'why, e.g. the number of their request; not who they are')
    .action((person: string, { reason }: { readonly reason: string }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const id = await principalId(client, person, ['USER']);
        const erased = await send(client, ERASE, { principalId: id, reason });
        show(erased, () => `${id} is erased: ${erased.detailsErased} events lost their details (audit entry ${erased.auditId}).`);
        if (erased.detailsKept > 0)
          terminal.say(
            `${erased.detailsKept} events that name them keep their details, because something else in them is under legal hold. Erase ${id} once more after its release.`,
          );
      }),
    );

const erased = z.object({
  auditId: z.string(),
  user: z.object({ id: z.string(), state: z.string() }),
  detailsErased: z.number(),
  detailsKept: z.number(),
});
const ERASE: Mutation<z.infer<typeof erased>> = {
  source: `mutation CliErasePerson($input: ErasePersonInput!) { result: erasePerson(input: $input) { ${REFUSED} ... on PersonErased { user { id state } detailsErased detailsKept } } }`,
  done: erased,
};
