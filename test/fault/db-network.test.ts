import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { describeOnEngines, NO_MIGRATIONS, postgresUrl } from '../store/engines.ts';

/** Stands between the program and the server, and can be cut or made to swallow everything. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  frozen = false;
  broken = false;

  constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port || 5432), target.hostname);
      if (this.broken) near.destroy();
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => {}).on('close', () => to.destroy());
        from.on('data', (bytes) => this.frozen || to.write(bytes));
      }
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

describeOnEngines(
  'network',
  (open, engine) => {
    let wire: Wire;
    let db: Database;
    beforeEach(async () => {
      const [row] = await (await open()).query<{ name: string }>('select current_database() as name');
      const url = new URL(postgresUrl(row?.name ?? ''));
      wire = new Wire(new URL(url));
      url.hostname = '127.0.0.1';
      url.port = String(await wire.open());
      if (engine === 'postgres') db = await openDatabase({ url: url.href });
    });
    afterEach(async () => {
      wire.close();
      if (engine === 'postgres') await db.close();
    });

    const answers = (): Promise<void> =>
      vi.waitFor(async () => expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]), 60_000);

    test.runIf(engine === 'postgres')('a cut connection is a fault at once, and the next transaction works', async () => {
      const running = db.transaction((tx) => tx.query('select pg_sleep(20)'));
      setTimeout(() => wire.cut(), 100);
      await expect(running).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await answers();
    });

    test.runIf(engine === 'postgres')(
      'a network that swallows everything is given up on after the deadline, and the connection is not used again',
      async () => {
        const running = db.transaction(
          async (tx) => {
            wire.frozen = true;
            await tx.query('select 1');
          },
          { statementTimeoutMs: 100 },
        );
        await expect(running).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
        wire.frozen = false;
        await answers();
      },
      20_000,
    );

    test.runIf(engine === 'postgres')(
      'while the server is away everything is a fault; listeners and queries come back with it',
      async () => {
        const heard: string[] = [];
        const stop = await db.listen('outbox', (payload) => heard.push(payload));
        wire.broken = true;
        wire.cut();
        await expect(db.query('select 1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        await expect(db.transaction(async () => {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        wire.broken = false;
        await answers();
        await vi.waitFor(async () => {
          await db.query(`select pg_notify('outbox', 'back')`);
          expect(heard).toContain('back');
        }, 60_000);
        await stop();
      },
    );

    test.runIf(engine === 'postgres')('who leads is told when the lease can no longer be renewed', async () => {
      const signal = await new Promise<AbortSignal>((resolve) => {
        const led = db.lead(
          'work',
          async (lease) => {
            wire.broken = true;
            wire.cut();
            await new Promise((stopped) => lease.signal.addEventListener('abort', stopped));
            wire.broken = false;
            resolve(lease.signal);
          },
          { ttlMs: 600 },
        );
        led.catch(() => undefined);
      });
      expect(signal.reason).toMatchObject({ code: 'CONFLICT' });
    });
  },
  { migrations: NO_MIGRATIONS },
);
