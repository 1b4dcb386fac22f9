import type { IncomingHttpHeaders } from 'node:http';
import { Fault } from '../fault.ts';
import { bearerToken } from '../identity/authenticate.ts';
import { isLoopback } from '../identity/oidc/oidcConfig.ts';

/** Where browsers keep a session. With TLS the prefix keeps neighbours of the domain from setting it. */
export const sessionCookieName = (isSecure: boolean): string => (isSecure ? '__Host-cadastre' : 'cadastre_session');

/**
 * The token of a request: that of its header, else that of its cookie. Browsers send a cookie along whoever asks them to, so
 * it counts for a change only from a page of this server.
 * @throws Fault UNAUTHENTICATED or FORBIDDEN
 */
export function requestToken(method: string, headers: IncomingHttpHeaders): string {
  const cookie = headers.authorization === undefined ? sessionCookie(headers) : undefined;
  if (cookie === undefined) return bearerToken(headers.authorization);
  if (method !== 'GET' && method !== 'HEAD') refuseForeign(headers);
  return cookie;
}

/** The plain name is for this machine alone: elsewhere a neighbour of the domain may have set it. */
function sessionCookie({ cookie, host }: IncomingHttpHeaders): string | undefined {
  const own = cookieOf(cookie, sessionCookieName(true));
  const isHere = URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`));
  return own ?? (isHere ? cookieOf(cookie, sessionCookieName(false)) : undefined);
}

/** The first cookie of this name, in the characters that tokens have. */
export const cookieOf = (header: string | undefined, name: string): string | undefined =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .match(/^[\w.-]+$/)?.[0];

/**
 * What a browser says of where a request comes from cannot be written by a page; and what is sent as JSON, a foreign page
 * must ask for first, which is not granted. Each of the two would do.
 */
function refuseForeign(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  // Behind a proxy the host may be another one than browsers see: then it is for the browser to say.
  const isForeign =
    site === undefined
      ? headers.origin !== undefined && hostOf(headers.origin) !== headers.host
      : site !== 'same-origin' && site !== 'none';
  const isSimple = !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
  if (!isForeign && !isSimple) return;
  throw new Fault('FORBIDDEN', {
    public:
      'A session cookie counts for pages of this server, with content-type application/json. Elsewhere send `Authorization: Bearer <token>`.',
  });
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
