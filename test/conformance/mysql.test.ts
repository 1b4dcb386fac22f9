import { expect, test } from 'vitest';
import { mysqlConnector } from '../../connectors/mysql/connector.ts';
import { connect } from '../../connectors/mysql/link.ts';
import { connectorContract } from './connector.ts';
import { MYSQL_WIRE, countingProxy } from './countingProxy.ts';
import { mysqlOddities } from './mysqlOddities.ts';
import { NO_MYSQL, hasMysql, temporaryDatabases } from './mysqlServer.ts';
import { silentServer } from './refusingServer.ts';
import type { PreparedSource } from './preparedSource.ts';

const SECRET = 'correct-horse-battery-staple';

async function prepareMysql(): Promise<PreparedSource> {
  const databases = await temporaryDatabases();
  const { prefix, run } = databases;
  const proxy = await countingProxy(databases.config, MYSQL_WIRE);
  const silent = await silentServer();
  const user = await databases.account(SECRET);
  const config = { ...databases.config, host: '127.0.0.1', port: proxy.port, user, password: SECRET };
  const soon = () => AbortSignal.timeout(60_000);
  const seeing = `${prefix.replaceAll('_', '\\_')}%`;
  await run(`grant show databases on *.* to ${user}@'%'; grant select, show view, create on \`${seeing}\`.* to ${user}@'%'`);
  return {
    open: () => mysqlConnector.open(config, soon()),
    createOddities: () => mysqlOddities(databases),
    grow: async (tables) => {
      for (let n = 0; n < tables; n += 1)
        await run(`create table ${prefix}shop.grown_${n} (id int primary key, at date, key (at))`);
    },
    queryCount: () => proxy.statements(),
    write: async () => {
      const link = await connect(config, soon());
      try {
        await link.rows(`create table ${prefix}shop.written (id int)`);
      } finally {
        await link.close();
      }
    },
    refusals: {
      'wrong password': () => mysqlConnector.open({ ...config, password: `${SECRET}!` }, soon()),
      'no such user': () => mysqlConnector.open({ ...config, user: 'nobody_of_that_name' }, soon()),
      'wrong port': () => mysqlConnector.open({ ...config, port: 1 }, soon()),
      'wrong host': () => mysqlConnector.open({ ...config, host: 'nowhere.invalid' }, soon()),
      'a server that never answers': () => mysqlConnector.open({ ...config, port: silent.port, connectTimeoutMs: 200 }, soon()),
    },
    secrets: [SECRET],
    breakScope: async () => {
      // What is given on the pattern cannot be taken back for one name; so it is given again for all names but that one.
      const others = ['shop', 'empty', 'Odd "db".x``y', 'odd "db".x``y'].map(
        (suffix) => `\`${prefix.replaceAll('_', '\\_')}${suffix}\``,
      );
      const give = others.map((name) => `grant select, show view, create on ${name}.* to ${user}@'%';`).join(' ');
      await run(`revoke all on \`${seeing}\`.* from ${user}@'%'; ${give}`);
      return {
        scope: [`${prefix}hidden`],
        restore: () => run(`grant select, show view, create on \`${seeing}\`.* to ${user}@'%'`),
      };
    },
    dispose: async () => {
      await Promise.all([proxy.close(), silent.close()]);
      await databases.drop();
    },
  };
}

if (await hasMysql()) connectorContract('mysql', prepareMysql);
else test.skip(NO_MYSQL, () => expect.fail());
