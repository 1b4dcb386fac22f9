import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { digestText } from '../canonical.ts';
import type { BlobStore } from './blobStore.ts';
import { notStored } from './notStored.ts';

/** A store that takes a moment for each answer and has everything, five bytes long. */
function slowStore(): { blobs: BlobStore; asked: string[]; atOnce: () => number } {
  const asked: string[] = [];
  let [now, most] = [0, 0];
  const sizeOf: BlobStore['sizeOf'] = async (digest) => {
    asked.push(digest);
    most = Math.max(most, ++now);
    await sleep(2);
    now--;
    return 5;
  };
  const never = (): never => {
    throw new Error('nothing else is asked of it');
  };
  return { blobs: { sizeOf, put: never, open: never, verify: never }, asked, atOnce: () => most };
}
const file = (i: number, sizeBytes = 5) => ({ path: `${i}`, digest: digestText(`${i}`), sizeBytes });
const files = (count: number) => Array.from({ length: count }, (_, i) => file(i));

test('all are asked for, sixteen at a time and each once', async () => {
  const { blobs, asked, atOnce } = slowStore();
  expect(await notStored(blobs, [...files(100), ...files(100)], AbortSignal.timeout(10_000))).toBeUndefined();
  expect([asked.length, atOnce()]).toEqual([100, 16]);
});

test('the first that has another size is found, whichever comes back first', async () => {
  const { blobs } = slowStore();
  const lost = await notStored(blobs, [...files(40), file(40, 6), file(41, 7)], AbortSignal.timeout(10_000));
  expect(lost).toMatchObject({ path: '40' });
});

test('whoever goes away stops it', async () => {
  const { blobs, asked } = slowStore();
  await expect(notStored(blobs, files(10_000), AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(asked.length).toBeLessThan(5_000);
});
