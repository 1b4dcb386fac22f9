import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import type { Product } from '../../domain/products/product.ts';
import { countMembers, type Member, membersOf } from '../../store/products/members.ts';
import { listProducts, type ProductFilter } from '../../store/products/readProducts.ts';
import { readWords } from '../glossary/termLists.ts';
import { requirePresent } from '../presentOnly.ts';

export interface ProductFilterInput {
  readonly text?: string | null;
  readonly ownerId?: string | null;
}

/** Products in the order of their names. @throws Fault AS_OF_UNSUPPORTED, BAD_USER_INPUT and those of `readPage` */
export async function productConnection(
  context: Context,
  { text, ownerId }: ProductFilterInput,
  args: PageArgs,
): Promise<Connection<Product>> {
  requirePresent(context, 'dataProducts');
  const filter: ProductFilter = { words: readWords(text), ownerId: ownerId ?? null };
  const page = readPage(args, JSON.stringify(['dataProducts', filter]), 50, ['text', 'no']);
  const window = { after: page.after, count: page.first + 1 };
  const rows = await listProducts(context.kernel.db, await context.visible(), filter, window);
  return toConnection(rows, page, ({ foldedName, no }) => [foldedName, no]);
}

/** Datasets of a product, in the order of names, and how many they are, as far as the caller may see them. */
export async function memberConnection(context: Context, { no }: Product, args: PageArgs): Promise<Connection<Member>> {
  const page = readPage(args, JSON.stringify(['members', no]), 50, ['text', 'no']);
  const { db } = context.kernel;
  const bitmap = await context.visible();
  const rows = await membersOf(db, no, bitmap, { after: page.after, count: page.first + 1 });
  const value = await countMembers(db, no, bitmap);
  return toConnection(rows, page, (row) => [row.name, row.no], { value, exact: true });
}
