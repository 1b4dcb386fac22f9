import { Option, type Command } from 'commander';
import { momentArgument } from '../cli.ts';
import type { Client } from '../client.ts';
import { idOfSubject } from '../idOfSubject.ts';

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
    .option('--subject <urn|id>', 'to one thing and what is below it')
    .option('--action <action>', 'e.g. catalog.owners.set.v1')
    .option('--actor <id>', 'what one person or service did')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['success', 'refused', 'failed']))
    .option('--correlation <id>', 'what followed from one action')
    .option('--from <moment>', 'not before', momentArgument)
    .option('--to <moment>', 'before', momentArgument);

/** For GraphQL. */
export async function filterInput(client: Client, { subject, outcome, ...rest }: FilterOptions): Promise<object> {
  const { action, actor, correlation, from, to } = rest;
  return {
    subjectId: subject === undefined ? undefined : await idOfSubject(client, subject),
    action,
    actorId: actor,
    outcome: outcome?.toUpperCase(),
    correlationId: correlation,
    from,
    to,
  };
}

/** For `/log/export`. */
export async function filterParams(client: Client, { subject, ...rest }: FilterOptions): Promise<URLSearchParams> {
  const { action, actor, outcome, correlation, from, to } = rest;
  const subjectId = subject === undefined ? undefined : await idOfSubject(client, subject);
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ subject: subjectId, action, actor, outcome, correlation, from, to }))
    if (value !== undefined) params.set(name, value);
  return params;
}
