import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { filesOf } from './folder.ts';

let folder: string;
beforeEach(async () => {
  folder = path.join(await temporaryFolder(), 'model');
  await mkdir(path.join(folder, 'weights'), { recursive: true });
  await writeFile(path.join(folder, 'model.onnx'), 'model');
  await writeFile(path.join(folder, 'weights', 'a.bin'), 'ab');
});

test('all files of a folder and below come in the order of their paths', async () => {
  expect((await filesOf(folder)).map(({ path: at, sizeBytes }) => [at, sizeBytes])).toEqual([
    ['model.onnx', 5],
    ['weights/a.bin', 2],
  ]);
});

test.each([
  ['a link to a file elsewhere', 'tokens.txt', '/etc/passwd'],
  ['a link further below', 'weights/b.bin', '/etc/passwd'],
  ['a link to a folder elsewhere', 'weights/all', '/etc'],
  ['a link to a file of the same folder', 'copy.onnx', 'model.onnx'],
  ['a link that leads round in circles', 'weights/up', '..'],
  ['a link to nothing', 'nothing', 'nowhere'],
])('%s is refused by name, and nothing is uploaded', async (_, at, target) => {
  await symlink(target, path.join(folder, at));
  await expect(filesOf(folder)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: `${at} is no plain file. Copy what it leads to.`,
  });
  await rm(path.join(folder, at));
  expect(await filesOf(folder)).toHaveLength(2);
});

test('a link is no file to upload, even when it is the only thing that is given', async () => {
  for (const target of ['/etc/passwd', folder]) {
    const link = path.join(folder, 'link');
    await symlink(target, link);
    await expect(filesOf(link)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('neither') });
    await rm(link);
  }
});
