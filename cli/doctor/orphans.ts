import { z } from 'zod';
import type { Client, Operation } from '../client.ts';
import { sameWhere, type Where } from '../nextCommand.ts';
import { check, type Check } from './check.ts';

/** How many datasets are looked at, and how many proposals are shown. */
const PAGES_MAX = 10;
const SHOWN = 10;
/** Less alike is a guess: of three parts of a name, the last one alone with all columns has 0.52, without columns 0.3. */
const SCORE_MIN = 0.5;

/**
 * Datasets that only lineage knows and that look like crawled ones: where names do not meet, lineage breaks off. That is
 * something to look at, and nothing that is wrong.
 */
export const checkOrphans = (client: Client, where: Where): Promise<Check> =>
  check('Lineage', async () => {
    const { orphans, isAll } = await readOrphans(client);
    const count = `${orphans.length}${isAll ? '' : ' or more'}`;
    const alike = orphans.flatMap(({ orphan, candidates: [best] }) =>
      orphan === null || best === undefined || best.asset === null || best.score < SCORE_MIN ? [] : [{ urn: orphan.urn, best }],
    );
    if (alike.length === 0)
      return { ok: true, found: `${count} datasets are known from lineage alone; none looks like a crawled one` };
    return {
      ok: true,
      found: `${count} datasets are known from lineage alone; ${alike.length} may be crawled ones`,
      todo: proposals(alike, where),
    };
  });

interface Alike {
  readonly urn: string;
  readonly best: z.infer<typeof candidate>;
}

/** Aliases first: each settles many. Then what they leave, the most alike first, with what speaks for it. */
export function proposals(alike: readonly Alike[], where: Where): string {
  const aliases = new Map(
    alike.flatMap(({ best: { namespaceAlias } }) =>
      namespaceAlias === null ? [] : [[namespaceAlias.command, namespaceAlias] as const],
    ),
  );
  const single = alike.filter(({ best }) => best.namespaceAlias === null).toSorted((a, b) => b.best.score - a.best.score);
  const lines = [
    ...[...aliases.values()].map(
      ({ command, datasets, namespace, source }) =>
        `${datasets} datasets of ${namespace} have names of ${source}:\n  ${sameWhere(where, command)}`,
    ),
    ...single.map(
      ({ urn, best }) =>
        `${urn} may be ${best.asset?.urn ?? ''} (alike by ${best.score.toFixed(2)} of 1: ${best.reasons.join(' ')})\n  ${sameWhere(where, best.command)}`,
    ),
  ];
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more: query mergeProposals`] : [];
  return [...lines.slice(0, SHOWN), ...more].join('\n');
}

async function readOrphans(client: Client) {
  const orphans: z.infer<typeof proposal>[] = [];
  for (let [page, after] = [0, null as string | null]; page < PAGES_MAX; page++) {
    const { mergeProposals: read } = await client.ask(PROPOSALS, { variables: { after } });
    orphans.push(...(read?.edges.map(({ node }) => node) ?? []));
    after = read?.pageInfo.endCursor ?? null;
    if (read?.pageInfo.hasNextPage !== true) return { orphans, isAll: true };
  }
  return { orphans, isAll: false };
}

const asset = z.object({ urn: z.string() }).nullable();
const candidate = z.object({
  asset,
  score: z.number(),
  reasons: z.array(z.string()),
  command: z.string(),
  namespaceAlias: z.object({ namespace: z.string(), source: z.string(), datasets: z.number(), command: z.string() }).nullable(),
});
const proposal = z.object({ orphan: asset, candidates: z.array(candidate) });
const answer = z.object({
  mergeProposals: z
    .object({
      edges: z.array(z.object({ node: proposal })),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    })
    .nullable(),
});
const PROPOSALS: Operation<z.infer<typeof answer>> = {
  source: `query CliDoctorOrphans($after: String) { mergeProposals(first: 50, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { orphan { urn } candidates { asset { urn } score reasons command
      namespaceAlias { namespace source datasets command } } } } } }`,
  answer,
};
