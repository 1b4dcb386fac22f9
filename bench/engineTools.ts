import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Other engines, compared with but never depended on. They live in their own folder, with their own graphql. */
const TOOLS = {
  name: 'engine-bench-tools',
  private: true,
  type: 'module',
  dependencies: { '@apollo/gateway': '2.14.4', '@graphql-hive/router-runtime': '1.4.23', graphql: '16.15.0' },
  overrides: { '@graphql-tools/delegate': '12.2.1' },
};

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '.tools');

/** Installs the tools unless they are there; undefined, with a word about why, when that fails. */
export function toolFolder(): string | undefined {
  const installed = Object.keys(TOOLS.dependencies).every((name) => existsSync(join(FOLDER, 'node_modules', name)));
  if (installed) return FOLDER;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, '.gitignore'), '*\n');
    writeFileSync(join(FOLDER, 'package.json'), JSON.stringify(TOOLS));
    console.error('Installing the engines to compare with into bench/.tools ...');
    execFileSync('npm', ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts'], { stdio: 'ignore' });
    return FOLDER;
  } catch (error) {
    console.error(`The other engines cannot be installed, so only ours is measured: ${String(error)}`);
    return undefined;
  }
}

/** A CommonJS module shows its exports under `default`, too; both forms are taken. */
export async function toolModule<Module extends object>(folder: string, path: string): Promise<Module> {
  const loaded: Module & { readonly default?: Module } = await import(pathToFileURL(join(folder, 'node_modules', path)).href);
  return loaded.default === undefined ? loaded : { ...loaded.default, ...loaded };
}
