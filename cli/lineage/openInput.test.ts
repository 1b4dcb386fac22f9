import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openInput } from './openInput.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cadastre-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is read from its beginning to its end, and its size is known before', async () => {
  const file = path.join(folder, 'lines');
  writeFileSync(file, 'one\ntwo\n');
  const { stream, sizeBytes } = await openInput(file);
  expect(sizeBytes).toBe(8);
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  expect(text).toBe('one\ntwo\n');
});

test('a file that is not there is refused, and not a bug', () =>
  expect(openInput(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' }));

test('a folder is refused', () => expect(openInput(folder)).rejects.toMatchObject({ code: 'WRONG_ARTIFACT' }));
