import { originOf, record } from '../audit/record.ts';
import type { Origin } from '../audit/append.ts';
import { digestOf, type Digest } from '../canonical.ts';
import type { RequestContext } from '../context.ts';
import type { Database, Queryable, TransactionOptions, Tx } from '../db/database.ts';
import { Fault } from '../fault.ts';
import { type Action, type Caller, type Decision, denialText } from '../policy/decision.ts';
import { decideOn } from '../policy/decideOn.ts';
import { policiesInForce } from '../policy/inForce.ts';
import { checkInput } from './checkInput.ts';
import type { Subject } from './subject.ts';
import { tokens } from './tokens.ts';

/** What every mutation takes. */
export interface MutationInput {
  readonly idempotencyKey: string;
  /** Why, for the log. */
  readonly reason?: string | null;
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
  readonly refusal: {
    readonly code: string;
    readonly message: string;
    /** What decided, where it was not the policies that the caller's right comes from: approval policies by their names. */
    readonly policyIds?: readonly string[];
  };
}

/** The caller read another version than the current one. */
export interface Stale {
  readonly stale: { readonly currentVersion: number; readonly message: string };
}

/** What a mutation answers: what the work returned, where a decision against the wish has become an audited result. */
export type Answer<W> = RefusedResult | (W extends Stale ? ConflictResult : W extends Refusal ? never : W);

/** What is found before the transaction begins. */
export interface Prepared {
  readonly subject: Subject;
  /** Numbers of the assets that it changes, for actions that are decided asset by asset. */
  readonly resources?: readonly string[];
}

export interface MutationCall<I extends MutationInput, P extends Prepared = Prepared> {
  /** `setOwners`: a key belongs to one wish, and two operations with equal input are two wishes. */
  readonly operation: string;
  /** `catalog.owners`: the refusal of `setOwners` is recorded as `catalog.owners.refused.v1`. */
  readonly noun: string;
  readonly action: Action;
  readonly input: I;
  /**
   * Finds what the mutation is about. Not called for a repeat, whose answer must not depend on what became of it since.
   * What it says may be old by the time the transaction begins.
   */
  readonly prepare: () => P | Promise<P>;
  /** Locks that are taken before the transaction takes its time: whoever writes a history that goes forward waits here. */
  readonly first?: (tx: Tx, prepared: P) => Promise<unknown>;
}

/**
 * Runs one mutation as one transaction: the same key with the same input answers as before, a refusal is audited, and the
 * answer to a repeat is stored in the transaction of the change.
 * @throws Fault IDEMPOTENCY_MISMATCH, BAD_USER_INPUT and those of `prepare`
 */
export async function mutate<I extends MutationInput, P extends Prepared, W extends MutationResult | Refusal | Stale>(
  db: Database,
  request: RequestContext,
  call: MutationCall<I, P>,
  work: (tx: Tx, origin: Origin, prepared: P) => Promise<W>,
): Promise<Answer<W>> {
  refuseAsOf(request);
  checkInput(call.input);
  const claim: Claim = {
    actorId: request.principal.id,
    key: call.input.idempotencyKey,
    inputDigest: digestOf({ operation: call.operation, input: call.input }),
  };
  const answered = await answerTo(db, claim);
  if (answered !== null) return answered as Answer<W>;
  let prepared: P;
  try {
    prepared = await call.prepare();
  } catch (error) {
    // The same wish may have been granted meanwhile, and have changed what was looked for.
    const granted = await answerTo(db, claim);
    if (granted !== null) return granted as Answer<W>;
    throw error;
  }
  return db.transaction(
    async (tx) => {
      if (!(await take(tx, claim))) return (await answerTo(tx, claim)) as Answer<W>;
      // Asked again: a restriction counts from the transaction on that makes it.
      const caller: Caller = { principal: request.principal, policies: await policiesInForce(tx) };
      const decision = await decideOn(tx, caller, call.action, prepared.resources ?? []);
      const origin = originOf(request, decision);
      const outcome = decision.effect === 'deny' ? notAllowed(caller, call.action, decision) : await work(tx, origin, prepared);
      const result =
        'refusal' in outcome || 'stale' in outcome ? await refuse(tx, origin, call.noun, prepared.subject, outcome) : outcome;
      await tx.query('update kernel.idempotency set result = $3 where actor_id = $1 and key = $2', [
        claim.actorId,
        claim.key,
        JSON.stringify(result),
      ]);
      return result as Answer<W>;
    },
    optionsOf(request, call, prepared),
  );
}

const optionsOf = <I extends MutationInput, P extends Prepared>(
  { simulatedAt: at }: RequestContext,
  { first }: MutationCall<I, P>,
  prepared: P,
): TransactionOptions => ({
  ...(at !== undefined && { at }),
  ...(first !== undefined && { first: (tx: Tx) => first(tx, prepared) }),
});

const notAllowed = (caller: Caller, action: Action, decision: Decision): Refusal => ({
  refusal: { code: 'FORBIDDEN', message: denialText(caller, action, decision) },
});

/** The right to answer one wish of one caller. */
interface Claim {
  readonly actorId: string;
  readonly key: string;
  readonly inputDigest: Digest;
}

/**
 * Takes the key for this wish; false when it is taken. A second caller waits here until the first has committed. Keys are kept
 * by the true time, also for history that is simulated: old ones are forgotten.
 */
async function take(tx: Tx, { actorId, key, inputDigest }: Claim): Promise<boolean> {
  const made = await tx.query(
    `insert into kernel.idempotency (actor_id, key, input_digest, result, recorded_at) values ($1, $2, $3, '', clock_timestamp())
     on conflict do nothing returning key`,
    [actorId, key, inputDigest],
  );
  return made.length > 0;
}

/** What the key was answered before, or null. */
async function answerTo(db: Queryable, { actorId, key, inputDigest }: Claim): Promise<unknown> {
  const [earlier] = await db.query<{ input_digest: string; result: string }>(
    'select input_digest, result from kernel.idempotency where actor_id = $1 and key = $2',
    [actorId, key],
    'mutation_answer_to',
  );
  if (earlier === undefined) return null;
  if (earlier.input_digest === inputDigest) return JSON.parse(earlier.result);
  throw new Fault('IDEMPOTENCY_MISMATCH', {
    public: `The idempotency key "${key.slice(0, 60)}" was used before with another input. Use a new key for a new wish.`,
  });
}

async function refuse(
  tx: Tx,
  origin: Origin,
  noun: string,
  { type, id, detail }: Subject,
  outcome: Refusal | Stale,
): Promise<RefusedResult | ConflictResult> {
  const code = 'stale' in outcome ? 'CONFLICT' : outcome.refusal.code;
  const receipt = await record(tx, origin, [
    {
      action: `${noun}.refused.v1`,
      subject: { type, id, digest: null },
      // Refusals have a line of their own, so that being refused does not give the thing a new version.
      aggregateId: `refusals/${id}`,
      fields: Object.keys(detail ?? {}),
      detail: detail ?? null,
      outcome: 'refused',
      reason: code,
      payload: { subjectId: id, code },
    },
  ]);
  return 'stale' in outcome
    ? { __typename: 'Conflict', ...tokens(receipt), ...outcome.stale }
    : {
        __typename: 'Refused',
        ...tokens(receipt),
        code,
        message: outcome.refusal.message,
        policyIds: outcome.refusal.policyIds ?? origin.decision.policyIds,
      };
}

function refuseAsOf(request: RequestContext): void {
  if (request.asOf !== null) {
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'The past cannot be changed. Send mutations without `Cadastre-As-Of`.' });
  }
}
