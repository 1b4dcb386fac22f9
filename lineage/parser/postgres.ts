import { loadModule, parseSync } from 'libpg-query';

export type PostgresTree = { readonly ok: true; readonly statements: readonly unknown[] } | { readonly ok: false };

/** Its tree is a text before it is a tree, and takes some forty times the space of the statement. */
const CHARS_MAX = 200_000;
const REFUSED: PostgresTree = { ok: false };

await loadModule();

/** PostgreSQL's own parser, called as it is. What it refuses and what it breaks on are alike: it says nothing of them. */
export function parsePostgres(text: string): PostgresTree {
  if (text.length > CHARS_MAX || text.trim() === '') return REFUSED;
  try {
    const { stmts } = parseSync(text);
    return { ok: true, statements: (stmts ?? []).map(({ stmt }) => stmt) };
  } catch {
    return REFUSED;
  }
}
