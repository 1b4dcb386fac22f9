import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { momentText } from '../assetText.ts';
import { badInput } from '../../kernel/fault.ts';
import { actWithClient } from '../cli.ts';
import type { Operation } from '../client.ts';
import { CONFLICT, type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped, escapedLines } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import { type KnownVersion, MODEL_ARGUMENT, modelOf, VERSION_ARGUMENT, versionOf } from './reference.ts';

const STAGE = 'e.g. production';
const REASON = ['--reason <text>', 'why, for the audit trail'] as const;

interface Reasoned {
  readonly reason?: string;
}

export const promote = (): Command =>
  new Command('promote')
    .description('Bring a sealed version into a stage; into a guarded one only what is approved')
    .argument('<version>', VERSION_ARGUMENT)
    .argument('<stage>', STAGE)
    .option('--digest <digest>', 'what the version must have; the one that it has now unless given')
    .option(...REASON)
    .action((written: string, stage: string, { digest, reason }: Reasoned & { readonly digest?: string }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const version = await versionOf(client, written);
        const input = { versionId: version.id, stage, expectedDigest: digest ?? sealedDigest(version), ...reasonOf(reason) };
        const { binding, note, auditId } = await send(client, PROMOTE, input);
        show({ binding, note, auditId }, () => boundText(version.model.name, binding, auditId));
        if (note !== null) terminal.say(escapedLines(note));
      }),
    );

export const rollback = (): Command =>
  new Command('rollback')
    .description('Bring back a version that was in a stage before')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<stage>', STAGE)
    .option('--to <number>', 'number of the version; the one before the present one unless given', numberArgument)
    .option(...REASON)
    .action((written: string, stage: string, { to, reason }: Reasoned & { readonly to?: number }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const model = await modelOf(client, written);
        const input = { modelId: model.id, stage, ...(to !== undefined && { toVersion: to }), ...reasonOf(reason) };
        const { binding, note, auditId } = await send(client, ROLLBACK, input);
        show({ binding, note, auditId }, () => boundText(model.name, binding, auditId));
        if (note !== null) terminal.say(escapedLines(note));
      }),
    );

export const unbind = (): Command =>
  new Command('unbind')
    .description('Empty a stage: stop what is there')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<stage>', STAGE)
    .option(...REASON)
    .action((written: string, stage: string, { reason }: Reasoned, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const model = await modelOf(client, written);
        const { binding, auditId } = await send(client, UNBIND, { modelId: model.id, stage, ...reasonOf(reason) });
        show(
          { binding, auditId },
          () => `${escaped(binding.stage)} of ${escaped(model.name)} is empty (audit entry ${auditId}).`,
        );
      }),
    );

interface Emergency {
  readonly incident: string;
  readonly reason: string;
  readonly hours: number;
}

export const breakGlass = (): Command =>
  new Command('break-glass')
    .description('Bring a sealed version into a guarded stage without approval, in an emergency and for some hours')
    .argument('<version>', VERSION_ARGUMENT)
    .argument('<stage>', STAGE)
    .requiredOption('--incident <id>', 'what happened, e.g. INC-1042')
    .requiredOption('--reason <text>', 'why it cannot wait for approval, at least 20 characters')
    .requiredOption('--hours <count>', 'for how long, 1 to 24', numberArgument)
    .action((written: string, stage: string, { incident, reason, hours }: Emergency, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const version = await versionOf(client, written);
        const input = { versionId: version.id, stage, expectedDigest: sealedDigest(version), incident, reason, hours };
        const { binding, auditId } = await send(client, BREAK, input);
        show(
          { binding, auditId },
          () => `${boundText(version.model.name, binding, auditId)} Until ${momentText(binding.expiresAt ?? '')}.`,
        );
        terminal.say(`Somebody else must review it: ${next('models', 'review', binding.id)}`);
      }),
    );

export const reviews = (): Command =>
  new Command('reviews')
    .description('List what came into a guarded stage without approval, latest first')
    .option('--open', 'only what nobody has reviewed')
    .action(({ open }: { readonly open?: true }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const { breakGlassReviews } = await client.ask(REVIEWS, { variables: { open: open ?? null } });
        const all = breakGlassReviews.edges.map(({ node }) => node);
        show(all, () => table(['ID', 'MODEL', 'STAGE', 'SINCE', 'INCIDENT', 'REVIEW'], all.map(reviewRow), terminal.bold));
      }),
    );

const OUTCOMES: Readonly<Record<string, string>> = { justified: 'JUSTIFIED', 'not-justified': 'NOT_JUSTIFIED' };

