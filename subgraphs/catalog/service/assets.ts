import { badInput } from '../../../kernel/fault.ts';
import { readPage, toConnection, type Connection, type PageArgs } from '../../../kernel/page.ts';
import type { Context } from '../context.ts';
import type { AssetState, RootKind } from '../domain/asset.ts';
import { listAssets, type ListedAsset, type ListFilter } from '../store/listAssets.ts';
import { sourceByName } from '../store/sources.ts';

/** A filter that narrows nothing but what is gone. */
export const anyAsset: ListFilter = {
  kinds: ['container', 'dataset', 'dashboard'],
  sourceId: null,
  platform: null,
  tag: null,
  ownerId: null,
  namePrefix: null,
  parentNo: null,
  states: ['present', 'missing'],
  nos: null,
};

export interface AssetFilterInput {
  readonly kinds?: readonly string[] | null;
  readonly source?: string | null;
  readonly platform?: string | null;
  readonly tag?: string | null;
  readonly ownerId?: string | null;
  readonly namePrefix?: string | null;
  readonly states?: readonly string[] | null;
}

/** Lists assets in the order of their names, as they are or were. */
export async function assetConnection(context: Context, filter: ListFilter, args: PageArgs): Promise<Connection<ListedAsset>> {
  const { asOf } = context.request;
  const page = readPage(args, JSON.stringify(['assets', filter, asOf]), 50, ['text', 'no']);
  const window = { after: page.after, count: page.first + 1 };
  const rows = await listAssets(context.kernel.db, filter, window, await context.visible(), asOf);
  return toConnection(rows, page, ({ name, no }) => [name, no]);
}

/** @throws Fault BAD_USER_INPUT for what no list can answer */
export async function toListFilter(context: Context, input: AssetFilterInput): Promise<ListFilter | null> {
  if (input.kinds?.includes('COLUMN') === true)
    throw badInput('kinds: columns are listed by Dataset.columns or found by search(kinds: [COLUMN]).');
  const source = typeof input.source === 'string' ? await sourceByName(context.kernel.db, input.source) : undefined;
  if (source === null) return null;
  return {
    ...anyAsset,
    kinds: input.kinds?.map(toKind) ?? anyAsset.kinds,
    sourceId: source?.id ?? null,
    platform: input.platform ?? null,
    tag: input.tag ?? null,
    ownerId: input.ownerId ?? null,
    namePrefix: input.namePrefix ?? null,
    states: input.states?.map(toState) ?? anyAsset.states,
  };
}

const toKind = (kind: string): RootKind => (kind === 'CONTAINER' ? 'container' : kind === 'DASHBOARD' ? 'dashboard' : 'dataset');

const toState = (state: string): AssetState => (state === 'PRESENT' ? 'present' : state === 'MISSING' ? 'missing' : 'removed');
