import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, vi } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { parseRange, type Range } from '../../kernel/http/outbound/address.ts';
import type { Outbound } from '../../kernel/http/outbound/post.ts';
import { keepLog } from '../../subgraphs/governance/service/log/keepLog.ts';
import { keepDelivering } from '../../subgraphs/governance/service/webhooks/keepDelivering.ts';
import { type OpenDatabase, resetData } from './engines.ts';
import { govern, type Governing, type Payload } from './governing.ts';

const PAYLOAD = '__typename ... on MutationPayload { auditId } ... on Refused { code message }';
export const CREATE = `mutation($input: CreateWebhookInput!) { answer: createWebhook(input: $input) { ${PAYLOAD}
  ... on WebhookCreated { secret webhook { id name version } } } }`;
export const UPDATE = `mutation($input: UpdateWebhookInput!) { answer: updateWebhook(input: $input) { ${PAYLOAD}
  ... on Conflict { currentVersion } ... on WebhookUpdated { webhook { state version topics } } } }`;
export const ROTATE = `mutation($input: RotateWebhookSecretInput!) { answer: rotateWebhookSecret(input: $input) { ${PAYLOAD}
  ... on WebhookSecretRotated { secret webhook { secretBeforeUntil } } } }`;
export const REPLAY = `mutation($input: ReplayDeliveriesInput!) { answer: replayDeliveries(input: $input) { ${PAYLOAD} ... on DeliveriesReplayed { count } } }`;
export const SHOW = `query($id: ID!) { webhook(id: $id) { state stateReason deliveries(first: 50) { edges { node {
  id topic eventId state replayOf body nextAt endedAt attempts { number status problem } } } } } }`;

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver outside that answers as it is told. */
export async function receiver(answer: (message: Message, count: number) => number): Promise<{ url: string; heard: Message[] }> {
  const heard: Message[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(answer({ headers: request.headers, body }, heard.length)).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
}

/** Governance that sends messages to receivers on this machine, for each test anew. */
export function receiving(open: OpenDatabase) {
  let db: Database;
  let governing: Governing;
  const running: { stop(): Promise<void> }[] = [];
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    governing = await govern(db, { outbound: { allowed: [parseRange('127.0.0.0/8') as Range] } });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  const ask = async (query: string, variables: Record<string, unknown>): Promise<Payload> => {
    const { data, errors } = await governing.ask(governing.admin, query, variables);
    expect(errors).toEqual([]);
    return data;
  };
  return {
    get db() {
      return db;
    },
    get governing() {
      return governing;
    },
    ask,
    /** Begins to send, until the test is over. */
    deliver: (outbound: Outbound = governing.kernel.outbound): void =>
      void running.push(keepLog(governing.kernel), keepDelivering({ ...governing.kernel, outbound })),
    change: async (mutation: string, input: object): Promise<Payload> =>
      (await ask(mutation, { input: { idempotencyKey: randomUUID(), ...input } })).answer,
    happen: (name = 'Crew'): Promise<Payload> => governing.change(governing.admin, 'createTeam', { name }),
    deliveries: async (id: string): Promise<Payload[]> =>
      (await ask(SHOW, { id })).webhook.deliveries.edges.map(({ node }: Payload) => node),
    until: (check: () => unknown, timeout = 60_000) =>
      vi.waitFor(async () => expect(await check()).toBeTruthy(), { timeout, interval: 50 }),
    dueNow: () => db.query(`update kernel.webhook_delivery set next_at = clock_timestamp() where state = 'WAITING'`),
  };
}
