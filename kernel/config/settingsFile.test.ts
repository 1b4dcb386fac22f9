import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { readSettingsFile, SETTINGS_FILE } from './settingsFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadastre-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string): void => writeFileSync(path.join(folder, SETTINGS_FILE), text);

test('the file gives what neither flag nor environment does', () => {
  write('PORT: 4100\nHOST: 0.0.0.0\nCADASTRE_SAMPLE: false\n');
  expect(readConfig({ PORT: '4200' }, {}, readSettingsFile(folder))).toMatchObject({
    port: 4200,
    host: '0.0.0.0',
    sample: false,
  });
});

test('without a file nothing is set', () => {
  expect(readSettingsFile(folder)).toEqual({});
});

test.each([
  ['PORT: [1, 2]', 'names and values'],
  ['PROT: 4000', 'unknown setting PROT'],
  ['PORT: "unterminated', 'YAML'],
  ['- a list', 'names and values'],
])('a wrong file is named with what is wrong: %s', (text, complaint) => {
  write(text);
  expect(() => readSettingsFile(folder)).toThrow(complaint);
  expect(() => readSettingsFile(folder)).toThrow(folder);
});
