import { record } from '../../../../kernel/audit/record.ts';
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
import type { DataProductDeleted } from '../../domain/result.ts';
import { deleteProductRow, lockProducts } from '../../store/products/writeProducts.ts';
import { holdProduct, requireProduct, stateDeleted } from './productTarget.ts';

export interface DeleteProduct extends MutationInput {
  readonly productId: string;
  readonly expectedVersion?: number | null;
}

/** Takes a product out of use; its datasets stay. What happened with it stays known. */
export async function deleteDataProduct(
  context: Context,
  input: DeleteProduct,
): Promise<DataProductDeleted | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'deleteDataProduct',
      noun: 'catalog.product',
      action: 'catalog.curate',
      input,
      prepare: () => requireProduct(context, input.productId),
      first: lockProducts,
    },
    async (tx, origin, target): Promise<DataProductDeleted | Refusal | Stale> => {
      const held = await holdProduct(tx, target, input.expectedVersion);
      if (!('product' in held)) return held;
      const { id, name, no } = held.product;
      const receipt = await record(tx, origin, [
        {
          action: 'catalog.product.deleted.v1',
          subject: { type: 'DataProduct', id, digest: null },
          aggregateId: id,
          fields: ['state'],
          detail: { name, reason: input.reason ?? null },
          payload: { productId: id },
        },
      ]);
      await stateDeleted(tx, origin, held.product);
      await deleteProductRow(tx, no);
      return { __typename: 'DataProductDeleted', ...tokens(receipt), productId: id };
    },
  );
}
