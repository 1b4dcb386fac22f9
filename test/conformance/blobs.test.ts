import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { BlobStore } from '../../kernel/blobs/blobStore.ts';
import { folderBlobs } from '../../kernel/blobs/folderBlobs.ts';
import { readS3Address } from '../../kernel/blobs/s3Address.ts';
import { s3Blobs } from '../../kernel/blobs/s3Blobs.ts';
import type { Digest } from '../../kernel/canonical.ts';
import { Fault } from '../../kernel/fault.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { S3_CREDENTIALS, startS3 } from '../support/s3Server.ts';

const LIMIT = 1_000_000;
const digestOf = (bytes: Buffer): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
const soon = (): AbortSignal => AbortSignal.timeout(60_000);
const codeOf = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => 'no fault',
    (error: unknown) => (error instanceof Fault ? error.code : error),
  );

interface Opened {
  readonly blobs: BlobStore;
  /** Folder of drafts. */
  readonly drafts: string;
  /** Changes what lies under a digest, past the store. */
  readonly damage: (digest: Digest, bytes: Buffer) => Promise<void>;
  readonly count: () => Promise<number>;
}

async function openFolder(): Promise<Opened> {
  const folder = path.join(await temporaryFolder(), 'blobs');
  const fileOf = (digest: Digest): string => path.join(folder, digest.slice(7, 9), digest.slice(7));
  return {
    blobs: folderBlobs(folder),
    drafts: path.join(folder, 'coming'),
    damage: (digest, bytes) => writeFile(fileOf(digest), bytes),
    count: async () => (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name)).length,
  };
}

async function openS3(): Promise<Opened & { readonly server: Awaited<ReturnType<typeof startS3>> }> {
  const server = await startS3();
  const address = readS3Address(server.url);
  if (address === null) throw new Error(server.url);
  const drafts = path.join(await temporaryFolder(), 'coming');
  return {
    server,
    blobs: s3Blobs(address, S3_CREDENTIALS, drafts),
    drafts,
    damage: async (digest, bytes) =>
      void server.objects.set(`/models/some/prefix/${digest.slice(7, 9)}/${digest.slice(7)}`, bytes),
    count: async () => server.objects.size,
  };
}

