import { Command } from 'commander';
import type { Cadastre } from '../../app/cadastre.ts';
import { type Config, readConfig } from '../../kernel/config/config.ts';
import { readSettingsFile } from '../../kernel/config/settingsFile.ts';
import { act, type Run } from '../cli.ts';
import { nextCommand } from '../nextCommand.ts';
import { serviceLog } from '../serviceLog.ts';
import { serve } from '../serve.ts';
import { showProgress } from '../showProgress.ts';

interface UpOptions {
  readonly port?: string;
  readonly host?: string;
  readonly sample?: boolean;
}

export const upCommand = (): Command =>
  new Command('up')
    .description('Start the server: gateway, subgraphs and console in one process')
    .option('--port <port>', 'PORT; 4000 unless set')
    .option('--host <host>', 'HOST; 127.0.0.1 unless set')
    .option('--no-sample', 'without the bundled sample')
    .action((options: UpOptions, command: Command) =>
      act(command, async (run) => {
        const flags = {
          PORT: options.port,
          HOST: options.host,
          CADASTRE_HOME: run.globals.home,
          CADASTRE_SAMPLE: options.sample === false ? 'false' : undefined,
        };
        const config = readConfig(flags, process.env, readSettingsFile());
        await serve(() => up(config, run));
      }),
    );

async function up(config: Config, run: Run): Promise<Cadastre> {
  const { startCadastre } = await import('../../app/cadastre.ts');
  const { removeServerFile, writeServerFile } = await import('../../app/serverFile.ts');
  const cadastre = await startCadastre(config, { log: serviceLog(config, run.terminal), onProgress: showProgress(run.terminal) });
  await writeServerFile(config.home, { url: cadastre.url, pid: process.pid });
  announce(cadastre, run);
  return {
    ...cadastre,
    stop: async () => {
      await removeServerFile(config.home);
      await cadastre.stop();
    },
  };
}

/** The token itself is shown once, when it is made; later only to a person at a terminal, not to the log of a service. */
function announce({ url, admin }: Cadastre, { terminal, globals, show }: Run): void {
  const where = { home: globals.home ?? process.env['CADASTRE_HOME'] };
  const next = (...words: readonly string[]): string => nextCommand(where, ...words);
  const token = admin.file !== undefined && (admin.created || terminal.isInteractive) ? admin.token : undefined;
  const page = token === undefined ? `${url}/` : `${url}/#token=${token}`;
  const kept = admin.file === undefined ? 'the one in CADASTRE_ADMIN_TOKEN' : `kept in ${admin.file}`;
  show({ url, console: page, token: token ?? null, tokenFile: admin.file ?? null }, () =>
    [
      '',
      `${terminal.bold('Cadastre')} is up at ${terminal.bold(url)}`,
      '',
      `  Console       ${page}`,
      `  Admin token   ${token ?? kept}`,
      ...(token === undefined ? [] : [`                ${terminal.dim(kept)}`]),
      '',
      'Try next, in another terminal:',
      '',
      `  npx ${next('search', 'custmer', 'emial')}`,
      `  npx ${next('sources', 'add', 'warehouse', 'postgres://user@host/database')}`,
      `  npx ${next('audit')}`,
      '',
    ].join('\n'),
  );
}
