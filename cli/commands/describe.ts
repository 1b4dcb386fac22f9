import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient } from '../cli.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';

export const describeCommand = (): Command =>
  new Command('describe')
    .description('Set the description of an asset; a crawl never overwrites it')
    .argument('<urn>')
    .argument('<text>', 'the description; "" lets the source\'s own show again')
    .option('--reason <text>', 'why, for the audit trail')
    .action((urn: string, text: string, options: { reason?: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const input = { urn, text: text === '' ? null : text, ...(options.reason !== undefined && { reason: options.reason }) };
        const described = await send(client, DESCRIBE, input);
        show(described, () => `Described (audit entry ${described.auditId}).`);
      }),
    );

const done = z.object({
  auditId: z.string(),
  asset: z.object({ urn: z.string(), description: z.string().nullable() }).nullable(),
});
const DESCRIBE: Mutation<z.infer<typeof done>> = {
  source: `mutation CliDescribe($input: SetDescriptionInput!) { result: setDescription(input: $input) { ${REFUSED} ${CONFLICT} ... on DescriptionSet { asset { urn description } } } }`,
  done,
};
