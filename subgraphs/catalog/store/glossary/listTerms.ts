import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { No } from '../../domain/asset.ts';
import type { Term, TermState } from '../../domain/glossary/term.ts';
import { hasWords } from '../hasWords.ts';
import { TERM_FIELDS, TERM_STATE, TERMS_SEEN } from './readTerms.ts';

/** What a list of terms is narrowed to; null parts narrow nothing. */
export interface TermFilter {
  readonly words: readonly string[] | null;
  readonly states: readonly TermState[] | null;
  readonly ownerId: string | null;
  /** Only those right below this one. */
  readonly parentNo: No | null;
  /** Only those below none. */
  readonly isTop: boolean;
}

/** Terms in the order of their names as they are compared. */
export function listTerms(
  db: Queryable,
  bitmap: Bitmap,
  { words, states, ownerId, parentNo, isTop }: TermFilter,
  page: { readonly after: readonly [string, No] | null; readonly count: number },
): Promise<readonly Term[]> {
  const values: unknown[] = [bitmap];
  const $ = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    ...(words === null ? [] : [hasWords('t.tsv', $(words))]),
    ...(states === null ? [] : [`${TERM_STATE} = any(${$(states)})`]),
    ...(ownerId === null ? [] : [`${$(ownerId)} = any(t.owner_ids)`]),
    ...(parentNo === null ? [] : [`t.parent_no = ${$(parentNo)}::bigint`]),
    ...(isTop ? ['t.parent_no is null'] : []),
    ...(page.after === null ? [] : [`(t.folded_name, t.no) > (${$(page.after[0])}::text, ${$(page.after[1])}::bigint)`]),
  ];
  return db.query<Term>(
    `select ${TERM_FIELDS} from ${TERMS_SEEN} ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by t.folded_name, t.no limit ${$(page.count)}`,
    values,
  );
}
