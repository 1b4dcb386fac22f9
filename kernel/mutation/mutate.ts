import { originOf, record } from '../audit/record.ts';
import type { Origin } from '../audit/append.ts';
import { digestOf } from '../canonical.ts';
import type { RequestContext } from '../context.ts';
import type { Database, Tx } from '../db/database.ts';
import { badInput, Fault } from '../fault.ts';
import { decide, type Action } from '../policy/decision.ts';

/** What every mutation takes. */
export interface MutationInput {
  readonly idempotencyKey: string;
}

/** The answer to a mutation as it is stored for a repeat: ids instead of objects, so that a repeat reads the present state. */
export interface MutationResult {
  readonly __typename: string;
  readonly auditId: string;
  readonly readToken: string;
}

export interface RefusedResult extends MutationResult {
  readonly __typename: 'Refused';
  readonly code: string;
  readonly message: string;
  readonly policyIds: readonly string[];
}

export interface ConflictResult extends MutationResult {
  readonly __typename: 'Conflict';
  readonly currentVersion: number;
  readonly message: string;
}

/** A decision against the wish of the caller, before anything was written. */
export interface Refusal {
  readonly refusal: { readonly code: string; readonly message: string };
}

/** The caller read another version than the current one. */
export interface Stale {
  readonly stale: { readonly currentVersion: number; readonly message: string };
}

/** What a mutation answers: what the work returned, where a decision against the wish has become an audited result. */
export type Answer<W> = RefusedResult | (W extends Stale ? ConflictResult : W extends Refusal ? never : W);

export interface MutationCall<I extends MutationInput> {
  /** `catalog.owners`: the refusal of `setOwners` is recorded as `catalog.owners.refused.v1`. */
  readonly noun: string;
  readonly action: Action;
  readonly input: I;
  /** What the mutation is about, for the audit event of a refusal. */
  readonly subject: { readonly type: string; readonly id: string };
}

/**
 * Runs one mutation as one transaction: the same key with the same input answers as before, a refusal is audited, and the
 * answer to a repeat is stored in the transaction of the change.
 * @throws Fault IDEMPOTENCY_MISMATCH, BAD_USER_INPUT
 */
export async function mutate<I extends MutationInput, W extends MutationResult | Refusal | Stale>(
  db: Database,
  request: RequestContext,
  call: MutationCall<I>,
  work: (tx: Tx, origin: Origin) => Promise<W>,
): Promise<Answer<W>> {
  refuseAsOf(request);
  const key = checkKey(call.input.idempotencyKey);
  const inputDigest = digestOf({ noun: call.noun, input: call.input });
  const decision = decide(request.principal, call.action);
  return db.transaction(
    async (tx) => {
      const earlier = await claim(tx, request.principal.id, key, inputDigest);
      if (earlier !== null) return earlier as Answer<W>;
      const origin = originOf(request, decision);
      const outcome = decision.effect === 'deny' ? notAllowed(request, call.action) : await work(tx, origin);
      const result = 'refusal' in outcome || 'stale' in outcome ? await refuse(tx, origin, call, outcome) : outcome;
      await tx.query('update kernel.idempotency set result = $3 where actor_id = $1 and key = $2', [
        request.principal.id,
        key,
        JSON.stringify(result),
      ]);
      return result as Answer<W>;
    },
    request.simulatedAt === undefined ? {} : { at: request.simulatedAt },
  );
}

const notAllowed = ({ principal }: RequestContext, action: Action): Refusal => ({
  refusal: {
    code: 'FORBIDDEN',
    message: `Your roles (${principal.roles.join(', ') || 'none'}) do not include one that may ${action}.`,
  },
});

/** Takes the key for this input, or finds what it answered before. A second caller waits here until the first has committed. */
async function claim(tx: Tx, actorId: string, key: string, inputDigest: string): Promise<unknown> {
  const made = await tx.query(
    `insert into kernel.idempotency (actor_id, key, input_digest, result, recorded_at) values ($1, $2, $3, '', $4)
     on conflict do nothing returning key`,
    [actorId, key, inputDigest, tx.now],
  );
  if (made.length > 0) return null;
  const [earlier] = await tx.query<{ input_digest: string; result: string }>(
    'select input_digest, result from kernel.idempotency where actor_id = $1 and key = $2',
    [actorId, key],
  );
  if (earlier?.input_digest === inputDigest) return JSON.parse(earlier.result);
  throw new Fault('IDEMPOTENCY_MISMATCH', {
    public: `The idempotency key "${key.slice(0, 60)}" was used before with another input. Use a new key for a new wish.`,
  });
}

async function refuse<I extends MutationInput>(
  tx: Tx,
  origin: Origin,
  call: MutationCall<I>,
  outcome: Refusal | Stale,
): Promise<RefusedResult | ConflictResult> {
  const code = 'stale' in outcome ? 'CONFLICT' : outcome.refusal.code;
  const receipt = await record(tx, origin, [
    {
      action: `${call.noun}.refused.v1`,
      subject: { ...call.subject, digest: null },
      // Refusals have a line of their own, so that being refused does not give the thing a new version.
      aggregateId: `refusals/${call.subject.id}`,
      fields: [],
      detail: null,
      outcome: 'refused',
      reason: code,
      payload: { subjectId: call.subject.id, code },
    },
  ]);
  const common = { auditId: receipt.auditId, readToken: receipt.readToken.toString() };
  return 'stale' in outcome
    ? { __typename: 'Conflict', ...common, ...outcome.stale }
    : { __typename: 'Refused', ...common, ...outcome.refusal, policyIds: origin.decision.policyIds };
}

function refuseAsOf(request: RequestContext): void {
  if (request.asOf !== null) {
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'The past cannot be changed. Send mutations without `Cadastre-As-Of`.' });
  }
}

function checkKey(key: string): string {
  if (key.length < 1 || key.length > 200) throw badInput('idempotencyKey must have 1 to 200 characters, e.g. a UUID.');
  return key;
}
