/** What does not fit together. */
export type FindingKind =
  | 'DAMAGED_EVENT'
  | 'BROKEN_CHAIN'
  | 'UNEXPLAINED_ROW'
  | 'MISSING_ROW'
  | 'OTHER_STATE'
  | 'OTHER_HISTORY'
  | 'OTHER_COPY';

/** A row that no event explains, or an event that no row bears out. */
export interface Finding {
  readonly kind: FindingKind;
  readonly subjectType: string;
  readonly subjectId: string;
  /** What the log says it is; null where that cannot be said in a line. */
  readonly expected: string | null;
  readonly found: string | null;
  /** The event that it was held against. */
  readonly eventId: string | null;
  readonly message: string;
}

/** A thing that is checked. */
export interface Subject {
  readonly type: string;
  readonly id: string;
}

export interface Against {
  readonly expected?: string | null;
  readonly found?: string | null;
  readonly eventId?: string | null;
}

const SHOWN_MAX = 300;

/** Values are cut: they are shown to people. */
export const finding = (
  kind: FindingKind,
  { type, id }: Subject,
  message: string,
  { expected = null, found = null, eventId = null }: Against = {},
): Finding => ({
  kind,
  subjectType: type,
  subjectId: id,
  expected: expected?.slice(0, SHOWN_MAX) ?? null,
  found: found?.slice(0, SHOWN_MAX) ?? null,
  eventId,
  message,
});

/** The first that applies: of one thing one finding is told. */
export function firstOf(...checks: readonly (() => Finding | null)[]): Finding | null {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

export const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
