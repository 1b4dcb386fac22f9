import { digestOf } from '../canonical.ts';
import { ID_PREFIXES } from '../ids.ts';

/** What a mutation is about, for the audit event of a refusal. */
export interface Subject {
  readonly type: string;
  readonly id: string;
  /** What the caller wrote: it can be forgotten, which the id cannot. */
  readonly detail?: Readonly<Record<string, string>>;
}

const ID = new RegExp(`^(?:[a-z]+/)?(?:${Object.values(ID_PREFIXES).join('|')})_[0-9a-hjkmnp-tv-z]{26}$`);

/**
 * The subject behind a text of the caller, who may write anything: an id stays what it is, any other text is free text
 * and does not stand in the log in clear. Equal texts have one subject.
 */
export const writtenSubject = (type: string, field: string, written: string): Subject =>
  ID.test(written)
    ? { type, id: written }
    : { type, id: `written/${digestOf(written).slice(7, 23)}`, detail: { [field]: written } };
