import { Command } from 'commander';
import { actWithClient, momentArgument } from '../cli.ts';
import { assetLines, historyTable } from '../assetPage.ts';
import { ASSET, HISTORY } from '../assetQuery.ts';
import { notFound } from '../../kernel/fault.ts';

export const assetCommand = (): Command =>
  new Command('asset')
    .description('Show an asset: who owns it, what it means, its columns')
    .argument('<urn>', 'any spelling of its URN, or its id')
    .option('--history', 'every state it was in')
    .option('--as-of <moment>', 'as it was then', momentArgument)
    .action((urn: string, options: { history?: boolean; asOf?: string }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const ask = { variables: urn.startsWith('urn:') ? { urn } : { id: urn }, asOf: options.asOf };
        if (options.history === true) {
          const { asset } = await client.ask(HISTORY, ask);
          if (asset === null) throw notFound(urn);
          show(asset, () => historyTable(asset.history?.edges.map(({ node }) => node) ?? [], terminal.bold));
        } else {
          const { asset } = await client.ask(ASSET, ask);
          if (asset === null) throw notFound(urn);
          show(asset, () => assetLines(asset, terminal));
        }
      }),
    );
