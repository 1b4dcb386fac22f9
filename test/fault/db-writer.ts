/** A program that writes rows into an embedded database and says on stdout which ones were confirmed; made to be killed. */
import { openDatabase } from '../../kernel/db/openDatabase.ts';

const [directory, mode] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

try {
  const db = await openDatabase({ directory: directory ?? '' });
  say('open');
  if (mode === 'hold') await new Promise((resolve) => process.stdin.once('data', resolve));
  else await writeRows(db);
  await db.close();
  say('closed');
} catch (error) {
  const fault = error instanceof Error && 'code' in error ? String(error.code) : 'no fault';
  say(`failed ${fault} ${String(error)}`);
}
process.exit();

/** Rows that are long and rewritten, so that the log grows and turns over while the tables stay small. */
async function writeRows(db: Awaited<ReturnType<typeof openDatabase>>): Promise<void> {
  await db.query('create table if not exists row (n int primary key)');
  await db.query('create table if not exists ballast (n int primary key, text text)');
  const [last] = await db.query<{ n: number }>('select coalesce(max(n), 0)::int as n from row');
  try {
    for (let n = (last?.n ?? 0) + 1; ; n++) {
      await db.transaction(async (tx) => {
        await tx.query('insert into row values ($1)', [n]);
        await tx.query(
          `insert into ballast select i, repeat(md5($1 || ':' || i), 60) from generate_series(1, 40) i
           on conflict (n) do update set text = excluded.text`,
          [String(n)],
        );
      });
      say(`row ${n}`);
    }
  } catch (error) {
    // Closing after a failure must neither hang nor fail; what the failure was is what the test wants to know.
    await db.query('select 1').catch(() => undefined);
    await db.close();
    throw error;
  }
}
