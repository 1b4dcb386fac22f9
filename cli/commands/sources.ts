import { text as readAll } from 'node:stream/consumers';
import { Command } from 'commander';
import { z } from 'zod';
import { actWithClient, gather } from '../cli.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';
import { EXIT } from '../exitCode.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { escaped, escapedLines } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import { sourcesAlias } from './sourcesAlias.ts';

export const sourcesCommand = (): Command =>
  new Command('sources')
    .description('Register, list, test and remove sources')
    .addCommand(add())
    .addCommand(list())
    .addCommand(sourcesAlias())
    .addCommand(test())
    .addCommand(remove());

const add = (): Command =>
  new Command('add')
    .description('Register a source')
    .argument('<name>', 'a unique name, e.g. warehouse')
    .argument('<url>', 'e.g. postgres://crawler@db.example/shop, or - to read it from stdin: a password there is seen by nobody')
    .option('--alias <namespace>', 'a namespace under which events and tools speak of it, too; may be given again', gather)
    .option('--no-test', 'without connecting first, e.g. because it cannot be reached yet')
    .action((name: string, url: string, { alias, test: isTested }: AddOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const location = url === '-' ? (await readAll(process.stdin)).trim() : url;
        const input = { name, url: location, test: isTested, ...(alias !== undefined && { namespaceAliases: alias }) };
        const { source: made, engine } = await send(client, ADD, input).catch(notReached);
        show({ ...made, engine }, () => `${made.name}  ${escaped(made.location)}`);
        if (engine !== null) terminal.say(`Connected: ${escaped(engine)}.`);
        terminal.say(`Crawl it with: ${next('crawl', name, '--wait')}`);
      }),
    );

interface AddOptions {
  readonly alias?: readonly string[];
  readonly test: boolean;
}

function notReached(error: unknown): never {
  if (!(error instanceof Fault) || error.code !== 'SOURCE_UNAVAILABLE') throw error;
  const what = 'Nothing was registered. Correct the URL or the source and try again, or register it unreached with --no-test.';
  throw new Fault('SOURCE_UNAVAILABLE', { public: `${error.message}\n${what}`, cause: error });
}

const list = (): Command =>
  new Command('list')
    .description('List the sources in service and how their last crawl went')
    .option('--all', 'also those that were removed')
    .action((options: { readonly all?: boolean }, command: Command) =>
      actWithClient(command, async (client, { terminal, show, next }) => {
        const all = await allSources(client);
        const sources = options.all === true ? all : all.filter(({ state }) => state === 'ACTIVE');
        show(sources, () =>
          table(['NAME', 'PLATFORM', 'ASSETS', 'STATE', 'LAST CRAWL', 'LOCATION'], sources.map(sourceRow), terminal.bold),
        );
        if (sources.length === 0) terminal.say(`There is no source. Register one: ${next('sources', 'add', '<name>', '<url>')}`);
        const hidden = all.length - sources.length;
        if (hidden > 0)
          terminal.say(`${hidden} removed ${hidden === 1 ? 'source is' : 'sources are'} left out: --all shows them.`);
      }),
    );

const test = (): Command =>
  new Command('test')
    .description('Connect to a source and say what a crawl would read; exits with 5 when it cannot be reached')
    .argument('<name>')
    .action((name: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const tested = await send(client, TEST, { name });
        show(tested, () => testedText(tested, terminal.bold));
        return tested.problem === null ? EXIT.ok : EXIT.unavailable;
      }),
    );

const remove = (): Command =>
  new Command('remove')
    .description('Take a source out of service; its assets stay, with their history')
    .argument('<name>')
    .action((name: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const removed = await send(client, REMOVE, { name });
        show(removed, () => `Removed ${escaped(name)}.`);
      }),
    );

const source = z.object({
  name: z.string(),
  platform: z.string(),
  location: z.string(),
  state: z.string(),
  assetCount: z.object({ value: z.number() }),
  crawls: z.object({ edges: z.array(z.object({ node: z.object({ state: z.string() }) })) }),
});

type SourceRow = z.infer<typeof source>;

const listAnswer = z.object({
  sources: z.object({
    edges: z.array(z.object({ node: source })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

const LIST: Operation<z.infer<typeof listAnswer>> = {
  source: `query CliSources($after: String) { sources(first: 500, after: $after) { pageInfo { hasNextPage endCursor } edges { node {
    name platform location state assetCount { value } crawls(first: 1) { edges { node { state } } }
  } } } }`,
  answer: listAnswer,
};

/** Those that were removed may be many more than those in service, in any place of the list. */
async function allSources(client: Client): Promise<readonly SourceRow[]> {
  const all: SourceRow[] = [];
  for (let [page, after] = [0, null as string | null]; page < PAGES_MAX; page++) {
    const { sources } = await client.ask(LIST, { variables: { after } });
    all.push(...sources.edges.map(({ node }) => node));
    if (!sources.pageInfo.hasNextPage) break;
    after = sources.pageInfo.endCursor;
  }
  return all;
}

/** Fifty thousand sources, most of them removed. */
const PAGES_MAX = 100;

const sourceRow = ({ name, platform, assetCount, state, crawls, location }: SourceRow) => [
  name,
  platform,
  assetCount.value,
  state.toLowerCase(),
  crawls.edges[0]?.node.state.toLowerCase() ?? 'never',
  location,
];

const added = z.object({
  auditId: z.string(),
  engine: z.string().nullable(),
  source: z.object({ id: z.string(), name: z.string(), location: z.string() }),
});
const ADD: Mutation<z.infer<typeof added>> = {
  source: `mutation CliAddSource($input: AddSourceInput!) { result: addSource(input: $input) { ${REFUSED} ... on SourceAdded { engine source { id name location } } } }`,
  done: added,
};

export const testedSource = z.object({
  engine: z.string().nullable(),
  readOnly: z.boolean().nullable(),
  problem: z.string().nullable(),
  scopes: z.array(z.object({ path: z.array(z.string()), readable: z.boolean(), reason: z.string().nullable() })),
  queries: z.object({ readable: z.boolean(), reason: z.string().nullable() }).nullable(),
});
export const TEST: Mutation<z.infer<typeof testedSource>> = {
  source: `mutation CliTestSource($input: TestSourceInput!) { result: testSource(input: $input) { ${REFUSED}
    ... on SourceTested { engine readOnly problem scopes { path readable reason } queries { readable reason } } } }`,
  done: testedSource,
};

const removed = z.object({ auditId: z.string() });
const REMOVE: Mutation<z.infer<typeof removed>> = {
  source: `mutation CliRemoveSource($input: RemoveSourceInput!) { result: removeSource(input: $input) { ${REFUSED} } }`,
  done: removed,
};

function testedText(
  { engine, readOnly, problem, scopes, queries }: z.infer<typeof testedSource>,
  bold: (text: string) => string,
): string {
  if (problem !== null) return escapedLines(problem);
  const head = `${escaped(engine ?? 'Unknown engine')}, ${readOnly === true ? 'read-only' : 'the connection could write: give the crawler fewer rights'}`;
  const rows = scopes.map(({ path, readable, reason }) => [
    path.join('.') || '(the source itself)',
    readable ? 'yes' : 'no',
    reason ?? '',
  ]);
  const statements = typeof queries?.reason === 'string' ? `\n\nStatements: ${escapedLines(queries.reason)}` : '';
  return `${head}\n\n${table(['SCOPE', 'READABLE', 'WHY NOT'], rows, bold)}${statements}`;
}
