import { expect, test } from 'vitest';
import { postgresConnector } from '../../connectors/postgres/connector.ts';
import { connect } from '../../connectors/postgres/link.ts';
import { connectorContract } from './connector.ts';
import { POSTGRES_WIRE, countingProxy } from './countingProxy.ts';
import { postgresOddities } from './postgresOddities.ts';
import { refusingServer } from './refusingServer.ts';
import { NO_POSTGRES, hasPostgres, temporaryDatabase } from './postgresServer.ts';
import type { PreparedSource } from './preparedSource.ts';

const SECRET = 'correct-horse-battery-staple';

async function preparePostgres(): Promise<PreparedSource> {
  const database = await temporaryDatabase();
  const proxy = await countingProxy(database.config, POSTGRES_WIRE);
  const wrong = await refusingServer('28P01', `password authentication failed for user "crawler"`);
  const user = await database.role();
  const config = { ...database.config, host: '127.0.0.1', port: proxy.port, user, password: SECRET };
  const soon = () => AbortSignal.timeout(60_000);
  await database.run(`grant connect on database ${database.name} to ${user}`);
  return {
    open: () => postgresConnector.open(config, soon()),
    createOddities: () => postgresOddities(database, user),
    grow: (tables) =>
      database.run(`do $$ begin for n in 1..${tables} loop
        execute format('create table public.grown_%s (id int primary key, at date)', n);
        execute format('create index on public.grown_%s (at)', n); end loop; end $$`),
    queryCount: () => proxy.statements(),
    write: async () => {
      const link = await connect({ ...config, user: database.config.user }, database.name, soon());
      try {
        await (await link.begin()).rows('create table public.written (id int)');
      } finally {
        await link.close();
      }
    },
    refusals: {
      'wrong password': () => postgresConnector.open({ ...config, port: wrong.port }, soon()),
      'wrong port': () => postgresConnector.open({ ...config, port: 1 }, soon()),
      'wrong host': () => postgresConnector.open({ ...config, host: 'nowhere.invalid' }, soon()),
      'no such database': () => postgresConnector.open({ ...config, database: 'no_such_database' }, soon()),
      'no such user': () => postgresConnector.open({ ...config, user: 'no_such_user' }, soon()),
      'no TLS': () => postgresConnector.open({ ...config, port: wrong.port, sslMode: 'verify-full' }, soon()),
    },
    secrets: [SECRET],
    breakScope: async () => {
      await database.run(`revoke usage on schema hidden from ${user}`);
      return { scope: [database.name, 'hidden'], restore: () => database.run(`grant usage on schema hidden to ${user}`) };
    },
    dispose: async () => {
      await Promise.all([proxy.close(), wrong.close()]);
      await database.drop();
    },
  };
}

if (await hasPostgres()) connectorContract('postgres', preparePostgres);
else test.skip(NO_POSTGRES, () => expect.fail());
