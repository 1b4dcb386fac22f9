import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { z } from 'zod';
import type { Client, Operation } from '../client.ts';
import type { Run } from '../cli.ts';

export interface ExportOptions {
  readonly from?: readonly string[];
  readonly out?: string;
}

const PAGE = 100;

/** Writes the graph as OpenLineage events, one a line, to a file or to standard output. */
export async function exportLineage(client: Client, { from, out }: ExportOptions, { terminal }: Run): Promise<void> {
  const sink = out === undefined ? toTerminal(terminal) : toFile(out);
  let [written, partial] = [0, 0];
  try {
    for await (const { event, isPartial } of pages(client, from)) {
      await sink.write(JSON.stringify(event));
      [written, partial] = [written + 1, partial + (isPartial ? 1 : 0)];
      terminal.progress.show({ what: 'Exporting', done: written, total: null });
    }
    await sink.end();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
  terminal.say(`${written} ${written === 1 ? 'event' : 'events'}${out === undefined ? '' : ` in ${out}`}.`);
  if (partial > 0)
    terminal.say(`${partial} of them leave out what you may not see, and say so in cadastre_lineageEdges.isPartial.`);
}

interface Sink {
  write(line: string): Promise<void>;
  end(): Promise<void>;
  abandon(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

const toTerminal = (terminal: Run['terminal']): Sink => ({
  write: (line) => Promise.resolve(terminal.print(line)),
  end: nothing,
  abandon: nothing,
});

/** The file has its name only when it is whole. */
function toFile(path: string): Sink {
  const unfinished = `${path}.part`;
  const stream = createWriteStream(unfinished);
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  const orFail = async (work: Promise<unknown>): Promise<void> => void (await Promise.race([work, failed]));
  return {
    write: async (line) => {
      if (!stream.write(`${line}\n`)) await orFail(once(stream, 'drain'));
    },
    end: async () => {
      stream.end();
      await orFail(once(stream, 'close'));
      await rename(unfinished, path);
    },
    abandon: async () => {
      stream.destroy();
      await rm(unfinished, { force: true });
    },
  };
}

async function* pages(client: Client, from: readonly string[] | undefined): AsyncGenerator<ExportedEvent> {
  for (let after: string | null = null; ;) {
    const { openLineageEvents }: Answer = await client.ask(EXPORT, { variables: { from: from ?? null, first: PAGE, after } });
    for (const { node } of openLineageEvents.edges) if (node !== null) yield node;
    if (!openLineageEvents.pageInfo.hasNextPage) return;
    after = openLineageEvents.pageInfo.endCursor;
  }
}

const exportedEvent = z.object({ isPartial: z.boolean(), event: z.record(z.string(), z.unknown()) });
type ExportedEvent = z.infer<typeof exportedEvent>;

const answer = z.object({
  openLineageEvents: z.object({
    edges: z.array(z.object({ node: exportedEvent.nullable() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
type Answer = z.infer<typeof answer>;

const EXPORT: Operation<Answer> = {
  source: `query CliExportLineage($from: [Urn!], $first: Int!, $after: String) {
    openLineageEvents(from: $from, first: $first, after: $after) {
      edges { node { isPartial event } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  answer,
};
