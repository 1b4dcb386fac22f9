import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CrawlItem } from '../connector.ts';
import type { DatasetRecord } from '../record.ts';
import { openEngine } from '../duckdb/engine.ts';
import { z } from 'zod';
import { buildSampleWarehouse } from './build.ts';
import { SAMPLE_NAMESPACE, sampleConnector } from './connector.ts';
import { sampleCuration } from './curation.ts';
import { sampleGlossary } from './glossary.ts';
import { existsAt } from './piece.ts';
import { LAST_STAGE, SAMPLE_STAGES } from './stages.ts';
import { SAMPLE_PIECES } from './warehouse.ts';

const signal = AbortSignal.timeout(60_000);
const stages = SAMPLE_STAGES.map((_, stage) => stage);
const crawls = new Map<number, ReadonlyMap<string, DatasetRecord>>();

beforeAll(async () => {
  for (const stage of stages) crawls.set(stage, await datasetsAt(stage));
});

const at = (stage: number): ReadonlyMap<string, DatasetRecord> => crawls.get(stage) ?? new Map();
const columnsOf = (stage: number, name: string): readonly string[] =>
  (at(stage).get(name)?.columns ?? []).map((column) => column.name);

describe('the sample warehouse', () => {
  test('every stage crawls completely, and every view of it compiles', () => {
    for (const stage of stages) {
      expect([...at(stage).keys()].sort()).toEqual(
        SAMPLE_PIECES.filter((piece) => existsAt(piece, stage))
          .map((piece) => piece.name)
          .sort(),
      );
      for (const record of at(stage).values()) expect(record.problem, record.path.join('.')).toBeNull();
    }
  });

  test('it has 25 to 35 datasets today, most of them described, all with the role that builds them', () => {
    const records = [...at(4).values()];
    expect(records.length).toBeGreaterThanOrEqual(25);
    expect(records.length).toBeLessThanOrEqual(35);
    for (const record of records) expect(record.owner).toMatch(/^[a-z_]+$/);
    for (const record of records) expect(record.description, record.path.join('.')).not.toBeNull();
  });

  test('over the year tables come and go, columns are renamed and change their type', () => {
    expect([at(0).has('raw.refunds'), at(1).has('raw.refunds')]).toEqual([false, true]);
    expect([at(2).has('raw.newsletter_subscribers'), at(3).has('raw.newsletter_subscribers')]).toEqual([true, false]);
    expect([at(1).has('raw.tickets'), at(2).has('raw.tickets'), at(2).has('raw.support_tickets')]).toEqual([true, false, true]);
    expect([columnsOf(1, 'raw.customers').includes('name'), columnsOf(2, 'raw.customers').includes('full_name')]).toEqual([
      true,
      true,
    ]);
    const price = (stage: number) =>
      at(stage)
        .get('raw.products')
        ?.columns.find((column) => column.name === 'list_price')?.nativeType;
    expect([price(1), price(2)]).toEqual(['DOUBLE', 'DECIMAL(10,2)']);
  });

  test('the churn features are twelve at first and fifteen today, beside the customer', () => {
    expect(columnsOf(1, 'ml.churn_features')).toHaveLength(13);
    expect(columnsOf(4, 'ml.churn_features')).toHaveLength(16);
  });

  test('foreign keys lead to tables that are there', () => {
    const keys = [...at(4).values()].flatMap((record) => record.foreignKeys);
    expect(keys.length).toBeGreaterThan(8);
    for (const key of keys) expect(at(4).has(key.references.path.slice(1).join('.'))).toBe(true);
  });

  test('every act of curation names a dataset, a column and a person of its stage', () => {
    const ids = new Set([...sampleCuration.teams, ...sampleCuration.people].map((each) => each.id));
    const tags = new Set(sampleCuration.tags.map((each) => each.id));
    for (const act of sampleCuration.acts) {
      const person = sampleCuration.people.find((each) => each.id === act.by);
      expect(person?.from, act.by).toBeLessThanOrEqual(act.stage);
      expect(at(act.stage).has(act.dataset), `${act.dataset} at ${act.stage}`).toBe(true);
      if (act.act === 'own') expect(ids).toContain(act.owner);
      else if (act.column !== null) expect(columnsOf(act.stage, act.dataset), act.dataset).toContain(act.column);
      if (act.act === 'tag' || act.act === 'untag') expect(tags).toContain(act.tag);
    }
  });

  test('terms and the product name what is there today', () => {
    const ids = new Set([...sampleCuration.teams, ...sampleCuration.people].map((each) => each.id));
    const { by, terms, product } = sampleGlossary;
    expect(ids).toContain(by);
    for (const { owner } of [...terms, product]) expect(ids).toContain(owner);
    for (const asset of [...terms.flatMap(({ assets }) => assets), ...product.members]) {
      const [schema, table, column] = asset.split('.');
      expect(at(LAST_STAGE).has(`${schema}.${table}`), asset).toBe(true);
      if (column !== undefined) expect(columnsOf(LAST_STAGE, `${schema}.${table}`), asset).toContain(column);
    }
    const names = terms.map(({ name }) => name);
    for (const [place, { parent }] of terms.entries()) if (parent !== null) expect(names.slice(0, place)).toContain(parent);
  });
});

