import { escapeLiteral } from 'pg';

const COPY = /^COPY (?<target>\S+ \([^)]*\)) FROM stdin;$/;
const ROWS_PER_INSERT = 500;

/**
 * Makes a dump that was written for psql into statements that any client can send: each COPY block becomes inserts, and
 * lines that create or enter a database are left out.
 */
export function* statementsOf(dump: string): Generator<string> {
  let plain: string[] = [];
  const lines = dump.split('\n')[Symbol.iterator]();
  for (const line of lines) {
    const target = COPY.exec(line)?.groups?.['target'];
    if (target === undefined) {
      if (!/^(DROP|CREATE) DATABASE|^\\/.test(line)) plain.push(line);
      continue;
    }
    yield plain.join('\n');
    plain = [];
    yield* inserts(target, lines);
  }
  yield plain.join('\n');
}

function* inserts(target: string, lines: Iterator<string>): Generator<string> {
  let rows: string[] = [];
  for (let step = lines.next(); step.done !== true && step.value !== '\\.'; step = lines.next()) {
    rows.push(`(${step.value.split('\t').map(literal).join(', ')})`);
    if (rows.length === ROWS_PER_INSERT) {
      yield `INSERT INTO ${target} VALUES ${rows.join(', ')}`;
      rows = [];
    }
  }
  if (rows.length > 0) yield `INSERT INTO ${target} VALUES ${rows.join(', ')}`;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };

const literal = (field: string): string =>
  field === '\\N' ? 'NULL' : escapeLiteral(field.replaceAll(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped));
