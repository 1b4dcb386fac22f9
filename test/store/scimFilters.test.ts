import { fc } from '@fast-check/vitest';
import { beforeAll, expect, test } from 'vitest';
import { describeOnOneEngine } from './engines.ts';
import { govern, newcomer } from './governing.ts';
import { patchOf, type Scim, scimClient } from '../support/scim.ts';

type Resource = Readonly<Record<string, unknown>>;

/** A filter as text, beside what it means for a resource as a client sees it. */
interface Meant {
  readonly text: string;
  readonly holds: (resource: Resource) => boolean;
}

const WORDS = ['ada', 'Ada', 'b', 'B%', 'a_b', "o'x", 'q"r', 'back\\slash', 'ä', '', 'adab', '2', 'a@x'];
const word = fc.constantFrom(...WORDS);
const quoted = (text: string): string => JSON.stringify(text);
const anyCase = (text: string) => fc.boolean().map((isUpper) => (isUpper ? text.toUpperCase() : text));

const texts: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  eq: (left, right) => left === right,
  co: (left, right) => left.includes(right),
  sw: (left, right) => left.startsWith(right),
  ew: (left, right) => left.endsWith(right),
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
};

const read = (resource: Resource, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Resource | undefined)?.[name], resource);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Both engines fold what is in ASCII; others depend on the locale of the server. */
const fold = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const single = (path: string, isExact: boolean): fc.Arbitrary<Meant> => {
  const folded = (text: string): string => (isExact ? text : fold(text));
  const compares = fc
    .tuple(anyCase(path), fc.constantFrom(...Object.keys(texts)), word)
    .map(([name, comparison, value]): Meant => ({
      text: `${name} ${comparison} ${quoted(value)}`,
      holds: (resource) => {
        const actual = read(resource, path);
        return typeof actual === 'string' && texts[comparison]?.(folded(actual), folded(value)) === true;
      },
    }));
  const differs = word.map((value): Meant => ({
    text: `${path} ne ${quoted(value)}`,
    holds: (resource) => {
      const actual = read(resource, path);
      return typeof actual !== 'string' || folded(actual) !== folded(value);
    },
  }));
  const there: Meant = { text: `${path} pr`, holds: (resource) => isText(read(resource, path)) };
  const notThere: Meant = { text: `${path} eq null`, holds: (resource) => !isText(read(resource, path)) };
  return fc.oneof(compares, differs, fc.constantFrom(there, notThere));
};

const truth = fc.tuple(fc.boolean(), fc.constantFrom('eq', 'ne')).map(([value, comparison]): Meant => ({
  text: `active ${comparison} ${value}`,
  holds: ({ active }) => (active === value) === (comparison === 'eq'),
}));

const manyOf = (resource: Resource): readonly Resource[] => (resource['emails'] as Resource[] | undefined) ?? [];

const bracketed = fc
  .tuple(fc.constantFrom('home', 'WORK', 'none'), fc.constantFrom('and', 'or'), word)
  .map(([type, join, value]): Meant => ({
    text: `emails[type eq "${type}" ${join} value co ${quoted(value)}]`,
    holds: (resource) =>
      manyOf(resource).some((one) => {
        const isType = typeof one['type'] === 'string' && fold(one['type']) === fold(type);
        const hasValue = typeof one['value'] === 'string' && fold(one['value']).includes(fold(value));
        return join === 'and' ? isType && hasValue : isType || hasValue;
      }),
  }));

const severalLeaf = fc
  .tuple(fc.constantFrom('emails', 'emails.value'), fc.constantFrom(...Object.keys(texts)), word)
  .map(([path, comparison, value]): Meant => ({
    text: `${path} ${comparison} ${quoted(value)}`,
    holds: (resource) =>
      manyOf(resource).some(
        (one) => typeof one['value'] === 'string' && texts[comparison]?.(fold(one['value']), fold(value)) === true,
      ),
  }));

const several = fc.constantFrom<Meant>(
  { text: 'emails pr', holds: (resource) => manyOf(resource).length > 0 },
  { text: 'not (emails pr)', holds: (resource) => manyOf(resource).length === 0 },
  { text: 'emails.type ne "work"', holds: (resource) => !manyOf(resource).some(({ type }) => type === 'work') },
  { text: 'emails.primary eq true', holds: (resource) => manyOf(resource).some(({ primary }) => primary === true) },
);

const { filter } = fc.letrec<{ filter: Meant; leaf: Meant }>((tie) => ({
  leaf: fc.oneof(
    single('title', false),
    single('displayName', false),
    single('externalId', true),
    single('name.givenName', false),
    single('userName', false),
    truth,
    bracketed,
    severalLeaf,
    several,
  ),
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('leaf'),
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or', 'AND'), tie('filter')).map(([left, join, right]): Meant => ({
      text: `(${left.text}) ${join} (${right.text})`,
      holds: (resource) =>
        join === 'or' ? left.holds(resource) || right.holds(resource) : left.holds(resource) && right.holds(resource),
    })),
    tie('filter').map(({ text, holds }): Meant => ({ text: `not (${text})`, holds: (resource) => !holds(resource) })),
  ),
}));

