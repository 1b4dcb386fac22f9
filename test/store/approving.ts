import { createHash, randomUUID } from 'node:crypto';
import { addEvidence } from '../../kernel/approval/evidence.ts';
import type { EvidenceKind } from '../../kernel/approval/evidenceValue.ts';
import { ensureProductionPolicy } from '../../kernel/approval/ensureProduction.ts';
import { stateSubject, type Subject } from '../../kernel/approval/subject.ts';
import type { Origin } from '../../kernel/audit/append.ts';
import { originOf } from '../../kernel/audit/record.ts';
import type { Digest } from '../../kernel/canonical.ts';
import type { Database, Tx } from '../../kernel/db/database.ts';
import type { Principal, Role } from '../../kernel/identity/principal.ts';
import { newId } from '../../kernel/ids.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { policiesInForce } from '../../kernel/policy/inForce.ts';
import type { Instant } from '../../kernel/time.ts';
import { changeIdentity } from '../support/identity.ts';
import { resetData } from './engines.ts';
import { type Answer, govern, type Governing, type Payload, requestOf } from './governing.ts';

/** The target of most tests. */
export const PRODUCTION = { kind: 'MODEL_STAGE', key: 'production' } as const;

/** What the policy of the tests asks for, unless they say otherwise. */
export const DOCUMENT = {
  target: { kind: 'MODEL_STAGE', stage: 'production' },
  reviewers: [{ role: 'steward', min: 2, distinctTeams: true }],
  forbid: ['creator', 'requester', 'ownerTeam'],
  evidence: [{ kind: 'metrics', cel: 'auc >= 0.75' }],
  requestExpiresAfter: 'P14D',
  validFor: 'P180D',
  cooldown: null,
  rollback: 'REUSE',
  breakGlass: { maxDuration: 'PT24H' },
} as const;

