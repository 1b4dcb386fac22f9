import type { Receipt } from '../audit/record.ts';

/** What every answer to a mutation carries. */
export const tokens = ({ auditId, readToken }: Receipt): { readonly auditId: string; readonly readToken: string } => ({
  auditId,
  readToken: readToken.toString(),
});
