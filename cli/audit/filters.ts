import { Option, type Command } from 'commander';
import { momentArgument } from '../cli.ts';
import type { Client } from '../client.ts';
import { principalId } from '../principalId.ts';
import { escaped } from '../terminal/escape.ts';
import { actionArgument } from './actions.ts';
import { subjectId } from './subjectId.ts';

/** What a list or an export of the audit trail is narrowed to. */
export interface FilterOptions {
  readonly subject?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly outcome?: 'success' | 'refused' | 'failed';
  readonly correlation?: string;
  readonly from?: string;
  readonly to?: string;
}

export const withFilters = (command: Command): Command =>
  command
    .option('--subject <urn|id>', 'to one thing and what is below it; a person, team or service also by name')
    .option('--action <action>', 'e.g. catalog.owners.set.v1', actionArgument)
    .option('--actor <principal>', 'what one person or service did: id, name or e-mail address')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['success', 'refused', 'failed']))
    .option('--correlation <id>', 'what followed from one action')
    .option('--from <moment>', 'not before', momentArgument)
    .option('--to <moment>', 'before', momentArgument);

/** For GraphQL. @throws Fault NOT_FOUND */
export async function filterInput(client: Client, options: FilterOptions): Promise<object> {
  const { subject, action, actor, outcome, correlation, from, to } = await namedIn(client, options);
  return { subjectId: subject, action, actorId: actor, outcome: outcome?.toUpperCase(), correlationId: correlation, from, to };
}

/** For `/log/export`. @throws Fault NOT_FOUND */
export async function filterParams(client: Client, options: FilterOptions): Promise<URLSearchParams> {
  const { subject, action, actor, outcome, correlation, from, to } = await namedIn(client, options);
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ subject, action, actor, outcome, correlation, from, to }))
    if (value !== undefined) params.set(name, value);
  return params;
}

/** As they were given: `--outcome refused and --from 2026-01-01T00:00:00.000000Z`; empty when nothing is narrowed. */
export const filtersText = ({ subject, action, actor, outcome, correlation, from, to }: FilterOptions): string =>
  Object.entries({ subject, action, actor, outcome, correlation, from, to })
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${escaped(value)}`]))
    .join(' and ');

/** With ids instead of names. */
async function namedIn(client: Client, options: FilterOptions): Promise<FilterOptions> {
  const { subject, actor } = options;
  return {
    ...options,
    ...(subject !== undefined && { subject: await subjectId(client, subject) }),
    ...(actor !== undefined && { actor: await principalId(client, actor, ['USER', 'SERVICE']) }),
  };
}
