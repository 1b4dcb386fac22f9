import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { withInstants } from './rowTypes.ts';
import type { Statement } from './session.ts';
import { withoutDrizzle } from './storeFault.ts';
import { misuse } from './transactionScope.ts';

/** drizzle whose statements all go through `send`, and which cannot open transactions of its own. */
export function guardedOrm(
  client: pg.Pool | pg.PoolClient,
  send: (statement: Statement) => Promise<pg.QueryResult>,
): NodePgDatabase {
  const query = (statement: Statement, values?: readonly unknown[]): Promise<pg.QueryResult> =>
    send({
      ...statement,
      ...(values === undefined ? {} : { values }),
      ...(statement.types === undefined ? {} : { types: withInstants(statement.types.getTypeParser) }),
    });
  const guarded = new Proxy(client, {
    get(target, key) {
      if (key === 'query') return query;
      if (key === 'connect') return refuseConnect;
      const value: unknown = Reflect.get(target, key);
      return value;
    },
  });
  return throwingBare(drizzle({ client: guarded, casing: 'snake_case' }));
}

/** A fault that drizzle had wrapped would lose its code on the way to the caller. */
function throwingBare(orm: NodePgDatabase): NodePgDatabase {
  const { session } = orm._;
  const prepare = session.prepareQuery.bind(session);
  session.prepareQuery = (...args) => {
    const statement = prepare(...args);
    const execute = statement.execute.bind(statement);
    statement.execute = (...values) =>
      execute(...values).catch((error: unknown) => {
        throw withoutDrizzle(error);
      });
    return statement;
  };
  return orm;
}

const refuseConnect = (): Promise<never> => Promise.reject(misuse('orm.transaction() was called. Use database.transaction().'));
