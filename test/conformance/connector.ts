import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopeKey } from '../../connectors/connector.ts';
import type { CrawlItem } from '../../connectors/connector.ts';
import { containerRecord, datasetRecord } from '../../connectors/record.ts';
import { Fault } from '../../kernel/fault.ts';
import {
  byCodeUnit,
  crawlAll,
  crawlOnce,
  drain,
  pathKey,
  queriesOfOneCrawl,
  receiptsOf,
  recordAt,
  recordsOf,
  scopesOf,
  withSession,
} from './crawling.ts';
import type { Expected, Oddities, PreparedSource } from './preparedSource.ts';
import { statementGuarantees } from './statementGuarantees.ts';

/** What is there while the tests of one connector run: filled before the first of them. */
interface Bench {
  source: PreparedSource;
  oddities: Oddities;
  items: readonly CrawlItem[];
}
type At = () => Bench;

/** The guarantees that every connector gives, whatever it crawls. Call it at the top level of a test file. */
export function connectorContract(name: string, prepare: () => Promise<PreparedSource>): void {
  describe(`${name} connector`, () => {
    let bench: Bench | null = null;
    const at: At = () => {
      if (bench === null) throw new Error('The source was not prepared.');
      return bench;
    };
    beforeAll(async () => {
      const source = await prepare();
      const oddities = await source.createOddities();
      bench = { source, oddities, items: await crawlOnce(source) };
    }, 120_000);
    afterAll(() => bench?.source.dispose());

    describe('order', () => orderGuarantees(at));
    describe('completeness', () => completenessGuarantees(at));
    describe('detail', () => detailGuarantees(at));
    describe('interruption', () => interruptionGuarantees(at));
    describe('safety', () => safetyGuarantees(at));
    describe('statements', () => statementGuarantees(() => at().source));
    // Last, because these change what is there.
    describe('change', () => changeGuarantees(at));
  });
}

function orderGuarantees(at: At): void {
  test('the whole source comes first, then each scope once, and every scope is opened before its records and closed by one receipt', () => {
    const { items } = at();
    expect(scopesOf(items)[0]).toBe(scopeKey([]));
    expect(new Set(scopesOf(items)).size).toBe(scopesOf(items).length);
    let open: string | null = null;
    for (const item of items) {
      if (item.type === 'scope') expect(open, 'a scope opens only after the last one closed').toBeNull();
      else expect(scopeKey(item.scope)).toBe(open);
      open = item.type === 'receipt' ? null : scopeKey(item.scope);
    }
    expect(open, 'the last scope is closed').toBeNull();
    expect(receiptsOf(items).map((item) => scopeKey(item.scope))).toEqual(scopesOf(items));
  });

  test('records ascend by path within their scope, and no path comes twice', () => {
    const { items } = at();
    for (const scope of scopesOf(items)) {
      const keys = items.flatMap((item) =>
        item.type === 'record' && scopeKey(item.scope) === scope ? [pathKey(item.record.path)] : [],
      );
      expect(keys).toEqual([...keys].sort(byCodeUnit));
    }
    const all = recordsOf(items).map((record) => pathKey(record.path));
    expect(new Set(all).size).toBe(all.length);
  });

  test('containers belong to the whole source, datasets to a scope that is their path without the last part', () => {
    for (const item of at().items) {
      if (item.type !== 'record') continue;
      const scope = item.record.kind === 'container' ? [] : item.record.path.slice(0, -1);
      expect(item.scope).toEqual(scope);
    }
  });

  test('two crawls of an unchanged source are equal', async () => {
    expect(await crawlOnce(at().source)).toEqual(at().items);
  });
}

