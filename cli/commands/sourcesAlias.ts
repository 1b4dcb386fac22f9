import { Command } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { actWithClient } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped } from '../terminal/escape.ts';

export const sourcesAlias = (): Command =>
  new Command('alias')
    .description('Say under which other namespaces events and tools speak of a source; without a namespace, list them')
    .argument('<source>', 'name of the source')
    .argument('[namespaces...]', 'e.g. postgres://pgbouncer:6432 or prod-warehouse')
    .option('--remove', 'take them back: what was merged because of them is on its own again')
    .action((name: string, namespaces: readonly string[], options: { remove?: boolean }, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const known = await aliasesOf(client, name);
        if (namespaces.length === 0) return show(known, () => known.map(escaped).join('\n'));
        const given = new Set(namespaces);
        const wanted = options.remove === true ? known.filter((one) => !given.has(one)) : [...new Set([...known, ...namespaces])];
        const { aliases, merged } = await declare(client, name, wanted);
        show({ namespaceAliases: aliases, mergedDatasets: merged }, () => aliases.map(escaped).join('\n') || 'none');
        if (merged > 0)
          terminal.say(`${merged} ${merged === 1 ? 'dataset is' : 'datasets are'} what the source has under the same name.`);
      }),
    );

/** Declares until nothing is left to merge: one change merges only so many datasets. */
async function declare(
  client: Client,
  name: string,
  namespaceAliases: readonly string[],
): Promise<{ readonly aliases: readonly string[]; readonly merged: number }> {
  for (let merged = 0; ;) {
    const { source, mergedDatasets, isMore } = await send(client, DECLARE, { name, namespaceAliases });
    merged += mergedDatasets;
    if (!isMore) return { aliases: source.namespaceAliases, merged };
  }
}

async function aliasesOf(client: Client, name: string): Promise<readonly string[]> {
  const { source } = await client.ask(ALIASES, { variables: { name } });
  if (source === null || source.state !== 'ACTIVE') throw notFound(`The source "${name}"`);
  return source.namespaceAliases;
}

const aliases = z.object({ source: z.object({ state: z.string(), namespaceAliases: z.array(z.string()) }).nullable() });
const ALIASES: Operation<z.infer<typeof aliases>> = {
  source: 'query CliSourceAliases($name: String!) { source(name: $name) { state namespaceAliases } }',
  answer: aliases,
};

const declared = z.object({
  auditId: z.string(),
  source: z.object({ namespaceAliases: z.array(z.string()) }),
  mergedDatasets: z.number(),
  isMore: z.boolean(),
});
const DECLARE: Mutation<z.infer<typeof declared>> = {
  source: `mutation CliSourceAlias($input: UpdateSourceInput!) { result: updateSource(input: $input) { ${REFUSED}
    ... on SourceUpdated { source { namespaceAliases } mergedDatasets isMore } } }`,
  done: declared,
};
