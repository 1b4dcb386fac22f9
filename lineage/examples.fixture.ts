/** SQL of each dialect with what must come out of it: tables read, tables written, and each output with its origins. */
export type Example = readonly [sql: string, reads: string, writes: string, columns: readonly string[]];

const TRINO: readonly Example[] = [
  [
    'INSERT INTO hive.db.tgt SELECT o.id, t.item FROM hive.db.orders o CROSS JOIN UNNEST(o.items) AS t(item)',
    'hive.db.orders',
    'hive.db.tgt',
    ['hive.db.tgt.id < hive.db.orders.id', 'hive.db.tgt.item < hive.db.orders.items'],
  ],
  [
    "CREATE TABLE tgt WITH (format='ORC') AS SELECT element_at(m, 'k') AS v, transform(arr, e -> e + y) AS w FROM src",
    'src',
    'tgt',
    ['tgt.v < src.m', 'tgt.w < src.arr + src.y'],
  ],
  ['SELECT approx_distinct(a) FILTER (WHERE b > 1) AS n, max_by(c, d) AS m FROM t', 't', '', ['n < t.a + t.b', 'm < t.c + t.d']],
  ["SELECT * FROM (VALUES (1, 'a')) AS v(x, y) JOIN t ON v.x = t.id", 't', '', ['* < t.*']],
  [
    'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND s.del THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)',
    's',
    't',
    ['t.v < s.v', 't.id < s.id'],
  ],
  ['SELECT id, grouping(a) g FROM t GROUP BY GROUPING SETS ((id), (id, a))', 't', '', ['id < t.id', 'g < t.a']],
  ['SELECT row.f1, r.f2.f3 FROM t', 't', '', ['f1 < t.row', 'f3 < t.r']],
];

const CLICKHOUSE: readonly Example[] = [
  [
    'CREATE MATERIALIZED VIEW mv TO tgt AS SELECT toDate(ts) AS d, countIf(x > 1) AS c, uniq(u) AS us FROM src GROUP BY d',
    'src',
    'tgt',
    ['tgt.d < src.ts', 'tgt.c < src.x', 'tgt.us < src.u'],
  ],
  ['SELECT a, x FROM t ARRAY JOIN arr AS x', 't', '', ['a < t.a', 'x < t.arr']],
  ['SELECT a AS b, b + 1 AS c FROM t', 't', '', ['b < t.a', 'c < t.a']],
  [
    'INSERT INTO t (a, b) SELECT x, argMax(y, z) FROM s FINAL PREWHERE q = 1 GROUP BY x SETTINGS max_threads = 1',
    's',
    't',
    ['t.a < s.x', 't.b < s.y + s.z'],
  ],
  ['SELECT sumIf(a, b > 0) AS s, groupArray(c) AS g FROM t LIMIT 1 BY d', 't', '', ['s < t.a + t.b', 'g < t.c']],
  ['WITH (SELECT max(x) FROM u) AS mx SELECT a / mx AS r FROM t', 't, u', '', ['r < t.a + u.x']],
  ['SELECT * EXCEPT (a) REPLACE (b * 2 AS b) FROM t', 't', '', ['b < t.b', '* < t.*']],
  ['SELECT t.a, u.b FROM t ANY LEFT JOIN u USING (id)', 't, u', '', ['a < t.a', 'b < u.b']],
  ['SELECT t.a, u.b FROM t ASOF JOIN u ON t.id = u.id AND t.ts >= u.ts', 't, u', '', ['a < t.a', 'b < u.b']],
  [
    "INSERT INTO FUNCTION s3('https://b/x.csv', 'CSV') SELECT a FROM t",
    't',
    'path:https://b/x.csv',
    ['path:https://b/x.csv.a < t.a'],
  ],
  ["SELECT a FROM remote('h', db, tbl)", 'db.tbl', '', ['a < db.tbl.a']],
  ['SELECT quantile(0.9)(x) AS p FROM t', 't', '', ['p < t.x']],
  ['CREATE TABLE x ENGINE = MergeTree ORDER BY a AS SELECT a, b FROM y', 'y', 'x', ['x.a < y.a', 'x.b < y.b']],
  ['SELECT arrayMap(x -> x * k, arr) AS m FROM t', 't', '', ['m < t.k + t.arr']],
  ["ALTER TABLE a REPLACE PARTITION '1' FROM b", 'b', 'a', ['a.* < b.*']],
];

