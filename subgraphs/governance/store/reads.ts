import { type Proof, proofsOf } from '../../../kernel/audit/ledger/proofs.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { AccessKey, Principal } from '../domain/principal.ts';
import type { Attempt } from '../domain/webhooks/webhook.ts';
import { detailsOfEvents, type Detail } from './detailsOfEvents.ts';
import { entriesById } from './entriesById.ts';
import { entriesOfSubjects, type WantedTrail } from './entriesOfSubjects.ts';
import { keysById } from './keysById.ts';
import { keysOfPrincipals } from './keysOfPrincipals.ts';
import { attemptsOf } from './webhooks/readWebhooks.ts';
import { type TeamOfMember, teamsOfMembers } from './memberships.ts';
import { principalsById } from './principalsById.ts';

type ByIds<T> = (ids: readonly string[]) => Promise<readonly T[]>;

/** The reads that loaders batch, prepared once for all requests. */
export interface Reads {
  readonly principalsById: ByIds<Principal>;
  readonly teamsOfMembers: ByIds<TeamOfMember>;
  readonly keysById: ByIds<AccessKey>;
  readonly keysOfPrincipals: ByIds<AccessKey>;
  readonly entriesById: ByIds<AuditEntry>;
  readonly detailsOfEvents: ByIds<Detail>;
  readonly attemptsOfDeliveries: ByIds<Attempt>;
  readonly proofs: (seqs: readonly string[]) => Promise<ReadonlyMap<string, Proof>>;
  readonly entriesOfSubjects: (
    wanted: readonly WantedTrail[],
    asOf: Instant | null,
  ) => Promise<readonly (readonly AuditEntry[])[]>;
}

export const prepareReads = (db: Database): Reads => ({
  principalsById: principalsById(db),
  teamsOfMembers: (ids) => teamsOfMembers(db, ids),
  keysById: keysById(db),
  keysOfPrincipals: keysOfPrincipals(db),
  entriesById: entriesById(db),
  detailsOfEvents: detailsOfEvents(db),
  attemptsOfDeliveries: (ids) => attemptsOf(db, ids),
  proofs: (seqs) => proofsOf(db, seqs),
  entriesOfSubjects: (wanted, asOf) => entriesOfSubjects(db, wanted, asOf),
});
