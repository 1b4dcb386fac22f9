import { createServer } from 'node:net';
import type { Cadastre } from '../../app/cadastre.ts';
import { Browser } from '../support/browser.ts';
import { CLIENT, type RealProvider, startProvider } from '../support/realProvider.ts';
import { begunHome, post, startEmpty } from './running.ts';

/** A server and the provider that people sign in to it through. */
export interface SigningIn {
  readonly cadastre: Cadastre;
  readonly provider: RealProvider;
  readonly settings: Readonly<Record<string, string>>;
  readonly home: string;
  stop(): Promise<void>;
}

export interface Asked {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look where they like
  readonly body: any;
}

export const ME = '{ me { authMethod roles principal { id name ... on User { email teams { name } } } } }';

/** Ada is an admin by her group, Grace a steward; nobody has verified the address that Eve claims. */
export async function startSigningIn(atEnd: (remove: () => Promise<void>) => void): Promise<SigningIn> {
  const port = await freePort();
  const provider = await startProvider(`http://127.0.0.1:${port}/auth/callback`);
  const home = await begunHome(atEnd);
  const settings = {
    PORT: String(port),
    CADASTRE_OIDC_ISSUER: provider.issuer,
    CADASTRE_OIDC_CLIENT_ID: CLIENT.id,
    CADASTRE_OIDC_CLIENT_SECRET: CLIENT.secret,
    CADASTRE_OIDC_DEVICE_CLIENT_ID: CLIENT.deviceId,
    CADASTRE_OIDC_SCOPES: 'openid email profile groups',
    CADASTRE_OIDC_ROLE_OF_GROUP: 'data-admins=admin,stewards=steward',
    CADASTRE_OIDC_NEWCOMERS: 'analyst',
  };
  provider.accounts
    .set('ada', { name: 'Ada Lovelace', email: 'ada@example.com', isVerified: true, groups: ['data-admins', 'research'] })
    .set('grace', { name: 'Grace Hopper', email: 'Grace@Example.com', isVerified: true, groups: ['stewards'] })
    .set('eve', { name: 'Eve', email: 'victim@example.com', isVerified: false, groups: [] });
  const cadastre = await startEmpty(home, settings);
  const stop = async (): Promise<void> => {
    await cadastre.stop();
    await provider.stop();
  };
  return { cadastre, provider, settings, home, stop };
}

/** A browser in which somebody has signed in. */
export async function signedIn({ cadastre, provider }: SigningIn, login: string): Promise<Browser> {
  const browser = await new Browser().go(`${cadastre.url}/auth/login`);
  await provider.signIn(browser, login);
  if (browser.url !== `${cadastre.url}/` || browser.status !== 200)
    throw new Error(`${login} is at ${browser.url}: ${browser.status} ${browser.page.slice(0, 300)}`);
  return browser;
}

/** Asks as the console does: with the cookie. */
export async function ask(
  { cadastre }: SigningIn,
  browser: Browser,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const response = await browser.fetch(`${cadastre.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: await response.json() };
}

export const askAsAdmin = ({ cadastre }: SigningIn, query: string) => post(cadastre.url, cadastre.admin.token, query);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
