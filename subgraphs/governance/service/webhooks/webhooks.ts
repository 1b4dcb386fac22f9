import { randomBytes } from 'node:crypto';
import { record } from '../../../../kernel/audit/record.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { addressProblem, insideProblem } from '../../../../kernel/http/outbound/post.ts';
import { newId } from '../../../../kernel/ids.ts';
import {
  mutate,
  type MutationCall,
  type MutationInput,
  type RefusedResult,
  type ConflictResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { seal } from '../../../../kernel/secrets/seal.ts';
import { atMs, toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { DeliveriesReplayed, WebhookCreated, WebhookSecretRotated, WebhookUpdated } from '../../domain/result.ts';
import { UNMADE } from '../../domain/unmade.ts';
import { deliveriesReplayed, secretRotated, webhookChanged, webhookCreated } from '../../domain/webhooks/happening.ts';
import { secretText } from '../../domain/webhooks/signing.ts';
import { topicsProblem, type Webhook, type WebhookState } from '../../domain/webhooks/webhook.ts';
import { checkName } from '../../domain/writtenText.ts';
import { replay } from '../../store/webhooks/readWebhooks.ts';
import {
  addWebhook,
  countWebhooks,
  lockWebhook,
  nameIsTaken,
  writeSecret,
  writeWebhook,
} from '../../store/webhooks/writeWebhook.ts';
import { secretPlace } from './deliver.ts';

const SECRET_BYTES = 32;
const WEBHOOKS_MAX = 200;
const REPLAYED_MAX = 1_000;
const OVERLAP_SECONDS_MAX = 30 * 86_400;

const NOT_FOUND = refusal('NOT_FOUND', 'There is no such webhook.');
const NAME_TAKEN = refusal('NAME_TAKEN', 'Another webhook has this name. Take another one.');

const callOf = <I extends MutationInput>(
  { kernel }: Context,
  operation: string,
  input: I & { readonly id?: string },
): MutationCall<I> => ({
  operation,
  noun: 'governance.webhook',
  action: 'webhook.manage',
  input,
  prepare: () => ({
    subject: input.id === undefined ? { type: 'Webhook', id: UNMADE } : writtenSubject(kernel.pepper, 'Webhook', 'id', input.id),
  }),
});

export interface CreateWebhookInput extends MutationInput {
  readonly name: string;
  readonly url: string;
  readonly topics: readonly string[];
}

/** Makes a receiver and answers its secret, once. @throws Fault BAD_USER_INPUT */
export async function createWebhook(context: Context, input: CreateWebhookInput): Promise<WebhookCreated | RefusedResult> {
  const { kernel, request } = context;
  const checked = { name: checkName('name', input.name), url: checkUrl(input.url), topics: checkTopics(input.topics) };
  let secret: string | null = null;
  const result = await mutate(
    kernel.db,
    request,
    callOf(context, 'createWebhook', input),
    async (tx, origin): Promise<WebhookCreated | Refusal> => {
      requireOutside(context, checked.url);
      if ((await countWebhooks(tx)) >= WEBHOOKS_MAX)
        return refusal('TOO_MANY', `There are ${WEBHOOKS_MAX} webhooks, which is the most. Remove one.`);
      const id = newId('webhook', toMs(tx.now));
      const webhook: Webhook = {
        id,
        ...checked,
        state: 'ACTIVE',
        stateReason: null,
        secretBeforeUntil: null,
        version: 1,
        createdBy: request.principal.id,
        createdAt: tx.now,
      };
      secret = secretText(randomBytes(SECRET_BYTES));
      if (!(await addWebhook(tx, webhook, seal(kernel.sealingKey, secretPlace(id), secret)))) return NAME_TAKEN;
      const receipt = await record(tx, origin, [webhookCreated(webhook)]);
      return { __typename: 'WebhookCreated', ...tokens(receipt), webhookId: id, secret: null };
    },
  );
  return result.__typename === 'WebhookCreated' ? { ...result, secret } : result;
}

export interface UpdateWebhookInput extends MutationInput {
  readonly id: string;
  readonly expectedVersion: number;
  readonly name?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly topics?: readonly string[] | null | undefined;
  readonly state?: WebhookState | null | undefined;
}

/** Changes what is given. Removed is for good; what waits is then dropped. @throws Fault BAD_USER_INPUT */
export function updateWebhook(
  context: Context,
  input: UpdateWebhookInput,
): Promise<WebhookUpdated | RefusedResult | ConflictResult> {
  const { kernel, request } = context;
  const { name, url, topics, state } = input;
  const wanted = {
    ...(typeof name === 'string' && { name: checkName('name', name) }),
    ...(typeof url === 'string' && { url: checkUrl(url) }),
    ...(topics !== undefined && topics !== null && { topics: checkTopics(topics) }),
    ...(state !== undefined && state !== null && { state, stateReason: null }),
  };
  return mutate(
    kernel.db,
    request,
    callOf(context, 'updateWebhook', input),
    async (tx, origin): Promise<WebhookUpdated | Refusal | Stale> => {
      const before = await lockWebhook(tx, input.id);
      if (before === null) return NOT_FOUND;
      if (before.version !== input.expectedVersion)
        return { stale: { currentVersion: before.version, message: 'The webhook was changed meanwhile. Read it again.' } };
      if (wanted.url !== undefined) requireOutside(context, wanted.url);
      const after: Webhook = { ...before, ...wanted, version: before.version + 1 };
      if (after.name !== before.name && (await nameIsTaken(tx, before.id, after.name))) return NAME_TAKEN;
      await writeWebhook(tx, after);
      const receipt = await record(tx, origin, [webhookChanged(before, after)]);
      return { __typename: 'WebhookUpdated', ...tokens(receipt), webhookId: before.id };
    },
  );
}

export interface RotateWebhookSecretInput extends MutationInput {
  readonly id: string;
  readonly overlapSeconds: number;
}

/** Makes the next secret and answers it, once; both sign until the overlap is over. @throws Fault BAD_USER_INPUT */
export async function rotateWebhookSecret(
  context: Context,
  input: RotateWebhookSecretInput,
): Promise<WebhookSecretRotated | RefusedResult> {
  const { kernel, request } = context;
  const { id, overlapSeconds } = input;
  if (overlapSeconds < 0 || overlapSeconds > OVERLAP_SECONDS_MAX)
    throw badInput(`overlapSeconds: from 0 to ${OVERLAP_SECONDS_MAX}, e.g. 86400 for a day.`);
  let secret: string | null = null;
  const result = await mutate(
    kernel.db,
    request,
    callOf(context, 'rotateWebhookSecret', input),
    async (tx, origin): Promise<WebhookSecretRotated | Refusal> => {
      const webhook = await lockWebhook(tx, id);
      if (webhook === null) return NOT_FOUND;
      secret = secretText(randomBytes(SECRET_BYTES));
      await writeSecret(tx, id, seal(kernel.sealingKey, secretPlace(id), secret), atMs(toMs(tx.now) + overlapSeconds * 1_000));
      const receipt = await record(tx, origin, [secretRotated({ ...webhook, version: webhook.version + 1 })]);
      return { __typename: 'WebhookSecretRotated', ...tokens(receipt), webhookId: id, secret: null };
    },
  );
  return result.__typename === 'WebhookSecretRotated' ? { ...result, secret } : result;
}

export interface ReplayDeliveriesInput extends MutationInput {
  readonly id: string;
  readonly deliveryIds?: readonly string[] | null | undefined;
}

/** Sends again what has ended; all that is dead unless deliveries are named. @throws Fault BAD_USER_INPUT */
export function replayDeliveries(context: Context, input: ReplayDeliveriesInput): Promise<DeliveriesReplayed | RefusedResult> {
  const { kernel, request } = context;
  const ids = input.deliveryIds ?? null;
  if (ids !== null && (ids.length === 0 || ids.length > REPLAYED_MAX)) throw badInput(`deliveryIds: name 1 to ${REPLAYED_MAX}.`);
  return mutate(
    kernel.db,
    request,
    callOf(context, 'replayDeliveries', input),
    async (tx, origin): Promise<DeliveriesReplayed | Refusal> => {
      const webhook = await lockWebhook(tx, input.id);
      if (webhook === null) return NOT_FOUND;
      const count = await replay(tx, webhook.id, ids, REPLAYED_MAX);
      const receipt = await record(tx, origin, [deliveriesReplayed(webhook, count)]);
      return { __typename: 'DeliveriesReplayed', ...tokens(receipt), webhookId: webhook.id, count };
    },
  );
}

function checkUrl(url: string): string {
  const problem = addressProblem(url);
  if (problem !== null) throw badInput(`url ${problem}`);
  return url;
}

/** Not before the right is decided: the answer tells which ranges an operator allows. */
function requireOutside({ kernel }: Context, url: string): void {
  const problem = insideProblem(url, kernel.outbound.allowed);
  if (problem !== null) throw badInput(`url ${problem}`);
}

function checkTopics(topics: readonly string[]): readonly string[] {
  const problem = topicsProblem(topics);
  if (problem !== null) throw badInput(problem);
  return [...new Set(topics)].toSorted();
}
