import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCadastre, type Cadastre } from '../../app/cadastre.ts';
import { hasMysql, MYSQL_URL, NO_MYSQL, temporaryDatabases, type TemporaryDatabases } from '../conformance/mysqlServer.ts';
import { statementsOf } from '../conformance/postgresDump.ts';
import {
  hasPostgres,
  NO_POSTGRES,
  POSTGRES_URL,
  temporaryDatabase,
  type TemporaryDatabase,
} from '../conformance/postgresServer.ts';
import { sharedPath } from '../shared.ts';
import { key } from '../support/catalog.ts';
import {
  AddSourceDocument,
  CrawlStateDocument,
  DefinitionsDocument,
  FindColumnsDocument,
  KeysDocument,
  OwnersDocument,
  SetOwnersDocument,
  StartCrawlDocument,
  WhatHappenedDocument,
  type CrawlStateQuery,
  type TypedDocumentString,
} from '../__generated__/graphql.ts';
import { askTyped } from './askTyped.ts';
import { begunHome, silentLog, testConfig } from './running.ts';

const dumps = ['chinook-postgres.sql', 'sakila-postgres-schema.sql', 'chinook-mysql.sql'].map((name) =>
  sharedPath(`data/${name}`),
);
const [chinook, sakila, chinookMysql] = dumps;
const missing = dumps.includes(null)
  ? 'the sample data is not beside the project'
  : !(await hasPostgres())
    ? NO_POSTGRES
    : !(await hasMysql())
      ? NO_MYSQL
      : null;

/** What somebody with the README does on the first day, over HTTP, against warehouses that nobody here wrote. */
describe.skipIf(missing !== null)(`the first day (skipped when ${missing ?? 'a server or the sample data is missing'})`, () => {
  const postgres: TemporaryDatabase[] = [];
  let mysql: TemporaryDatabases;
  let server: Cadastre;
  const names = { chinook: '', sakila: '', mysql: '' };

  const load = async (paths: readonly (string | null | undefined)[]): Promise<string> => {
    const database = await temporaryDatabase();
    postgres.push(database);
    for (const path of paths)
      for (const statement of statementsOf(await readFile(path ?? '', 'utf8'))) await database.run(statement);
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

  const ask = <R, V>(
    document: TypedDocumentString<R, V>,
    variables: V,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<R> => askTyped(server, document, variables, headers);

  const crawl = async (name: string, url: URL): Promise<CrawlStateQuery['crawl']> => {
    await ask(AddSourceDocument, { input: { idempotencyKey: key(), name, url: url.href } });
    const { startCrawl } = await ask(StartCrawlDocument, { input: { idempotencyKey: key(), source: name } });
    if (!('crawl' in startCrawl)) throw new Error(`the crawl of ${name} was refused`);
    for (;;) {
      const answer = await ask(CrawlStateDocument, { id: startCrawl.crawl.id });
      if (!['QUEUED', 'RUNNING'].includes(answer.crawl?.state ?? '')) return answer.crawl;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const at = (base: URL, database: string): URL => Object.assign(new URL(base), { pathname: `/${database}` });
  const urnOf = (table: string): string => `urn:cadastre:dataset:postgres://${POSTGRES_URL.host},${names.sakila}.public.${table}`;

  it('crawls Chinook and Sakila from a real PostgreSQL and Chinook from a real MariaDB', async () => {
    expect(await crawl('chinook', at(POSTGRES_URL, names.chinook))).toMatchObject({ state: 'SUCCEEDED', counts: { added: 13 } });
    expect(await crawl('sakila', at(POSTGRES_URL, names.sakila))).toMatchObject({ state: 'SUCCEEDED' });
    expect(await crawl('chinook-maria', at(MYSQL_URL, names.mysql))).toMatchObject({ state: 'SUCCEEDED', counts: { added: 12 } });
  });

  it('finds the email column of customer by a misspelled search', async () => {
    const { search } = await ask(FindColumnsDocument, { query: 'custmer emial' });
    expect(search?.corrections).toContainEqual({ written: 'custmer', read: 'customer' });
    const customer = search?.edges.find(
      ({ node }) => node !== null && 'qualifiedName' in node && node.qualifiedName === `${names.sakila}.public.customer`,
    );
    expect(customer?.columns[0]).toEqual({ name: 'email' });
  });

  it('shows the technical owner, changes the accountable one, and reads the change in history and audit trail', async () => {
    const urn = urnOf('customer');
    const owners = async (headers = {}): Promise<unknown> => (await ask(OwnersDocument, { urn }, headers)).dataset?.owners;
    const technical = { role: 'TECHNICAL', external: POSTGRES_URL.username, principal: { name: POSTGRES_URL.username } };
    expect(await owners()).toEqual([technical]);
    const before = new Date().toISOString();
    const input = {
      idempotencyKey: key(),
      urn,
      role: 'ACCOUNTABLE' as const,
      owners: [{ email: 'ana@example.com' }],
      reason: 'new team',
    };
    const { setOwners } = await ask(SetOwnersDocument, { input });
    if (setOwners.__typename !== 'OwnersSet') throw new Error(`refused: ${setOwners.__typename}`);
    const ana = { role: 'ACCOUNTABLE', external: null, principal: { name: 'ana@example.com' } };
    expect(await owners({ 'cadastre-read-token': setOwners.readToken })).toEqual([ana, technical]);
    expect(await owners({ 'cadastre-as-of': before })).toEqual([technical]);
    const { dataset } = await ask(WhatHappenedDocument, { urn });
    expect(dataset?.history.edges[0]?.node).toMatchObject({
      auditId: setOwners.auditId,
      owners: [{ role: 'ACCOUNTABLE', principal: { name: 'ana@example.com' } }, { role: 'TECHNICAL' }],
    });
    expect(dataset?.auditTrail?.edges[0]?.node).toMatchObject({
      id: setOwners.auditId,
      action: 'catalog.owners.set.v1',
      actor: { name: 'Local administrator' },
      changedFields: ['owners'],
      detail: { reason: 'new team' },
    });
  });

  it('shows keys and views as the engines have them', async () => {
    const { dataset } = await ask(KeysDocument, { urn: urnOf('film_actor') });
    expect(dataset?.primaryKey).toEqual(['actor_id', 'film_id']);
    expect(dataset?.foreignKeys.map(({ references }) => references?.name).toSorted()).toEqual(['actor', 'film']);
    const { assets } = await ask(DefinitionsDocument, { source: 'sakila' });
    const view = assets?.edges.find(({ node }) => node?.name === 'customer_list')?.node;
    expect(view).toMatchObject({ subtype: 'VIEW', definition: expect.stringContaining('SELECT') });
  });
});
