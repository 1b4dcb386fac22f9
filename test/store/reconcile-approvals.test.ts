import { beforeAll, expect, test } from 'vitest';
import { markApplied } from '../../kernel/approval/apply.ts';
import { record } from '../../kernel/audit/record.ts';
import type { Database } from '../../kernel/db/database.ts';
import { newId } from '../../kernel/ids.ts';
import { describe as tell } from '../../kernel/policy/describe.ts';
import { askPage, type Found, tamperedWith, type Tampering } from '../support/reconciling.ts';
import { approve, type Approving } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';

const TAMPERING: readonly Tampering[] = [
  [
    'the state of a request',
    'kernel.approval_request',
    `update kernel.approval_request set state = 'APPROVED', decided_at = now(), valid_until = now() where state = 'REJECTED'`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'the content that was approved',
    'kernel.approval_request',
    `update kernel.approval_request set content_digest = 'sha256:' || repeat('0', 64) where state = 'APPLIED'`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'how long an approval lasts',
    'kernel.approval_request',
    `update kernel.approval_request set valid_until = valid_until + interval '1 year' where state = 'APPLIED'`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'a verdict',
    'kernel.approval_decision',
    `update kernel.approval_decision set verdict = 'APPROVE' where verdict = 'REJECT'`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'a decision that nobody made',
    'kernel.approval_decision',
    `update kernel.approval_decision set id = 'dcn_00000000000000000000000000' where verdict = 'REJECT'`,
    'UNEXPLAINED_ROW',
    /No event/,
  ],
  [
    'a decision that is gone',
    'kernel.approval_decision',
    `delete from kernel.approval_decision where verdict = 'REJECT'`,
    'MISSING_ROW',
    /./,
  ],
  [
    'the value of evidence',
    'kernel.evidence',
    `update kernel.evidence set value = '{"auc":0.99}' where kind = 'metrics'`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'evidence of other bytes',
    'kernel.evidence',
    `update kernel.evidence set subject_digest = 'sha256:' || repeat('0', 64)`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'when something was measured',
    'kernel.evidence',
    `update kernel.evidence set recorded_at = recorded_at + interval '1 day'`,
    'OTHER_STATE',
    /Its time/,
  ],
  [
    'by which event evidence came',
    'kernel.evidence',
    `update kernel.evidence set event_id = 'evt_other'`,
    'OTHER_STATE',
    /Its time/,
  ],
  [
    'the digest of evidence',
    'kernel.evidence',
    `update kernel.evidence set digest = 'sha256:' || repeat('0', 64)`,
    'OTHER_STATE',
    /its digest/,
  ],
  ['evidence that is gone', 'kernel.evidence', `delete from kernel.evidence`, 'MISSING_ROW', /no row does/],
  [
    'evidence that nobody recorded',
    'kernel.evidence',
    `update kernel.evidence set id = 'evd_' || seq`,
    'UNEXPLAINED_ROW',
    /No event/,
  ],
  [
    'a threshold',
    'kernel.approval_policy',
    `update kernel.approval_policy set document = jsonb_set(document, '{evidence}', '[]')`,
    'OTHER_STATE',
    /Version 1 is not what its event set/,
  ],
  [
    'the end of a policy',
    'kernel.approval_policy',
    `update kernel.approval_policy set effective_to = now()`,
    'OTHER_STATE',
    /no event says so/,
  ],
  [
    'how long access lasts',
    'kernel.access_grant',
    `update kernel.access_grant set expires_at = expires_at + interval '1 year'`,
    'OTHER_STATE',
    /last event/,
  ],
  [
    'for how long somebody delegated',
    'kernel.approval_delegation',
    `update kernel.approval_delegation set valid_to = valid_to + interval '1 year'`,
    'OTHER_STATE',
    /last event/,
  ],
];

describeOnOneEngine('reconciling approvals', (open) => {
  let db: Database;
  let on: Approving;
  const findings = async (): Promise<readonly Found[]> => (await askPage(on.subgraph, 'reconcileGovernance', 500, null)).findings;
  beforeAll(async () => {
    db = await open();
    const [no, id] = ['77', newId('asset')];
    on = await approve(db, { graph: { ask: async () => ({ asset: { __typename: 'Dataset', id, urn: 'urn:x' } }) } });
    // One policy for each kind, so that each statement above meets one version only.
    await on.policy({ target: { kind: 'DATASET_ACCESS' }, reviewers: [{ role: 'steward', min: 1 }], evidence: [] }, 'access');
    const [ada, bob, req] = [
      await on.person(['steward'], [await on.team()]),
      await on.person(['steward'], [await on.team()]),
      await on.person(['analyst']),
    ];
    const [good, bad] = [await on.version(), await on.version()];
    const request = await on.requested(req, good);
    await on.decided(ada, request.id, 'APPROVE');
    const challenged = await on.decided(bob, request.id, 'CHALLENGE');
    await on.run(bob, 'resolveChallenge', {
      requestId: request.id,
      decisionId: challenged.request.decisions[1].id,
      resolution: 'Fine.',
      expectedVersion: challenged.request.version,
    });
    await on.decided(bob, request.id, 'APPROVE');
    await on.step((tx, origin) => markApplied(tx, origin, request.id));
    await on.decided(ada, (await on.requested(req, bad)).id, 'REJECT');
    await on.run(ada, 'delegateApprovals', { toId: bob.id, reason: 'x', until: new Date(Date.now() + 60_000).toISOString() });
    await on.step(async (tx, origin) => {
      await tell(tx, [
        { no, id, type: 'Dataset', owners: [], tags: [], columnTags: [], namespace: 'n', container: 'c', platform: 'p' },
      ]);
      await record(tx, origin, [
        {
          action: 'catalog.dataset.changed.v1',
          subject: { type: 'Dataset', id, digest: null },
          aggregateId: id,
          fields: [],
          detail: null,
          payload: {},
        },
      ]);
    });
    const access = await on.run(req, 'requestAccess', { dataset: id, reason: 'x', duration: 'PT1H' });
    expect((await on.decided(ada, access.request.id, 'APPROVE')).request.state).toBe('APPLIED');
  });

  test('finds nothing after all that people do', async () => {
    expect(await findings()).toEqual([]);
  });

  test.each(TAMPERING)('finds %s that was changed behind its back', async (_, table, statement, kind, message) => {
    const found = await tamperedWith(db, table, statement, findings);
    expect(found).toContainEqual(expect.objectContaining({ kind, message: expect.stringMatching(message) }));
    expect(await findings()).toEqual([]);
  });
});
