import type { Example } from './examples.fixture.ts';

const ORACLE: readonly Example[] = [
  ['UPDATE t SET (a, b) = (SELECT x, y FROM s WHERE s.id = t.id) WHERE c = 1', 'S', 'T', ['T.a < S.x', 'T.b < S.y']],
  ['DELETE FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.id = t.id)', 'S', '', []],
  [
    'SELECT CONNECT_BY_ROOT name AS top, LEVEL AS lv, name FROM emp START WITH boss IS NULL CONNECT BY PRIOR id = boss ORDER SIBLINGS BY name',
    'EMP',
    '',
    ['top < EMP.name', 'name < EMP.name'],
  ],
  [
    'INSERT FIRST WHEN v > 100 THEN INTO big (id, v) VALUES (id, v) WHEN v > 10 THEN INTO mid (id) VALUES (id) ELSE INTO small (id) VALUES (id) SELECT id, v FROM s',
    'S',
    'BIG, MID, SMALL',
    ['BIG.id < S.id', 'BIG.v < S.v', 'MID.id < S.id', 'SMALL.id < S.id'],
  ],
  [
    "SELECT id, q, v FROM sales UNPIVOT (v FOR q IN (q1 AS 'a', q2 AS 'b'))",
    'SALES',
    '',
    ['id < SALES.id', 'q < SALES.q1 + SALES.q2', 'v < SALES.q1 + SALES.q2'],
  ],
  [
    'SELECT a, NVL2(b, c, d) AS e, DECODE(f, 1, g, h) AS i FROM t',
    'T',
    '',
    ['a < T.a', 'e < T.b + T.c + T.d', 'i < T.f + T.g + T.h'],
  ],
  ['SELECT t.a, x.b FROM t CROSS APPLY (SELECT MAX(u.b) AS b FROM u WHERE u.k = t.k) x', 'T, U', '', ['a < T.a', 'b < U.b']],
  ['SELECT o.id, l.* FROM orders o, TABLE(o.lines) l', 'ORDERS', '', ['id < ORDERS.id', '* < ORDERS.lines']],
  [
    'CREATE GLOBAL TEMPORARY TABLE g ON COMMIT PRESERVE ROWS AS SELECT a FROM t; INSERT INTO x SELECT a FROM g',
    'T',
    'X',
    ['X.a < T.a'],
  ],
  [
    'SELECT MAX(a) KEEP (DENSE_RANK FIRST ORDER BY b) AS m, RATIO_TO_REPORT(c) OVER (PARTITION BY d) AS r FROM t',
    'T',
    '',
    ['m < T.a + T.b', 'r < T.c + T.d'],
  ],
  [
    'WITH r (n, up) AS (SELECT id, boss FROM e UNION ALL SELECT e.id, r.up FROM e JOIN r ON e.boss = r.n) SELECT n, up FROM r',
    'E',
    '',
    ['n < E.id', 'up < E.boss'],
  ],
  [
    'CREATE MATERIALIZED VIEW mv BUILD IMMEDIATE REFRESH FAST ON COMMIT AS SELECT a, SUM(b) AS s FROM t GROUP BY a',
    'T',
    'MV',
    ['MV.a < T.a', 'MV.s < T.b'],
  ],
  ['SELECT a, seq.NEXTVAL AS id, ROWNUM AS n FROM t', 'T', '', ['a < T.a']],
  [
    'CREATE PROCEDURE p AS v INT; BEGIN SELECT a, b BULK COLLECT INTO x, y FROM t; INSERT ALL INTO u (m) VALUES (c) INTO w (n) VALUES (d) SELECT c, d FROM s; END;',
    'T, S',
    'U, W',
    ['a < T.a', 'b < T.b', 'U.m < S.c', 'W.n < S.d'],
  ],
];

const MYSQL: readonly Example[] = [
  ['UPDATE t JOIN s ON s.id = t.id SET t.a = s.b, t.c = t.c + 1 WHERE s.d > 0', 's', 't', ['t.a < s.b', 't.c < t.c']],
  ['UPDATE a, b SET a.x = b.y, b.z = a.w WHERE a.id = b.id', 'b, a', 'a, b', ['a.x < b.y', 'b.z < a.w']],
  ['DELETE t FROM t JOIN s ON s.id = t.id WHERE s.gone = 1', 's', '', []],
  [
    'INSERT INTO t (id, n) SELECT id, m FROM s ON DUPLICATE KEY UPDATE n = n + VALUES(n)',
    's',
    't',
    ['t.id < s.id', 't.n < s.m + t.n'],
  ],
  ['REPLACE INTO t (a, b) SELECT x, y FROM s', 's', 't', ['t.a < s.x', 't.b < s.y']],
  ['INSERT IGNORE INTO t SET a = (SELECT MAX(x) FROM s), b = 1', 's', 't', ['t.a < s.x']],
  ['CREATE TABLE x (id INT PRIMARY KEY) SELECT a AS id, b FROM t', 't', 'x', ['x.id < t.a', 'x.b < t.b']],
  [
    "SELECT j.name, j.n FROM t, JSON_TABLE(t.doc, '$[*]' COLUMNS (n FOR ORDINALITY, name VARCHAR(9) PATH '$.name')) AS j",
    't',
    '',
    ['name < t.doc', 'n < t.doc'],
  ],
  [
    'WITH RECURSIVE r AS (SELECT id, up FROM n UNION ALL SELECT n.id, r.up FROM n JOIN r ON n.up = r.id) SELECT * FROM r',
    'n',
    '',
    ['id < n.id', 'up < n.up'],
  ],
  [
    "SELECT GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR ', ') AS g, IF(c > 0, d, e) AS f FROM t",
    't',
    '',
    ['g < t.a + t.b', 'f < t.d + t.e + t.c'],
  ],
  ['SELECT t.a, x.m FROM t, LATERAL (SELECT MAX(u.b) AS m FROM u WHERE u.k = t.k) AS x', 't, u', '', ['a < t.a', 'm < u.b']],
  ["SELECT `a b`, doc->>'$.x' AS x FROM `my db`.`my t`", 'my db.my t', '', ['a b < my db.my t.a b', 'x < my db.my t.doc']],
];

