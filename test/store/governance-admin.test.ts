import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import { authenticate } from '../../kernel/identity/authenticate.ts';
import { ensureAdmin } from '../../subgraphs/governance/index.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, newcomer, testKernel } from './governing.ts';

const FIRST = 'first-token-of-the-operator';
const SECOND = 'second-token-of-the-operator';

describeOnOneEngine("the operator's way in", (open) => {
  let db: Database;
  let kernel: Kernel;
  beforeEach(async () => {
    db = await open();
    kernel = testKernel(db);
    await resetData(db);
  });

  const actions = async () =>
    (await db.query<{ action: string }>('select action from kernel.audit_event order by seq')).map(({ action }) => action);
  const signIn = (token: string) => authenticate(db, kernel.pepper, token);

  test('the first start makes the account and a token, and answers the token', async () => {
    const { token } = await ensureAdmin(kernel);
    expect(token).toMatch(/^cad_local_/);
    expect(await signIn(token ?? '')).toMatchObject({ kind: 'service', name: 'Local administrator', roles: ['admin'] });
    expect(await actions()).toEqual(['governance.service.created.v1', 'governance.key.created.v1']);
  });

  test('a token that the operator set is not answered', async () => {
    expect(await ensureAdmin(kernel, { token: FIRST })).toEqual({ token: null });
    await signIn(FIRST);
  });

  test('a second start with the same token writes nothing', async () => {
    await ensureAdmin(kernel, { token: FIRST });
    const before = await actions();
    await ensureAdmin(kernel, { token: FIRST });
    expect(await actions()).toEqual(before);
  });

  test('another token takes the place of the one before, and keys of other labels stay', async () => {
    const { admin, change } = await govern(db);
    const { token } = await change(admin, 'createAccessKey', { principalId: admin.id, label: 'laptop' });
    await ensureAdmin(kernel, { token: FIRST });
    await ensureAdmin(kernel, { token: SECOND });
    await expect(signIn(FIRST)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect([(await signIn(SECOND)).id, (await signIn(token)).id]).toEqual([admin.id, admin.id]);
    expect((await actions()).slice(-2)).toEqual(['governance.key.created.v1', 'governance.key.revoked.v1']);
  });

  test('a token that was revoked is in force again when the operator sets it again, and the log says so', async () => {
    await ensureAdmin(kernel, { token: FIRST });
    await ensureAdmin(kernel, { token: SECOND });
    await ensureAdmin(kernel, { token: FIRST });
    await signIn(FIRST);
    await expect(signIn(SECOND)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await actions()).slice(-2)).toEqual(['governance.key.reinstated.v1', 'governance.key.revoked.v1']);
  });

  test('servers that start at once agree on one account and one key', async () => {
    await Promise.all([1, 2, 3].map(() => ensureAdmin(kernel, { token: FIRST })));
    expect(await actions()).toEqual(['governance.service.created.v1', 'governance.key.created.v1']);
  });

  test.each([
    ['short', 'less-than-20-bytes'],
    ['with a space', 'a token with spaces in it'],
    ['cut off', 'cad_local_01jd6q0000000000000000000_abc'],
  ])('a token that is %s is refused before anything is written', async (_, token) => {
    await expect(ensureAdmin(kernel, { token })).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('CADASTRE_ADMIN_TOKEN'),
    });
    expect(await actions()).toEqual([]);
  });

  test("somebody's own token does not become the operator's", async () => {
    const governing = await govern(db);
    const user = await newcomer(governing, 'user', ['analyst']);
    const { token } = await governing.change(governing.admin, 'createAccessKey', { principalId: user.id, label: 'x' });
    await expect(ensureAdmin(kernel, { token })).rejects.toMatchObject({ code: 'CONFIGURATION' });
    expect((await signIn(token)).roles).toEqual(['analyst']);
  });

  test('everything is done in the name of Cadastre', async () => {
    await ensureAdmin(kernel, { token: FIRST });
    const rows = await db.query<{ body: string }>('select body from kernel.audit_event');
    for (const { body } of rows)
      expect(JSON.parse(body).actor).toEqual({ id: 'svc_cadastre', kind: 'service', onBehalfOf: null, authMethod: 'internal' });
  });
});
