import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';

/**
 * Words of the dictionary tell what is in the catalog. Whoever may not see everything is told only of words that occur in what
 * they may see; with null everything may be seen.
 */
export type Restriction = Bitmap | null;

const SEEN = (word: string, bitmap: string): string =>
  `(${bitmap}::bytea is null or exists (select from catalog.search_doc d
    where d.tsv @@ to_tsquery('simple', quote_literal(${word}) || ':*') and kernel.may_see(${bitmap}, d.acl_id)))`;

/**
 * Which of the words occur, as they are or as the beginning of another. By ranges: a pattern that comes from a row uses no
 * index.
 */
export async function occurring(db: Queryable, words: readonly string[], bitmap: Restriction): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ word: string }>(
    `select w.word from unnest($1::text[]) as w(word)
     where (exists (select from catalog.term t where t.word = w.word)
        or (length(w.word) >= 3 and exists (select from catalog.term t where t.word ~>=~ w.word and t.word ~<=~ (w.word || chr(1114111)))))
       and ${SEEN('w.word', '$2')}`,
    [words, bitmap],
    'catalog_terms_occurring',
  );
  return new Set(rows.map((row) => row.word));
}

/** Words of the dictionary that may have been meant: one typing error away, or alike by trigrams. */
export async function similar(
  db: Queryable,
  written: string,
  variants: readonly string[],
  bitmap: Restriction,
): Promise<readonly string[]> {
  const rows = await db.query<{ word: string }>(
    `select word from (
       select word from catalog.term where word = any($2)
       union
       (select word from catalog.term where word % $1 order by similarity(word, $1) desc limit 20)) t
     where ${SEEN('t.word', '$3')}`,
    [written, variants, bitmap],
    'catalog_terms_similar',
  );
  return rows.map((row) => row.word);
}
