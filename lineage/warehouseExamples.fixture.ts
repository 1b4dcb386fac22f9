import type { Example } from './examples.fixture.ts';

const TRINO: readonly Example[] = [
  [
    'UPDATE hive.db.t SET a = upper(b), c = (SELECT max(x) FROM s) WHERE d > 1',
    's',
    'hive.db.t',
    ['hive.db.t.a < hive.db.t.b', 'hive.db.t.c < s.x'],
  ],
  ['DELETE FROM t WHERE k IN (SELECT k FROM gone)', 'gone', '', []],
  [
    'MERGE INTO acc a USING (SELECT id, sum(v) AS v FROM moves GROUP BY id) m ON a.id = m.id WHEN MATCHED THEN UPDATE SET v = a.v + m.v WHEN NOT MATCHED THEN INSERT VALUES (m.id, m.v)',
    'moves',
    'acc',
    ['acc.v < acc.v + moves.v', 'acc.id < moves.id'],
  ],
  [
    'SELECT o.id, k, v, n FROM orders o CROSS JOIN UNNEST(map_keys(o.m), o.vals) WITH ORDINALITY AS u (k, v, n)',
    'orders',
    '',
    ['id < orders.id', 'k < orders.m', 'v < orders.vals'],
  ],
  [
    "CREATE TABLE iceberg.s.t (id, total) COMMENT 'x' WITH (format = 'PARQUET') AS SELECT cust, sum(price * qty) FROM lines GROUP BY cust WITH NO DATA",
    'lines',
    'iceberg.s.t',
    ['iceberg.s.t.id < lines.cust', 'iceberg.s.t.total < lines.price + lines.qty'],
  ],
  ['CREATE MATERIALIZED VIEW mv AS SELECT a, arbitrary(b) AS b FROM t GROUP BY 1', 't', 'mv', ['mv.a < t.a', 'mv.b < t.b']],
  [
    'WITH RECURSIVE r (id, root) AS (SELECT id, id FROM n WHERE up IS NULL UNION ALL SELECT n.id, r.root FROM n JOIN r ON n.up = r.id) SELECT id, root FROM r',
    'n',
    '',
    ['id < n.id', 'root < n.id'],
  ],
  [
    "SELECT json_extract_scalar(doc, '$.a') AS a, TRY_CAST(b AS bigint) AS b, TRY(c / d) AS e FROM t",
    't',
    '',
    ['a < t.doc', 'b < t.b', 'e < t.c + t.d'],
  ],
  [
    'SELECT a, reduce(arr, 0, (s, x) -> s + x * k, s -> s) AS total, filter(arr, x -> x > lo) AS above FROM t',
    't',
    '',
    ['a < t.a', 'total < t.arr + t.k', 'above < t.arr + t.lo'],
  ],
  [
    'SELECT cust, first_price FROM orders MATCH_RECOGNIZE (PARTITION BY cust ORDER BY day MEASURES FIRST(A.price) AS first_price PATTERN (A B+) DEFINE B AS B.price > PREV(B.price))',
    'orders',
    '',
    ['cust < orders.cust', 'first_price < orders.price'],
  ],
  [
    'SELECT t.a, x.b FROM t LEFT JOIN LATERAL (SELECT max(u.b) AS b FROM u WHERE u.k = t.k) x ON TRUE',
    't, u',
    '',
    ['a < t.a', 'b < u.b'],
  ],
  ['INSERT INTO t (a, b) TABLE s', 's', 't', ['t.* < s.*']],
  ['SELECT a FROM t FOR VERSION AS OF 12345', 't', '', ['a < t.a']],
];

