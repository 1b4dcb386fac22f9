import type { DialectRules } from '../dialect/rules.ts';
import type { Statement } from '../ir/ir.ts';
import type { Reason } from '../model/model.ts';

/** One statement, read. What the parser's own tree looked like stays with the parser. */
export type Parsed =
  | {
      readonly ok: true;
      readonly statements: readonly Statement[];
      readonly doubts: readonly Reason[];
      /** Whether positions are those of the text as it was given. */ readonly inPlace: boolean;
    }
  | {
      readonly ok: false;
      readonly code: 'SYNTAX' | 'TOO_LARGE' | 'TOO_SLOW' | 'TOO_DEEP';
      readonly message: string;
      readonly at: number | null;
      readonly guess?: Statement;
    };

/** Nobody writes a statement this long by hand; generated ones stay below it too. */
export const STATEMENT_CHARS_MAX = 1_000_000;

export interface SqlParser {
  parse(text: string, rules: DialectRules, signal?: AbortSignal): Promise<Parsed>;
  close(): Promise<void>;
}