describe('the rows of the sample', () => {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cadastre-rows-'))));
  afterAll(() => rm(folder, { recursive: true }));

  test('are the same in every build', async () => {
    const digest = async (file: string) => {
      await buildSampleWarehouse(join(folder, file));
      return ask(
        join(folder, file),
        'select md5(string_agg(t::varchar, chr(10) order by t::varchar)) as v from ml.churn_training as t',
      );
    };
    expect(await digest('one.duckdb')).toEqual(await digest('two.duckdb'));
  });

  test('give a churn model both outcomes and something to find', async () => {
    const file = join(folder, 'three.duckdb');
    await buildSampleWarehouse(file);
    const sql =
      'select avg(churned) as churn, corr(delivery_days_mean, churned) as delivery, corr(orders_90d, churned) as recent from ml.churn_training';
    const [row] = z.array(z.object({ churn: z.number(), delivery: z.number(), recent: z.number() })).parse(await ask(file, sql));
    expect(row?.churn).toBeGreaterThan(0.2);
    expect(row?.churn).toBeLessThan(0.5);
    expect(row?.delivery).toBeGreaterThan(0.2);
    expect(row?.recent).toBeLessThan(-0.2);
  });
});

describe('the URL of the sample', () => {
  test('names a stage or means today', () => {
    expect(sampleConnector.fromUrl(new URL('sample:'))).toEqual({ stage: 4 });
    expect(sampleConnector.fromUrl(new URL('sample:?stage=1'))).toEqual({ stage: 1 });
  });

  test('says how to write it when it is wrong', () => {
    for (const wrong of ['sample:?stage=9', 'sample:?stage=', 'sample:?step=1', 'sample:x', 'other:']) {
      expect(() => sampleConnector.fromUrl(new URL(wrong))).toThrow(/sample:\?stage=0/);
    }
  });
});

async function datasetsAt(stage: number): Promise<ReadonlyMap<string, DatasetRecord>> {
  const session = await sampleConnector.open({ stage }, signal);
  try {
    expect(session.namespace).toBe(SAMPLE_NAMESPACE);
    const items: CrawlItem[] = [];
    for await (const item of session.crawl({ skip: new Set(), signal })) items.push(item);
    return new Map(
      items.flatMap((item) =>
        item.type === 'record' && item.record.kind === 'dataset' ? [[item.record.path.slice(1).join('.'), item.record]] : [],
      ),
    );
  } finally {
    await session.close();
  }
}

async function ask(file: string, sql: string): Promise<readonly unknown[]> {
  const engine = await openEngine(file, { settings: { access_mode: 'READ_ONLY' }, folder: null });
  try {
    return await engine.rows({ sql, row: z.unknown() }, [], signal);
  } finally {
    engine.close();
  }
}
