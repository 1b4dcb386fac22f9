import type { Database, Queryable } from '../kernel/db/database.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import { MemoryLineage } from '../subgraphs/catalog/service/lineage/memoryIndex.ts';

/** What the index in memory takes: a process of its own, so that nothing else is counted. */
export interface Footprint {
  readonly cpuSeconds: number;
  readonly heldMb: number;
  readonly rssMb: number;
  readonly rssBeforeMb: number;
}

const MB = 1_048_576;
const PACKED_BYTES = 30;

async function main(url: string, edges: number, datasetsAndColumns: number, times: number): Promise<Footprint> {
  const db = await openDatabase({ url });
  const memory = new MemoryLineage(repeated(db, edges, datasetsAndColumns, times));
  await db.query('select 1');
  globalThis.gc?.();
  const before = process.memoryUsage();
  const cpu = process.cpuUsage();
  await memory.refresh();
  const { user, system } = process.cpuUsage(cpu);
  globalThis.gc?.();
  const after = process.memoryUsage();
  await memory.refresh();
  await db.close();
  const held = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return { cpuSeconds: (user + system) / 1e6, heldMb: held / MB, rssMb: after.rss / MB, rssBeforeMb: before.rss / MB };
}

/** The same edges several times over, each time between other numbers: a larger graph without a larger database. */
function repeated(db: Database, lastId: number, lastNo: number, times: number): Database {
  const page = async (values: readonly unknown[], text: string): Promise<Buffer> => {
    const [row] = await db.query<{ packed: Buffer | null }>(text, values, 'catalog_current_edges');
    return row?.packed ?? Buffer.alloc(0);
  };
  const query: Queryable['query'] = async <R extends object>(text: string, values: readonly unknown[] = [], name?: string) => {
    if (name !== 'catalog_current_edges') return db.query<R>(text, values, name);
    const [after, count, ...rest] = [Number(values[0]), Number(values[1]), ...values.slice(2)];
    const round = Math.floor(after / lastId);
    if (round >= times) return [];
    const end = shifted(await page([after - round * lastId, count, ...rest], text), round * lastId, round * lastNo);
    const missing = count - end.length / PACKED_BYTES;
    if (missing === 0 || round + 1 === times) return [{ packed: end }] as unknown as readonly R[];
    const begin = shifted(await page([0, missing, ...rest], text), (round + 1) * lastId, (round + 1) * lastNo);
    return [{ packed: Buffer.concat([end, begin]) }] as unknown as readonly R[];
  };
  return new Proxy(db, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) });
}

function shifted(packed: Buffer, ids: number, nos: number): Buffer {
  for (let at = 0; at < packed.length; at += PACKED_BYTES) {
    for (const [field, by] of [
      [0, ids],
      [8, nos],
      [16, nos],
    ] as const)
      packed.writeBigInt64BE(packed.readBigInt64BE(at + field) + BigInt(by), at + field);
  }
  return packed;
}

const [url = '', ...numbers] = process.argv.slice(2);
const [edges = 0, nos = 0, times = 1] = numbers.map(Number);
process.send?.(await main(url, edges, nos, times));
process.disconnect?.();