const DUCKDB: readonly Example[] = [
  ['SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) FROM t', 't', '', ['b < t.b', '* < t.*']],
  ['FROM t SELECT a, b', 't', '', ['a < t.a', 'b < t.b']],
  ['FROM t', 't', '', ['* < t.*']],
  ['CREATE TABLE x AS FROM y', 'y', 'x', ['x.* < y.*']],
  ['SELECT a.b.c AS z FROM a', 'a', '', ['z < a.b']],
  ['INSERT INTO t BY NAME SELECT 1 AS a, x AS b FROM s', 's', 't', ['t.b < s.x']],
  ["COPY t TO 'out.parquet' (FORMAT PARQUET)", 't', 'path:out.parquet', []],
  ["COPY t FROM 'in.csv'", 'path:in.csv', 't', []],
  ["COPY (SELECT a FROM t) TO 'out.csv'", 't', 'path:out.csv', ['path:out.csv.a < t.a']],
  ['CREATE VIEW v AS SELECT unnest(arr) AS e FROM t', 't', 'v', ['v.e < t.arr']],
  [
    'PIVOT cities ON year USING sum(population) AS p GROUP BY country',
    'cities',
    '',
    ['country < cities.country', '* < cities.population'],
  ],
  [
    'UNPIVOT monthly ON jan, feb INTO NAME month VALUE sales',
    'monthly',
    '',
    ['* < monthly.*', 'month < monthly.jan + monthly.feb', 'sales < monthly.jan + monthly.feb'],
  ],
  ['SELECT list_transform(l, x -> x + y) AS q FROM t', 't', '', ['q < t.l + t.y']],
  [
    'SELECT i, j AS k, k + 1 AS m FROM t QUALIFY row_number() OVER (PARTITION BY i ORDER BY j) = 1',
    't',
    '',
    ['i < t.i', 'k < t.j', 'm < t.j'],
  ],
  [
    "CREATE TABLE x AS SELECT * FROM read_parquet(['a.parquet','b.parquet'])",
    'path:a.parquet, path:b.parquet',
    'x',
    ['x.* < path:a.parquet.* + path:b.parquet.*'],
  ],
  [
    "SELECT * FROM 's3://b/x.parquet' p JOIN t ON p.id = t.id",
    'path:s3://b/x.parquet, t',
    '',
    ['* < path:s3://b/x.parquet.* + t.*'],
  ],
  ['INSERT OR REPLACE INTO t SELECT a FROM s', 's', 't', ['t.a < s.a']],
];

