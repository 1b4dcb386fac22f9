import { Command, Option } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { kindOf } from '../assetText.ts';
import { PRINCIPAL, principalId } from '../principalId.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

const KINDS = ['container', 'dataset', 'dashboard', 'column'] as const;

export const searchCommand = (): Command =>
  new Command('search')
    .description('Find assets by words; typing errors are forgiven')
    .argument('<words...>', 'what to look for')
    .addOption(new Option('--kind <kind...>', 'only these kinds').choices(KINDS))
    .option('--platform <platform...>', 'only of these platforms, e.g. postgres')
    .option('--source <source...>', 'only of these sources')
    .option('--tag <tag...>', 'only what bears one of these tags')
    .option('--owner <owner...>', `only what one of these owns: ${PRINCIPAL}`)
    .option('--first <count>', 'how many to show, 1 to 500', countArgument, 20)
    .option('--facets', 'show what there is to choose from, too')
    .action((words: readonly string[], options: Options, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const variables = {
          query: words.join(' '),
          kinds: options.kind?.map((kind) => kind.toUpperCase()) ?? null,
          filter: {
            platforms: options.platform ?? null,
            sources: options.source ?? null,
            tags: options.tag ?? null,
            ownerIds: await Promise.all((options.owner ?? []).map((owner) => principalId(client, owner))),
          },
          first: options.first,
          withFacets: options.facets === true,
        };
        const { search } = await client.ask(SEARCH, { variables });
        for (const { written, read } of search.corrections) terminal.say(`Read "${escaped(written)}" as "${escaped(read)}".`);
        if (search.edges.length === 0) throw notFound(`An asset that fits "${variables.query}"`);
        show(search, () => found(search, terminal.bold));
      }),
    );

interface Options {
  readonly kind?: readonly string[];
  readonly platform?: readonly string[];
  readonly source?: readonly string[];
  readonly tag?: readonly string[];
  readonly owner?: readonly string[];
  readonly first: number;
  readonly facets?: boolean;
}

const bucket = z.object({ value: z.string(), count: z.number(), principal: z.object({ name: z.string() }).nullable() });
const facet = z.object({ by: z.string(), buckets: z.array(bucket), otherValues: z.number(), missing: z.number() });
const asset = z.object({ __typename: z.string(), urn: z.string(), name: z.string(), description: z.string().nullable() });
const answer = z.object({
  search: z.object({
    totalCount: z.object({ value: z.number(), exact: z.boolean() }),
    corrections: z.array(z.object({ written: z.string(), read: z.string() })),
    edges: z.array(z.object({ score: z.number(), node: asset.nullable(), columns: z.array(z.object({ name: z.string() })) })),
    facets: z.array(facet).optional(),
  }),
});

type Search = z.infer<typeof answer>['search'];

const SEARCH: Operation<z.infer<typeof answer>> = {
  source: `query CliSearch($query: String!, $kinds: [AssetKind!], $filter: SearchFilter, $first: Int!, $withFacets: Boolean!) {
    search(query: $query, kinds: $kinds, filter: $filter, first: $first) {
      totalCount { value exact }
      corrections { written read }
      edges { score node { __typename urn name description } columns { name } }
      facets @include(if: $withFacets) { by buckets { value count principal { name } } otherValues missing }
    }
  }`,
  answer,
};

function found({ edges, totalCount, facets = [] }: Search, bold: (text: string) => string): string {
  const rows = edges.flatMap(({ node, columns }) =>
    node === null ? [] : [[kindOf(node), node.name, columns.map(({ name }) => name).join(', '), node.urn]],
  );
  const list = `${table(['KIND', 'NAME', 'COLUMNS THAT FIT', 'URN'], rows, bold)}\n${edges.length} of ${totalCount.exact ? '' : 'at least '}${totalCount.value}`;
  return [list, ...facets.map(choices)].join('\n');
}

/** `tag       pii 3, gold 1, none 12` */
function choices({ by, buckets, otherValues, missing }: z.infer<typeof facet>): string {
  const values = buckets.map(({ value, count, principal }) => `${escaped(principal?.name ?? value)} ${count}`);
  const rest = [...(otherValues > 0 ? [`${otherValues} more`] : []), ...(missing > 0 ? [`none ${missing}`] : [])];
  return `${by.toLowerCase().padEnd(9)} ${[...values, ...rest].join(', ')}`;
}
