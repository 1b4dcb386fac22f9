import { createHash } from 'node:crypto';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { authenticate, unauthenticated } from '../../../../kernel/identity/authenticate.ts';
import type { Principal } from '../../../../kernel/identity/principal.ts';
import { isJwt } from '../../../../kernel/identity/token.ts';
import { principalBySubject } from '../../store/principalBySubject.ts';
import { admit } from './admit.ts';

const SYNC_MS = 60_000;
const REMEMBERED_MAX = 10_000;

/**
 * Turns any bearer token into somebody: a key or a session of ours, or a token of the identity provider. What the latter says
 * of groups is taken over at most once a minute for each token; whether its subject may act is asked each time.
 */
export function identified(kernel: Kernel): (token: string) => Promise<Principal> {
  const { db, pepper, provider } = kernel;
  const syncedAt = new Map<string, number>();
  return async (token) => {
    if (provider === undefined || !isJwt(token)) return authenticate(db, pepper, token);
    const claims = await provider.claimsOf(token, null);
    const digest = createHash('sha256').update(token).digest('base64');
    const isFresh = Date.now() - (syncedAt.get(digest) ?? 0) < SYNC_MS;
    let known = await principalBySubject(db, claims);
    if (known === null || (known.state === 'active' && !isFresh)) {
      await db.transaction((tx) => admit(tx, provider.settings, claims));
      if (syncedAt.size >= REMEMBERED_MAX) syncedAt.clear();
      syncedAt.set(digest, Date.now());
      known = await principalBySubject(db, claims);
    }
    if (known?.state !== 'active') throw unauthenticated('The account is deactivated. Ask an admin.');
    const { id, kind, name, roles, teams } = known;
    return { id, kind, name, roles, teams, scopes: ['graph'], onBehalfOf: null, authMethod: 'oidc' };
  };
}
