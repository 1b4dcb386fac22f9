import { Fault } from '../../kernel/fault.ts';
import { hostAndPort } from '../serverUrl.ts';
import type { MysqlConfig } from './config.ts';

type At = Pick<MysqlConfig, 'host' | 'port' | 'user' | 'connectTimeoutMs' | 'statementTimeoutMs'>;
type Explain = (at: At) => string;

const server = ({ host, port }: At): string => `The MySQL or MariaDB server at ${hostAndPort(host, port)}`;
const untrusted: Explain = (at) =>
  `The certificate of ${hostAndPort(at.host, at.port)} is not signed by an authority that is believed here. Give the authority's certificate as ca.`;
const denied: Explain = (at) =>
  `${server(at)} refuses user ${at.user} or the password. Check both, and that the account may come from this machine ('${at.user}'@'...').`;
const full: Explain = (at) =>
  `${server(at)} has no connection left. Raise max_connections, or close idle clients, and try again.`;
const silent: Explain = (at) =>
  `${server(at)} did not answer within ${at.connectTimeoutMs} ms. Check host, port and firewall, or raise connectTimeoutMs.`;
const nameless: Explain = (at) => `The host ${at.host} has no address. Check its spelling, and the name server.`;
const cut: Explain = (at) => `${server(at)} cut the connection. Its log says why; try again shortly.`;

/** By the code that the server, the operating system, TLS or the driver gave. */
const BY_CODE: Readonly<Record<string, Explain>> = {
  ER_ACCESS_DENIED_ERROR: denied,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: denied,
  ER_DBACCESS_DENIED_ERROR: denied,
  ER_HOST_NOT_PRIVILEGED: (at) =>
    `${server(at)} takes no connections from this machine. Create an account '${at.user}'@'...' that covers it.`,
  ER_HOST_IS_BLOCKED: (at) => `${server(at)} has blocked this machine after failed connections. Run FLUSH HOSTS there.`,
  ER_MUST_CHANGE_PASSWORD_LOGIN: (at) => `The password of user ${at.user} has expired. Set a new one with ALTER USER.`,
  ER_ACCOUNT_HAS_BEEN_LOCKED: (at) => `The account of user ${at.user} is locked. Run ALTER USER ... ACCOUNT UNLOCK.`,
  ER_SECURE_TRANSPORT_REQUIRED: (at) => `${server(at)} demands encryption. Set sslMode to verify-full or require.`,
  ER_CON_COUNT_ERROR: full,
  ER_TOO_MANY_USER_CONNECTIONS: full,
  ER_USER_LIMIT_REACHED: full,
  ER_SERVER_SHUTDOWN: (at) => `${server(at)} is stopping. Try again shortly.`,
  ER_CONNECTION_KILLED: cut,
  PROTOCOL_CONNECTION_LOST: cut,
  PROTOCOL_SEQUENCE_TIMEOUT: (at) =>
    `${server(at)} stopped answering in the middle of a query. Check the network, or raise statementTimeoutMs (${at.statementTimeoutMs}).`,
  HANDSHAKE_NO_SSL_SUPPORT: (at) => `${server(at)} does not speak TLS. Turn it on there, or set sslMode to disable.`,
  ECONNREFUSED: (at) =>
    `Nothing listens at ${hostAndPort(at.host, at.port)}. Check host and port, and that the server runs and listens there (bind_address).`,
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
  CERT_HAS_EXPIRED: (at) => `The certificate of ${hostAndPort(at.host, at.port)} has expired. Renew it there.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (at) =>
    `The certificate of ${hostAndPort(at.host, at.port)} is for another host name. Use the name that stands in the certificate as host.`,
};

/** What the driver says, without a code, where the connection was cut between two statements. */
const CLOSED = /connection is in closed state/;

const FATAL = new Set([
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_CON_COUNT_ERROR',
  'ER_NET_READ_ERROR',
  'ER_NET_ERROR_ON_WRITE',
]);

/** Only what the server says about one statement carries an SQLSTATE; all else means that the connection is gone. */
export const endsConnection = (error: unknown): boolean =>
  !(error instanceof Error && 'sqlState' in error && typeof error.sqlState === 'string') || FATAL.has(codeOf(error));

/** Says what is wrong and what to do. The cause is not passed on, so that nothing the driver knows can reach a log. */
export function unavailable(error: unknown, at: At): Fault {
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const explain = BY_CODE[code] ?? (CLOSED.test(text) ? cut : endsConnection(error) ? mute : says(text));
  return new Fault('SOURCE_UNAVAILABLE', { public: explain(at), internal: `${code} ${text}`.trim() });
}

const says =
  (text: string): Explain =>
  (at) =>
    `${server(at)} cannot be crawled; it says: ${text}. Check what stands between, such as a proxy, and the rights of user ${at.user}.`;
const mute: Explain = (at) =>
  `${server(at)} cannot be used. Check that it runs, and that it speaks MySQL's protocol at this port.`;

/** For whatever must not fail because of a single statement: passes faults and cancellations on, and explains the rest. */
export const asFault = (error: unknown, at: At): unknown => (endsConnection(error) ? error : unavailable(error, at));

const TOO_SLOW = new Set(['ER_STATEMENT_TIMEOUT', 'ER_QUERY_TIMEOUT']);

/** Why one part could not be read while the connection goes on. */
export function scopeReason(error: unknown, at: Pick<At, 'statementTimeoutMs'>): string {
  const text = error instanceof Error ? error.message : String(error);
  if (TOO_SLOW.has(codeOf(error)))
    return `${text}; statementTimeoutMs is ${at.statementTimeoutMs}, raise it if the database is large`;
  return `the server says: ${text}`;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
