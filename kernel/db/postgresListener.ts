import pg from 'pg';
import { storeFault } from './storeFault.ts';

const BACKOFF_MS_MAX = 10_000;

type Callback = (payload: string) => void;

/**
 * One connection outside of the pool that listens for everybody. When it breaks it comes back by itself; what was
 * notified in between is lost, as NOTIFY always may be, so listeners must also look by themselves now and then.
 */
export class PostgresListener {
  readonly #config: pg.ClientConfig;
  readonly #callbacks = new Map<string, Set<Callback>>();
  #connection: Promise<pg.Client> | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  async subscribe(channel: string, onPayload: Callback): Promise<() => Promise<void>> {
    const callbacks = this.#callbacks.get(channel) ?? new Set();
    // A function of its own, so that the same callback may listen twice.
    const callback: Callback = (payload) => onPayload(payload);
    this.#callbacks.set(channel, callbacks.add(callback));
    const unsubscribe = (): Promise<void> => this.#unsubscribe(channel, callback);
    try {
      await this.#send(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await unsubscribe();
      throw storeFault(error);
    }
    return unsubscribe;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const client = await this.#connection?.catch(() => undefined);
    await client?.end();
  }

  async #unsubscribe(channel: string, callback: Callback): Promise<void> {
    const callbacks = this.#callbacks.get(channel);
    callbacks?.delete(callback);
    if (callbacks?.size !== 0) return;
    this.#callbacks.delete(channel);
    // A connection that is gone has forgotten its channels by itself.
    if (this.#connection !== undefined) await this.#send(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
  }

  /** One after the other: a connection takes one statement at a time. */
  #send(text: string): Promise<unknown> {
    const sent = this.#tail.then(async () => (await this.#connect()).query(text));
    this.#tail = sent.catch(() => undefined);
    return sent;
  }

  #connect(): Promise<pg.Client> {
    return (this.#connection ??= this.#open());
  }

  async #open(): Promise<pg.Client> {
    if (this.#closed) throw new Error('Connection terminated');
    const client = new pg.Client(this.#config);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const callback of this.#callbacks.get(channel) ?? []) callback(payload);
    });
    client.on('error', () => {});
    try {
      await client.connect();
      for (const channel of this.#callbacks.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.#connection = undefined;
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#failures = 0;
    client.on('end', () => {
      this.#connection = undefined;
      this.#comeBack();
    });
    return client;
  }

  #comeBack(): void {
    if (this.#closed || this.#callbacks.size === 0) return;
    const delayMs = Math.min(BACKOFF_MS_MAX, 100 * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => this.#connect().catch(() => this.#comeBack()), delayMs);
  }
}
