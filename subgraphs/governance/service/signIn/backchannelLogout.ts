import { originOf, record } from '../../../../kernel/audit/record.ts';
import { badInput, Fault } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { JsonReply, RouteReply } from '../../../../kernel/http/route.ts';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import type { IdentityProvider } from '../../../../kernel/identity/oidc/identityProvider.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { sessionEnded } from '../../domain/identityHappening.ts';
import { endSessionsAt, useLogoutToken } from '../../store/sessions.ts';

/**
 * Ends the sessions of somebody who is out at the provider, which says so itself: OpenID Connect Back-Channel Logout 1.0. That there
 * are none is no error.
 * @throws Fault BAD_USER_INPUT, or SOURCE_UNAVAILABLE when the provider's keys cannot be had
 */
export async function backchannelLogout({ db }: Kernel, provider: IdentityProvider, body: unknown): Promise<RouteReply> {
  const logout = await provider.logoutOf(tokenIn(body)).catch((error: unknown) => {
    throw error instanceof Fault && error.code === 'UNAUTHENTICATED' ? badInput(error.message, error) : error;
  });
  const request = internalRequest('backchannelLogout');
  const origin = originOf(request, requireAction(request, 'identity.manage'));
  await db.transaction(async (tx) => {
    if (!(await useLogoutToken(tx, logout))) throw badInput('The token was used before. Make a new one for each logout.');
    const ended = await endSessionsAt(tx, logout);
    await record(tx, origin, ended.map(sessionEnded));
  });
  return { status: 200, body: {} };
}

function tokenIn(body: unknown): string {
  const [token, ...others] = body instanceof URLSearchParams ? body.getAll('logout_token') : [];
  if (token === undefined || token === '' || others.length > 0)
    throw badInput('Send one logout_token as a form, with content-type: application/x-www-form-urlencoded.');
  return token;
}

/** An error as OAuth 2.0 has it. */
export const oauthFault = ({ message }: Fault, status: number): JsonReply => ({
  status: status === 415 ? 400 : status,
  body: { error: status < 500 ? 'invalid_request' : 'temporarily_unavailable', error_description: message },
});
