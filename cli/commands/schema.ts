import { Command } from 'commander';
import { act } from '../cli.ts';

export const schemaCommand = (): Command =>
  new Command('schema')
    .description('Print the GraphQL schema that clients see; needs no server')
    .action((_options: object, command: Command) =>
      act(command, async ({ show }) => {
        const { composeContracts } = await import('../../app/composition.ts');
        const { apiSdl } = composeContracts();
        show({ apiSdl }, () => apiSdl.trimEnd());
      }),
    );
