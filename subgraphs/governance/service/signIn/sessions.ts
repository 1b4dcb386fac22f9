import { record } from '../../../../kernel/audit/record.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { Claims } from '../../../../kernel/identity/oidc/claims.ts';
import type { OidcConfig } from '../../../../kernel/identity/oidc/oidcConfig.ts';
import { mintToken, tokenHmac } from '../../../../kernel/identity/token.ts';
import { newId } from '../../../../kernel/ids.ts';
import { atMs, toMs } from '../../../../kernel/time.ts';
import { sessionEnded, sessionStarted } from '../../domain/identityHappening.ts';
import { type Session, SESSION_MS } from '../../domain/session.ts';
import { addSession, endSession } from '../../store/sessions.ts';
import { admit, internalOrigin } from './admit.ts';

export interface Started {
  readonly token: string;
  readonly session: Session;
}

/** Lets in whom the provider vouches for, for a working day. @throws Fault UNAUTHENTICATED */
export const startSession = ({ db, pepper }: Kernel, rules: OidcConfig, claims: Claims): Promise<Started> =>
  db.transaction(async (tx) => {
    const principalId = await admit(tx, rules, claims);
    const session: Session = {
      id: newId('session', toMs(tx.now)),
      principalId,
      issuer: claims.issuer,
      providerSession: claims.session,
      expiresAt: atMs(toMs(tx.now) + SESSION_MS),
    };
    const { token } = mintToken('session', session.id);
    await addSession(tx, session, tokenHmac(pepper, token));
    await record(tx, originOfHolder(principalId, 'oidc'), [sessionStarted(session)]);
    return { token, session };
  });

/** Ends the session of a token; false when there is none that goes on. */
export const stopSession = ({ db, pepper }: Kernel, token: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    const ended = await endSession(tx, tokenHmac(pepper, token));
    if (ended !== null) await record(tx, originOfHolder(ended.principalId, 'session'), [sessionEnded(ended)]);
    return ended !== null;
  });

/** Whoever signs in or out does it themselves. */
function originOfHolder(id: string, authMethod: string): Origin {
  return { ...internalOrigin(), actor: { id, kind: 'user', onBehalfOf: null, authMethod } };
}
