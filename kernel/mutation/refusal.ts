import type { Refusal } from './mutate.ts';

/** A rule said no: the code, and for people what would help. */
export const refusal = (code: string, message: string): Refusal => ({ refusal: { code, message } });

/** What is meant, when it went between being found and being locked. */
export const gone = (what: string): Refusal => refusal('NOT_FOUND', `${what} was deleted meanwhile.`);