function completenessGuarantees(at: At): void {
  test('every record is exactly what the record schema describes', () => {
    for (const record of recordsOf(at().items)) {
      const schema = record.kind === 'container' ? containerRecord : datasetRecord;
      expect(schema.strict().parse(record)).toEqual(record);
    }
  });

  test('every scope but the whole is a container that was listed', () => {
    const containers = recordsOf(at().items)
      .filter((record) => record.kind === 'container')
      .map((record) => pathKey(record.path));
    for (const scope of scopesOf(at().items).slice(1)) expect(containers).toContain(scope);
  });

  test('a complete receipt has no reason, and all are complete when nothing is wrong', () => {
    for (const receipt of receiptsOf(at().items)) expect(receipt).toMatchObject({ complete: true, reason: null });
  });

  test('the expected number of records is the number that comes, where it is known', () => {
    const { items } = at();
    for (const item of items) {
      if (item.type !== 'scope' || item.expected === null) continue;
      const key = scopeKey(item.scope);
      expect(items.filter((other) => other.type === 'record' && scopeKey(other.scope) === key)).toHaveLength(item.expected);
    }
  });

  test('inspection names the scopes that a crawl lists', async () => {
    const { source, items } = at();
    const report = await withSession(source, (session) => session.inspect(AbortSignal.timeout(60_000)));
    const readable = report.scopes.filter((scope) => scope.readable).map((scope) => scopeKey(scope.scope));
    expect(new Set(readable)).toEqual(new Set(scopesOf(items).slice(1)));
  });

  test('an empty schema has its scope, its container and a complete receipt', ({ skip }) => {
    const { emptyScope } = at().oddities;
    if (emptyScope === null) return skip('the engine has no empty schemas');
    expect(recordAt(at().items, emptyScope).kind).toBe('container');
    expect(receiptsOf(at().items).find((receipt) => scopeKey(receipt.scope) === scopeKey(emptyScope))).toMatchObject({
      complete: true,
    });
  });
}

function detailGuarantees(at: At): void {
  test('names with quotes, dots, newlines, emoji, mixed case and full length come back as they are', () => {
    for (const path of at().oddities.names) expect(recordAt(at().items, path)).toMatchObject({ path, problem: null });
  });

  test('a table with very many columns has them all, numbered from one without a gap', () => {
    const { path, columns } = at().oddities.wide;
    const record = recordAt(at().items, path);
    expect(record.kind === 'dataset' && record.columns.map((column) => column.ordinal)).toEqual(
      Array.from({ length: columns }, (_, index) => index + 1),
    );
  });

  const details: readonly [guarantee: string, pick: (oddities: Oddities) => Expected | null][] = [
    ['a view has its columns and its defining query', (oddities) => oddities.view],
    ['a view that no longer compiles is listed with its problem', (oddities) => oddities.brokenView],
    ['comments become descriptions, quotes and all', (oddities) => oddities.comments],
    ['a primary key comes in key order', (oddities) => oddities.primaryKey],
    ['a unique key comes in key order', (oddities) => oddities.uniqueKey],
    ['a foreign key pairs its columns with those of the table it references', (oddities) => oddities.foreignKey],
    ['a check has its expression', (oddities) => oddities.check],
    ['an index has its keys', (oddities) => oddities.index],
    ['a default comes as the engine prints it', (oddities) => oddities.defaultValue],
    ['a generated column has its expression and no default', (oddities) => oddities.generated],
  ];
  for (const [guarantee, pick] of details) {
    test(guarantee, ({ skip }) => {
      const wanted = pick(at().oddities);
      if (wanted === null) return skip('the engine has no such thing');
      expect(recordAt(at().items, wanted.path)).toMatchObject(wanted.record);
    });
  }
}

function interruptionGuarantees(at: At): void {
  test('a skipped scope yields nothing, and all others are as before', async () => {
    const { source, items } = at();
    for (const scope of new Set([scopesOf(items)[0] ?? '', scopesOf(items).at(-1) ?? ''])) {
      const rest = await withSession(source, (session) => crawlAll(session, [scope]));
      expect(rest).toEqual(items.filter((item) => scopeKey(item.scope) !== scope));
    }
  });

  test('an aborted crawl ends soon, by an error and without another receipt', async () => {
    await withSession(at().source, async (session) => {
      const controller = new AbortController();
      const crawl = session.crawl({ skip: new Set(), signal: controller.signal })[Symbol.asyncIterator]();
      await crawl.next();
      controller.abort();
      const started = performance.now();
      const { items, error } = await drain(crawl);
      expect(error).toBeInstanceOf(Error);
      expect(receiptsOf(items)).toEqual([]);
      expect(performance.now() - started).toBeLessThan(2_000);
    });
  });

  test('a crawl that was aborted before it began asks nothing', async () => {
    const { queryCount } = at().source;
    await withSession(at().source, async (session) => {
      const before = await queryCount?.();
      const crawl = session.crawl({ skip: new Set(), signal: AbortSignal.abort() });
      expect((await drain(crawl[Symbol.asyncIterator]())).error).toBeInstanceOf(Error);
      expect(await queryCount?.()).toBe(before);
    });
  });

  test('a crawl that its reader leaves early can be followed by another in the same session', async () => {
    await withSession(at().source, async (session) => {
      for await (const item of session.crawl({ skip: new Set(), signal: AbortSignal.timeout(60_000) }))
        if (item.type === 'record') break;
      expect(await crawlAll(session)).toEqual(at().items);
    });
  });

  test('a session may be closed twice', async () => {
    const session = await at().source.open();
    await session.close();
    await session.close();
  });
}

