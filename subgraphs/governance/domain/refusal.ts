import type { Refusal } from '../../../kernel/mutation/mutate.ts';

/** A rule said no: the code, and for people what would help. */
export const refusal = (code: string, message: string): Refusal => ({ refusal: { code, message } });