export const review = (): Command =>
  new Command('review')
    .description('Say whether an emergency was one')
    .argument('<id>', 'as `models reviews` says')
    .argument('<outcome>', 'justified or not-justified')
    .requiredOption('--comment <text>', 'what was looked at')
    .action((bindingId: string, written: string, { comment }: { readonly comment: string }, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const outcome = OUTCOMES[written.toLowerCase()];
        if (outcome === undefined) throw badInput(`"${written}": write justified or not-justified.`);
        const { binding, auditId } = await send(client, REVIEW, { bindingId, outcome, comment });
        show({ binding, auditId }, () => `Reviewed: ${written.toLowerCase()} (audit entry ${auditId}).`);
      }),
    );

/** A draft has no digest that could be meant. */
function sealedDigest({ digest, number, model }: KnownVersion): string {
  if (digest === null)
    throw badInput(`${model.name}:${number} is a draft. Seal it first: cadastre models seal ${model.name}:${number}`);
  return digest;
}

const reasonOf = (reason: string | undefined): object => (reason === undefined ? {} : { reason });

export function numberArgument(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number from 1.');
}

const boundText = (model: string, { stage, modelVersion, digest }: Binding, auditId: string): string =>
  `${escaped(stage)} of ${escaped(model)} holds version ${modelVersion?.number ?? '?'}, ${digest} (audit entry ${auditId}).`;

const binding = z.object({
  id: z.string(),
  stage: z.string(),
  kind: z.string(),
  digest: z.string(),
  boundFrom: z.string(),
  expiresAt: z.string().nullable(),
  modelVersion: z.object({ id: z.string(), number: z.number() }).nullable(),
});
type Binding = z.infer<typeof binding>;
const BINDING = 'binding { id stage kind digest boundFrom expiresAt modelVersion { id number } }';
const bound = z.object({ auditId: z.string(), binding });
const noted = bound.extend({ note: z.string().nullable() });

const PROMOTE: Mutation<z.infer<typeof noted>> = {
  source: `mutation CliPromote($input: PromoteModelVersionInput!) { result: promoteModelVersion(input: $input) { ${REFUSED} ${CONFLICT} ... on ModelVersionPromoted { note ${BINDING} } } }`,
  done: noted,
};
const ROLLBACK: Mutation<z.infer<typeof noted>> = {
  source: `mutation CliRollback($input: RollbackStageInput!) { result: rollbackStage(input: $input) { ${REFUSED} ${CONFLICT} ... on StageRolledBack { note ${BINDING} } } }`,
  done: noted,
};
const UNBIND: Mutation<z.infer<typeof bound>> = {
  source: `mutation CliUnbind($input: UnbindStageInput!) { result: unbindStage(input: $input) { ${REFUSED} ${CONFLICT} ... on StageUnbound { ${BINDING} } } }`,
  done: bound,
};
const BREAK: Mutation<z.infer<typeof bound>> = {
  source: `mutation CliBreakGlass($input: BreakGlassInput!) { result: breakGlass(input: $input) { ${REFUSED} ... on GlassBroken { ${BINDING} } } }`,
  done: bound,
};
const REVIEW: Mutation<z.infer<typeof bound>> = {
  source: `mutation CliReviewBreakGlass($input: ReviewBreakGlassInput!) { result: reviewBreakGlass(input: $input) { ${REFUSED} ... on BreakGlassReviewed { ${BINDING} } } }`,
  done: bound,
};

const reviewNode = z.object({
  outcome: z.string().nullable(),
  binding: z.object({
    id: z.string(),
    stage: z.string(),
    boundFrom: z.string(),
    incident: z.string().nullable(),
    modelVersion: z.object({ number: z.number(), model: z.object({ name: z.string() }).nullable() }).nullable(),
  }),
});
const reviewList = z.object({ breakGlassReviews: z.object({ edges: z.array(z.object({ node: reviewNode })) }) });
const REVIEWS: Operation<z.infer<typeof reviewList>> = {
  source: `query CliBreakGlassReviews($open: Boolean) { breakGlassReviews(open: $open, first: 100) { edges { node { outcome
    binding { id stage boundFrom incident modelVersion { number model { name } } } } } } }`,
  answer: reviewList,
};

const reviewRow = ({ outcome, binding: { id, stage, boundFrom, incident, modelVersion } }: z.infer<typeof reviewNode>) => [
  id,
  `${modelVersion?.model?.name ?? '?'}:${modelVersion?.number ?? '?'}`,
  stage,
  momentText(boundFrom),
  incident,
  outcome?.toLowerCase().replace('_', ' ') ?? 'open',
];
