import { Command } from 'commander';
import { act } from '../cli.ts';
import { checkInstallation } from '../doctor/installation.ts';
import { checkServer } from '../doctor/server.ts';
import type { Check } from '../doctor/check.ts';
import { EXIT } from '../exitCode.ts';
import { escapedLines } from '../terminal/escape.ts';

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('Check what Cadastre needs and say what to do; exits with 5 when something is wrong')
    .action((_options: object, command: Command) =>
      act(command, async (run) => {
        const checks = [...(await checkInstallation(run)), ...(await checkServer(run))];
        run.show(checks, () => checks.map(checkText).join('\n'));
        return checks.every(({ ok }) => ok) ? EXIT.ok : EXIT.unavailable;
      }),
    );

const checkText = ({ what, ok, found, todo }: Check): string =>
  `${ok ? 'ok  ' : 'BAD '} ${what}: ${escapedLines(found)}${todo === undefined ? '' : `\n       ${escapedLines(todo).replaceAll('\n', '\n       ')}`}`;
