import { newId } from '../../../../kernel/ids.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { readName, readText } from '../../domain/glossary/readName.ts';
import type { Product } from '../../domain/products/product.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { DataProductCreated } from '../../domain/result.ts';
import { nextResourceNo } from '../../store/nextResourceNo.ts';
import { insertProduct, isProductNameTaken, lockProducts } from '../../store/products/writeProducts.ts';
import { type OwnerInput, ownerIds, requireFewOwners } from '../../../../kernel/identity/ownerIds.ts';
import { commitProduct, searchWords } from './productTarget.ts';

export interface CreateProduct extends MutationInput {
  readonly name: string;
  readonly description: string;
  readonly owners?: readonly OwnerInput[] | null;
}

/** Why a name cannot be had twice. */
export const nameTaken = (name: string): Refusal =>
  refusal('PRODUCT_EXISTS', `There is a data product whose name counts as "${name}" already. Choose another name.`);

/** Makes a data product without members. Without owners, whoever makes it owns it. */
export async function createDataProduct(context: Context, input: CreateProduct): Promise<DataProductCreated | RefusedResult> {
  const { name, folded } = readName(input.name);
  const description = readText('description', input.description);
  requireFewOwners(input.owners ?? []);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'createDataProduct',
      noun: 'catalog.product',
      action: 'catalog.manageGlossary',
      input,
      prepare: () => ({ subject: writtenSubject(context.kernel.pepper, 'DataProduct', 'name', name) }),
      first: lockProducts,
    },
    async (tx, origin): Promise<DataProductCreated | Refusal> => {
      if (await isProductNameTaken(tx, folded, null)) return nameTaken(name);
      const createdBy = origin.actor.id;
      const product: Product = {
        no: await nextResourceNo(tx),
        id: newId('dataProduct', toMs(tx.now)),
        name,
        foldedName: folded,
        description,
        ownerIds: await ownerIds(tx, origin, input.owners ?? [{ principalId: createdBy }]),
        version: 1,
        createdBy,
        wordedBy: createdBy,
        createdAt: tx.now,
        updatedAt: tx.now,
      };
      await insertProduct(tx, product, searchWords(product));
      const receipt = await commitProduct(tx, origin, 'catalog.product.created.v1', product, {
        fields: ['name', 'description', 'owners'],
        detail: { name, description, owners: product.ownerIds, reason: input.reason ?? null },
      });
      return { __typename: 'DataProductCreated', ...tokens(receipt), productId: product.id };
    },
  );
}
