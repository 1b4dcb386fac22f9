import { createHmac } from 'node:crypto';
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
 * @param pepper keeps whoever has the log from finding the text by trying texts
 */
export const writtenSubject = (pepper: Buffer, type: string, field: string, written: string): Subject =>
  ID.test(written)
    ? { type, id: written }
    : { type, id: `written/${digestOf(pepper, written)}`, detail: { [field]: written.replaceAll(TOKEN, 'cad_…') } };

/** A token that was pasted where an id belongs may be read by nobody afterwards. */
const TOKEN = /cad_[a-z]+_[0-9a-z]+_[0-9a-z_]+/g;

/** Told apart from what is stored of tokens under the same pepper: somebody may write a token where an id belongs. */
const digestOf = (pepper: Buffer, written: string): string =>
  createHmac('sha256', pepper).update(`written subject\0${written}`, 'utf8').digest('hex').slice(0, 32);
