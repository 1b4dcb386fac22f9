import { Command } from 'commander';
import { act } from '../cli.ts';

export const supergraphCommand = (): Command =>
  new Command('supergraph')
    .description('Print the composed supergraph, for other federation routers; needs no server')
    .action((_options: object, command: Command) =>
      act(command, async ({ show }) => {
        const { composeContracts } = await import('../../app/composition.ts');
        const { supergraphSdl } = composeContracts();
        show({ supergraphSdl }, () => supergraphSdl.trimEnd());
      }),
    );
