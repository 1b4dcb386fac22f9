import pg from 'pg';
import { parseInstant } from '../time.ts';

type TypeParsers = pg.CustomTypesConfig['getTypeParser'];

const TIMESTAMPTZ_ARRAY: number = 1185;
/** Types whose text we keep: as a JavaScript Date, days and wall-clock times would move with the machine's time zone. */
const AS_TEXT = new Set<number>([pg.types.builtins.DATE, pg.types.builtins.TIMESTAMP, pg.types.builtins.INTERVAL]);

/** How values are read by `query()`. It belongs to a connection; pg's global table stays as it is. */
export const rowTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): unknown => {
    if (oid === pg.types.builtins.TIMESTAMPTZ) return readInstant;
    if (oid === TIMESTAMPTZ_ARRAY) return readInstants;
    return AS_TEXT.has(oid) ? asIs : pg.types.getTypeParser(oid, format);
  },
};

/** drizzle brings its own readers with each statement; only moments are read our way, so that both roads give an Instant. */
export const withInstants = (parsers: TypeParsers): pg.CustomTypesConfig => ({
  getTypeParser: (oid, format): unknown => (oid === pg.types.builtins.TIMESTAMPTZ ? readInstant : parsers(oid, format)),
});

const asIs = (text: string): string => text;

/** The open ends `infinity` and `-infinity` stay as they are: as text they sort after and before every moment, as they should. */
function readInstant(text: string): string {
  // Sessions run in UTC, so this is all that PostgreSQL prints between the years 1 and 9999; the parser takes the rest.
  if (text.endsWith('+00') && text[4] === '-') {
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(6, '0')}Z`;
  }
  return text.endsWith('infinity') ? text : parseInstant(text);
}

/** No moment holds a comma or a quote, so nothing in such an array is escaped. */
function readInstants(text: string): readonly (string | null)[] {
  if (text === '{}') return [];
  const entries = text.slice(1, -1).replaceAll('"', '').split(',');
  return entries.map((entry) => (entry === 'NULL' ? null : readInstant(entry)));
}
