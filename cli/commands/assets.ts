import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient } from '../cli.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped } from '../terminal/escape.ts';

export const assetsCommand = (): Command =>
  new Command('assets')
    .description('Say that two assets are one, or that they are not')
    .addCommand(merge())
    .addCommand(unmerge());

interface Why {
  readonly reason?: string;
}
const why = ({ reason }: Why) => (reason === undefined ? {} : { reason });

const merge = (): Command =>
  new Command('merge')
    .description('Merge a dataset that only lineage knows into the one that it is: edges, names and what people set go over')
    .argument('<from>', 'URN of the dataset that only lineage knows')
    .argument('<into>', 'URN of the dataset that it is')
    .option('--reason <text>', 'why, for the audit trail')
    .action((from: string, into: string, options: Why, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const merged = await send(client, MERGE, { from, into, ...why(options) });
        show(merged, () => mergedText(merged));
        terminal.say(`Undo it with: ${next('assets', 'unmerge', from)}`);
      }),
    );

const unmerge = (): Command =>
  new Command('unmerge')
    .description('Undo a merge; what was stated since stays where it was stated')
    .argument('<from>', 'URN of the dataset that was merged')
    .option('--reason <text>', 'why, for the audit trail')
    .action((from: string, options: Why, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const unmerged = await send(client, UNMERGE, { from, ...why(options) });
        show(
          unmerged,
          () =>
            `${escaped(unmerged.asset?.urn ?? from)} is an asset of its own again; ${edges(unmerged.returnedEdges)} went back.`,
        );
      }),
    );

const asset = z.object({ urn: z.string() }).nullable();

const merged = z.object({
  auditId: z.string(),
  asset,
  movedEdges: z.number(),
  waitingEdges: z.number(),
  unmatchedColumns: z.array(z.string()),
});
const MERGE: Mutation<z.infer<typeof merged>> = {
  source: `mutation CliMergeAssets($input: MergeAssetsInput!) { result: mergeAssets(input: $input) { ${REFUSED}
    ... on AssetsMerged { asset { urn } movedEdges waitingEdges unmatchedColumns } } }`,
  done: merged,
};

const unmerged = z.object({ auditId: z.string(), asset, returnedEdges: z.number() });
const UNMERGE: Mutation<z.infer<typeof unmerged>> = {
  source: `mutation CliUnmergeAssets($input: UnmergeAssetsInput!) { result: unmergeAssets(input: $input) { ${REFUSED}
    ... on AssetsUnmerged { asset { urn } returnedEdges } } }`,
  done: unmerged,
};

const edges = (count: number): string => `${count} ${count === 1 ? 'edge' : 'edges'}`;

function mergedText({ auditId, asset: into, movedEdges, waitingEdges, unmatchedColumns }: z.infer<typeof merged>): string {
  const lines = [
    `Merged into ${escaped(into?.urn ?? 'an asset that you may not see')}; ${edges(movedEdges)} went over (audit entry ${auditId}).`,
  ];
  if (unmatchedColumns.length > 0)
    lines.push(
      `It has no column ${unmatchedColumns.map(escaped).join(', ')}: ${edges(waitingEdges)} wait until the merge is undone.`,
    );
  return lines.join('\n');
}