const ORACLE: readonly Example[] = [
  ['CREATE TABLE tgt AS SELECT a.x, b.y FROM a, b WHERE a.id = b.id(+)', 'A, B', 'TGT', ['TGT.x < A.x', 'TGT.y < B.y']],
  [
    'INSERT ALL WHEN a > 1 THEN INTO t1 (x) VALUES (a) ELSE INTO t2 (y) VALUES (b) SELECT a, b FROM s',
    'S',
    'T1, T2',
    ['T1.x < S.a', 'T2.y < S.b'],
  ],
  ["INSERT INTO t (a) SELECT LISTAGG(x, ',') WITHIN GROUP (ORDER BY y) FROM s GROUP BY z", 'S', 'T', ['T.a < S.x + S.y']],
  [
    "SELECT level, prior name AS parent, SYS_CONNECT_BY_PATH(name, '/') AS p FROM emp START WITH mgr IS NULL CONNECT BY PRIOR id = mgr",
    'EMP',
    '',
    ['parent < EMP.name', 'p < EMP.name'],
  ],
  [
    'MERGE INTO t USING (SELECT id, v FROM s) q ON (t.id = q.id) WHEN MATCHED THEN UPDATE SET t.v = q.v DELETE WHERE t.v IS NULL WHEN NOT MATCHED THEN INSERT (id, v) VALUES (q.id, q.v)',
    'S',
    'T',
    ['T.v < S.v', 'T.id < S.id'],
  ],
  [
    "SELECT * FROM (SELECT a, b, c FROM t) PIVOT (SUM(c) AS s FOR b IN ('x' AS x, 'y' AS y))",
    'T',
    '',
    ['a < T.a', 'x_s < T.c', 'y_s < T.c'],
  ],
  ['SELECT DECODE(a, 1, b, c) AS d, NVL(e, f) AS g FROM t', 'T', '', ['d < T.a + T.b + T.c', 'g < T.e + T.f']],
  ['UPDATE t SET (a, b) = (SELECT x, y FROM s WHERE s.id = t.id)', 'S', 'T', ['T.a < S.x', 'T.b < S.y']],
  [
    'BEGIN INSERT INTO a SELECT * FROM b; UPDATE c SET x = (SELECT max(y) FROM d); END;',
    'B, D',
    'A, C',
    ['A.* < B.*', 'C.x < D.y'],
  ],
  [
    'CREATE OR REPLACE PROCEDURE p IS v NUMBER; BEGIN SELECT max(x) INTO v FROM src; INSERT INTO tgt (a) SELECT b FROM src2; EXCEPTION WHEN OTHERS THEN ROLLBACK; END p;',
    'SRC, SRC2',
    'TGT',
    ['_col_0 < SRC.x', 'TGT.a < SRC2.b'],
  ],
  ["SELECT jt.a FROM t, JSON_TABLE(t.doc, '$[*]' COLUMNS (a NUMBER PATH '$.a')) jt", 'T', '', ['a < T.doc']],
  ['INSERT /*+ APPEND */ INTO t SELECT /*+ PARALLEL(8) */ x FROM s MINUS SELECT y FROM u', 'S, U', 'T', ['T.x < S.x + U.y']],
  ['WITH t(a, lvl) AS (SELECT x, 1 FROM s UNION ALL SELECT a, lvl + 1 FROM t) SELECT a FROM t', 'S', '', ['a < S.x']],
];

const MYSQL: readonly Example[] = [
  ['INSERT INTO t (a, b) SELECT x, y FROM s ON DUPLICATE KEY UPDATE b = VALUES(b) + s.z', 's', 't', ['t.a < s.x', 't.b < s.y']],
  ['REPLACE INTO t SELECT a FROM s', 's', 't', ['t.a < s.a']],
  ['UPDATE a, b SET a.x = b.y WHERE a.id = b.id', 'b', 'a', ['a.x < b.y']],
  ['UPDATE a JOIN b ON a.id = b.id SET a.x = b.y, b.z = a.w', 'b, a', 'a, b', ['a.x < b.y', 'b.z < a.w']],
  ['DELETE a FROM a JOIN b ON a.id = b.id', 'b', '', []],
  ['CREATE TABLE x SELECT a, b FROM y', 'y', 'x', ['x.a < y.a', 'x.b < y.b']],
  [
    "SELECT GROUP_CONCAT(a ORDER BY b SEPARATOR ',') AS g, IF(c, d, e) AS f FROM t",
    't',
    '',
    ['g < t.a + t.b', 'f < t.d + t.e + t.c'],
  ],
  ["LOAD DATA INFILE '/tmp/x.csv' INTO TABLE t (a, b)", 'path:/tmp/x.csv', 't', []],
  ["SELECT a INTO OUTFILE '/tmp/o.csv' FROM t", 't', 'path:/tmp/o.csv', ['path:/tmp/o.csv.a < t.a']],
  ['INSERT INTO t SET a = 1, b = (SELECT max(x) FROM s)', 's', 't', ['t.b < s.x']],
  ['CREATE TABLE a LIKE b', 'b', 'a', []],
  ['SELECT `t`.`a` AS `x` FROM `db`.`t` AS `t` STRAIGHT_JOIN u', 'db.t, u', '', ['x < db.t.a']],
  ["SELECT JSON_EXTRACT(doc, '$.a') AS a, doc->>'$.b' AS b FROM t", 't', '', ['a < t.doc', 'b < t.doc']],
  [
    'WITH RECURSIVE c AS (SELECT id, pid FROM t UNION ALL SELECT t.id, t.pid FROM t JOIN c ON t.pid = c.id) SELECT id FROM c',
    't',
    '',
    ['id < t.id'],
  ],
];

