import { Fault } from '../../kernel/fault.ts';

/** One thing that was looked at. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it when it is wrong, or what may be done otherwise. */
  readonly todo?: string;
}

/** Turns what a check throws into a bad result; faults say themselves what to do. */
export async function check(what: string, look: () => Promise<Omit<Check, 'what'>>): Promise<Check> {
  try {
    return { what, ...(await look()) };
  } catch (error) {
    if (error instanceof Fault) return { what, ok: false, found: error.message };
    return { what, ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}
