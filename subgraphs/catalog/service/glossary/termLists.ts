import { badInput } from '../../../../kernel/fault.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { Term, TermState } from '../../domain/glossary/term.ts';
import { wordsOf } from '../../domain/words.ts';
import { type AssignedAsset, assetsOfTerm, countAssetsOfTerm } from '../../store/glossary/assignments.ts';
import { listTerms, type TermFilter } from '../../store/glossary/listTerms.ts';
import { requirePresent } from '../presentOnly.ts';

export interface TermFilterInput {
  readonly text?: string | null;
  readonly states?: readonly string[] | null;
  readonly ownerId?: string | null;
  readonly topLevel?: boolean | null;
}

const TEXT_MAX = 500;

/** Words of a filter; null without one. @throws Fault BAD_USER_INPUT */
export function readWords(text: string | null | undefined): readonly string[] | null {
  if (typeof text !== 'string') return null;
  if (text.length > TEXT_MAX) throw badInput(`text has ${text.length} characters; at most ${TEXT_MAX} are read.`);
  const words = [...new Set(wordsOf(text))];
  if (words.length === 0) throw badInput('text has no word in it. Write what you look for, e.g. "revenue".');
  return words;
}

/** Terms in the order of their names. @throws Fault AS_OF_UNSUPPORTED, BAD_USER_INPUT and those of `readPage` */
export function termConnection(
  context: Context,
  { text, states, ownerId, topLevel }: TermFilterInput,
  args: PageArgs,
): Promise<Connection<Term>> {
  return connect(context, 'glossaryTerms', args, {
    words: readWords(text),
    states: states?.map(toState) ?? null,
    ownerId: ownerId ?? null,
    parentNo: null,
    isTop: topLevel === true,
  });
}

/** Terms right below a term. */
export const childConnection = (context: Context, no: No, args: PageArgs): Promise<Connection<Term>> =>
  connect(context, 'children', args, { words: null, states: null, ownerId: null, parentNo: no, isTop: false });

async function connect(context: Context, field: string, args: PageArgs, filter: TermFilter): Promise<Connection<Term>> {
  requirePresent(context, field);
  const page = readPage(args, JSON.stringify([field, filter]), 50, ['text', 'no']);
  const window = { after: page.after, count: page.first + 1 };
  const rows = await listTerms(context.kernel.db, await context.visible(), filter, window);
  return toConnection(rows, page, ({ foldedName, no }) => [foldedName, no]);
}

/** What a term stands for, in the order of names, and how much that is, as far as the caller may see it. */
export async function assignedConnection(context: Context, { no }: Term, args: PageArgs): Promise<Connection<AssignedAsset>> {
  const page = readPage(args, JSON.stringify(['assets', no]), 50, ['text', 'no']);
  const { db } = context.kernel;
  const bitmap = await context.visible();
  const rows = await assetsOfTerm(db, no, bitmap, { after: page.after, count: page.first + 1 });
  const value = await countAssetsOfTerm(db, no, bitmap);
  return toConnection(rows, page, (row) => [row.name, row.no], { value, exact: true });
}

const toState = (state: string): TermState => (state === 'DRAFT' ? 'draft' : state === 'PUBLISHED' ? 'published' : 'deprecated');
