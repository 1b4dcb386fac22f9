import type { Tx } from '../db/database.ts';
import { type ApprovalRequest, REQUEST_COLUMNS } from './request.ts';

/** A request that is known to be there, kept until the transaction ends; the caller holds its subject. */
export async function lockRequest(tx: Tx, id: string): Promise<ApprovalRequest> {
  const [row] = await tx.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r where r.id = $1 for update`,
    [id],
    'approval_lock_request',
  );
  if (row === undefined) throw new Error(`there is no request ${id}`);
  return row;
}
