import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import type { Product } from '../../domain/products/product.ts';
import { PRODUCT_FIELDS } from './readProducts.ts';

/** Whoever makes or changes a product waits for others who do, so that no two get one name. Readers do not wait. */
export const lockProducts = (tx: Tx): Promise<unknown> =>
  tx.query('lock table catalog.data_product in share row exclusive mode', [], 'catalog_lock_products');

/** A product as it is now, kept until the transaction ends; null when it is gone. */
export async function lockProduct(tx: Tx, no: No): Promise<Product | null> {
  const [row] = await tx.query<Product>(
    `select ${PRODUCT_FIELDS} from catalog.data_product p where p.no = $1 and p.deleted_at is null for update`,
    [no],
    'catalog_lock_product',
  );
  return row ?? null;
}

const VECTOR = `setweight(to_tsvector('simple', $1), 'A') || setweight(to_tsvector('simple', $2), 'C')`;

/** @param words of the name and of the description */
export async function insertProduct(tx: Tx, product: Product, words: readonly [name: string, text: string]): Promise<void> {
  await tx.query(
    `insert into catalog.data_product (tsv, no, id, name, folded_name, description, owner_ids, created_by, worded_by, created_at, updated_at)
     values (${VECTOR}, $3, $4, $5, $6, $7, $8, $9, $9, $10, $10)`,
    [
      ...words,
      product.no,
      product.id,
      product.name,
      product.foldedName,
      product.description,
      product.ownerIds,
      product.createdBy,
      tx.now,
    ],
    'catalog_insert_product',
  );
}

/** Whether another product has a name that counts as this one. */
export async function isProductNameTaken(tx: Tx, foldedName: string, no: No | null): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from catalog.data_product where folded_name = $1 and deleted_at is null and no is distinct from $2::bigint',
    [foldedName, no],
    'catalog_product_name_taken',
  );
  return rows.length > 0;
}

/** Writes all that may change of a product, as its next version. @param words of the name and of the description */
export async function updateProductRow(tx: Tx, product: Product, words: readonly [name: string, text: string]): Promise<void> {
  await tx.query(
    `update catalog.data_product set tsv = ${VECTOR}, name = $4, folded_name = $5, description = $6, owner_ids = $7, worded_by = $8,
       version = version + 1, updated_at = $9 where no = $3`,
    [...words, product.no, product.name, product.foldedName, product.description, product.ownerIds, product.wordedBy, tx.now],
    'catalog_update_product',
  );
}

/** Takes a product out of use with its members. */
export async function deleteProductRow(tx: Tx, no: No): Promise<void> {
  await tx.query(
    'update catalog.data_product set deleted_at = $2, updated_at = $2, version = version + 1 where no = $1',
    [no, tx.now],
    'catalog_delete_product',
  );
  await tx.query('delete from catalog.data_product_member where product_no = $1', [no], 'catalog_delete_members');
}
