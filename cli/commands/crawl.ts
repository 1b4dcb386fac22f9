import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient, type Run } from '../cli.ts';
import { badInput } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';
import { type CrawlState, countsText, followCrawl } from '../followCrawl.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped } from '../terminal/escape.ts';

export const crawlCommand = (): Command =>
  new Command('crawl')
    .description('Read a source again')
    .argument('[source]', 'name of the source; may be left out when there is only one')
    .option('--all', 'all sources, one after the other')
    .option('--wait', 'until it is done, with its progress; always so when no server runs')
    .action((name: string | undefined, options: { all?: boolean; wait?: boolean }, command: Command) =>
      actWithClient(command, async (client, run) => {
        const names = await chosen(client, run, name, options.all === true);
        const codes: ExitCode[] = [];
        // A server of its own would be gone before the crawl had begun.
        for (const source of names) codes.push(await crawl(client, run, source, options.wait === true || client.isTemporary));
        return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
      }),
    );

async function chosen(client: Client, { next }: Run, name: string | undefined, all: boolean): Promise<readonly string[]> {
  if (name !== undefined) return [name];
  const active = (await client.ask(NAMES)).sources.edges.map(({ node }) => node).filter(({ state }) => state === 'ACTIVE');
  const names = active.map((source) => source.name);
  if (names.length === 0) throw badInput(`There is no source yet. Register one: ${next('sources', 'add', '<name>', '<url>')}`);
  if (all || names.length === 1) return names;
  throw badInput(`Which source? Name one of ${names.join(', ')}, or give --all.`);
}

async function crawl(client: Client, { terminal, show, next }: Run, source: string, wait: boolean): Promise<ExitCode> {
  const { crawl: started, alreadyRunning } = await send(client, START, { source });
  if (alreadyRunning) {
    const how =
      started.state === 'HELD'
        ? `has a held crawl. Answer it: ${next('crawls', 'release', started.id)} --accept or --reject`
        : 'is being crawled already.';
    terminal.say(`${escaped(source)} ${how}`);
  }
  if (!wait) {
    show(started, () => started.id);
    return EXIT.ok;
  }
  const ended = await followCrawl(client, started.id, (progress) =>
    terminal.progress.show({ what: `Crawling ${source}`, ...progress }),
  );
  show(ended, () => `${escaped(source)}: ${ended.state.toLowerCase()}, ${countsText(ended.counts)}`);
  for (const line of ended.reason?.split('\n') ?? []) terminal.say(escaped(line));
  if (ended.state === 'HELD') terminal.say(`Answer it: ${next('crawls', 'release', started.id)} --accept or --reject`);
  return EXIT_OF[ended.state] ?? EXIT.ok;
}

const EXIT_OF: { readonly [S in CrawlState]?: ExitCode } = {
  FAILED: EXIT.unavailable,
  HELD: EXIT.refused,
  CANCELLED: EXIT.refused,
};

const namesAnswer = z.object({
  sources: z.object({ edges: z.array(z.object({ node: z.object({ name: z.string(), state: z.string() }) })) }),
});
const NAMES: Operation<z.infer<typeof namesAnswer>> = {
  source: 'query CliSourceNames { sources(first: 500) { edges { node { name state } } } }',
  answer: namesAnswer,
};

const started = z.object({
  auditId: z.string(),
  alreadyRunning: z.boolean(),
  crawl: z.object({ id: z.string(), state: z.string() }),
});
const START: Mutation<z.infer<typeof started>> = {
  source: `mutation CliStartCrawl($input: StartCrawlInput!) { result: startCrawl(input: $input) { ${REFUSED} ... on CrawlStarted { alreadyRunning crawl { id state } } } }`,
  done: started,
};
