/** One table or view of the sample warehouse, through the year. */
export interface Piece {
  readonly name: string;
  /** The role that loads or builds it. */
  readonly owner: string;
  /** First stage at which it exists. */
  readonly from: number;
  /** First stage at which it is gone again. */
  readonly until?: number;
  readonly at: (stage: number) => PieceState;
}

export interface PieceState {
  /** The comment on it; null while nobody wrote one. */
  readonly about: string | null;
  /** Comments on its columns. */
  readonly columns: Readonly<Record<string, string>>;
  /** `create table` or `create view`. */
  readonly sql: string;
  /** Fills a table. */
  readonly rows?: string;
}

export const existsAt = (piece: Piece, stage: number): boolean =>
  stage >= piece.from && (piece.until === undefined || stage < piece.until);
