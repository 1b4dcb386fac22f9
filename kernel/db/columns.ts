import { customType } from 'drizzle-orm/pg-core';
import { parseInstant, type Instant } from '../time.ts';

/** A `timestamptz` as Instant, with its microseconds; null is the only other value that reaches the program. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: (text) => parseInstant(text),
});

/** The end of an interval: `infinity` in the table, null in the program. */
export const instantOrOpen = customType<{ data: Instant | null; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: (text) => (text === 'infinity' ? null : parseInstant(text)),
  toDriver: (value) => value ?? 'infinity',
});

/** A `bigint` as text: numbers of resources are keys, never counted with. */
export const bigintText = customType<{ data: string; driverData: string }>({
  dataType: () => 'bigint',
  fromDriver: String,
});
