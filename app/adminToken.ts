import type { Config } from '../kernel/config/config.ts';
import { newId } from '../kernel/ids.ts';
import { mintToken } from '../kernel/identity/token.ts';
import { homePaths, keepText } from './home.ts';

export interface AdminToken {
  readonly token: string;
  /** Where it is kept; undefined when it is configured. */
  readonly file: string | undefined;
  /** True when it was made just now. */
  readonly created: boolean;
}

/** The token that opens everything: configured, or made once in the home folder. */
export async function loadAdminToken({
  adminToken,
  home,
  store,
}: Pick<Config, 'adminToken' | 'home' | 'store'>): Promise<AdminToken> {
  if (adminToken !== undefined) return { token: adminToken, file: undefined, created: false };
  const file = homePaths(home).adminToken;
  const environment = store.kind === 'embedded' ? 'local' : 'live';
  const { text, created } = await keepText(file, () => mintToken(environment, newId('key')).token);
  return { token: text, file, created };
}
