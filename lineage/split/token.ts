/** The little that splitting and repairing must know of SQL text: where tokens begin and end, and of which sort they are. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  readonly start: number;
  readonly end: number;
  /** Upper-cased for words, as written for symbols; empty for the rest. */
  readonly text: string;
}
