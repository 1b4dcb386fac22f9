import { afterAll, beforeAll, expect } from 'vitest';
import { type MlflowClient, type MlflowReply, ok } from './mlflow.ts';
import { type Mlflow, startMlflow } from './mlflowServer.ts';

export type Json = MlflowReply['body'];

export const byText = (a: string, b: string): number => (a < b ? -1 : 1);

export const TAGS = [
  { key: 'stage of life', value: 'retired' },
  { key: 'owner', value: 'risk' },
  { key: 'year', value: '2024' },
];

export const byKey = (tags: Json = []) => Object.fromEntries(tags.map(({ key, value }: Json) => [key, value]));

/** A moment as the client measures it, around what it asks for. */
export async function during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly holds: (ms: number) => void }> {
  const begin = Date.now();
  const result = await work();
  const end = Date.now();
  return {
    result,
    holds: (ms) => {
      expect(ms).toBeGreaterThanOrEqual(begin);
      expect(ms).toBeLessThanOrEqual(end);
    },
  };
}

export async function failed(reply: Promise<MlflowReply>, status: number, code: string, text: string | RegExp): Promise<void> {
  const { status: actual, body } = await reply;
  expect([actual, body.error_code]).toEqual([status, code]);
  expect(body.message).toMatch(text);
}

type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A server for the tests of a file, and what a client does there with models and versions. */
export function useRegistry() {
  let mlflow: Mlflow;
  let client: MlflowClient;
  beforeAll(async () => {
    mlflow = await startMlflow(afterAll);
    client = mlflow.client;
  });
  /** All pages of a search, as a client follows them. */
  const pages = async (path: string, field: string, query: Query): Promise<Json[]> => {
    const rows: Json[] = [];
    let token: string | undefined;
    do {
      const page = await ok(client.get(path, { ...query, page_token: token }));
      rows.push(...(page[field] ?? []));
      token = page.next_page_token;
      if (query['max_results'] !== undefined) expect(page[field]?.length ?? 0).toBeLessThanOrEqual(Number(query['max_results']));
    } while (token !== undefined);
    return rows;
  };
  const models = (query: Query = {}): Promise<Json[]> => pages('/registered-models/search', 'registered_models', query);
  return {
    get client(): MlflowClient {
      return client;
    },
    get mlflow(): Mlflow {
      return mlflow;
    },
    models,
    versions: (query: Query = {}): Promise<Json[]> => pages('/model-versions/search', 'model_versions', query),
    listedModel: async (name: string): Promise<Json> => (await models()).filter((one) => one.name === name),
    create: async (name: string, tags?: readonly object[]): Promise<Json> =>
      (await ok(client.post('/registered-models/create', { name, ...(tags && { tags }) }))).registered_model,
    model: async (name: string): Promise<Json> => (await ok(client.get('/registered-models/get', { name }))).registered_model,
    version: async (name: string, number: string | number): Promise<Json> =>
      (await ok(client.get('/model-versions/get', { name, version: number }))).model_version,
    register: async (name: string, source: string, runId: string, more: object = {}): Promise<Json> =>
      (await ok(client.post('/model-versions/create', { name, source, run_id: runId, ...more }))).model_version,
    transition: (name: string, number: string, stage: string): Promise<MlflowReply> =>
      client.post('/model-versions/transition-stage', { name, version: number, stage, archive_existing_versions: false }),
    emptyRegistry: async (): Promise<void> => {
      for (const { name } of await models()) await ok(client.delete('/registered-models/delete', { name }));
    },
  };
}