const TSQL: readonly Example[] = [
  [
    'INSERT INTO dbo.t (id, v) OUTPUT inserted.id, inserted.v INTO dbo.audit (aid, av) SELECT k, w FROM dbo.s',
    'dbo.s',
    'dbo.t, dbo.audit',
    ['dbo.audit.aid < dbo.t.id', 'dbo.audit.av < dbo.t.v', 'dbo.t.id < dbo.s.k', 'dbo.t.v < dbo.s.w'],
  ],
  [
    'UPDATE t SET v = s.v OUTPUT deleted.v, inserted.v, s.id INTO changes (was, became, source) FROM t JOIN s ON s.id = t.id',
    's',
    't, changes',
    ['t.v < s.v', 'changes.was < t.v', 'changes.became < t.v', 'changes.source < s.id'],
  ],
  [
    'DELETE FROM t OUTPUT deleted.id, deleted.v INTO [dbo].[gone] ([id], [v]) WHERE v < 0',
    '',
    'dbo.gone',
    ['dbo.gone.id < t.id', 'dbo.gone.v < t.v'],
  ],
  ['UPDATE t SET a += b, c = d', '', 't', ['t.a < t.a + t.b', 't.c < t.d']],
  [
    'WITH x AS (SELECT id, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id) AS n FROM dbo.t) DELETE FROM x WHERE n > 1',
    '',
    '',
    [],
  ],
  [
    'SELECT id, q, v FROM dbo.s UNPIVOT (v FOR q IN (q1, q2)) AS u',
    'dbo.s',
    '',
    ['id < dbo.s.id', 'q < dbo.s.q1 + dbo.s.q2', 'v < dbo.s.q1 + dbo.s.q2'],
  ],
  [
    'SELECT t.id, x.v FROM t OUTER APPLY (SELECT TOP 1 s.v FROM s WHERE s.id = t.id ORDER BY s.at DESC) x',
    't, s',
    '',
    ['id < t.id', 'v < s.v'],
  ],
  [
    "SELECT j.name, t.id FROM t CROSS APPLY OPENJSON(t.doc) WITH (name nvarchar(50) '$.name') AS j",
    't',
    '',
    ['name < t.doc', 'id < t.id'],
  ],
  [
    'WITH r AS (SELECT id, boss FROM e UNION ALL SELECT e.id, r.boss FROM e JOIN r ON e.boss = r.id) SELECT id, boss FROM r OPTION (MAXRECURSION 10)',
    'e',
    '',
    ['id < e.id', 'boss < e.boss'],
  ],
  [
    "SELECT STRING_AGG(a, ',') AS l, TRY_CONVERT(int, b) AS n, IIF(c = 1, d, e) AS f, FORMAT(g, 'N') AS h FROM [my db].dbo.[my t]",
    'my db.dbo.my t',
    '',
    [
      'l < my db.dbo.my t.a',
      'n < my db.dbo.my t.b',
      'f < my db.dbo.my t.d + my db.dbo.my t.e + my db.dbo.my t.c',
      'h < my db.dbo.my t.g',
    ],
  ],
  ['SELECT * INTO dbo.kept FROM dbo.t', 'dbo.t', 'dbo.kept', ['dbo.kept.* < dbo.t.*']],
  ['INSERT INTO t (a) SELECT v.x FROM s CROSS APPLY (VALUES (s.a), (s.b)) v(x)', 's', 't', ['t.a < s.a + s.b']],
];

const POSTGRES: readonly Example[] = [
  [
    'DO $$ DECLARE v int; BEGIN SELECT max(a), b INTO STRICT v, w.x FROM t; INSERT INTO u (c) SELECT d FROM s RETURNING id INTO v; END $$',
    't, s',
    'u',
    ['_col_0 < t.a', 'b < t.b', 'u.c < s.d'],
  ],
  [
    'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN SELECT INTO v count(a) FROM t WHERE k IN (SELECT k FROM s); END $$',
    't, s',
    '',
    ['_col_0 < t.a'],
  ],
  ['SELECT a INTO kept FROM t', 't', 'kept', ['kept.a < t.a']],
  ['SELECT w.word FROM t, unnest(t.words) WITH ORDINALITY AS w(word, at) ORDER BY w.at', 't', '', ['word < t.words']],
  ['SELECT (c).email, (t.addr).zip FROM c, t', 'c, t', '', ['email < c.email', 'zip < t.addr']],
];

/** More SQL of databases that keep records, of which other projects' suites say little. */
export const DATABASE_EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  oracle: ORACLE,
  mysql: MYSQL,
  tsql: TSQL,
  postgres: POSTGRES,
};