function safetyGuarantees(at: At): void {
  test('the session can only read', async () => {
    const { source, items } = at();
    await expect(source.write()).rejects.toThrow();
    expect(await crawlOnce(source), 'nothing was written before the refusal').toEqual(items);
    const report = await withSession(source, (session) => session.inspect(AbortSignal.timeout(60_000)));
    expect(report.readOnly).toBe(true);
  });

  test('a source that cannot be opened says why and what to do, and tells no secret', async () => {
    const { refusals, secrets } = at().source;
    for (const [wrong, open] of Object.entries(refusals)) {
      const fault: unknown = await open().then(
        () => null,
        (error: unknown) => error,
      );
      expect(fault, wrong).toBeInstanceOf(Fault);
      expect(fault, wrong).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: expect.stringMatching(/\S+ \S+/) });
      for (const secret of secrets) expect(inspect(fault, { depth: 10 }), wrong).not.toContain(secret);
    }
  });

  test('one unreadable scope is incomplete with its reason, and the rest is crawled', async ({ skip }) => {
    const { source, items } = at();
    if (source.breakScope === null) return skip('no scope of it can be made unreadable alone');
    const { scope, restore } = await source.breakScope();
    try {
      const broken = await crawlOnce(source);
      const receipt = receiptsOf(broken).find((item) => scopeKey(item.scope) === scopeKey(scope));
      expect(receipt).toMatchObject({ complete: false, reason: expect.stringMatching(/\S+ \S+/) });
      for (const secret of source.secrets) expect(inspect(broken, { depth: 10 })).not.toContain(secret);
      const others = (list: readonly CrawlItem[]) =>
        list.filter((item) => item.scope.length > 0 && scopeKey(item.scope) !== scopeKey(scope));
      expect(others(broken)).toEqual(others(items));
    } finally {
      await restore();
    }
  });
}

function changeGuarantees(at: At): void {
  test('the number of queries does not grow with the number of tables', async ({ skip }) => {
    const { source, items } = at();
    const { queryCount } = source;
    if (queryCount === null) return skip('every dataset is a file of its own');
    const before = await queriesOfOneCrawl(source, queryCount);
    expect(before).toBeGreaterThan(0);
    await source.grow(60);
    expect(await queriesOfOneCrawl(source, queryCount)).toBe(before);
    expect(recordsOf(await crawlOnce(source))).toHaveLength(recordsOf(items).length + 60);
  });

  test('a table dropped in mid-crawl spoils nothing: the crawl ends and the others are all there', async ({ skip }) => {
    const { source, oddities, items } = at();
    const { doomed } = oddities;
    if (doomed === null) return skip('the engine lets no other client write meanwhile');
    const seen: CrawlItem[] = [];
    await withSession(source, async (session) => {
      for await (const item of session.crawl({ skip: new Set(), signal: AbortSignal.timeout(60_000) })) {
        seen.push(item);
        if (item.type === 'receipt' && item.scope.length === 0) await doomed.drop();
      }
    });
    expect(scopesOf(seen)).toEqual(scopesOf(items));
    const keys = new Set(recordsOf(seen).map((record) => pathKey(record.path)));
    for (const record of recordsOf(items)) {
      if (pathKey(record.path) !== pathKey(doomed.path)) expect(keys).toContain(pathKey(record.path));
    }
  });
}
