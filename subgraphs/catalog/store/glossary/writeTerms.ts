import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import type { Term } from '../../domain/glossary/term.ts';
import { TERM_FIELDS } from './readTerms.ts';

/**
 * Whoever makes, changes or moves a term waits for others who do, so that two moves never close a ring. Readers do not wait, nor
 * does whoever assigns another term.
 */
export const lockGlossary = (tx: Tx): Promise<unknown> =>
  tx.query('lock table catalog.glossary_term in share row exclusive mode', [], 'catalog_lock_glossary');

/** A term as it is now, kept until the transaction ends; null when it is gone. */
export async function lockTerm(tx: Tx, no: No): Promise<Term | null> {
  const [row] = await tx.query<Term>(
    `select ${TERM_FIELDS} from catalog.glossary_term t where t.no = $1 and t.deleted_at is null for update of t`,
    [no],
    'catalog_lock_term',
  );
  return row ?? null;
}

/** Keeps a term from being deleted until the transaction ends; false when it is. */
export async function keepTerm(tx: Tx, no: No): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from catalog.glossary_term where no = $1 and deleted_at is null for key share',
    [no],
    'catalog_keep_term',
  );
  return rows.length > 0;
}

/** Whether another term has a name that counts as this one. */
export async function isTermNameTaken(tx: Tx, foldedName: string, no: No | null): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from catalog.glossary_term where folded_name = $1 and deleted_at is null and no is distinct from $2::bigint',
    [foldedName, no],
    'catalog_term_name_taken',
  );
  return rows.length > 0;
}

/** A term and what is above it, from below; ends after so many levels, which are more than there may be. */
export async function upwardFrom(tx: Tx, no: No, levels: number): Promise<readonly No[]> {
  const rows = await tx.query<{ no: No }>(
    `with recursive up(no, parent_no, level) as (
       select t.no, t.parent_no, 1 from catalog.glossary_term t where t.no = $1
       union all select t.no, t.parent_no, up.level + 1 from up join catalog.glossary_term t on t.no = up.parent_no where up.level < $2)
     select no::text from up order by level`,
    [no, levels],
    'catalog_terms_above',
  );
  return rows.map((row) => row.no);
}

/** How many levels of terms are below a term; 0 when nothing is. */
export async function levelsBelow(tx: Tx, no: No, levels: number): Promise<number> {
  const [row] = await tx.query<{ levels: number }>(
    `with recursive down(no, level) as (
       select $1::bigint, 0
       union all select t.no, down.level + 1 from down join catalog.glossary_term t on t.parent_no = down.no
       where t.deleted_at is null and down.level < $2)
     select max(level)::int as levels from down`,
    [no, levels],
    'catalog_levels_below',
  );
  return row?.levels ?? 0;
}

const VECTOR = `setweight(to_tsvector('simple', $1), 'A') || setweight(to_tsvector('simple', $2), 'C')`;

/** @param words of the name with its synonyms, and of the definition */
export async function insertTerm(tx: Tx, term: Term, words: readonly [names: string, text: string]): Promise<void> {
  await tx.query(
    `insert into catalog.glossary_term (tsv, no, id, name, folded_name, definition, parent_no, synonyms, related_nos, owner_ids, state,
       created_by, worded_by, created_at, updated_at)
     values (${VECTOR}, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'draft', $12, $12, $13, $13)`,
    [
      ...words,
      term.no,
      term.id,
      term.name,
      term.foldedName,
      term.definition,
      term.parentNo,
      term.synonyms,
      term.relatedNos,
      term.ownerIds,
      term.createdBy,
      tx.now,
    ],
    'catalog_insert_term',
  );
}

/** Writes all that may change of a term, as its next version. @param words of the name with its synonyms, and of the definition */
export async function updateTermRow(tx: Tx, term: Term, words: readonly [names: string, text: string]): Promise<void> {
  await tx.query(
    `update catalog.glossary_term set tsv = ${VECTOR}, name = $4, folded_name = $5, definition = $6, parent_no = $7, synonyms = $8,
       related_nos = $9, owner_ids = $10, state = $11, approval_id = $12, worded_by = $13, version = version + 1, updated_at = $14
     where no = $3`,
    [
      ...words,
      term.no,
      term.name,
      term.foldedName,
      term.definition,
      term.parentNo,
      term.synonyms,
      term.relatedNos,
      term.ownerIds,
      term.said,
      term.approvalId,
      term.wordedBy,
      tx.now,
    ],
    'catalog_update_term',
  );
}

/** Takes a term out of use with all assignments of it. What it said is kept, as what was approved once. */
export async function deleteTermRow(tx: Tx, no: No): Promise<void> {
  await tx.query(
    'update catalog.glossary_term set deleted_at = $2, updated_at = $2, version = version + 1 where no = $1',
    [no, tx.now],
    'catalog_delete_term',
  );
  await tx.query(
    `update catalog.term_assignment set recorded_to = $2 where term_no = $1 and recorded_to = 'infinity'`,
    [no, tx.now],
    'catalog_end_assignments_of_term',
  );
}
