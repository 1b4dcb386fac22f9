import type { Parsed } from '../sqlParser.ts';

/** What a thread is asked, and what it answers. */
export interface Question {
  readonly id: number;
  readonly text: string;
  readonly dialect: string;
}

export interface Answer {
  readonly id: number;
  readonly parsed: Parsed;
}