const TSQL: readonly Example[] = [
  [
    'SELECT a = x, y AS b INTO #tmp FROM dbo.src; INSERT INTO dbo.tgt (p, q) SELECT a, b FROM #tmp',
    'dbo.src',
    'dbo.tgt',
    ['dbo.tgt.p < dbo.src.x', 'dbo.tgt.q < dbo.src.y'],
  ],
  ['SELECT TOP (10) WITH TIES a, ISNULL(b, c) AS d FROM t WITH (NOLOCK) ORDER BY e', 't', '', ['a < t.a', 'd < t.b + t.c']],
  [
    'MERGE dbo.t AS tgt USING dbo.s AS src ON tgt.id = src.id WHEN MATCHED THEN UPDATE SET tgt.v = src.v WHEN NOT MATCHED BY TARGET THEN INSERT (id, v) VALUES (src.id, src.v) WHEN NOT MATCHED BY SOURCE THEN DELETE OUTPUT $action, inserted.id INTO dbo.log;',
    'dbo.s',
    'dbo.t, dbo.log',
    ['dbo.t.v < dbo.s.v', 'dbo.t.id < dbo.s.id', 'dbo.log.id < dbo.t.id'],
  ],
  ['DECLARE @x INT = 1 SELECT a INTO b FROM c WHERE d = @x INSERT e SELECT * FROM b', 'c, b', 'b, e', ['b.a < c.a', 'e.a < b.a']],
  ['SELECT p.[1], p.[2] FROM (SELECT id, k, v FROM t) s PIVOT (MAX(v) FOR k IN ([1], [2])) p', 't', '', ['1 < t.v', '2 < t.v']],
  [
    'UPDATE x SET x.a = y.b FROM dbo.t x CROSS APPLY (SELECT TOP 1 b FROM dbo.u WHERE u.id = x.id) y',
    'dbo.u',
    'dbo.t',
    ['dbo.t.a < dbo.u.b'],
  ],
  [
    "CREATE VIEW v WITH SCHEMABINDING AS SELECT a, STRING_AGG(b, ',') WITHIN GROUP (ORDER BY c) AS s FROM dbo.t GROUP BY a",
    'dbo.t',
    'v',
    ['v.a < dbo.t.a', 'v.s < dbo.t.b + dbo.t.c'],
  ],
  ["SELECT a.value FROM t CROSS APPLY STRING_SPLIT(t.tags, ',') a", 't', '', ['value < t.tags']],
  ['SELECT a FROM t FOR JSON PATH', 't', '', ['a < t.a']],
  ['SELECT IIF(a > 1, b, c) AS d, CHOOSE(e, f, g) AS h FROM t', 't', '', ['d < t.b + t.c + t.a', 'h < t.e + t.f + t.g']],
  ['INSERT INTO t EXEC dbo.proc1 @p = 1', '', 't', []],
  [
    'SELECT a, LAG(b) OVER (PARTITION BY c ORDER BY d) AS p FROM db..t',
    'db.t',
    '',
    ['a < db.t.a', 'p < db.t.b + db.t.c + db.t.d'],
  ],
];

