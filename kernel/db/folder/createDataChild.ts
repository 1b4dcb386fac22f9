/** Runs in a process of its own: makes a new database in a folder whose name ends with its number, and ends. */
import { openPglite } from '../pglite.ts';

const [prefix] = process.argv.slice(2);
if (prefix === undefined) throw new Error('createDataChild needs the beginning of a folder.');

// The program that waits for us has died: nobody will take what we make.
process.on('disconnect', () => process.exit(1));

try {
  const { lite } = await openPglite(`${prefix}${process.pid}`);
  await lite.exec('checkpoint');
  await lite.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error), () => process.exit(1));
}
