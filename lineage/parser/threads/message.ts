import type { Parsed } from '../sqlParser.ts';

/** What a thread is asked, and what it answers. */
export interface Question {
  readonly id: number;
  readonly text: string;
  readonly dialect: string;
}

/** The first thing that a thread says: its parsers are loaded. */
export interface Ready {
  readonly ready: true;
}

export interface Answer {
  readonly id: number;
  readonly parsed: Parsed;
}
