import type { Tx } from '../../../../kernel/db/database.ts';
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
import type { Dataset, No } from '../../domain/asset.ts';
import { MEMBERS_MAX } from '../../domain/products/product.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { DataProductMembersAdded, DataProductMembersRemoved } from '../../domain/result.ts';
import { addMembers, allMembers, removeMembers } from '../../store/products/members.ts';
import { lockProducts, updateProductRow } from '../../store/products/writeProducts.ts';
import { findTarget } from '../target.ts';
import { commitProduct, holdProduct, type ProductTarget, requireProduct, searchWords } from './productTarget.ts';

export interface ChangeMembers extends MutationInput {
  readonly productId: string;
  readonly urns: readonly string[];
  readonly expectedVersion?: number | null;
}

const URNS_MAX = 100;

interface WithDatasets extends ProductTarget {
  readonly datasets: readonly Dataset[];
}

type Changed<K extends string> = Promise<
  | { readonly __typename: K; readonly auditId: string; readonly readToken: string; readonly productId: string }
  | RefusedResult
  | ConflictResult
>;

/** Puts datasets into a product. Those that are in it already stay. */
export const addDataProductMembers = (context: Context, input: ChangeMembers): Changed<DataProductMembersAdded['__typename']> =>
  changeMembers(context, input, 'addDataProductMembers', 'DataProductMembersAdded', async (tx, productNo, nos) => {
    const there = await allMembers(tx, productNo);
    const fresh = nos.filter((no) => !there.has(no));
    if (fresh.length === 0) return refusal('ALREADY_MEMBERS', 'All of these are members already.');
    if (there.size + fresh.length > MEMBERS_MAX)
      return refusal('TOO_MANY_MEMBERS', `A data product has at most ${MEMBERS_MAX} members. Make another one of some of them.`);
    await addMembers(tx, productNo, fresh);
    return null;
  });

/** Takes datasets out of a product. */
export const removeDataProductMembers = (
  context: Context,
  input: ChangeMembers,
): Changed<DataProductMembersRemoved['__typename']> =>
  changeMembers(context, input, 'removeDataProductMembers', 'DataProductMembersRemoved', async (tx, productNo, nos) =>
    (await removeMembers(tx, productNo, nos)) > 0 ? null : refusal('NO_MEMBERS', 'None of these is a member.'),
  );

function changeMembers<K extends string>(
  context: Context,
  input: ChangeMembers,
  operation: string,
  done: K,
  work: (tx: Tx, productNo: No, nos: readonly No[]) => Promise<Refusal | null>,
): Changed<K> {
  const { urns } = input;
  if (urns.length < 1 || urns.length > URNS_MAX) throw badInput(`urns: from 1 to ${URNS_MAX} at once.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation,
      noun: 'catalog.product',
      action: 'catalog.curate',
      input,
      prepare: () => withDatasets(context, input),
      first: lockProducts,
    },
    async (tx, origin, target) => {
      const held = await holdProduct(tx, target, input.expectedVersion);
      if (!('product' in held)) return held satisfies Refusal | Stale;
      const refused = await work(
        tx,
        held.product.no,
        target.datasets.map(({ no }) => no),
      );
      if (refused !== null) return refused;
      const product = { ...held.product, wordedBy: origin.actor.id };
      await updateProductRow(tx, product, searchWords(product));
      const receipt = await commitProduct(tx, origin, 'catalog.product.changed.v1', product, {
        fields: ['members'],
        detail: { operation, datasets: target.datasets.map(({ id }) => id), reason: input.reason ?? null },
      });
      return { __typename: done, ...tokens(receipt), productId: product.id };
    },
  );
}

/** The product, and datasets that the caller sees: whoever changes a product needs no right to change these. */
async function withDatasets(context: Context, { productId, urns }: ChangeMembers): Promise<WithDatasets> {
  const target = await requireProduct(context, productId);
  const found = await Promise.all(urns.map((urn) => findTarget(context.reader, urn)));
  const datasets = found.map(({ asset }) => {
    if (asset.__typename !== 'Dataset')
      throw badInput('urns: members are datasets. Leave columns, containers and dashboards out.');
    return asset;
  });
  return { ...target, datasets: [...new Map(datasets.map((dataset) => [dataset.no, dataset])).values()] };
}
