import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from '../fault.ts';
import { SETTINGS, type SettingTexts } from './settings.ts';

export const SETTINGS_FILE = 'cadastre.yaml';

const content = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable();
const NAMES: readonly string[] = Object.values(SETTINGS).map(({ name }) => name);

/**
 * Reads `cadastre.yaml` in a folder: the names of the environment's variables and their values. No file, no settings.
 * @throws Fault CONFIGURATION that names the file and what is wrong with it
 */
export function readSettingsFile(folder: string = process.cwd()): SettingTexts {
  const file = path.join(folder, SETTINGS_FILE);
  if (!existsSync(file)) return {};
  const parsed = content.safeParse(parseFile(file));
  if (!parsed.success) throw wrong(file, 'must hold names and values, e.g. `PORT: 4000`.');
  const settings = parsed.data ?? {};
  const unknown = Object.keys(settings).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw wrong(file, `has an unknown setting ${unknown}. Known are ${NAMES.join(', ')}.`);
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value === null ? undefined : String(value)]));
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw wrong(file, 'cannot be read as YAML.', cause);
  }
}

const wrong = (file: string, text: string, cause?: unknown) => new Fault('CONFIGURATION', { public: `${file} ${text}`, cause });
