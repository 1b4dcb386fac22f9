import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { mayBeAsked, type Range } from './address.ts';

/** How requests to servers that somebody else names are made. */
export interface Outbound {
  /** Not public, but allowed by the operator. */
  readonly allowed: readonly Range[];
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
}

export interface OutboundReply {
  readonly status: number;
  /** The beginning of what was answered, as text. */
  readonly excerpt: string;
}

/** Why no answer came. The message is for whoever named the server. */
export class OutboundFault extends Error {
  readonly code: 'ADDRESS' | 'UNREACHABLE' | 'TIMEOUT';

  constructor(code: OutboundFault['code'], message: string) {
    super(message);
    this.name = 'OutboundFault';
    this.code = code;
  }
}

const PORTS: ReadonlySet<string> = new Set(['', '80', '443', '8080', '8443']);
const EXCERPT_BYTES = 1_024;

const NOT_PUBLIC = 'is not a public address. An operator can allow its range with CADASTRE_OUTBOUND_PRIVATE.';

/** Why an address cannot be one, before anything is asked; null when it can. */
export function addressProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'is no address. It looks like https://hooks.example/cadastre.';
  if (/[\s\p{Cc}]/u.test(text)) return 'must not have spaces or line breaks.';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://.';
  if (url.username !== '' || url.password !== '')
    return 'must not carry a user name or password: receivers know us by the signature.';
  if (url.hash !== '') return 'must not have a part after #.';
  return text.length > 2_000 ? 'has more than 2,000 characters.' : null;
}

/**
 * Posts to a server that somebody else names. Its name is resolved once, every address is checked, and the connection goes to the
 * address that was checked, so that a name cannot mean one server when it is checked and another when it is asked. Redirects are
 * not followed, and no more than the beginning of an answer is read.
 * @throws OutboundFault
 */
export async function postOut(
  { allowed, resolve = resolveAll }: Outbound,
  address: string,
  {
    headers,
    body,
    deadlineMs,
  }: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly deadlineMs: number },
): Promise<OutboundReply> {
  const problem = addressProblem(address) ?? insideProblem(address, allowed);
  if (problem !== null) throw new OutboundFault('ADDRESS', `The address ${problem}`);
  const url = new URL(address);
  const signal = AbortSignal.timeout(deadlineMs);
  const pinned = await checkedAddress(url, allowed, resolve, signal);
  const agent = new Agent({
    pipelining: 0,
    connections: 1,
    connect: {
      timeout: deadlineMs,
      lookup: (_host, options, done) => (options.all === true ? done(null, [pinned]) : done(null, pinned.address, pinned.family)),
    },
  });
  try {
    const reply = await request(url, {
      method: 'POST',
      headers,
      body,
      dispatcher: agent,
      signal,
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
    });
    return { status: reply.statusCode, excerpt: await beginningOf(reply.body) };
  } catch (error) {
    throw faultOf(error, signal, deadlineMs);
  } finally {
    await agent.destroy();
  }
}

/** Why an address that says where it leads may not be asked, or null. What other names stand for shows when they are asked. */
export function insideProblem(text: string, allowed: readonly Range[]): string | null {
  const host = hostOf(new URL(text));
  const addresses = LOCAL.test(host) ? ['127.0.0.1', '::1'] : isIP(host) === 0 ? [] : [host];
  return addresses.length > 0 && !addresses.some((address) => mayBeAsked(address, allowed)) ? NOT_PUBLIC : null;
}

/** RFC 6761: these names are this machine, whatever a resolver says. */
const LOCAL = /(^|\.)localhost\.?$/i;

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

async function checkedAddress(
  url: URL,
  allowed: readonly Range[],
  resolve: NonNullable<Outbound['resolve']>,
  signal: AbortSignal,
): Promise<{ readonly address: string; readonly family: number }> {
  const { hostname, port } = url;
  const host = hostOf(url);
  const family = isIP(host);
  const found = family === 0 ? await inTime(resolve(host), signal) : [{ address: host, family }];
  const [first] = found;
  if (first === undefined) throw new OutboundFault('UNREACHABLE', `${hostname} has no address.`);
  // All of them: whoever controls the name must not get in through a second address.
  if (!found.every(({ address }) => mayBeAsked(address, allowed)))
    throw new OutboundFault('ADDRESS', `${hostname} ${NOT_PUBLIC}`);
  const isPublic = found.every(({ address }) => mayBeAsked(address, []));
  if (isPublic && !PORTS.has(port)) throw new OutboundFault('ADDRESS', `Port ${port} is not one of 80, 443, 8080 and 8443.`);
  return first;
}

async function resolveAll(host: string): Promise<readonly { readonly address: string; readonly family: number }[]> {
  try {
    return await systemLookup(host, { all: true, verbatim: true });
  } catch {
    throw new OutboundFault('UNREACHABLE', `${host} cannot be found.`);
  }
}

const inTime = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new OutboundFault('TIMEOUT', 'Its name was not resolved in time.')), {
        once: true,
      });
    }),
  ]);

/** Stops reading where enough was read: an answer may be endless. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= EXCERPT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8');
}

function faultOf(error: unknown, signal: AbortSignal, deadlineMs: number): OutboundFault {
  if (error instanceof OutboundFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (signal.aborted || /TIMEOUT/.test(code))
    return new OutboundFault('TIMEOUT', `It did not answer within ${deadlineMs / 1_000} seconds.`);
  return new OutboundFault('UNREACHABLE', `It could not be reached (${code === '' ? 'the connection failed' : code}).`);
}
