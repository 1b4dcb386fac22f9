import { isInitialized, parse } from '@polyglot-sql/sdk';

export type Tree =
  | { readonly ok: true; readonly tree: readonly unknown[] }
  | { readonly ok: false; readonly message: string; readonly at: number | null };

/** The main parser, called as it is. A fault inside of its WebAssembly is a syntax error like any other. */
export function parseTree(text: string, dialect: string): Tree {
  try {
    if (!isInitialized()) return { ok: false, message: 'the parser is not loaded', at: null };
    const result: unknown = callParser(text, dialect);
    return treeOf(result);
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error), at: null };
  }
}

/** The package types the dialect as its own enumeration of the same texts. */
const callParser: (text: string, dialect: string) => unknown = parse as (text: string, dialect: string) => unknown;

function treeOf(result: unknown): Tree {
  if (typeof result !== 'object' || result === null) return { ok: false, message: 'no result', at: null };
  if ('ast' in result && Array.isArray(result.ast)) return { ok: true, tree: result.ast };
  const message = 'error' in result && typeof result.error === 'string' ? result.error : 'syntax error';
  const start = 'errorStart' in result && typeof result.errorStart === 'number' ? result.errorStart : null;
  return { ok: false, message, at: start };
}
