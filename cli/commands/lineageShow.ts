import { Command, InvalidArgumentError } from 'commander';
import { badInput, notFound } from '../../kernel/fault.ts';
import { actWithClient, momentArgument } from '../cli.ts';
import { LINEAGE } from '../lineage/graphQuery.ts';
import { graphTree, type Way } from '../lineage/graphTree.ts';

interface ShowOptions {
  readonly upstream?: boolean;
  readonly downstream?: boolean;
  readonly column?: boolean;
  readonly jobs?: boolean;
  readonly depth: number;
  readonly asOf?: string;
}

export const lineageShowCommand = (): Command =>
  new Command('show')
    .description('Show where the data of an asset comes from and goes to; asks the server')
    .argument('<urn>', 'any spelling of the URN of a dataset, column or container, or its id')
    .option('--upstream', 'only what it is made of')
    .option('--downstream', 'only what is made of it')
    .option('--column', 'between columns, also from a dataset')
    .option('--jobs', 'with the jobs that read and write')
    .option('--depth <hops>', 'how far to go, 0 to 100', depthArgument, 3)
    .option('--as-of <moment>', 'as it was then', momentArgument)
    .action((urn: string, options: ShowOptions, command: Command) =>
      actWithClient(command, async (client, { terminal, show }) => {
        const ways = waysOf(options);
        const variables = {
          ...(urn.startsWith('urn:') ? { urn } : { id: urn }),
          direction: ways.length === 1 ? ways[0] : 'BOTH',
          depth: options.depth,
          level: levelOf(options),
        };
        const { asset } = await client.ask(LINEAGE, { variables, asOf: options.asOf });
        const lineage = asset?.lineage;
        if (lineage === undefined || lineage === null) throw notFound(urn);
        if (!lineage.complete) terminal.say(`Not all of it: ${lineage.truncation.map((why) => CUTS[why] ?? why).join(', ')}.`);
        show(lineage, () => ways.flatMap((way) => [terminal.bold(way), ...orNothing(graphTree(lineage, way))]).join('\n'));
      }),
    );

const orNothing = (lines: readonly string[]): readonly string[] => (lines.length <= 1 ? ['nothing that is known'] : lines);

const CUTS: Readonly<Record<string, string>> = {
  DEPTH: 'there is more beyond --depth',
  NODES: 'there are too many assets',
  EDGES: 'there are too many edges',
  TIME: 'it took too long',
  POLICY: 'some of it is not for you to see',
};

function waysOf({ upstream, downstream }: ShowOptions): readonly Way[] {
  if ((upstream === true) === (downstream === true)) return ['UPSTREAM', 'DOWNSTREAM'];
  return [upstream === true ? 'UPSTREAM' : 'DOWNSTREAM'];
}

function levelOf({ column, jobs }: ShowOptions): 'COLUMN' | 'JOB' | null {
  if (column === true && jobs === true) throw badInput('Give one of --column and --jobs: jobs stand between datasets.');
  return column === true ? 'COLUMN' : jobs === true ? 'JOB' : null;
}

function depthArgument(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError('Write a number from 0 to 100.');
}
