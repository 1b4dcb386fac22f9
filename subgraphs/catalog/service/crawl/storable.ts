import type { AssetRecord } from '../../../../connectors/record.ts';

/** What PostgreSQL has no text for: NUL, and halves of a surrogate pair. Sources hold both. */
const UNSTORABLE = /\\u0000|\\ud[89a-f][0-9a-f]{2}/i;

/** The record with every text made storable; the same object when it is, which is nearly always. */
export function storable<T extends AssetRecord>(record: T): T {
  const text = JSON.stringify(record);
  if (!UNSTORABLE.test(text)) return record;
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
  ) as T;
}

/** True when the database refuses the data itself, and would refuse it again: data exceptions, constraints, program limits. */
export function isDataError(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(each.code)) return true;
  }
  return false;
}
