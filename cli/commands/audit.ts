import { Command } from 'commander';
import { z } from 'zod';
import { momentText, person, PERSON_FIELDS, personName } from '../assetText.ts';
import { auditCheckpointCommand } from '../audit/checkpointCommand.ts';
import { auditEraseCommand } from '../audit/eraseCommand.ts';
import { auditExportCommand } from '../audit/exportCommand.ts';
import { filterInput, type FilterOptions, filtersText, withFilters } from '../audit/filters.ts';
import { auditHoldCommand } from '../audit/holdCommand.ts';
import { auditReconcileCommand } from '../audit/reconcileCommand.ts';
import { auditShowCommand } from '../audit/showCommand.ts';
import { auditVerifyCommand } from '../audit/verifyCommand.ts';
import { auditWatchCommand } from '../audit/watchCommand.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { table } from '../terminal/table.ts';

interface AuditOptions extends FilterOptions {
  readonly first: number;
  readonly detail?: boolean;
}

export const auditCommand = (): Command =>
  withFilters(new Command('audit').description('Show what happened, latest first; take it along and check it'))
    .option('--first <count>', 'how many to show, 1 to 500', countArgument, 20)
    .option('--detail', 'with names, values and free text')
    .action((options: AuditOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { first, detail = false } = options;
        const filter = await filterInput(client, options);
        const { auditTrail } = await client.ask(AUDIT, { variables: { first, detail, filter } });
        const entries = auditTrail.edges.map(({ node }) => node);
        const head = ['TIME', 'ACTION', 'OUTCOME', 'WHO', 'SUBJECT', 'FIELDS', 'ENTRY', ...(detail ? ['DETAIL'] : [])];
        const rows = entries.map((each) => (detail ? [...entryRow(each), detailText(each)] : entryRow(each)));
        show(entries, () => table(head, rows, terminal.bold));
        if (entries.length === 0) terminal.say(nothingText(options));
      }),
    )
    .addCommand(auditExportCommand())
    .addCommand(auditCheckpointCommand())
    .addCommand(auditVerifyCommand())
    .addCommand(auditWatchCommand())
    .addCommand(auditShowCommand())
    .addCommand(auditReconcileCommand())
    .addCommand(auditEraseCommand())
    .addCommand(auditHoldCommand());

function nothingText(options: FilterOptions): string {
  const filters = filtersText(options);
  return filters === '' ? 'Nothing is recorded yet.' : `No entry fits ${filters}.`;
}

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
  erased: z.boolean().optional(),
  detail: z.unknown().optional(),
});

type Entry = z.infer<typeof entry>;

const answer = z.object({ auditTrail: z.object({ edges: z.array(z.object({ node: entry })) }) });

const AUDIT: Operation<z.infer<typeof answer>> = {
  source: `query CliAudit($filter: AuditFilter, $first: Int!, $detail: Boolean!) { auditTrail(filter: $filter, first: $first) { edges { node {
    id time action outcome reason actor ${PERSON_FIELDS} subjectType subjectId subjectVersion changedFields
    erased @include(if: $detail) detail @include(if: $detail)
  } } } }`,
  answer,
};

const entryRow = ({ time, action, outcome, reason, actor, subjectType, subjectId, changedFields, id }: Entry) => [
  momentText(time),
  action,
  reason === null ? outcome.toLowerCase() : `${outcome.toLowerCase()} (${reason})`,
  personName(actor),
  `${subjectType} ${subjectId}`,
  changedFields.join(', '),
  id,
];

const detailText = ({ erased, detail }: Entry): string =>
  erased === true ? '[erased]' : detail === null || detail === undefined ? '-' : JSON.stringify(detail);