const CLICKHOUSE: readonly Example[] = [
  ['ALTER TABLE t UPDATE a = b + c WHERE d = 1', '', 't', ['t.a < t.b + t.c']],
  ['ALTER TABLE t DELETE WHERE a IN (SELECT a FROM u)', '', '', []],
  [
    'SELECT id, tag, n FROM t LEFT ARRAY JOIN tags AS tag, arrayEnumerate(tags) AS n',
    't',
    '',
    ['id < t.id', 'tag < t.tags', 'n < t.tags'],
  ],
  ['SELECT id, nested.a FROM t ARRAY JOIN nested', 't', '', ['id < t.id', 'a < t.nested']],
  [
    'CREATE MATERIALIZED VIEW db.mv TO db.agg AS SELECT k, sumState(v) AS v FROM db.raw GROUP BY k',
    'db.raw',
    'db.agg',
    ['db.agg.k < db.raw.k', 'db.agg.v < db.raw.v'],
  ],
  [
    'CREATE MATERIALIZED VIEW mv ENGINE = SummingMergeTree ORDER BY k POPULATE AS SELECT k, count() AS n, max(v) AS v FROM raw GROUP BY k',
    'raw',
    'mv',
    ['mv.k < raw.k', 'mv.v < raw.v'],
  ],
  ['WITH 10 AS lim, upper(name) AS big SELECT big AS n, v > lim AS over FROM t', 't', '', ['n < t.name', 'over < t.v']],
  [
    'SELECT * FROM (SELECT a, b FROM t) AS l GLOBAL ANY INNER JOIN (SELECT a, c FROM u) AS r USING (a)',
    't, u',
    '',
    ['a < t.a', 'b < t.b', 'c < u.c'],
  ],
  ['INSERT INTO t SELECT number AS n, toString(number) AS s FROM numbers(10)', '', 't', []],
  ["SELECT dictGetOrDefault('d.users', 'name', id, 'x') AS name FROM t", 't, d.users', '', ['name < d.users.name + t.id']],
  ['SELECT a, row_number() OVER (PARTITION BY b ORDER BY c) AS n FROM t QUALIFY n = 1', 't', '', ['a < t.a', 'n < t.b + t.c']],
  ["SELECT COLUMNS('^m_') APPLY (sum) FROM t", 't', '', ['* < t.*']],
  ['EXCHANGE TABLES a AND b', '', '', []],
];

const DUCKDB: readonly Example[] = [
  ['UPDATE t SET a = s.b + t.c FROM s WHERE s.id = t.id', 's', 't', ['t.a < s.b + t.c']],
  ['DELETE FROM t USING s WHERE s.id = t.id', 's', '', []],
  [
    'MERGE INTO t USING s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)',
    's',
    't',
    ['t.v < s.v', 't.id < s.id'],
  ],
  [
    'INSERT INTO t (id, v) SELECT id, v FROM s ON CONFLICT (id) DO UPDATE SET v = excluded.v + t.v',
    's',
    't',
    ['t.id < s.id', 't.v < s.v + t.v'],
  ],
  [
    "SELECT * FROM (PIVOT sales ON month IN ('jan', 'feb') USING sum(amount) GROUP BY region)",
    'sales',
    '',
    ['region < sales.region', 'jan < sales.amount', 'feb < sales.amount'],
  ],
  [
    "SELECT region, jan FROM sales PIVOT (sum(amount) FOR month IN ('jan', 'feb') GROUP BY region)",
    'sales',
    '',
    ['region < sales.region', 'jan < sales.amount'],
  ],
  ['SELECT a + 1 AS b, b * 2 AS c, c + d AS e FROM t', 't', '', ['b < t.a', 'c < t.a', 'e < t.a + t.d']],
  ['SELECT t.a, u.b FROM t ASOF JOIN u ON t.id = u.id AND t.at >= u.at', 't, u', '', ['a < t.a', 'b < u.b']],
  ['SELECT a FROM t UNION BY NAME SELECT b, a FROM u', 't, u', '', ['a < t.a + u.a', 'b < u.b']],
  ['SELECT {x: a, y: b}.x AS p, [a, c] AS q, s.f.g AS r FROM t', 't', '', ['p < t.a + t.b', 'q < t.a + t.c', 'r < t.s']],
  ['SELECT [x * k FOR x IN l IF x > lo] AS c FROM t', 't', '', ['c < t.k + t.l + t.lo']],
  ['CREATE OR REPLACE TEMP TABLE x AS SELECT a FROM t; INSERT INTO y SELECT a FROM x', 't', 'y', ['y.a < t.a']],
  ['SELECT a, max(b) AS m FROM t GROUP BY ALL ORDER BY ALL', 't', '', ['a < t.a', 'm < t.b']],
  ['SELECT u.e, u.n FROM t, unnest(t.l) WITH ORDINALITY AS u(e, n)', 't', '', ['e < t.l']],
];

/** More SQL of analytic engines, of which other projects' suites say little. */
export const WAREHOUSE_EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  trino: TRINO,
  clickhouse: CLICKHOUSE,
  duckdb: DUCKDB,
};
