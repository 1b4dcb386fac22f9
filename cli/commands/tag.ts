import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient, gather } from '../cli.ts';
import { badInput } from '../../kernel/fault.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { Refusal } from '../refusal.ts';
import type { Client } from '../client.ts';
import { escaped } from '../terminal/escape.ts';

interface TagOptions {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly create?: boolean;
  readonly reason?: string;
}

export const tagCommand = (): Command =>
  new Command('tag')
    .description('Put tags on assets or take them off')
    .argument('<urns...>', 'at most 100')
    .option('--add <tag>', 'name of a tag; may be given several times', gather)
    .option('--remove <tag>', 'name of a tag; may be given several times', gather)
    .option('--create', 'make the tags that do not exist yet')
    .option('--reason <text>', 'why, for the audit trail')
    .action((urns: readonly string[], { add = [], remove = [], create, reason }: TagOptions, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        if (add.length + remove.length === 0) throw badInput('Which tags? Give --add or --remove, e.g. --add pii.');
        if (create === true) for (const name of add) await ensureTag(client, name);
        const tagged = await send(client, TAG, { urns, add, remove, ...(reason !== undefined && { reason }) });
        show(tagged, () =>
          tagged.assets
            .map((asset) =>
              asset === null
                ? '-'
                : `${escaped(asset.name)}: ${escaped(asset.tags.map(({ tag }) => tag.name).join(', ') || 'no tags')}`,
            )
            .join('\n'),
        );
      }),
    );

/** A tag that exists already is what was wished for. */
async function ensureTag(client: Client, name: string): Promise<void> {
  await send(client, CREATE, { name }).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code === 'FORBIDDEN') throw error;
  });
}

const done = z.object({
  auditId: z.string(),
  assets: z.array(
    z.object({ urn: z.string(), name: z.string(), tags: z.array(z.object({ tag: z.object({ name: z.string() }) })) }).nullable(),
  ),
});
const TAG: Mutation<z.infer<typeof done>> = {
  source: `mutation CliTag($input: TagAssetsInput!) { result: tagAssets(input: $input) { ${REFUSED} ... on AssetsTagged { assets { urn name tags { tag { name } } } } } }`,
  done,
};

const created = z.object({ auditId: z.string() });
const CREATE: Mutation<z.infer<typeof created>> = {
  source: `mutation CliCreateTag($input: CreateTagInput!) { result: createTag(input: $input) { ${REFUSED} } }`,
  done: created,
};
