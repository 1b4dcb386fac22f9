import { Command, InvalidArgumentError } from 'commander';
import type { SubgraphAddress } from '../../app/serveGateway.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { readSettingsFile } from '../../kernel/config/settingsFile.ts';
import { badInput } from '../../kernel/fault.ts';
import { act } from '../cli.ts';
import { serviceLog } from '../serviceLog.ts';
import { serve } from '../serve.ts';

export const gatewayCommand = (): Command =>
  new Command('gateway')
    .description('Serve the graph over subgraphs that run elsewhere')
    .option('--subgraph <name=url>', 'once for each, e.g. catalog=http://catalog:4000/graphql', gatherAddress, [])
    .option('--port <port>', 'PORT; 4000 unless set')
    .option('--host <host>', 'HOST; 127.0.0.1 unless set')
    .action((options: { subgraph: readonly SubgraphAddress[]; port?: string; host?: string }, command: Command) =>
      act(command, async ({ globals, terminal, show }) => {
        if (options.subgraph.length === 0) throw badInput('Which subgraphs? Give --subgraph name=url for each.');
        const config = readConfig(
          { PORT: options.port, HOST: options.host, CADASTRE_HOME: globals.home, CADASTRE_ADMIN_TOKEN: globals.token },
          process.env,
          readSettingsFile(),
        );
        const { serveGateway } = await import('../../app/serveGateway.ts');
        await serve(async () => {
          const service = await serveGateway(options.subgraph, config, { log: serviceLog(config, terminal) });
          show({ url: service.url }, () => `The gateway is up at ${service.url}`);
          return service;
        });
      }),
    );

function gatherAddress(text: string, gathered: readonly SubgraphAddress[]): readonly SubgraphAddress[] {
  const [, name = '', url = ''] = /^([a-z][a-z0-9-]*)=(https?:\/\/.+)$/.exec(text) ?? [];
  if (name === '' || !URL.canParse(url))
    throw new InvalidArgumentError('Write name=url, e.g. catalog=http://catalog:4000/graphql.');
  return [...gathered, { name, url }];
}
