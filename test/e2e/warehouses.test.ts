import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCadastre, type Cadastre } from '../../app/cadastre.ts';
import { hasMysql, MYSQL_URL, NO_MYSQL, temporaryDatabases, type TemporaryDatabases } from '../conformance/mysqlServer.ts';
import { statementsOf } from '../conformance/postgresDump.ts';
import { hasPostgres, NO_POSTGRES, POSTGRES_URL, temporaryDatabase, type TemporaryDatabase } from '../conformance/postgresServer.ts';
import { sharedPath } from '../shared.ts';
import { key } from '../support/catalog.ts';
import { begunHome, post, silentLog, testConfig } from './running.ts';

const dumps = ['chinook-postgres.sql', 'sakila-postgres-schema.sql', 'chinook-mysql.sql'].map((name) => sharedPath(`data/${name}`));
const [chinook, sakila, chinookMysql] = dumps;
const missing = dumps.includes(null) ? 'the sample data is not beside the project' : !(await hasPostgres()) ? NO_POSTGRES : !(await hasMysql()) ? NO_MYSQL : null;

/** What somebody with the README does on the first day, over HTTP, against warehouses that nobody here wrote. */
describe.skipIf(missing !== null)(`the first day (skipped when ${missing ?? 'a server or the sample data is missing'})`, () => {
  const postgres: TemporaryDatabase[] = [];
  let mysql: TemporaryDatabases;
  let server: Cadastre;
  const names = { chinook: '', sakila: '', mysql: '' };

  const load = async (paths: readonly (string | null | undefined)[]): Promise<string> => {
    const database = await temporaryDatabase();
    postgres.push(database);
    for (const path of paths) for (const statement of statementsOf(await readFile(path ?? '', 'utf8'))) await database.run(statement);
    return database.name;
  };

  beforeAll(async () => {
    names.chinook = await load([chinook]);
    names.sakila = await load([sakila]);
    mysql = await temporaryDatabases();
    names.mysql = await mysql.database('chinook');
    const sql = (await readFile(chinookMysql ?? '', 'utf8')).replaceAll(/^(DROP DATABASE|CREATE DATABASE|USE) .*$/gm, '');
    await mysql.run(`use ${names.mysql}; ${sql}`);
    const home = await begunHome((remove) => afterAll(remove));
    server = await startCadastre(testConfig(home), { log: silentLog });
  });

  afterAll(async () => {
    await server?.stop();
    for (const database of postgres) await database.drop();
    await mysql?.drop();
  });

  // oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
  const ask = async (query: string, headers = {}): Promise<any> => {
    const { body } = await post(server.url, server.admin.token, query, headers);
    expect(body.errors).toBeUndefined();
    return body.data;
  };

  const crawl = async (name: string, url: URL): Promise<unknown> => {
    await ask(`mutation { addSource(input: { idempotencyKey: "${key()}", name: "${name}", url: "${url.href}" }) { ... on SourceAdded { source { id } } } }`);
    const { startCrawl } = await ask(`mutation { startCrawl(input: { idempotencyKey: "${key()}", source: "${name}" }) { ... on CrawlStarted { crawl { id } } } }`);
    for (;;) {
      const answer = await ask(`{ crawl(id: "${startCrawl.crawl.id}") { state reason counts { added missing } } }`);
      if (!['QUEUED', 'RUNNING'].includes(answer.crawl.state)) return answer.crawl;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const at = (base: URL, database: string): URL => Object.assign(new URL(base), { pathname: `/${database}` });

  it('crawls Chinook and Sakila from a real PostgreSQL and Chinook from a real MariaDB', async () => {
    expect(await crawl('chinook', at(POSTGRES_URL, names.chinook))).toMatchObject({ state: 'SUCCEEDED', counts: { added: 13 } });
    expect(await crawl('sakila', at(POSTGRES_URL, names.sakila))).toMatchObject({ state: 'SUCCEEDED' });
    expect(await crawl('chinook-maria', at(MYSQL_URL, names.mysql))).toMatchObject({ state: 'SUCCEEDED', counts: { added: 12 } });
  });

  it('finds the email column of customer by a misspelled search', async () => {
    const { search } = await ask(
      `{ search(query: "custmer emial") { corrections { written read } edges { node { name ... on Dataset { qualifiedName } } columns { name } } } }`,
    );
    expect(search.corrections).toContainEqual({ written: 'custmer', read: 'customer' });
    const customer = search.edges.find((edge: { node: { qualifiedName?: string } }) => edge.node.qualifiedName === `${names.sakila}.public.customer`);
    expect(customer.columns[0]).toEqual({ name: 'email' });
  });

  it('shows the technical owner, changes the accountable one, and reads the change in history and audit trail', async () => {
    const urn = `urn:cadastre:dataset:postgres://${POSTGRES_URL.host},${names.sakila}.public.customer`;
    const owners = async (headers = {}): Promise<readonly unknown[]> =>
      (await ask(`{ dataset(urn: "${urn}") { owners { role external principal { name } } } }`, headers)).dataset.owners;
    const technical = { role: 'TECHNICAL', external: POSTGRES_URL.username, principal: { name: POSTGRES_URL.username } };
    expect(await owners()).toEqual([technical]);
    const before = new Date().toISOString();
    const { setOwners } = await ask(
      `mutation { setOwners(input: { idempotencyKey: "${key()}", urn: "${urn}", role: ACCOUNTABLE, owners: [{ email: "ana@example.com" }], reason: "new team" }) {
         ... on OwnersSet { auditId readToken } } }`,
    );
    const ana = { role: 'ACCOUNTABLE', external: null, principal: { name: 'ana@example.com' } };
    expect(await owners({ 'cadastre-read-token': setOwners.readToken })).toEqual([ana, technical]);
    expect(await owners({ 'cadastre-as-of': before })).toEqual([technical]);
    const { dataset } = await ask(`{ dataset(urn: "${urn}") {
      history(first: 1) { edges { node { auditId owners { role principal { name } } } } }
      auditTrail(first: 1) { edges { node { id action actor { name } changedFields detail } } } } }`);
    expect(dataset.history.edges[0].node).toMatchObject({ auditId: setOwners.auditId, owners: [{ role: 'ACCOUNTABLE', principal: { name: 'ana@example.com' } }, { role: 'TECHNICAL' }] });
    expect(dataset.auditTrail.edges[0].node).toMatchObject({
      id: setOwners.auditId,
      action: 'catalog.owners.set.v1',
      actor: { name: 'Local administrator' },
      changedFields: ['owners'],
      detail: { reason: 'new team' },
    });
  });

  it('shows keys, views and comments as the engines have them', async () => {
    const { dataset } = await ask(`{ dataset(urn: "urn:cadastre:dataset:postgres://${POSTGRES_URL.host},${names.sakila}.public.film_actor") {
      primaryKey foreignKeys { columns referencesName references { name } referencedColumns } } }`);
    expect(dataset.primaryKey).toEqual(['actor_id', 'film_id']);
    expect(dataset.foreignKeys.map((each: { references: { name: string } }) => each.references.name).toSorted()).toEqual(['actor', 'film']);
    const { assets } = await ask(`{ assets(first: 100, filter: { source: "sakila" }) { edges { node { name ... on Dataset { subtype definition } } } } }`);
    const view = assets.edges.find((edge: { node: { name: string } }) => edge.node.name === 'customer_list').node;
    expect(view.subtype).toBe('VIEW');
    expect(view.definition).toContain('SELECT');
  });
});
