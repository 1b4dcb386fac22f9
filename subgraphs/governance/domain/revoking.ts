import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { AccessKey } from './principal.ts';

/**
 * Somebody must still get in as an admin afterwards.
 * @param adminKeyIds keys in force of active admins
 */
export function refuseRevocation({ id }: AccessKey, adminKeyIds: readonly string[]): Refusal | null {
  const isLast = adminKeyIds.length === 1 && adminKeyIds[0] === id;
  if (!isLast) return null;
  return {
    refusal: { code: 'LAST_ADMIN', message: 'This is the last key of an admin that is in force. Make another admin key first.' },
  };
}

export const NO_SUCH_KEY: Refusal = {
  refusal: { code: 'NOT_FOUND', message: 'No access key has this id. Look it up under its service account.' },
};
