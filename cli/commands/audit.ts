import { Command } from 'commander';
import { z } from 'zod';
import { momentText, person, PERSON_FIELDS, personName } from '../assetText.ts';
import { actWithClient, countArgument, momentArgument } from '../cli.ts';
import { notFound } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';
import { table } from '../terminal/table.ts';

interface AuditOptions {
  readonly subject?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly first: number;
}

export const auditCommand = (): Command =>
  new Command('audit')
    .description('Show what happened, latest first')
    .option('--subject <urn|id>', 'to one thing and what is below it')
    .option('--action <action>', 'e.g. catalog.owners.set.v1')
    .option('--actor <id>', 'what one person or service did')
    .option('--from <moment>', 'not before', momentArgument)
    .option('--to <moment>', 'before', momentArgument)
    .option('--first <count>', 'how many to show, 1 to 500', countArgument, 20)
    .action((options: AuditOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { subject, action, actor, from, to, first } = options;
        const subjectId = subject === undefined ? undefined : await idOf(client, subject);
        const { auditTrail } = await client.ask(AUDIT, {
          variables: { first, filter: { subjectId, action, actorId: actor, from, to } },
        });
        const entries = auditTrail.edges.map(({ node }) => node);
        show(entries, () =>
          table(['TIME', 'ACTION', 'OUTCOME', 'WHO', 'SUBJECT', 'FIELDS', 'ENTRY'], entries.map(entryRow), terminal.bold),
        );
      }),
    );

async function idOf(client: Client, subject: string): Promise<string> {
  if (!subject.startsWith('urn:')) return subject;
  const { asset } = await client.ask(ID, { variables: { urn: subject } });
  if (asset === null) throw notFound(subject);
  return asset.id;
}

const idAnswer = z.object({ asset: z.object({ id: z.string() }).nullable() });
const ID: Operation<z.infer<typeof idAnswer>> = {
  source: 'query CliAssetId($urn: Urn) { asset(urn: $urn) { id } }',
  answer: idAnswer,
};

const entry = z.object({
  id: z.string(),
  time: z.string(),
  action: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  actor: person,
  subjectType: z.string(),
  subjectId: z.string(),
  subjectVersion: z.number(),
  changedFields: z.array(z.string()),
});

const answer = z.object({ auditTrail: z.object({ edges: z.array(z.object({ node: entry })) }) });

const AUDIT: Operation<z.infer<typeof answer>> = {
  source: `query CliAudit($filter: AuditFilter, $first: Int!) { auditTrail(filter: $filter, first: $first) { edges { node {
    id time action outcome reason actor ${PERSON_FIELDS} subjectType subjectId subjectVersion changedFields
  } } } }`,
  answer,
};

const entryRow = ({ time, action, outcome, reason, actor, subjectType, subjectId, changedFields, id }: z.infer<typeof entry>) => [
  momentText(time),
  action,
  reason === null ? outcome.toLowerCase() : `${outcome.toLowerCase()} (${reason})`,
  personName(actor),
  `${subjectType} ${subjectId}`,
  changedFields.join(', '),
  id,
];
