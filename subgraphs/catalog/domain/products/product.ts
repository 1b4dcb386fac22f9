import { type Digest, digestOf } from '../../../../kernel/canonical.ts';
import type { ResourceFacts } from '../../../../kernel/policy/describe.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../asset.ts';

/** Datasets that are offered together, as they are stored; the members are rows of their own. */
export interface Product {
  readonly no: No;
  readonly id: string;
  readonly name: string;
  readonly foldedName: string;
  readonly description: string;
  readonly ownerIds: readonly string[];
  readonly version: number;
  readonly createdBy: string;
  readonly wordedBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
export type DataProduct = Product;

/** How many datasets one product may have. */
export const MEMBERS_MAX = 1_000;

/** What is approved of a product: what it is called and says, and which datasets it has. @param memberIds of the datasets */
export const offerDigest = ({ name, description }: Pick<Product, 'name' | 'description'>, memberIds: readonly string[]): Digest =>
  digestOf({ name, description, members: memberIds.toSorted() });

/** What events say of the state after them. @param memberIds of the datasets */
export const productDigest = (
  { id, name, description, ownerIds }: Pick<Product, 'id' | 'name' | 'description' | 'ownerIds'>,
  memberIds: readonly string[],
): Digest => digestOf({ id, name, description, owners: ownerIds.toSorted(), members: memberIds.toSorted() });

/** What policies may ask about a product. */
export const productFacts = ({ no, id, ownerIds }: Pick<Product, 'no' | 'id' | 'ownerIds'>): ResourceFacts => ({
  no,
  id,
  type: 'DataProduct',
  owners: ownerIds.toSorted(),
  tags: [],
  columnTags: [],
  namespace: 'cadastre://products',
  container: '',
  platform: '',
});
