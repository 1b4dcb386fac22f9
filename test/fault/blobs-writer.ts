/** A program that stores one blob whole and one that never ends, and says so on stdout; made to be killed. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderBlobs } from '../../kernel/blobs/folderBlobs.ts';

const blobs = folderBlobs(process.argv[2] ?? '');
const { digest } = await blobs.put(Buffer.from('whole'), 1_000);
process.stdout.write(`${digest}\n`);
await blobs.put(Readable.from(endless()), 2 ** 40);

async function* endless(): AsyncGenerator<Buffer> {
  for (let count = 0; ; count++) {
    if (count === 10) process.stdout.write('half\n');
    yield Buffer.alloc(100_000, count);
    await sleep(1);
  }
}
