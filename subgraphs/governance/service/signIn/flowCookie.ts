import { z } from 'zod';
import { Fault } from '../../../../kernel/fault.ts';
import { cookieOf } from '../../../../kernel/http/requestToken.ts';
import { unauthenticated } from '../../../../kernel/identity/authenticate.ts';
import type { LoginFlow } from '../../../../kernel/identity/oidc/identityProvider.ts';
import { seal, type SealingKey, unseal } from '../../../../kernel/secrets/seal.ts';

/** With TLS the prefix keeps neighbours of the domain from setting it, and asks for the whole path. */
const placeOf = (isSecure: boolean): { readonly name: string; readonly path: string } =>
  isSecure ? { name: '__Host-cadastre_login', path: '/' } : { name: 'cadastre_login', path: '/auth' };

const PLACE = 'login';
const FLOW_SECONDS = 600;

const stored = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), until: z.number() });

/** Carries a sign-in that was begun through the browser, sealed, so that strangers who begin one cost the store nothing. */
export function flowCookie(key: SealingKey, flow: LoginFlow, isSecure: boolean, nowMs: number): string {
  const sealed = seal(key, PLACE, JSON.stringify({ ...flow, until: nowMs + FLOW_SECONDS * 1_000 }));
  return cookie(isSecure, sealed, FLOW_SECONDS);
}

export const noFlow = (isSecure: boolean): string => cookie(isSecure, '', 0);

function cookie(isSecure: boolean, value: string, seconds: number): string {
  const { name, path } = placeOf(isSecure);
  return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}

/** The sign-in that this browser began. @throws Fault UNAUTHENTICATED */
export function readFlow(key: SealingKey, cookies: string | undefined, isSecure: boolean, nowMs: number): LoginFlow {
  const sealed = cookieOf(cookies, placeOf(isSecure).name);
  const flow = sealed === undefined ? undefined : opened(key, sealed);
  if (flow !== undefined && flow.until > nowMs) return flow;
  throw unauthenticated('This browser began no sign-in, or more than ten minutes ago. Begin again at /auth/login.');
}

function opened(key: SealingKey, sealed: string): z.infer<typeof stored> | undefined {
  try {
    return stored.safeParse(JSON.parse(unseal(key, PLACE, sealed))).data;
  } catch (error) {
    // What a browser sends may be anything.
    if (error instanceof Fault || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
