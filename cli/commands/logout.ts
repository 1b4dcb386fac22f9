import { Command } from 'commander';
import { z } from 'zod';
import { act } from '../cli.ts';
import { serverAddress } from '../connect.ts';
import { getJson } from '../getJson.ts';
import { keepSession, keptSession } from '../sessionFile.ts';

export const logoutCommand = (): Command =>
  new Command('logout').description('End the session that `login` began').action((_options: object, command: Command) =>
    act(command, async ({ globals, show }) => {
      const url = await serverAddress(globals, process.env);
      const session = await keptSession(url, process.env);
      const ended = session !== undefined && (await end(url, session.token));
      await keepSession(url, undefined, process.env);
      show({ url, ended }, () => (ended ? `Signed out of ${url}.` : `There was no session at ${url}.`));
    }),
  );

const answer = z.object({ ended: z.boolean() });

async function end(url: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  return (await getJson(new URL('/auth/logout', url), answer, { method: 'POST', headers })).ended;
}
