/** Runs in a process of its own: makes a new database in the folder that it is given, and ends. */
import { openPglite } from '../pglite.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('createDataChild needs a folder.');

// The program that waits for us has died: nobody will take what we make.
process.on('disconnect', () => process.exit(1));

try {
  const { lite } = await openPglite(dataDir);
  await lite.exec('checkpoint');
  await lite.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error), () => process.exit(1));
}
