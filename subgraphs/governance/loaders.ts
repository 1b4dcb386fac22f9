import DataLoader from 'dataloader';
import type { Proof } from '../../kernel/audit/ledger/proofs.ts';
import type { Instant } from '../../kernel/time.ts';
import type { AuditEntry } from './domain/audit.ts';
import type { AccessKey, Principal, Team } from './domain/principal.ts';
import type { Attempt } from './domain/webhooks/webhook.ts';
import type { Reads } from './store/reads.ts';
import type { WantedTrail } from './store/entriesOfSubjects.ts';

/** A page of subjects may ask for 500 entries each; one statement answers for this many. */
const TRAILS_MAX = 100;

export interface Loaders {
  readonly principal: DataLoader<string, Principal | null>;
  /** Teams that somebody is in directly, in the order of their names, at most 100. */
  readonly teamsOf: DataLoader<string, readonly Team[]>;
  readonly key: DataLoader<string, AccessKey | null>;
  readonly keysOf: DataLoader<string, readonly AccessKey[]>;
  readonly entry: DataLoader<string, AuditEntry | null>;
  /** Each try of a delivery, at most ten. */
  readonly attempts: DataLoader<string, readonly Attempt[]>;
  /** What was recorded apart from the event with this id; null when it was nothing, or is forgotten. */
  readonly detail: DataLoader<string, unknown>;
  /** That the event with this sequence is in the log; null while it waits. */
  readonly proof: DataLoader<string, Proof | null>;
  readonly trail: DataLoader<WantedTrail, readonly AuditEntry[], string>;
}

/** Collects what one request asks for one by one, and remembers the answers for as long as it lasts. */
export function makeLoaders(reads: Reads, asOf: Instant | null): Loaders {
  return {
    principal: byId(reads.principalsById, ({ id }) => id),
    teamsOf: new DataLoader(async (ids) => {
      const teams = new Map<string, Team[]>(ids.map((id) => [id, []]));
      for (const { memberId, team } of await reads.teamsOfMembers(ids)) if (team.kind === 'team') teams.get(memberId)?.push(team);
      return ids.map((id) => teams.get(id) ?? []);
    }),
    key: byId(reads.keysById, ({ id }) => id),
    entry: byId(reads.entriesById, ({ event }) => event.id),
    detail: new DataLoader(async (ids) => {
      const bodies = new Map((await reads.detailsOfEvents(ids)).map(({ eventId, body }) => [eventId, body]));
      return ids.map((id): unknown => JSON.parse(bodies.get(id) ?? 'null'));
    }),
    proof: new DataLoader(async (seqs) => {
      const proofs = await reads.proofs(seqs);
      return seqs.map((seq) => proofs.get(seq) ?? null);
    }),
    keysOf: new DataLoader(async (ids) => {
      const keys = new Map<string, AccessKey[]>(ids.map((id) => [id, []]));
      for (const key of await reads.keysOfPrincipals(ids)) keys.get(key.principalId)?.push(key);
      return ids.map((id) => keys.get(id) ?? []);
    }),
    attempts: new DataLoader(async (ids) => {
      const attempts = new Map<string, Attempt[]>(ids.map((id) => [id, []]));
      for (const attempt of await reads.attemptsOfDeliveries(ids)) attempts.get(attempt.deliveryId)?.push(attempt);
      return ids.map((id) => attempts.get(id) ?? []);
    }),
    trail: new DataLoader((wanted) => reads.entriesOfSubjects(wanted, asOf), {
      cacheKeyFn: ({ subjectId, before, limit }) => JSON.stringify([subjectId, before?.sequence, limit]),
      maxBatchSize: TRAILS_MAX,
    }),
  };
}

const byId = <T>(
  read: (ids: readonly string[]) => Promise<readonly T[]>,
  idOf: (found: T) => string,
): DataLoader<string, T | null> =>
  new DataLoader(async (ids) => {
    const found = new Map((await read(ids)).map((one) => [idOf(one), one]));
    return ids.map((id) => found.get(id) ?? null);
  });
