import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { packageRoot } from '../../kernel/root.ts';
import { PLACE } from '../support/churnModel.ts';
import { run } from './program.ts';
import { begunHome, startEmpty } from './running.ts';

let server: Cadastre;
let home: string;

beforeAll(async () => {
  home = await begunHome(afterAll);
  server = await startEmpty(home, {}, { load: loadAllSubgraphs });
});
afterAll(() => server.stop());

async function ask(query: string, variables: object = {}, token = server.admin.token): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const { data, errors } = JSON.parse(await response.text());
  expect(errors).toBeUndefined();
  return data;
}

async function change(name: string, input: object, fields: string, token?: string): Promise<ReturnType<typeof JSON.parse>> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation Do($input: ${type}!) { done: ${name}(input: $input) { __typename ${fields} } }`;
  return (await ask(query, { input: { idempotencyKey: randomUUID(), ...input } }, token)).done;
}

async function cli(token: string, ...args: string[]) {
  const { code, stdout, stderr } = await run(home, [...args, '--json'], {
    CADASTRE_URL: server.url,
    CADASTRE_TOKEN: token,
    XDG_CONFIG_HOME: home,
  });
  return { code, stderr, data: stdout === '' ? null : JSON.parse(stdout) };
}

async function steward(name: string): Promise<string> {
  const input = { name, email: `${name}@example.com`, roles: ['steward'] };
  const { user } = await change('createUser', input, '... on UserCreated { user { id } }');
  return (await change('createAccessKey', { principalId: user.id, label: 'x' }, '... on AccessKeyCreated { token }')).token;
}

/** The GraphQL of the page, by the names of its operations. */
const page = readFileSync(path.join(packageRoot, 'docs/glossary.md'), 'utf8');
const operations = new Map(
  [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => [
    /^(?:query|mutation) (\w+)/.exec(text)?.[1] ?? '',
    text,
  ]),
);
const operation = (name: string): string => operations.get(name) ?? '';

test(
  'what docs/glossary.md shows is what happens, and two stewards publish and certify on the command line',
  { timeout: 300_000 },
  async () => {
    expect([...operations.keys()]).toEqual(['Define', 'Assign', 'Look', 'Publish', 'Offer', 'Fill']);
    await change(
      'ingestMetadata',
      {
        producer: 'test 1',
        datasets: [{ namespace: PLACE, name: 'shop.raw.orders', columns: [{ name: 'amount' }] }],
        evidence: [],
      },
      '',
    );
    const [ada, bob, cem] = [await steward('ada'), await steward('bob'), await steward('cem')];
    for (const kind of ['GLOSSARY_TERM_PUBLISHED', 'DATA_PRODUCT_CERTIFIED']) {
      const file = path.join(home, `${kind}.json`);
      const document = {
        target: { kind },
        reviewers: [{ role: 'steward', min: 2 }],
        forbid: ['creator', 'requester'],
        evidence: [],
        requestExpiresAfter: 'P14D',
        validFor: 'P30D',
        cooldown: null,
        rollback: 'REUSE',
        breakGlass: null,
      };
      await writeFile(file, JSON.stringify(document));
      const set = await cli(server.admin.token, 'approvals', 'policies', 'set', kind.toLowerCase(), file, '--reason', 'test');
      expect(set.code, set.stderr).toBe(0);
    }

    const { createGlossaryTerm } = await ask(operation('Define'), {}, ada);
    expect(createGlossaryTerm.glossaryTerm).toMatchObject({ state: 'DRAFT', version: 1 });
    const term: string = createGlossaryTerm.glossaryTerm.id;
    const { assignGlossaryTerm } = await ask(operation('Assign'), { term }, ada);
    expect(assignGlossaryTerm.assets).toHaveLength(1);
    const look = await ask(operation('Look'), { term });
    expect(look).toMatchObject({
      glossaryTerms: { edges: [{ node: { id: term } }] },
      glossaryTerm: { parent: null, assets: { totalCount: { value: 1 }, edges: [{ node: { description: null } }] } },
      column: { glossaryTerms: [{ term: { name: 'Net revenue' } }] },
    });

    const publish = () => ask(operation('Publish').replace('net-revenue-publish', randomUUID()), { term }, ada);
    expect((await publish()).publishGlossaryTerm).toMatchObject({
      code: 'APPROVAL_REQUIRED',
      policyIds: ['glossary_term_published'],
    });
    const approvedBy = async (subject: string, ...by: string[]): Promise<string> => {
      const { data, stderr } = await cli(ada, 'approvals', 'request', subject, '--reason', 'agreed');
      expect(data?.state, stderr).toBe('OPEN');
      for (const token of by) expect((await cli(token, 'approvals', 'approve', data.id)).code).toBe(0);
      return data.id;
    };
    const first = await approvedBy(term, bob);
    await change('updateGlossaryTerm', { termId: term, definition: 'Other words.' }, '', ada);
    expect((await cli(ada, 'approvals', 'show', first)).data).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
    const second = await approvedBy(term, bob, cem);
    const listed = await run(home, ['approvals', 'list'], {
      CADASTRE_URL: server.url,
      CADASTRE_TOKEN: ada,
      XDG_CONFIG_HOME: home,
    });
    expect(listed.stdout).toMatch(/Net revenue\s+publishing/);
    expect((await publish()).publishGlossaryTerm.glossaryTerm).toMatchObject({
      state: 'PUBLISHED',
      approval: { id: second, state: 'APPLIED', decisions: [{ verdict: 'APPROVE' }, { verdict: 'APPROVE' }] },
    });

    const { createDataProduct } = await ask(operation('Offer'), {}, ada);
    const product: string = createDataProduct.dataProduct.id;
    const { addDataProductMembers } = await ask(operation('Fill'), { product }, ada);
    expect(addDataProductMembers.dataProduct).toMatchObject({
      version: 2,
      members: { totalCount: { value: 1 } },
      certification: null,
    });
    const third = await approvedBy(product, bob, cem);
    const certification = async () =>
      (await ask('query Is($id: ID!) { dataProduct(id: $id) { certification { id } } }', { id: product })).dataProduct
        .certification;
    expect(await certification()).toEqual({ id: third });
    await change('updateDataProduct', { productId: product, description: 'Other words.' }, '', ada);
    expect(await certification()).toBeNull();
    const { data } = await cli(server.admin.token, 'audit', 'reconcile');
    expect(data).toMatchObject({ consistent: true, findings: [] });
  },
);