describe.each([
  ['a folder', openFolder],
  ['S3', openS3],
])('blobs in %s', (_, open: () => Promise<Opened>) => {
  test('come back as they were, whether as a whole or as they come', async () => {
    const { blobs, drafts, count } = await open();
    const bytes = Buffer.from('a model, once upon a time');
    const stored = await blobs.put(bytes, LIMIT);
    expect(stored).toEqual({ digest: digestOf(bytes), sizeBytes: bytes.length });
    expect(await blobs.put(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)], { objectMode: false }), LIMIT)).toEqual(
      stored,
    );
    expect(await count()).toBe(1);
    expect(await buffer(await blobs.open(stored.digest))).toEqual(bytes);
    expect(await blobs.sizeOf(stored.digest, soon())).toBe(bytes.length);
    expect(await blobs.verify(stored.digest, soon())).toBe('INTACT');
    expect(await readdir(drafts)).toEqual([]);
  });

  test('nothing at all is a blob, too', async () => {
    const { blobs } = await open();
    const { digest } = await blobs.put(Buffer.alloc(0), LIMIT);
    expect(await blobs.sizeOf(digest, soon())).toBe(0);
    expect(await buffer(await blobs.open(digest))).toHaveLength(0);
    expect(await blobs.verify(digest, soon())).toBe('INTACT');
  });

  test('what is not there is not found', async () => {
    const { blobs } = await open();
    const digest = digestOf(Buffer.from('nobody stored this'));
    expect(await blobs.sizeOf(digest, soon())).toBeNull();
    expect(await blobs.verify(digest, soon())).toBe('MISSING');
    expect(await codeOf(blobs.open(digest))).toBe('NOT_FOUND');
  });

  test.each([
    'sha256:../../../../etc/passwd',
    `sha256:${'../'.repeat(21)}x`,
    `sha256:${'A'.repeat(64)}`,
    `sha512:${'a'.repeat(64)}`,
    `sha256:${'a'.repeat(64)}\n`,
    'a'.repeat(64),
    '',
  ])('the digest %j leads nowhere', async (written) => {
    const { blobs } = await open();
    const digest = written as Digest;
    expect(await blobs.sizeOf(digest, soon())).toBeNull();
    expect(await blobs.verify(digest, soon())).toBe('MISSING');
    expect(await codeOf(blobs.open(digest))).toBe('NOT_FOUND');
  });

  test('one byte more than allowed stores nothing, also when nobody said how many would come', async () => {
    const { blobs, drafts, count } = await open();
    const bytes = Buffer.alloc(1_001, 7);
    expect(await codeOf(blobs.put(bytes, 1_000))).toBe('LIMIT_EXCEEDED');
    expect(await codeOf(blobs.put(Readable.from(Array.from({ length: 1_001 }, () => Buffer.alloc(1))), 1_000))).toBe(
      'LIMIT_EXCEEDED',
    );
    expect(await count()).toBe(0);
    expect(await readdir(drafts)).toEqual([]);
    expect(await blobs.put(bytes, 1_001)).toMatchObject({ sizeBytes: 1_001 });
  });

  test('a sender who breaks off stores nothing, and its own error comes back', async () => {
    const { blobs, drafts, count } = await open();
    const gone = new Error('gone');
    const breaksOff = Readable.from(
      (function* () {
        yield Buffer.alloc(100);
        throw gone;
      })(),
    );
    expect(await codeOf(blobs.put(breaksOff, LIMIT))).toBe(gone);
    expect(await count()).toBe(0);
    expect(await readdir(drafts)).toEqual([]);
  });

  test('a changed byte is found, and the right bytes may be put in its place', async () => {
    const { blobs, damage } = await open();
    const bytes = Buffer.alloc(70_000, 3);
    const { digest } = await blobs.put(bytes, LIMIT);
    const changed = Buffer.from(bytes);
    changed[69_999] = 4;
    await damage(digest, changed);
    expect(await blobs.verify(digest, soon())).toBe('CHANGED');
    await damage(digest, bytes.subarray(0, 69_999));
    expect(await blobs.verify(digest, soon())).toBe('CHANGED');
    await blobs.put(bytes, LIMIT);
    expect(await blobs.verify(digest, soon())).toBe('INTACT');
  });

  test('whoever verifies waits no longer than they said', async () => {
    const { blobs } = await open();
    const { digest } = await blobs.put(Buffer.alloc(500_000), LIMIT);
    expect(await codeOf(blobs.verify(digest, AbortSignal.abort()))).toBe('DEADLINE_EXCEEDED');
  });

  test('many who store the same bytes and others at once disturb nobody', async () => {
    const { blobs, drafts, count } = await open();
    const contents = Array.from({ length: 60 }, (__, i) => Buffer.alloc(50_000, i % 6));
    const stored = await Promise.all(contents.map((bytes) => blobs.put(Readable.from([bytes]), LIMIT)));
    expect(stored.map(({ digest }) => digest)).toEqual(contents.map(digestOf));
    expect(await count()).toBe(6);
    expect(await readdir(drafts)).toEqual([]);
    for (const { digest } of stored.slice(0, 6)) expect(await blobs.verify(digest, soon())).toBe('INTACT');
  });

  test('drafts that a killed process left behind are removed after a day, those of others stay', async () => {
    const { blobs, drafts } = await open();
    await mkdir(drafts, { recursive: true });
    await writeFile(path.join(drafts, 'old'), 'x');
    await writeFile(path.join(drafts, 'young'), 'x');
    await utimes(path.join(drafts, 'old'), new Date(0), new Date(0));
    await blobs.put(Buffer.from('a'), LIMIT);
    expect(await readdir(drafts)).toEqual(['young']);
  });
});

