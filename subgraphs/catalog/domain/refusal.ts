import type { Refusal } from '../../../kernel/mutation/mutate.ts';

export const refusal = (code: string, message: string): Refusal => ({ refusal: { code, message } });

/** What is meant, when it went between being found and being locked. */
export const gone = (what: string): Refusal => refusal('NOT_FOUND', `${what} was deleted meanwhile.`);
