import { beforeAll, expect, it } from 'vitest';
import type { Digest } from '../../kernel/canonical.ts';
import type { Database } from '../../kernel/db/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { BindingKind } from '../../subgraphs/registry/domain/model.ts';
import { bindStage, type NewBinding } from '../../subgraphs/registry/store/bindStage.ts';
import { type Made, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';

/** Whatever the program decided before: the statement that binds decides once more, by itself. */
describeOnOneEngine('the statement that binds a stage', (open) => {
  let db: Database;
  let registry: TestRegistry;
  let made: Made;
  let other: Made;
  let approvalId: string;
  let modelNo: string;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
    await registry.guard('production');
    made = await registry.makeModel();
    other = await registry.makeModel();
    await registry.addMetrics(made.versionId);
    approvalId = await registry.approve(made.versionId, 'production');
    const [row] = await db.query<{ no: string }>('select no from registry.model where id = $1', [made.modelId]);
    modelNo = row?.no ?? '';
    await db.query(`insert into registry.stage (model_no, stage) values ($1, 'production'), ($1, 'beta')`, [modelNo]);
  });

  const bind = async (more: Partial<NewBinding> = {}, before: readonly string[] = []): Promise<boolean> => {
    let isBound = false;
    const undone = new Error('undone');
    await db
      .transaction(async (tx) => {
        for (const statement of before) await tx.query(statement);
        isBound = await bindStage(tx, {
          id: newId('stageBinding'),
          modelNo,
          stage: 'production',
          number: 1,
          versionId: made.versionId,
          digest: made.digest as Digest,
          kind: 'PROMOTION',
          approvalId,
          reason: '',
          incident: null,
          boundBy: registry.steward.id,
          expiresAt: null,
          eventId: newId('event'),
          previousId: null,
          ...more,
        });
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    return isBound;
  };
  const request = (change: string): readonly string[] => [
    'set local session_replication_role = replica',
    `update kernel.approval_request set ${change} where id = '${approvalId}'`,
  ];
  const version = (change: string): readonly string[] => [
    'set local session_replication_role = replica',
    `update registry.model_version set ${change} where id = '${made.versionId}'`,
  ];

  it('binds what is sealed and approved', async () => {
    expect(await bind()).toBe(true);
    expect(await bind({ stage: 'beta', approvalId: null })).toBe(true);
  });

  it.each([
    ['another digest', (): Promise<boolean> => bind({ digest: `sha256:${'0'.repeat(64)}` as Digest })],
    ['a draft', (): Promise<boolean> => bind({}, version(`state = 'DRAFT'`))],
    ['what is damaged', (): Promise<boolean> => bind({}, version(`state = 'DAMAGED'`))],
    ['what was sealed anew', (): Promise<boolean> => bind({}, version(`content_digest = 'sha256:other'`))],
    ['a version of another model', (): Promise<boolean> => bind({ versionId: other.versionId, digest: other.digest as Digest })],
    ['a deleted model', (): Promise<boolean> => bind({}, [`update registry.model set deleted_at = now() where no = ${modelNo}`])],
    ['an approval that is not decided', (): Promise<boolean> => bind({}, request(`state = 'OPEN'`))],
    ['an approval that was voided', (): Promise<boolean> => bind({}, request(`state = 'VOIDED'`))],
    ['an approval that was applied', (): Promise<boolean> => bind({}, request(`state = 'APPLIED'`))],
    ['an approval that is over', (): Promise<boolean> => bind({}, request(`valid_until = now() - interval '1 ms'`))],
    ['an approval for other bytes', (): Promise<boolean> => bind({}, request(`content_digest = 'sha256:other'`))],
    ['an approval for another stage', (): Promise<boolean> => bind({ stage: 'beta' })],
    ['an approval of another version', (): Promise<boolean> => bind({}, request(`subject_id = '${other.versionId}'`))],
    ['an approval that there is not', (): Promise<boolean> => bind({ approvalId: 'apr_none' })],
    ['a stage that should hold something', (): Promise<boolean> => bind({ previousId: 'stb_none' })],
  ])('does not bind with %s', async (_, attempt) => {
    expect(await attempt()).toBe(false);
  });

  it('does not bind over what it was not told of', async () => {
    const before = [
      `insert into registry.stage_binding (id, model_no, stage, number, version_id, content_digest, kind, reason, bound_by, bound_from, event_id)
       values ('stb_before', ${modelNo}, 'production', 1, '${made.versionId}', '${made.digest}', 'PROMOTION', '', '${registry.steward.id}', now() - interval '1 day', 'evt_x')`,
    ];
    expect(await bind({ number: 2 }, before)).toBe(false);
    expect(await bind({ number: 2, previousId: 'stb_before' }, before)).toBe(true);
  });

  it.each<[BindingKind, string, boolean]>([
    ['ROLLBACK', 'APPROVED', false],
    ['ROLLBACK', 'SUPERSEDED', true],
    ['RESTORED', 'APPLIED', true],
    ['RESTORED', 'REVOKED', false],
  ])('%s with an approval that is %s: %s', async (kind, state, expected) => {
    expect(await bind({ kind }, request(`state = '${state}'`))).toBe(expected);
  });
});
