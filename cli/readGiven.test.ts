import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { orFileFault, readGiven } from './readGiven.ts';

test('a file that is not there is named, and nothing else is said', async () => {
  await expect(readGiven('none.txt')).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'none.txt was not found.' });
  await expect(readGiven(path.join('package.json', 'x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a folder is no file', async () => {
  await expect(readGiven(tmpdir())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('folder') });
});

test('what has nothing to do with files goes on as it is', async () => {
  const error = new Error('other');
  await expect(orFileFault('x', Promise.reject(error))).rejects.toBe(error);
});