describeOnOneEngine('filters of SCIM', (open) => {
  let scim: Scim;
  let all: readonly Resource[];

  const list = async (text: string): Promise<readonly Resource[]> => {
    const { status, body } = await scim('GET', `/Users?count=200&filter=${encodeURIComponent(text)}`);
    if (status !== 200) throw new Error(`${text}: ${JSON.stringify(body)}`);
    return body.Resources;
  };

  beforeAll(async () => {
    const governing = await govern(await open());
    const principal = await newcomer(governing, 'service', []);
    scim = scimClient(governing.kernel, { ...principal, scopes: ['scim'] });
    const people = fc.sample(
      fc.record(
        {
          title: word,
          displayName: fc.constantFrom(...WORDS.filter((one) => one !== '')),
          externalId: word,
          active: fc.boolean(),
          name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
          emails: fc.array(
            fc.record(
              { value: word, type: fc.constantFrom('work', 'home', 'Other'), primary: fc.boolean() },
              { requiredKeys: ['value'] },
            ),
            { maxLength: 3 },
          ),
        },
        { requiredKeys: [] },
      ),
      { numRuns: 40, seed: 7 },
    );
    for (const [place, person] of people.entries()) {
      const made = await scim('POST', '/Users', { userName: `${place % 2 === 0 ? 'ada' : 'B'}${place}@x.example`, ...person });
      expect(made.status).toBe(201);
    }
    all = (await scim('GET', '/Users?count=200')).body.Resources;
    expect(all).toHaveLength(40);
  });

  test('answer those, and only those, that a look at each of them finds', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async ({ text, holds }) => {
        const wanted = all.filter(holds).map(({ id }) => id);
        expect((await list(text)).map(({ id }) => id)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('compare moments as moments', async () => {
    const { meta } = all[20] as { meta: { created: string } };
    const after = all.filter((one) => (one['meta'] as { created: string }).created > meta.created);
    expect(await list(`meta.created gt "${meta.created}"`)).toEqual(after);
    expect(await list(`not (meta.created le "${meta.created}")`)).toEqual(after);
    expect(await list(`meta.lastModified eq "${meta.created.replace('Z', '+00:00')}"`)).toEqual([all[20]]);
    expect(await list('meta.resourceType eq "User" and id pr')).toHaveLength(40);
  });

  test('find by group, and groups by member', async () => {
    const [first, second] = all;
    const { body: group } = await scim('POST', '/Groups', { displayName: 'Guides', members: [{ value: first?.['id'] }] });
    await scim('POST', '/Groups', { displayName: 'Others', members: [{ value: second?.['id'] }] });
    expect((await list(`groups.value eq "${group.id}"`)).map(({ id }) => id)).toEqual([first?.['id']]);
    expect((await list('groups[display sw "GUI"]')).map(({ id }) => id)).toEqual([first?.['id']]);
    const groups = (text: string) => scim('GET', `/Groups?filter=${encodeURIComponent(text)}`);
    expect((await groups(`members.value eq "${String(first?.['id'])}"`)).body.Resources).toMatchObject([
      { displayName: 'Guides' },
    ]);
    expect((await groups(`displayName eq "guides" and members[value eq "${String(first?.['id'])}"]`)).body.totalResults).toBe(1);
    expect((await groups(`members[type eq "User"] and not (displayName eq "GUIDES")`)).body.Resources).toMatchObject([
      { displayName: 'Others' },
    ]);
  });

  test('walk in pages that miss and repeat nobody', async () => {
    const seen: unknown[] = [];
    for (let startIndex = 1; ;) {
      const { body } = await scim('GET', `/Users?startIndex=${startIndex}&count=7&filter=${encodeURIComponent('userName pr')}`);
      expect(body).toMatchObject({ totalResults: 40, startIndex, itemsPerPage: body.Resources.length });
      if (body.itemsPerPage === 0) break;
      seen.push(...body.Resources.map(({ id }: Resource) => id));
      startIndex += body.itemsPerPage;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
    expect((await scim('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 40, itemsPerPage: 0, Resources: [] });
    expect((await scim('GET', '/Users?startIndex=-5&count=-1')).body).toMatchObject({ startIndex: 1, itemsPerPage: 0 });
    expect((await scim('GET', '/Users?count=100000')).body.itemsPerPage).toBe(40);
    expect((await scim('GET', '/Users?count=many')).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });

  test.each([
    `userName eq "x' or '1'='1"`,
    `title co "%"`,
    `title eq "\\" or true --"`,
    `externalId sw "'); drop table kernel.principal; --"`,
  ])('take %s for a text', async (text) => {
    const found = await list(text);
    expect(found.every((one) => text.startsWith('title co') && String(one['title']).includes('%'))).toBe(true);
    expect((await scim('GET', '/Users?count=0')).body.totalResults).toBe(40);
  });

  test.each(['userName eq "a" or 1=1', 'userName eq "\u0000"', 'meta.version eq "x"', 'password pr', 'userName'])(
    'refuse %j',
    async (text) => {
      const { status, body } = await scim('GET', `/Users?filter=${encodeURIComponent(text)}`);
      expect([status, body.scimType]).toEqual([400, 'invalidFilter']);
      expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
    },
  );

  test('show only what is asked for', async () => {
    const { body } = await scim('GET', '/Users?count=1&attributes=active,emails.value');
    const [shown] = body.Resources;
    expect(Object.keys(shown).toSorted()).toEqual(expect.arrayContaining(['active', 'id', 'schemas', 'userName']));
    expect(shown).not.toHaveProperty('meta');
    const { body: less } = await scim('GET', '/Groups?excludedAttributes=members,meta.version');
    expect(less.Resources[0]).not.toHaveProperty('members');
    expect(less.Resources[0].meta).not.toHaveProperty('version');
    expect(less.Resources[0].meta).toHaveProperty('created');
    expect(
      (
        await scim(
          'PATCH',
          `/Users/${String(all[0]?.['id'])}?attributes=title`,
          patchOf({ op: 'add', path: 'title', value: 'x' }),
        )
      ).body,
    ).toMatchObject({ title: 'x' });
  });
});