const POSTGRES: readonly Example[] = [
  ['SELECT t.a, s.b FROM t, LATERAL (SELECT max(u.x) AS b FROM u WHERE u.k = t.k) s', 't, u', '', ['a < t.a', 'b < u.x']],
  [
    'WITH RECURSIVE r(id, up) AS (SELECT id, boss FROM emp UNION ALL SELECT e.id, r.up FROM emp e JOIN r ON e.boss = r.id) INSERT INTO tree (node, root) SELECT id, up FROM r',
    'emp',
    'tree',
    ['tree.node < emp.id', 'tree.root < emp.boss'],
  ],
  [
    'WITH moved AS (DELETE FROM a USING b WHERE a.id = b.id RETURNING a.x) INSERT INTO c (y) SELECT x FROM moved',
    'b',
    'c',
    ['c.y < a.x'],
  ],
  ['INSERT INTO t (a, b) SELECT x, y FROM s ON CONFLICT (a) DO UPDATE SET b = excluded.b', 's', 't', ['t.a < s.x', 't.b < s.y']],
  ['SELECT sum(a) OVER w AS s FROM t WINDOW w AS (PARTITION BY b ORDER BY c)', 't', '', ['s < t.a + t.b + t.c']],
  ['SELECT CASE WHEN a > 1 THEN b ELSE c END AS d FROM t', 't', '', ['d < t.b + t.c + t.a']],
  ['UPDATE t SET (a, b) = (s.x, s.y) FROM s WHERE t.id = s.id', 's', 't', ['t.a < s.x', 't.b < s.y']],
  ['SELECT a FROM t1 EXCEPT SELECT b FROM t2', 't1, t2', '', ['a < t1.a + t2.b']],
  ['CREATE VIEW v (p, q) AS SELECT a, b FROM t', 't', 'v', ['v.p < t.a', 'v.q < t.b']],
  [
    'SELECT x.a FROM (SELECT b AS a FROM t HAVING max(c) > (SELECT d FROM u) UNION ALL SELECT e FROM w) x',
    't, u, w',
    '',
    ['a < t.b + w.e'],
  ],
];

const SNOWFLAKE: readonly Example[] = [
  ['SELECT f.value:name::string AS n FROM t, LATERAL FLATTEN(input => t.items) f', 'T', '', ['n < T.items']],
  ['INSERT ALL INTO a (x) VALUES (p) INTO b (y) VALUES (q) SELECT p, q FROM s', 'S', 'A, B', ['A.x < S.p', 'B.y < S.q']],
  [
    'COPY INTO t FROM (SELECT $1, $2 FROM @stage/f)',
    'path:@stage/f',
    'T',
    ['T.$1 < path:@stage/f.$1', 'T.$2 < path:@stage/f.$2'],
  ],
  ['CREATE TABLE a CLONE b', 'B', 'A', ['A.* < B.*']],
  ['SELECT a AS b, b + c AS d FROM t', 'T', '', ['b < T.a', 'd < T.a + T.c']],
];

const BIGQUERY: readonly Example[] = [
  [
    'SELECT o.id, i.price FROM ds.orders o, UNNEST(o.items) AS i',
    'ds.orders',
    '',
    ['id < ds.orders.id', 'price < ds.orders.items'],
  ],
  ['SELECT * EXCEPT (a) FROM `p.d.t`', 'p.d.t', '', ['* < p.d.t.*']],
  ['MERGE d.t USING d.s ON t.id = s.id WHEN NOT MATCHED THEN INSERT ROW', 'd.s', 'd.t', ['d.t.* < d.s.*']],
];

const DATABRICKS: readonly Example[] = [
  ['SELECT id, e FROM t LATERAL VIEW explode(arr) x AS e', 't', '', ['id < t.id', 'e < t.arr']],
];

const HIVE: readonly Example[] = [
  ['FROM s INSERT INTO a SELECT x INSERT OVERWRITE TABLE b SELECT y WHERE z > 1', 's', 'a, b', ['a.x < s.x', 'b.y < s.y']],
  ['INSERT OVERWRITE TABLE t PARTITION (dt) SELECT a, b, d FROM s', 's', 't', ['t.a < s.a', 't.b < s.b', 't.dt < s.d']],
];

const REDSHIFT: readonly Example[] = [
  ["UNLOAD ('SELECT a FROM t') TO 's3://b/k' IAM_ROLE 'r'", 't', 'path:s3://b/k', ['path:s3://b/k.a < t.a']],
];

export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  trino: TRINO,
  clickhouse: CLICKHOUSE,
  duckdb: DUCKDB,
  oracle: ORACLE,
  mysql: MYSQL,
  tsql: TSQL,
  postgres: POSTGRES,
  snowflake: SNOWFLAKE,
  bigquery: BIGQUERY,
  databricks: DATABRICKS,
  hive: HIVE,
  redshift: REDSHIFT,
};
