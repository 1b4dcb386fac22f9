import { expect } from 'vitest';
import { quoted } from './mysqlServer.ts';
import type { TemporaryDatabases } from './mysqlServer.ts';
import { expected } from './preparedSource.ts';
import type { Oddities } from './preparedSource.ts';

/** Identifiers end at U+FFFF here, so there is no owl; and they may not end with a blank. */
const ODD_NAMES = [
  'a "quoted" name',
  "it's",
  'back`tick',
  'dotted.name',
  'two\nlines',
  'MixedCase',
  'mixedcase',
  'grüße ☃',
  'grusse ☃',
  ' blank',
  '?',
  'x'.repeat(64),
];
/** InnoDB permits 1,017. */
const WIDEST = 1_010;

/** What is strange but legal in MySQL and MariaDB. */
export async function mysqlOddities(databases: TemporaryDatabases): Promise<Oddities> {
  const shop = await databases.database('shop');
  const odd = await databases.database('Odd "db".x`y');
  const twin = await databases.database('odd "db".x`y');
  const empty = await databases.database('empty');
  await databases.database('hidden');
  await databases.run(`
    ${ODD_NAMES.map((name) => `create table ${quoted(odd)}.${quoted(name)} (${quoted(name)} int primary key);`).join('\n')}
    create table ${quoted(twin)}.${quoted('MixedCase')} (other int);
    create table ${databases.prefix}hidden.secret (id int);
    use ${shop};
    create table wide (${Array.from({ length: WIDEST }, (_, n) => `c${n} int`).join(', ')});
    ${DETAILS}`);
  return {
    names: [...ODD_NAMES.map((name) => [odd, name]), [twin, 'MixedCase']],
    wide: { path: [shop, 'wide'], columns: WIDEST },
    emptyScope: [empty],
    ...details(shop),
    doomed: { path: [shop, 'zz_doomed'], drop: () => databases.run(`drop table ${shop}.zz_doomed`) },
  };
}

const DETAILS = `
  create table region (country varchar(10) not null, code int not null, name varchar(30) not null,
    primary key (code, country), unique key region_name (name, country));
  create table city (
    id bigint unsigned auto_increment primary key,
    country varchar(10), code int,
    people int default 7 comment 'Counted; yearly',
    motto varchar(40) not null default 'it''s "here"',
    label varchar(40) generated always as (concat('city ', country)) stored,
    constraint some_people check (people > 0),
    constraint city_region foreign key (code, country) references region (code, country),
    key city_search (motto(5), people)) comment 'A "city", it''s large';
  create view big_city as select id, label from city where people > 1000;
  create table gone (id int);
  create view broken as select id from gone;
  drop table gone;
  create table zz_doomed (id int primary key);`;

function details(shop: string) {
  const city = [shop, 'city'];
  const column = (wanted: object): object => ({ columns: expect.arrayContaining([expect.objectContaining(wanted)]) });
  return {
    view: expected([shop, 'big_city'], {
      subtype: 'VIEW',
      owner: expect.stringContaining('@'),
      problem: null,
      definition: expect.stringContaining('`city`'),
      columns: [
        {
          name: 'id',
          ordinal: 1,
          nativeType: expect.stringContaining('unsigned'),
          nullable: false,
          defaultValue: null,
          description: null,
          generatedAs: null,
        },
        expect.objectContaining({ name: 'label', nativeType: 'varchar(40)' }),
      ],
    }),
    brokenView: expected([shop, 'broken'], {
      subtype: 'VIEW',
      columns: [],
      problem: expect.stringContaining('references invalid table'),
    }),
    comments: expected(city, {
      description: `A "city", it's large`,
      ...column({ name: 'people', description: 'Counted; yearly' }),
    }),
    primaryKey: expected([shop, 'region'], { primaryKey: ['code', 'country'] }),
    uniqueKey: expected([shop, 'region'], { uniqueKeys: [['name', 'country']] }),
    foreignKey: expected(city, {
      foreignKeys: [
        {
          name: 'city_region',
          columns: ['code', 'country'],
          references: { path: [shop, 'region'], columns: ['code', 'country'] },
        },
      ],
    }),
    check: expected(city, { checks: [{ name: 'some_people', expression: expect.stringContaining('`people` > 0') }] }),
    index: expected(city, {
      indexes: expect.arrayContaining([
        { name: 'city_search', keys: ['motto(5)', 'people'], unique: false, method: 'btree', predicate: null },
      ]),
    }),
    defaultValue: expected(city, column({ name: 'motto', defaultValue: `'it''s "here"'`, nullable: false })),
    generated: expected(city, column({ name: 'label', generatedAs: expect.stringContaining('concat('), defaultValue: null })),
  };
}
