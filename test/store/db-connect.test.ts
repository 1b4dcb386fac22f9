import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { describeOnEngines, NO_MIGRATIONS, postgresUrl } from './engines.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** Something that listens where PostgreSQL should, and answers every first message alike. */
async function listenWith(answer: Buffer | undefined): Promise<number> {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => (answer === undefined ? undefined : socket.end(answer)));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const refusal = (url: string): Promise<unknown> => openDatabase({ url }).catch((error: unknown) => error);

test('a server that is not there is named, and the password is not', async () => {
  const fault = await refusal('postgres://ann:s3cret@127.0.0.1:1/cadastre');
  expect(fault).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'PostgreSQL at 127.0.0.1:1 cannot be reached (ECONNREFUSED). Start it, or correct DATABASE_URL.',
  });
  expect(JSON.stringify(fault)).not.toContain('s3cret');
});

test('a host that nobody knows is named', async () => {
  expect(await refusal('postgres://ann:s3cret@no-such-host.invalid/cadastre')).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringContaining('no-such-host.invalid:5432'),
  });
});

test('a server that takes the connection and says nothing is given up on', async () => {
  const port = await listenWith(undefined);
  expect(await refusal(`postgres://ann:s3cret@127.0.0.1:${port}/cadastre`)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a server without TLS is told apart from one that is down', async () => {
  const port = await listenWith(Buffer.from('N'));
  expect(await refusal(`postgres://ann:s3cret@127.0.0.1:${port}/cadastre?sslmode=verify-full`)).toMatchObject({
    code: 'CONFIGURATION',
    message: expect.stringContaining('TLS'),
  });
});

test('a wrong password is a matter of configuration', async () => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "ann"\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  const port = await listenWith(Buffer.concat([head, fields]));
  expect(await refusal(`postgres://ann:s3cret@127.0.0.1:${port}/cadastre`)).toMatchObject({
    code: 'CONFIGURATION',
    message: `PostgreSQL at 127.0.0.1:${port} does not let "ann" in. Correct the user or the password in DATABASE_URL, or the server's pg_hba.conf.`,
  });
});

test.each(['localhost/cadastre', 'mysql://root@localhost/cadastre', 'postgres://[', ''])(
  '"%s" is not a URL of PostgreSQL',
  async (url) => {
    expect(await refusal(url)).toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('postgres://user:password@host:5432/cadastre'),
    });
  },
);

describeOnEngines(
  'connecting',
  (open, engine) => {
    test.runIf(engine === 'postgres')('a database that does not exist is named, with what makes it', async () => {
      await open();
      expect(await refusal(postgresUrl('no_such_database'))).toMatchObject({
        code: 'CONFIGURATION',
        message: expect.stringContaining('createdb no_such_database'),
      });
    });

    test.runIf(engine === 'postgres')('the variable of the migration URL is named when that one is wrong', async () => {
      const [row] = await (await open()).query<{ name: string }>('select current_database() as name');
      const db = await openDatabase({ url: postgresUrl(row?.name ?? ''), migrationUrl: 'postgres://ann@127.0.0.1:1/x' });
      await expect(db.asOwner(async () => {})).rejects.toThrow('correct DATABASE_MIGRATION_URL');
      await db.close();
    });

    test('a closed database says so, and may be closed again', async () => {
      const db = await open();
      await Promise.all([db.close(), db.close()]);
      await expect(db.query('select 1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await expect(db.transaction(async () => {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await db.close();
    });
  },
  { migrations: NO_MIGRATIONS },
);
