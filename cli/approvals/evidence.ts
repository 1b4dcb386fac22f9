import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient } from '../cli.ts';
import { type EvidenceOptions, evidenceInput, withEvidenceOptions } from '../evidenceInput.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped } from '../terminal/escape.ts';

/** What was measured of something in the catalog; of versions of models `models evidence` tells. */
export const attach = (): Command =>
  withEvidenceOptions(
    new Command('evidence')
      .description('Add what was measured of a dataset, a glossary term or a data product as it is now')
      .argument('<urn|id>', 'a dataset by URN or id, or a term or product by id'),
    'cadastre approvals evidence',
  )
    .option('--digest <digest>', 'of the content that was measured: refused when it is another by now')
    .action((subject: string, { digest, ...options }: EvidenceOptions & { readonly digest?: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const input = await evidenceInput(options);
        const { evidence } = await send(client, ATTACH, {
          subject,
          ...input,
          ...(digest !== undefined && { expectedDigest: digest }),
        });
        show(evidence, () => (evidence === null ? 'Recorded.' : `${evidence.id}  ${evidence.digest}  of ${escaped(subject)}`));
      }),
    );

const attached = z.object({ auditId: z.string(), evidence: z.object({ id: z.string(), digest: z.string() }).nullable() });
const ATTACH: Mutation<z.infer<typeof attached>> = {
  source: `mutation CliAttachEvidence($input: AttachEvidenceInput!) { result: attachEvidence(input: $input) { ${REFUSED} ... on EvidenceAttached { evidence { id digest } } } }`,
  done: attached,
};
