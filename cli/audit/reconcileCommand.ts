import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { EXIT } from '../exitCode.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const auditReconcileCommand = (): Command =>
  new Command('reconcile')
    .description('Hold the tables against the audit log; exit 1 at the first row that no event explains')
    .option('--all', 'go on after the first finding')
    .action((options: { readonly all?: boolean }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { checked, findings } = await reconcileAll(client, terminal, options.all === true);
        terminal.progress.clear();
        const isSound = findings.length === 0;
        show({ consistent: isSound, checked, findings }, () =>
          isSound ? `Checked ${checked} things: events explain all of them.` : findings.map(findingText).join('\n'),
        );
        return isSound ? EXIT.ok : EXIT.refused;
      }),
    );

const finding = z.object({
  kind: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  eventId: z.string().nullable(),
  message: z.string(),
});
type Finding = z.infer<typeof finding>;

const page = z.object({
  checked: z.number(),
  total: z.number().nullable(),
  findings: z.array(finding),
  next: z.string().nullable(),
});
type Page = z.infer<typeof page>;

const PAGE = `checked total findings { kind subjectType subjectId expected found eventId message } next`;

/** The log itself is checked before what is held against it. */
const PARTS: readonly { readonly what: string; readonly operation: Operation<{ readonly page: Page }> }[] = [
  { what: 'Log and people', operation: operationOf('reconcileGovernance') },
  { what: 'Catalog', operation: operationOf('reconcileCatalog') },
  { what: 'Registry', operation: operationOf('reconcileRegistry') },
];

function operationOf(field: string): Operation<{ readonly page: Page }> {
  return {
    source: `query CliReconcile($after: String) { page: ${field}(after: $after) { ${PAGE} } }`,
    answer: z.object({ page }),
  };
}

async function reconcileAll(
  client: Client,
  { progress }: Terminal,
  isAll: boolean,
): Promise<{ readonly checked: number; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  let checked = 0;
  for (const { what, operation } of PARTS) {
    let [done, total]: [number, number | null] = [0, null];
    let after: string | null | undefined;
    while (after !== null) {
      const { page: answer }: { readonly page: Page } = await client.ask(operation, { variables: { after } });
      done += answer.checked;
      checked += answer.checked;
      total ??= answer.total;
      findings.push(...answer.findings);
      if (!isAll && findings.length > 0) return { checked, findings: findings.slice(0, 1) };
      // The total is about right only, and grows meanwhile.
      progress.show({ what, done, total: total === null || total < done ? null : total, note: noteOf(findings.length) });
      after = answer.next;
    }
  }
  return { checked, findings };
}

const noteOf = (count: number): string => (count === 0 ? '' : `${count} findings`);

const findingText = ({ kind, subjectType, subjectId, expected, found, eventId, message }: Finding): string =>
  [
    `${kind} ${subjectType} ${subjectId}: ${message}`,
    ...(expected === null ? [] : [`  expected ${expected}`]),
    ...(found === null ? [] : [`  found    ${found}`]),
    ...(eventId === null ? [] : [`  event    ${eventId}`]),
  ].join('\n');
