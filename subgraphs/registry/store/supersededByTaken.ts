import { Superseded } from '../../../kernel/db/superseded.ts';

/** Somebody else has just taken a name that is there once: the transaction begins again, and finds it taken. */
export const supersededByTaken =
  (constraint: string) =>
  (error: unknown): never => {
    if (error instanceof Error && 'constraint' in error && error.constraint === constraint)
      throw new Superseded('the name was taken meanwhile');
    throw error;
  };
