import { badInput } from '../kernel/fault.ts';

/** The parts of `platform://user:password@host:port/database?setting=value`, decoded. */
export interface ServerUrl {
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string;
  readonly password: string | null;
  readonly database: string | null;
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * Takes a server's URL apart. Error texts show the right example and never the URL, which may hold a password.
 * @throws Fault BAD_USER_INPUT when a part is malformed or a setting is not among `allowed`.
 */
export function readServerUrl(url: URL, example: string, allowed: readonly string[]): ServerUrl {
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw badInput(`The URL has a percent sign that stands for nothing; write it as %25, as in ${example}.`);
    }
  };
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  if (segments.length > 1) throw badInput(`The URL names more than a database; write it like ${example}.`);
  if (url.hostname === '') throw badInput(`The URL names no host; write it like ${example}.`);
  if (url.username === '') throw badInput(`The URL names no user; write it like ${example}.`);
  for (const key of url.searchParams.keys()) {
    if (!allowed.includes(key)) throw badInput(`The URL may only set ${allowed.join(', ')} after "?", as in ${example}.`);
  }
  return {
    host: decode(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    user: decode(url.username),
    password: url.password === '' ? null : decode(url.password),
    database: segments[0] === undefined ? null : decode(segments[0]),
    settings: new Map(url.searchParams),
  };
}

/** `host:port` as it stands in a URL: an IPv6 address needs its brackets. */
export const hostAndPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
