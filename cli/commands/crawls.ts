import { Command } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { actWithClient } from '../cli.ts';
import { EXIT } from '../exitCode.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';

/** What a person decides of a crawl that is under way or held. */
export const crawlsCommand = (): Command =>
  new Command('crawls')
    .description('Answer a held crawl, or stop one')
    .addCommand(
      new Command('release')
        .description('Answer a crawl that was held because too much vanished at once')
        .argument('<id>', 'id of the crawl, as `cadastre crawl` prints it')
        .option('--accept', 'what vanished is really gone')
        .option('--reject', 'leave everything as it is')
        .action((id: string, options: { accept?: boolean; reject?: boolean }, command: Command) =>
          actWithClient(command, async (client, { show }) => {
            if ((options.accept === true) === (options.reject === true)) throw badInput('Give one of --accept and --reject.');
            const { crawl } = await send(client, RELEASE, { id, accept: options.accept === true });
            show(crawl, () => `${crawl.id}: ${crawl.state.toLowerCase()}`);
            return EXIT.ok;
          }),
        ),
    )
    .addCommand(
      new Command('cancel')
        .description('Stop a crawl after its current batch; what it has stored stays')
        .argument('<id>', 'id of the crawl')
        .action((id: string, _options: object, command: Command) =>
          actWithClient(command, async (client, { show }) => {
            const { crawl } = await send(client, CANCEL, { id });
            show(crawl, () => `${crawl.id}: ${crawl.state.toLowerCase()}`);
            return EXIT.ok;
          }),
        ),
    );

const answered = z.object({ auditId: z.string(), crawl: z.object({ id: z.string(), state: z.string() }) });
const RELEASE: Mutation<z.infer<typeof answered>> = {
  source: `mutation CliReleaseCrawl($input: ReleaseCrawlInput!) { result: releaseCrawl(input: $input) { ${REFUSED} ... on CrawlReleased { crawl { id state } } } }`,
  done: answered,
};
const CANCEL: Mutation<z.infer<typeof answered>> = {
  source: `mutation CliCancelCrawl($input: CancelCrawlInput!) { result: cancelCrawl(input: $input) { ${REFUSED} ... on CrawlCancelled { crawl { id state } } } }`,
  done: answered,
};
