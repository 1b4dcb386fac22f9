import { badInput } from '../../../../kernel/fault.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { readName, readText } from '../../domain/glossary/readName.ts';
import type { Product } from '../../domain/products/product.ts';
import type { DataProductUpdated } from '../../domain/result.ts';
import { isProductNameTaken, lockProducts, updateProductRow } from '../../store/products/writeProducts.ts';
import { type OwnerInput, ownerIds, requireFewOwners } from '../../../../kernel/identity/ownerIds.ts';
import { nameTaken } from './createProduct.ts';
import { commitProduct, holdProduct, requireProduct, searchWords } from './productTarget.ts';

export interface UpdateProduct extends MutationInput {
  readonly productId: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly owners?: readonly OwnerInput[] | null;
  readonly expectedVersion?: number | null;
}

const FIELDS = ['name', 'description', 'owners'] as const;

/** Changes what is given and leaves the rest as it is. */
export async function updateDataProduct(
  context: Context,
  input: UpdateProduct,
): Promise<DataProductUpdated | RefusedResult | ConflictResult> {
  const fields = FIELDS.filter((field) => input[field] !== undefined && input[field] !== null);
  if (fields.length === 0)
    throw badInput('Give name, description or owners. Members change by addDataProductMembers and removeDataProductMembers.');
  const name = typeof input.name === 'string' ? readName(input.name) : null;
  const description = typeof input.description === 'string' ? readText('description', input.description) : null;
  requireFewOwners(input.owners ?? []);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'updateDataProduct',
      noun: 'catalog.product',
      action: 'catalog.curate',
      input,
      prepare: () => requireProduct(context, input.productId),
      first: lockProducts,
    },
    async (tx, origin, target): Promise<DataProductUpdated | Refusal | Stale> => {
      const held = await holdProduct(tx, target, input.expectedVersion);
      if (!('product' in held)) return held;
      const before = held.product;
      if (name !== null && (await isProductNameTaken(tx, name.folded, before.no))) return nameTaken(name.name);
      const product: Product = {
        ...before,
        ...(name !== null && { name: name.name, foldedName: name.folded }),
        ...(description !== null && { description }),
        ...(Array.isArray(input.owners) && { ownerIds: await ownerIds(tx, origin, input.owners) }),
        ...((name !== null || description !== null) && { wordedBy: origin.actor.id }),
      };
      await updateProductRow(tx, product, searchWords(product));
      const said = { name: product.name, description: product.description, owners: product.ownerIds };
      const detail = { ...Object.fromEntries(fields.map((field) => [field, said[field]])), reason: input.reason ?? null };
      const receipt = await commitProduct(tx, origin, 'catalog.product.changed.v1', product, { fields, detail });
      return { __typename: 'DataProductUpdated', ...tokens(receipt), productId: product.id };
    },
  );
}
