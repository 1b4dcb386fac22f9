import { Command } from 'commander';
import { SUBGRAPH_NAMES, isSubgraphName } from '../../app/subgraphs.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { readSettingsFile } from '../../kernel/config/settingsFile.ts';
import { badInput } from '../../kernel/fault.ts';
import { act } from '../cli.ts';
import { serviceLog } from '../serviceLog.ts';
import { serve } from '../serve.ts';
import { showProgress } from '../showProgress.ts';

export const subgraphCommand = (): Command =>
  new Command('subgraph')
    .description('Serve one subgraph on its own, for `cadastre gateway` or another federation router')
    .argument('<name>', SUBGRAPH_NAMES.join(' or '))
    .option('--port <port>', 'PORT; 4000 unless set')
    .option('--host <host>', 'HOST; 127.0.0.1 unless set')
    .action((name: string, options: { port?: string; host?: string }, command: Command) =>
      act(command, async ({ globals, terminal, show }) => {
        if (!isSubgraphName(name)) throw badInput(`There is no subgraph "${name}". Name one of ${SUBGRAPH_NAMES.join(', ')}.`);
        const config = readConfig(
          { PORT: options.port, HOST: options.host, CADASTRE_HOME: globals.home },
          process.env,
          readSettingsFile(),
        );
        const { serveSubgraph } = await import('../../app/serveSubgraph.ts');
        await serve(async () => {
          const service = await serveSubgraph(name, config, {
            log: serviceLog(config, terminal),
            onProgress: showProgress(terminal),
          });
          show({ name, url: `${service.url}/graphql` }, () => `The subgraph ${name} is up at ${service.url}/graphql`);
          return service;
        });
      }),
    );
