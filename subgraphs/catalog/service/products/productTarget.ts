import { stateSubject, type Subject } from '../../../../kernel/approval/subject.ts';
import { voidRequests } from '../../../../kernel/approval/voiding.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt } from '../../../../kernel/audit/record.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { notFound } from '../../../../kernel/fault.ts';
import type { Prepared, Refusal, Stale } from '../../../../kernel/mutation/mutate.ts';
import { describe } from '../../../../kernel/policy/describe.ts';
import { staleVersion } from '../../../../kernel/mutation/staleVersion.ts';
import type { Context } from '../../context.ts';
import { offerDigest, type Product, productDigest, productFacts } from '../../domain/products/product.ts';
import { gone } from '../../../../kernel/mutation/refusal.ts';
import { wordsOf } from '../../domain/words.ts';
import { allMembers } from '../../store/products/members.ts';
import { lockProduct } from '../../store/products/writeProducts.ts';

/** A product that a mutation is about. */
export interface ProductTarget extends Prepared {
  readonly product: Product;
}

/** @throws Fault NOT_FOUND, also for what the caller may not see */
export async function requireProduct({ glossary }: Context, id: string): Promise<ProductTarget> {
  const product = await glossary.product.load(id);
  if (product === null) throw notFound(`The data product ${id.slice(0, 60)}`);
  return { product, resources: [product.no], subject: { type: 'DataProduct', id: product.id } };
}

/** A product as it is now, if it is what the caller has read. Whoever asks has the room's lock. */
export async function holdProduct(
  tx: Tx,
  { product: { no } }: ProductTarget,
  expectedVersion: number | null | undefined,
): Promise<{ readonly product: Product } | Refusal | Stale> {
  const product = await lockProduct(tx, no);
  if (product === null) return gone('The data product');
  return staleVersion(product.version, expectedVersion) ?? { product };
}

/** What a product is found by. */
export const searchWords = ({ name, description }: Product): readonly [string, string] => [
  wordsOf(name).join(' '),
  wordsOf(description).join(' '),
];

interface Change {
  readonly fields: readonly string[];
  /** Texts and names, which can be forgotten. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Records that a product is made or changed, and says what policies and approvals go by. Another name, description or members void
 * what was asked for the ones before.
 */
export async function commitProduct(
  tx: Tx,
  origin: Origin,
  action: 'catalog.product.created.v1' | 'catalog.product.changed.v1',
  product: Product,
  { fields, detail }: Change,
): Promise<Receipt> {
  const memberIds = [...(await allMembers(tx, product.no)).values()];
  await describe(tx, [productFacts(product)]);
  const receipt = await record(tx, origin, [
    {
      action,
      subject: { type: 'DataProduct', id: product.id, digest: productDigest(product, memberIds) },
      aggregateId: product.id,
      fields,
      detail,
      payload: { productId: product.id, ...(action === 'catalog.product.changed.v1' && { fields }) },
    },
  ]);
  await stateSubject(tx, origin, subjectOf(product, offerDigest(product, memberIds)));
  return receipt;
}

/** Nothing can be approved of what was deleted, and what was approved counts no more. */
export async function stateDeleted(tx: Tx, origin: Origin, product: Product): Promise<void> {
  await voidRequests(tx, origin, product.id, 'DELETED');
  await stateSubject(tx, origin, subjectOf(product, null));
}

const subjectOf = (product: Product, contentDigest: Digest | null): Subject => ({
  subjectId: product.id,
  subjectType: 'DataProduct',
  groupId: null,
  name: product.name,
  resourceNo: product.no,
  contentDigest,
  creatorIds: [product.createdBy, product.wordedBy],
  ownerIds: product.ownerIds,
  tags: [],
});
