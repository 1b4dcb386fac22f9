import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERRORS_PAGE, errorsPage } from '../docs/errorsPage.ts';
import { packageRoot } from '../kernel/root.ts';

test('docs/errors.md is what `npm run docs` writes', () => {
  expect(readFileSync(ERRORS_PAGE, 'utf8')).toBe(errorsPage());
});

describe('decisions', () => {
  const folder = path.join(packageRoot, 'docs/decisions');
  const files = readdirSync(folder).toSorted();

  test('are numbered without gaps', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, at) => at + 1));
  });

  test.each(files)('%s says why, what and what follows', (file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    expect(text.match(/^#+ .*/gm)?.slice(1)).toEqual(['## Context', '## Decision', '## Consequence']);
  });
});

/** A word like \`kernel/urn.ts\` in a page names a file; it must be there. */
test.each([
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(path.join(packageRoot, 'docs/decisions')).map((file) => `docs/decisions/${file}`),
])('the files that %s names exist', (page) => {
  const text = readFileSync(path.join(packageRoot, page), 'utf8');
  const named = [
    ...text.matchAll(/`((?:app|kernel|contracts|connectors|subgraphs|gateway|cli|test|docs|migrations|\.ci)\/[\w./-]*[\w])`/g),
  ].map((match) => match[1] ?? '');
  const missing = named.filter((file) => !exists(file));
  expect(missing).toEqual([]);
});

function exists(file: string): boolean {
  try {
    return readdirSync(path.join(packageRoot, path.dirname(file))).includes(path.basename(file));
  } catch {
    return false;
  }
}
