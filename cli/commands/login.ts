import { Command } from 'commander';
import { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';
import { act } from '../cli.ts';
import { serverAddress } from '../connect.ts';
import { getJson } from '../getJson.ts';
import { keepSession } from '../sessionFile.ts';

export const loginCommand = (): Command =>
  new Command('login')
    .description('Sign in through the identity provider of the server; the session lasts a working day')
    .action((_options: object, command: Command) =>
      act(command, async ({ terminal, globals, show }) => {
        const url = await serverAddress(globals, process.env);
        const { oidc: settings } = await getJson(new URL('/auth/config', url), config);
        if (settings === null)
          throw new Fault('NOT_FOUND', { public: `${url} has no identity provider. Use a key: CADASTRE_TOKEN.` });
        // Loaded only now: no other command needs it.
        const { deviceLogin } = await import('../deviceLogin.ts');
        const tokens = await deviceLogin(settings, terminal);
        const session = await getJson(new URL('/auth/session', url), started, {
          method: 'POST',
          headers: { authorization: `Bearer ${tokens.id_token ?? ''}`, 'content-type': 'application/json' },
          body: JSON.stringify({ accessToken: tokens.access_token }),
        });
        await keepSession(url, session, process.env);
        show({ url, expiresAt: session.expiresAt }, () => `Signed in at ${url} until ${session.expiresAt}.`);
      }),
    );

const config = z.object({
  oidc: z.object({ issuer: z.url(), clientId: z.string(), scopes: z.string() }).nullable(),
});
const started = z.object({ token: z.string(), expiresAt: z.string() });
