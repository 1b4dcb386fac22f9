import type { Queryable } from '../../../kernel/db/database.ts';

/**
 * Which of the words occur, as they are or as the beginning of another. By ranges: a pattern that comes from a row uses no
 * index.
 */
export async function occurring(db: Queryable, words: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ word: string }>(
    `select w.word from unnest($1::text[]) as w(word)
     where exists (select from catalog.term t where t.word = w.word)
        or (length(w.word) >= 3 and exists (select from catalog.term t where t.word ~>=~ w.word and t.word ~<=~ (w.word || chr(1114111))))`,
    [words],
    'catalog_terms_occurring',
  );
  return new Set(rows.map((row) => row.word));
}

/** Words of the dictionary that may have been meant: one typing error away, or alike by trigrams. */
export async function similar(db: Queryable, written: string, variants: readonly string[]): Promise<readonly string[]> {
  const rows = await db.query<{ word: string }>(
    `select word from catalog.term where word = any($2)
     union
     (select word from catalog.term where word % $1 order by similarity(word, $1) desc limit 20)`,
    [written, variants],
    'catalog_terms_similar',
  );
  return rows.map((row) => row.word);
}
