import { type Instant, parseInstant } from '../../kernel/time.ts';

/** A moment that dbt wrote; where it wrote no zone it meant UTC. Null for what is no moment. */
export function instantOf(written: string | null): Instant | null {
  const text = written?.trim() ?? '';
  try {
    return parseInstant(/(?:z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`);
  } catch {
    return null;
  }
}
