import { Command } from 'commander';
import { z } from 'zod';
import { momentText, person, PERSON_FIELDS, personName } from '../assetText.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { table } from '../terminal/table.ts';
import { subjectId } from './subjectId.ts';

export const auditHoldCommand = (): Command =>
  new Command('hold')
    .description('Keep what is known of a person or an asset from being forgotten, until it is released')
    .addCommand(place())
    .addCommand(release())
    .addCommand(list());

const place = (): Command =>
  new Command('place')
    .description('Place a legal hold; several may be on the same')
    .argument('<subject>', 'URN or id of an asset, or id, name or e-mail address of a person')
    .requiredOption('--reason <text>', 'why, e.g. the number of the matter')
    .action((subject: string, { reason }: { readonly reason: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const id = await subjectId(client, subject);
        const { hold, auditId } = await send(client, PLACE, { subjectId: id, reason });
        show({ ...hold, auditId }, () => `${hold.id} holds ${hold.subjectId} (audit entry ${auditId}).`);
      }),
    );

const release = (): Command =>
  new Command('release')
    .description('Release a legal hold: what it kept may be forgotten, unless another one keeps it')
    .argument('<id>', 'hld_…, as `audit hold list` says')
    .requiredOption('--reason <text>', 'why')
    .action((id: string, { reason }: { readonly reason: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { hold, auditId } = await send(client, RELEASE, { id, reason });
        show({ ...hold, auditId }, () => `${hold.id} holds ${hold.subjectId} no more (audit entry ${auditId}).`);
      }),
    );

interface ListOptions {
  readonly all?: boolean;
  readonly subject?: string;
  readonly first: number;
}

const list = (): Command =>
  new Command('list')
    .description('List legal holds in force, latest first')
    .option('--all', 'also those that were released')
    .option('--subject <subject>', 'only those on this person or asset')
    .option('--first <count>', 'at most so many', countArgument, 50)
    .action(({ all, subject, first }: ListOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const id = subject === undefined ? undefined : await subjectId(client, subject);
        const { legalHolds } = await client.ask(LIST, { variables: { filter: { subjectId: id, inForce: all !== true }, first } });
        const holds = legalHolds.edges.map(({ node }) => node);
        show(holds, () => table(['ID', 'HOLDS', 'SINCE', 'BY', 'REASON', 'RELEASED'], holds.map(holdRow), terminal.bold));
        if (holds.length === 0) terminal.say('Nothing is under legal hold.');
        if (legalHolds.pageInfo.hasNextPage) terminal.say('There are more: give --subject, or a larger --first.');
      }),
    );

const holdRow = ({ id, subjectId: held, person: who, placedAt, placedBy, reason, releasedAt }: Hold) => [
  id,
  who?.name ?? held,
  momentText(placedAt),
  personName(placedBy),
  reason,
  releasedAt === null ? '-' : momentText(releasedAt),
];

const hold = z.object({
  id: z.string(),
  subjectId: z.string(),
  person: z.object({ name: z.string() }).nullable(),
  reason: z.string(),
  placedBy: person,
  placedAt: z.string(),
  releasedAt: z.string().nullable(),
  releaseReason: z.string().nullable(),
});
type Hold = z.infer<typeof hold>;
const HOLD = `id subjectId person { name } reason placedBy ${PERSON_FIELDS} placedAt releasedAt releaseReason`;

const done = z.object({ auditId: z.string(), hold });
const PLACE: Mutation<z.infer<typeof done>> = {
  source: `mutation CliPlaceHold($input: PlaceLegalHoldInput!) { result: placeLegalHold(input: $input) { ${REFUSED} ... on LegalHoldPlaced { hold { ${HOLD} } } } }`,
  done,
};
const RELEASE: Mutation<z.infer<typeof done>> = {
  source: `mutation CliReleaseHold($input: ReleaseLegalHoldInput!) { result: releaseLegalHold(input: $input) { ${REFUSED} ... on LegalHoldReleased { hold { ${HOLD} } } } }`,
  done,
};

const listed = z.object({
  legalHolds: z.object({ edges: z.array(z.object({ node: hold })), pageInfo: z.object({ hasNextPage: z.boolean() }) }),
});
const LIST: Operation<z.infer<typeof listed>> = {
  source: `query CliHolds($filter: LegalHoldFilter, $first: Int) { legalHolds(filter: $filter, first: $first) { edges { node { ${HOLD} } } pageInfo { hasNextPage } } }`,
  answer: listed,
};
