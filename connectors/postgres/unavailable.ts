import { DatabaseError } from 'pg';
import { Fault } from '../../kernel/fault.ts';
import type { PostgresConfig } from './config.ts';
import { hostAndPort } from '../serverUrl.ts';

type At = Pick<PostgresConfig, 'host' | 'port' | 'user' | 'connectTimeoutMs' | 'statementTimeoutMs'> & {
  readonly database: string;
};
type Explain = (at: At) => string;

const server = ({ host, port }: At): string => `PostgreSQL at ${hostAndPort(host, port)}`;
const untrusted: Explain = (at) =>
  `The certificate of ${server(at)} is not signed by an authority that is believed here. Give the authority's certificate as ca.`;
const password: Explain = (at) =>
  `${server(at)} refuses the password of user ${at.user}. Check user and password of this source, and the server's pg_hba.conf.`;
const starting: Explain = (at) => `${server(at)} is starting, stopping or recovering. Try again shortly.`;
const full: Explain = (at) =>
  `${server(at)} has no connection left. Raise max_connections, or close idle clients, and try again.`;
const silent: Explain = (at) =>
  `${server(at)} did not answer within ${at.connectTimeoutMs} ms. Check host, port and firewall, or raise connectTimeoutMs.`;
const nameless: Explain = (at) => `The host ${at.host} has no address. Check its spelling, and the name server.`;
const cut: Explain = (at) => `${server(at)} cut the connection. Its log says why; try again shortly.`;

/** By SQLSTATE of the server, or by the code that the operating system or TLS gave. */
const BY_CODE: Readonly<Record<string, Explain>> = {
  '28P01': password,
  '28000': (at) =>
    `${server(at)} does not let user ${at.user} into database ${at.database}. Check that the role may log in, and the entries of pg_hba.conf; if they demand encryption, set sslMode to require.`,
  '3D000': (at) => `${server(at)} has no database ${at.database}. Check its spelling; it is case-sensitive.`,
  '42501': (at) =>
    `User ${at.user} may not connect to database ${at.database}. Run: GRANT CONNECT ON DATABASE "${at.database.replaceAll('"', '""')}" TO "${at.user.replaceAll('"', '""')}"`,
  '53300': full,
  '57P01': cut,
  '57P02': cut,
  '57P03': starting,
  '25P03': (at) => `${server(at)} ended the crawl's transaction because it lay idle too long. Start the crawl again.`,
  ECONNREFUSED: (at) =>
    `Nothing listens at ${hostAndPort(at.host, at.port)}. Check host and port, and that PostgreSQL runs and listens there (listen_addresses).`,
  ENOTFOUND: nameless,
  EAI_AGAIN: nameless,
  ETIMEDOUT: silent,
  EHOSTUNREACH: silent,
  ENETUNREACH: silent,
  ECONNRESET: cut,
  EPIPE: cut,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: (at) => `The certificate of ${server(at)} has expired. Renew it there.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (at) =>
    `The certificate of ${server(at)} is for another host name. Use the name that stands in the certificate as host.`,
};

/** The driver gives these without a code. */
const BY_TEXT: readonly (readonly [part: string, explain: Explain])[] = [
  ['does not support SSL', (at) => `${server(at)} does not speak TLS. Turn ssl on there, or set sslMode to disable.`],
  ['timeout expired', silent],
  [
    'Query read timeout',
    (at) =>
      `${server(at)} stopped answering in the middle of a query. Check the network, or raise statementTimeoutMs (${at.statementTimeoutMs}).`,
  ],
  ['password must be a string', password],
  ['empty string', password],
  ['Connection terminated', cut],
  ['not queryable', cut],
];

/** SQLSTATEs after which the connection is gone; any other error leaves it usable. */
const FATAL = /^(08|28|3D|53[34]|57P0|25P0[34])/;

export const endsConnection = (error: unknown): boolean => !(error instanceof DatabaseError) || FATAL.test(error.code ?? '');

/** Says what is wrong and what to do. The cause is not passed on, so that nothing the driver knows can reach a log. */
export function unavailable(error: unknown, at: At): Fault {
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const explain =
    BY_CODE[code] ?? BY_TEXT.find(([part]) => text.includes(part))?.[1] ?? (error instanceof DatabaseError ? says(text) : mute);
  return new Fault('SOURCE_UNAVAILABLE', { public: explain(at), internal: `${code} ${text}`.trim() });
}

const says =
  (text: string): Explain =>
  (at) =>
    `${server(at)} cannot be crawled; it says: ${text}. Check what stands between, such as a pooler, and the rights of user ${at.user}.`;
const mute: Explain = (at) =>
  `${server(at)} cannot be used. Check that it runs, and that it speaks PostgreSQL's protocol at this port.`;

/** For whatever must not fail because of a single statement: passes faults and cancellations on, and explains the rest. */
export const asFault = (error: unknown, at: At): unknown => (endsConnection(error) ? error : unavailable(error, at));

/** Why one part could not be read while the connection goes on. */
export function scopeReason(error: unknown, at: Pick<At, 'statementTimeoutMs'>): string {
  const text = error instanceof Error ? error.message : String(error);
  if (codeOf(error) === '57014')
    return `${text}; statementTimeoutMs is ${at.statementTimeoutMs}, raise it if the schema is large`;
  return `PostgreSQL says: ${text}`;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
