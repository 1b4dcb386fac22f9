import { readPage, toConnection, type Connection, type PageArgs } from '../../../kernel/page.ts';
import type { Context } from '../context.ts';
import type { AssetVersion, RootAsset } from '../domain/asset.ts';
import { descriptionsInOrder } from '../domain/precedence.ts';
import type { HistoryRow } from '../store/versions.ts';

/** Every recorded state of an asset, latest first; as of a moment, those that were recorded by then. */
export async function historyConnection(context: Context, asset: RootAsset, args: PageArgs): Promise<Connection<AssetVersion>> {
  const { asOf } = context.request;
  const page = readPage(args, JSON.stringify(['history', asset.no, asOf]), 20, ['int']);
  const rows = await context.reader.history(asset, page.after?.[0] ?? null, page.first + 1);
  return toConnection(rows.map(toVersion), page, ({ version }) => [version]);
}

function toVersion({ description, descriptions, ...row }: HistoryRow): AssetVersion {
  const curated = descriptions.map(({ since, ...text }) => ({ ...text, setAt: since }));
  return { ...row, description: descriptionsInOrder(description, curated)[0]?.text ?? null };
}
