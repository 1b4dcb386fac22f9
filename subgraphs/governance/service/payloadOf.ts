import type { Receipt } from '../../../kernel/audit/record.ts';
import type { MutationResult } from '../../../kernel/mutation/mutate.ts';

/** What every answer to a mutation carries. */
export const payloadOf = ({ auditId, readToken }: Receipt): Pick<MutationResult, 'auditId' | 'readToken'> => ({
  auditId,
  readToken: readToken.toString(),
});
