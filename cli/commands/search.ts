import { Command, Option } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { kindOf } from '../assetText.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

const KINDS = ['container', 'dataset', 'dashboard', 'column'] as const;

export const searchCommand = (): Command =>
  new Command('search')
    .description('Find assets by words; typing errors are forgiven')
    .argument('<words...>', 'what to look for')
    .addOption(new Option('--kind <kind...>', 'only these kinds').choices(KINDS))
    .option('--first <count>', 'how many to show, 1 to 500', countArgument, 20)
    .action((words: readonly string[], options: { kind?: readonly string[]; first: number }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const variables = {
          query: words.join(' '),
          kinds: options.kind?.map((kind) => kind.toUpperCase()) ?? null,
          first: options.first,
        };
        const { search } = await client.ask(SEARCH, { variables });
        for (const { written, read } of search.corrections) terminal.say(`Read "${escaped(written)}" as "${escaped(read)}".`);
        if (search.edges.length === 0) throw notFound(`An asset that fits "${variables.query}"`);
        show(search, () => found(search, terminal.bold));
      }),
    );

const asset = z.object({ __typename: z.string(), urn: z.string(), name: z.string(), description: z.string().nullable() });
const answer = z.object({
  search: z.object({
    totalCount: z.object({ value: z.number(), exact: z.boolean() }),
    corrections: z.array(z.object({ written: z.string(), read: z.string() })),
    edges: z.array(z.object({ score: z.number(), node: asset.nullable(), columns: z.array(z.object({ name: z.string() })) })),
  }),
});

type Search = z.infer<typeof answer>['search'];

const SEARCH: Operation<z.infer<typeof answer>> = {
  source: `query CliSearch($query: String!, $kinds: [AssetKind!], $first: Int!) {
    search(query: $query, kinds: $kinds, first: $first) {
      totalCount { value exact }
      corrections { written read }
      edges { score node { __typename urn name description } columns { name } }
    }
  }`,
  answer,
};

function found({ edges, totalCount }: Search, bold: (text: string) => string): string {
  const rows = edges.flatMap(({ node, columns }) =>
    node === null ? [] : [[kindOf(node), node.name, columns.map(({ name }) => name).join(', '), node.urn]],
  );
  return `${table(['KIND', 'NAME', 'COLUMNS THAT FIT', 'URN'], rows, bold)}\n${edges.length} of ${totalCount.exact ? '' : 'at least '}${totalCount.value}`;
}
