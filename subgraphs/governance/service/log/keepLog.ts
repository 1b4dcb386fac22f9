import { openAnchors } from '../../../../kernel/audit/ledger/anchoring.ts';
import { startSequencer } from '../../../../kernel/audit/ledger/sequencer.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';

export interface LogKeeper {
  stop(): Promise<void>;
}

/** Puts events into the log, and shows its checkpoints to the world. */
export function keepLog({ db, log, auditLog }: Pick<Kernel, 'db' | 'log' | 'auditLog'>): LogKeeper {
  const anchors = auditLog.anchoring === undefined ? {} : openAnchors(db, auditLog.anchoring, log);
  return startSequencer(db, { ...auditLog, ...anchors, log });
}
