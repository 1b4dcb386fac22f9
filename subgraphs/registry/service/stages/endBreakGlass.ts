import { setTimeout as sleep } from 'node:timers/promises';
import { originOf } from '../../../../kernel/audit/record.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Lease, Tx } from '../../../../kernel/db/database.ts';
import { holdsLease } from '../../../../kernel/db/holdsLease.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import type { StageBinding } from '../../domain/model.ts';
import { dueBindings } from '../../store/breakGlass.ts';
import { properBindings } from '../../store/stages.ts';
import { modelIdOf } from '../../store/readVersions.ts';
import { lockModel } from '../../store/writeModels.ts';
import { bindVersion } from './bindVersion.ts';
import { approvalToReturn } from './guard.ts';
import { fitVersion } from './promote.ts';
import { emptyStage } from './unbind.ts';
import { takeStage } from './takeStage.ts';

const POLL_MS = 2_000;
const DUE_MAX = 100;
/** How many earlier versions are tried before the stage is left empty. */
const EARLIER_MAX = 20;
const LEASE = 'registry/break-glass';

export interface GlassKeeper {
  stop(): Promise<void>;
}

/** Ends emergencies when their time is over, in whichever process holds the lease. */
export function keepGlass({ db, log }: Kernel): GlassKeeper {
  const stopping = new AbortController();
  const { signal } = stopping;
  const keep = async (): Promise<void> => {
    while (!signal.aborted) {
      await endDueEmergencies({ db, log }, signal).catch((error: unknown) =>
        log.error({ err: error }, 'emergencies in stages could not be ended'),
      );
      await sleep(POLL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const keeping = keep();
  return {
    stop: async () => {
      stopping.abort();
      await keeping;
    },
  };
}

/** Ends what is due now. Once more changes nothing. */
export async function endDueEmergencies({ db, log }: Pick<Kernel, 'db' | 'log'>, signal: AbortSignal): Promise<void> {
  if ((await dueBindings(db, 1)).length === 0) return;
  await db.lead(
    LEASE,
    async (lease) => {
      for (const due of await dueBindings(db, DUE_MAX)) {
        if (lease.signal.aborted) return;
        await db
          .transaction((tx) => endEmergency(tx, lease, due), { first: (tx) => lockModel(tx, due.modelNo) })
          .catch((error: unknown) => log.error({ err: error, bindingId: due.id }, 'an emergency in a stage could not be ended'));
      }
    },
    { signal, whenTaken: 'give-up' },
  );
}

async function endEmergency(
  tx: Tx,
  lease: Lease,
  { id, modelNo, stage }: Pick<StageBinding, 'id' | 'modelNo' | 'stage'>,
): Promise<void> {
  if (!(await holdsLease(tx, lease))) return;
  const request = internalRequest('endBreakGlass', lease.signal);
  const origin = originOf(request, decide(request, 'registry.promote'));
  const { current } = await takeStage(tx, origin, modelNo, stage);
  // Somebody was faster, or promoted what is there properly.
  if (current?.id !== id) return;
  if (!(await restoreEarlier(tx, origin, current)))
    await emptyStage(tx, origin, { id: await modelIdOf(tx, modelNo) }, current, 'BREAK_GLASS_EXPIRED');
}

/** The last version that came there with approval and whose approval still holds. */
async function restoreEarlier(tx: Tx, origin: Origin, current: StageBinding): Promise<boolean> {
  const { modelNo, stage, number } = current;
  for (const earlier of await properBindings(tx, modelNo, stage, { before: number, limit: EARLIER_MAX })) {
    if (earlier.versionId === current.versionId) continue;
    const fit = await fitVersion(tx, earlier.versionId, earlier.digest);
    if (!('version' in fit)) continue;
    const { version, digest } = fit;
    const approved = await approvalToReturn(tx, { version, stage, digest });
    if ('refusal' in approved) continue;
    await bindVersion(tx, origin, {
      version,
      digest,
      stage,
      kind: 'RESTORED',
      approvalId: approved.approvalId,
      reason: `The emergency ${current.id} is over.`,
      emergency: null,
      current,
      bindings: number,
    });
    return true;
  }
  return false;
}
