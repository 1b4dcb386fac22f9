import type { Tx } from '../../../kernel/db/database.ts';
import type { SearchDocument } from '../domain/searchDocument.ts';

/** Writes search documents. Names are looked up as they are; texts also by their English stems. */
export async function writeSearch(
  tx: Tx,
  documents: readonly SearchDocument[],
  aclOf: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.query(UPSERT, [searchRows(documents, aclOf)], 'catalog_write_search');
  // Sorted, so that two batches that share words never wait for each other in a ring.
  const words = [...new Set(documents.flatMap((document) => document.distinctWords))].toSorted();
  await tx.query(
    `insert into catalog.term (word) select word from unnest($1::text[]) as w(word)
     where not exists (select from catalog.term t where t.word = w.word) on conflict do nothing`,
    [words],
    'catalog_write_terms',
  );
}

/** Documents as JSON text, for `json_to_recordset($1) as SEARCH_ROWS`. */
export const searchRows = (documents: readonly SearchDocument[], aclOf: ReadonlyMap<string, number>): string =>
  JSON.stringify(
    documents.map((document) => ({
      no: document.no,
      acl_id: aclOf.get(document.no),
      tier: document.tier,
      quality: document.quality,
      name_lc: document.nameLower,
      a: document.nameWords,
      b: document.pathWords,
      c: document.descriptionWords,
      d: document.columnWords,
    })),
  );

export const SEARCH_ROWS = 'r(no bigint, acl_id int, tier smallint, quality real, name_lc text, a text, b text, c text, d text)';

export const SEARCH_VECTOR = `setweight(to_tsvector('simple', a), 'A') || setweight(to_tsvector('english', a), 'A')
    || setweight(to_tsvector('simple', b), 'B')
    || setweight(to_tsvector('simple', c), 'C') || setweight(to_tsvector('english', c), 'C')
    || setweight(to_tsvector('simple', d), 'D') || setweight(to_tsvector('english', d), 'D')`;

const UPSERT = `insert into catalog.search_doc (no, acl_id, tier, quality, name_lc, tsv)
  select no, acl_id, tier, quality, name_lc, ${SEARCH_VECTOR}
  from json_to_recordset($1) as ${SEARCH_ROWS}
  on conflict (no) do update set acl_id = excluded.acl_id, tier = excluded.tier, quality = excluded.quality,
    name_lc = excluded.name_lc, tsv = excluded.tsv`;
