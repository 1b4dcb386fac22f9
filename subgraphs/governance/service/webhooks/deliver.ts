import type { Database } from '../../../../kernel/db/database.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { type Outbound, OutboundFault, postOut } from '../../../../kernel/http/outbound/post.ts';
import { unseal } from '../../../../kernel/secrets/seal.ts';
import { cloudEvent } from '../../domain/webhooks/cloudEvent.ts';
import { signedHeaders } from '../../domain/webhooks/signing.ts';
import { pauseSeconds, verdictOf } from '../../domain/webhooks/webhook.ts';
import { type Due, type Outcome, putOff, storeOutcome, toldOf } from '../../store/webhooks/due.ts';
import { pauseGone } from './pauseGone.ts';

const DEADLINE_MS = 15_000;
/** How soon an event that is not in the log yet is looked at again. */
const SOON_MS = 500;

type Deps = Pick<Kernel, 'db' | 'sealingKey' | 'auditLog' | 'log'> & { readonly outbound: Outbound };

/** Where the secrets of a webhook are sealed: moved elsewhere they do not open. */
export const secretPlace = (webhookId: string): string => `webhook/${webhookId}`;

/**
 * Makes one attempt, and stores what came of it. What goes wrong here counts as an attempt, too: it may never go right.
 * @returns false when it was not taken
 */
export async function deliver(deps: Deps, due: Due): Promise<boolean> {
  try {
    return await send(deps, due);
  } catch (error) {
    deps.log.warn({ err: error, webhook: due.webhookId, delivery: due.id }, 'a webhook could not be sent');
    await store(deps.db, due, { body: due.body, latencyMs: 0, status: null, problem: OURS });
    return false;
  }
}

const OURS = 'It could not be sent, by no fault of the receiver. The log of the server says why.';

async function send({ db, sealingKey, auditLog, outbound, log }: Deps, due: Due): Promise<boolean> {
  const body = due.body ?? (await composed(db, auditLog.origin, due));
  if (body === null) return true;
  const sealed = [due.sealedSecret, ...(due.sealedSecretBefore === null ? [] : [due.sealedSecretBefore])];
  const secrets = sealed.map((text) => unseal(sealingKey, secretPlace(due.webhookId), text));
  const began = performance.now();
  const { status, problem } = await attempt(outbound, due, body, secrets);
  const verdict = verdictOf(status);
  await store(db, due, { body, latencyMs: Math.round(performance.now() - began), status, problem });
  if (verdict === 'GONE') await pauseGone(db, due.webhookId);
  if (verdict !== 'DELIVERED')
    log.info({ webhook: due.webhookId, delivery: due.id, status, problem }, 'a webhook was not delivered');
  return verdict === 'DELIVERED';
}

async function store(
  db: Database,
  { id, attempts }: Due,
  outcome: Pick<Outcome, 'body' | 'latencyMs' | 'status' | 'problem'>,
): Promise<void> {
  const number = attempts + 1;
  const verdict = verdictOf(outcome.status);
  const pause = verdict === 'RETRY' ? pauseSeconds(number, Math.random()) : null;
  const state = verdict === 'DELIVERED' ? 'DELIVERED' : pause === null ? 'DEAD' : 'WAITING';
  await db.transaction((tx) => storeOutcome(tx, { id, attempt: number, ...outcome, state, pauseSeconds: pause }));
}

/** Null when it is too early, which is noted. */
async function composed(db: Database, origin: string, { id, eventId }: Due): Promise<string | null> {
  const told = await toldOf(db, eventId);
  if (told === null || (told.leafIndex === null && told.isFresh)) {
    await putOff(db, id, SOON_MS);
    return null;
  }
  return cloudEvent(told.event, told.payload, { origin, leafIndex: told.leafIndex });
}

async function attempt(
  outbound: Outbound,
  { url, eventId }: Due,
  body: string,
  secrets: readonly string[],
): Promise<{ readonly status: number | null; readonly problem: string | null }> {
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'Cadastre-Webhooks/1',
    ...signedHeaders(eventId, Math.floor(Date.now() / 1_000), body, secrets),
  };
  try {
    const { status } = await postOut(outbound, url, { headers, body, deadlineMs: DEADLINE_MS });
    return { status, problem: verdictOf(status) === 'DELIVERED' ? null : `It answered ${status}.` };
  } catch (error) {
    if (error instanceof OutboundFault) return { status: null, problem: error.message };
    throw error;
  }
}