test('a folder shows no half of a blob while it comes', async () => {
  const { blobs, drafts, count } = await openFolder();
  const bytes = new Readable({ read: () => undefined });
  const storing = blobs.put(bytes, LIMIT);
  bytes.push('first half ');
  await expect.poll(async () => (await readdir(drafts).catch(() => [])).length).toBe(1);
  expect(await count()).toBe(0);
  bytes.push('second half');
  bytes.push(null);
  const { digest } = await storing;
  expect(await buffer(await blobs.open(digest))).toEqual(Buffer.from('first half second half'));
});

describe('an S3 store that has troubles', () => {
  test('busy or broken off for a moment is tried again', async () => {
    const { blobs, server } = await openS3();
    server.failNext.push(503, null);
    const { digest } = await blobs.put(Buffer.from('patience'), LIMIT);
    expect(server.seen.map((line) => line.slice(0, 3))).toEqual(['PUT', 'PUT', 'PUT']);
    server.failNext.push(500);
    expect(await buffer(await blobs.open(digest))).toEqual(Buffer.from('patience'));
  });

  test('for ever is a fault, without what was said of it', async () => {
    const { blobs, server } = await openS3();
    server.failNext.push(503, 503, 503, 503);
    const fault = await blobs.put(Buffer.from('a'), LIMIT).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'STORE_UNAVAILABLE', internal: 'the store of artifacts answered 503 SlowDown to PUT' });
    expect((fault as Fault).message).not.toMatch(/503|SlowDown|127/);
  });

  test('is asked no longer than the caller waits', async () => {
    const { blobs, server } = await openS3();
    const { digest } = await blobs.put(Buffer.from('a'), LIMIT);
    server.failNext.push(503, 503, 503, 503);
    const began = performance.now();
    expect(await codeOf(blobs.sizeOf(digest, AbortSignal.timeout(300)))).toBe('DEADLINE_EXCEEDED');
    // Sooner than all the attempts that it would have made.
    expect(performance.now() - began).toBeLessThan(4_000);
    server.failNext.length = 0;
    expect(await codeOf(blobs.sizeOf(digest, AbortSignal.abort()))).toBe('DEADLINE_EXCEEDED');
    expect(await blobs.sizeOf(digest, soon())).toBe(1);
  }, 20_000);

  test('another secret is refused at once', async () => {
    const server = await startS3();
    const address = readS3Address(server.url);
    if (address === null) throw new Error(server.url);
    const blobs = s3Blobs(address, { ...S3_CREDENTIALS, secretAccessKey: 'guessed' }, await temporaryFolder());
    const fault = await blobs.put(Buffer.from('a'), LIMIT).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      internal: 'the store of artifacts answered 403 SignatureDoesNotMatch to PUT',
    });
    expect(server.seen).toHaveLength(1);
    expect(server.objects.size).toBe(0);
  });

  test('a bucket that is not there takes nothing', async () => {
    const server = await startS3();
    const address = readS3Address(server.url.replace('models', 'elsewhere'));
    if (address === null) throw new Error(server.url);
    const blobs = s3Blobs(address, S3_CREDENTIALS, await temporaryFolder());
    expect(await codeOf(blobs.put(Buffer.from('a'), LIMIT))).toBe('STORE_UNAVAILABLE');
  });

  test('names of objects are those of files, so that one store can be copied to the other', async () => {
    const folder = await openFolder();
    const { blobs, server } = await openS3();
    const { digest } = await blobs.put(Buffer.from('same'), LIMIT);
    await folder.blobs.put(Buffer.from('same'), LIMIT);
    const [name = ''] = server.objects.keys();
    const file = path.join(path.dirname(folder.drafts), name.replace('/models/some/prefix/', ''));
    expect(digestOf(await readFile(file))).toBe(digest);
  });
});