export const digestFor = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}` as Digest;

/** Governance with people in teams, and what they decide about. */
export interface Approving extends Governing {
  /** A person with these roles, in these teams. */
  person(roles: readonly Role[], teams?: readonly string[]): Promise<Principal>;
  team(): Promise<string>;
  /** The same principal as they are now. */
  again(principal: Principal): Promise<Principal>;
  run(caller: Principal, mutation: string, input: object): Promise<Payload>;
  read(caller: Principal, query: string, variables?: object, asOf?: Instant): Promise<Answer>;
  /** A sealed version of a model, with the evidence that the policy asks for. */
  version(more?: Partial<Subject>): Promise<Subject & { readonly contentDigest: Digest }>;
  measure(
    subject: Subject,
    value: unknown,
    more?: { kind?: EvidenceKind; name?: string; digest?: Digest; at?: Instant },
  ): Promise<string>;
  /** Puts the tests' policy in force, with changes. */
  policy(more?: object, name?: string): Promise<Payload>;
  /** Asks for a stage as somebody, and answers the request. */
  requested(caller: Principal, subject: Subject, stage?: string): Promise<Payload>;
  /** Says something of a request as it is now. */
  decided(caller: Principal, requestId: string, verdict: string, more?: object): Promise<Payload>;
  /** The request as somebody with all rights sees it. */
  show(requestId: string): Promise<Payload>;
  /** Runs a step of the kernel as the admin. */
  step<T>(work: (tx: Tx, origin: Origin) => Promise<T>, at?: Instant): Promise<T>;
}

/** An empty database with governance over it. */
export async function approve(db: Database, more: Parameters<typeof govern>[1] = {}): Promise<Approving> {
  await resetData(db);
  await db.query(
    `insert into kernel.principal (id, kind, name, roles, state, recorded_at)
     values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
  );
  const governing = await govern(db, more);
  const { admin, change, kernel, signIn } = governing;
  await ensureProductionPolicy(db);
  const tokens = new Map<string, string>();
  const step: Approving['step'] = (work, at) =>
    db.transaction(
      (tx) => work(tx, originOf(requestOf(admin), decide(requestOf(admin), 'approval.manage'))),
      at === undefined ? {} : { at },
    );
  const read: Approving['read'] = async (caller, query, variables = {}, asOf) =>
    governing.ask(caller, query, variables, { policies: await policiesInForce(db), asOf: asOf ?? null });
  const run: Approving['run'] = async (caller, mutation, input) => {
    const source = APPROVAL_MUTATIONS[mutation];
    if (source === undefined) throw new Error(`${mutation} is not written down`);
    const { data, errors } = await read(caller, source, { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const measure: Approving['measure'] = (subject, value, { kind = 'metrics', name = '', digest, at } = {}) =>
    step(async (tx, origin) => {
      const { id } = await addEvidence(tx, origin, {
        subjectId: subject.subjectId,
        subjectDigest: digest ?? subject.contentDigest ?? digestFor(''),
        kind,
        name,
        producerId: admin.id,
        tool: 'test',
        toolVersion: '1',
        inputsDigest: null,
        value,
      });
      return id;
    }, at);
  const signedIn = async (principalId: string): Promise<Principal> => {
    const { token } = await change(admin, 'createAccessKey', { principalId, label: 'x' });
    tokens.set(principalId, token);
    return signIn(token);
  };
  const show: Approving['show'] = async (id) => {
    const { data, errors } = await read(admin, `query($id: ID!) { approvalRequest(id: $id) { ${REQUEST.slice(10, -2)} } }`, {
      id,
    });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.approvalRequest;
  };
  return {
    ...governing,
    kernel,
    show,
    requested: async (caller, { subjectId }, stage = 'production') => {
      const answer = await run(caller, 'requestApproval', { subjectId, stage, reason: 'It is better.' });
      if (answer.__typename !== 'ApprovalRequested') throw new Error(JSON.stringify(answer));
      return answer.request;
    },
    decided: async (caller, requestId, verdict, changes = {}) => {
      const [row] = await db.query<{ version: number }>('select version from kernel.approval_request where id = $1', [requestId]);
      return run(caller, 'decideApproval', {
        requestId,
        verdict,
        expectedVersion: row?.version ?? 0,
        comment: 'Looked at it.',
        ...changes,
      });
    },
    step,
    read,
    run,
    measure,
    again: (principal) => signIn(tokens.get(principal.id) ?? ''),
    person: async (roles, teams = []) => {
      const { user } = await change(admin, 'createUser', { name: 'P', email: `${randomUUID()}@example.com`, roles });
      for (const teamId of teams) await changeIdentity(governing, admin, 'addTeamMembers', { teamId, memberIds: [user.id] });
      return signedIn(user.id);
    },
    team: async () => (await change(admin, 'createTeam', { name: `T${randomUUID()}` })).team.id,
    version: async (changes = {}) => {
      const id = newId('modelVersion');
      const subject = {
        subjectId: id,
        subjectType: 'ModelVersion',
        groupId: newId('model'),
        name: 'churn:1',
        resourceNo: null,
        contentDigest: digestFor(id),
        creatorIds: [admin.id],
        ownerIds: [],
        tags: [],
        ...changes,
      };
      await step((tx, origin) => stateSubject(tx, origin, subject));
      await measure(subject, { auc: 0.9 });
      await measure(subject, { demographic_parity_difference: 0.05 }, { kind: 'fairness' });
      return { ...subject, contentDigest: subject.contentDigest ?? digestFor(id) };
    },
    policy: (changes = {}, name = 'production') =>
      run(admin, 'setApprovalPolicy', { name, document: { ...DOCUMENT, ...changes }, reason: 'test' }),
  };
}

const REQUEST =
  'request { id state stateReason version round policyVersion decidedAt validUntil decisions { id verdict round reviewer { id } madeBy { id } } requirements { rule state reason command } }';
const PAYLOAD =
  '__typename ... on MutationPayload { auditId readToken } ... on Refused { code message policyIds } ... on Conflict { currentVersion message }';

const mutation = (name: string, input: string, fields: string): readonly [string, string] => [
  name,
  `mutation($input: ${input}!) { answer: ${name}(input: $input) { ${PAYLOAD} ${fields} } }`,
];
const withoutConflict = ([name, source]: readonly [string, string]): readonly [string, string] => [
  name,
  source.replace(' ... on Conflict { currentVersion message }', ''),
];

const APPROVAL_MUTATIONS: Readonly<Record<string, string>> = Object.fromEntries([
  mutation(
    'setApprovalPolicy',
    'SetApprovalPolicyInput',
    `... on ApprovalPolicySet { policy { name version effectiveFrom evidence { cel since } } } ... on ApprovalRequested { ${REQUEST} }`,
  ),
  mutation(
    'retireApprovalPolicy',
    'RetireApprovalPolicyInput',
    `... on ApprovalPolicyRetired { policy { name version effectiveTo } } ... on ApprovalRequested { ${REQUEST} }`,
  ),
  withoutConflict(mutation('requestApproval', 'RequestApprovalInput', `... on ApprovalRequested { ${REQUEST} }`)),
  withoutConflict(mutation('requestAccess', 'RequestAccessInput', `... on AccessRequested { ${REQUEST} }`)),
  mutation('decideApproval', 'DecideApprovalInput', `... on ApprovalDecided { ${REQUEST} }`),
  mutation('resolveChallenge', 'ResolveChallengeInput', `... on ChallengeResolved { ${REQUEST} }`),
  mutation('withdrawApproval', 'WithdrawApprovalInput', `... on ApprovalWithdrawn { ${REQUEST} }`),
  mutation('revokeApproval', 'RevokeApprovalInput', `... on ApprovalRevoked { ${REQUEST} }`),
  withoutConflict(
    mutation(
      'delegateApprovals',
      'DelegateApprovalsInput',
      '... on ApprovalsDelegated { delegation { id validFrom validTo revokedAt } }',
    ),
  ),
  withoutConflict(
    mutation('revokeDelegation', 'RevokeDelegationInput', '... on DelegationRevoked { delegation { id revokedAt } }'),
  ),
]);
