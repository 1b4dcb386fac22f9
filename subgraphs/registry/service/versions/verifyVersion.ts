import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import { digestText } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { ModelVersionVerified } from '../../domain/result.ts';
import { stagesOfVersions } from '../../store/stages.ts';
import { endDamage, lockVersion, setState } from '../../store/writeVersions.ts';
import { mayAct } from '../mayAct.ts';
import { markDamaged } from '../stages/damage.ts';
import { fullIntegrity, type Integrity } from '../stages/integrity.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { holdVersion } from './changeVersion.ts';

export interface VerifyModelVersion extends MutationInput {
  readonly id: string;
  readonly deadlineSeconds?: number | null;
}

const DEADLINE_SECONDS = 25;

/** Reads the stored bytes again and holds them against what was sealed. What differs is damaged from now on, until it is right again. */
export async function verifyModelVersion(
  context: Context,
  input: VerifyModelVersion,
): Promise<ModelVersionVerified | RefusedResult> {
  const seconds = input.deadlineSeconds ?? DEADLINE_SECONDS;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > DEADLINE_SECONDS)
    throw badInput(`deadlineSeconds: a whole number from 1 to ${DEADLINE_SECONDS}.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'verifyModelVersion',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: async (): Promise<VersionTarget & { readonly integrity: Integrity }> => {
        const target = await requireVersion(context, input.id);
        const reads = await mayAct(context, 'registry.write', target);
        return { ...target, integrity: reads ? await fullIntegrity(context, target.version, seconds * 1_000) : UNREAD };
      },
      first: holdVersion,
    },
    async (tx, origin, { integrity }): Promise<ModelVersionVerified | Refusal> => {
      const version = await lockVersion(tx, input.id);
      if (version === null) return gone('The version');
      if (version.state === 'DRAFT')
        return refusal('NOT_SEALED', `Version ${version.number} is a draft: there is nothing to hold its bytes against.`);
      if (integrity.state === 'UNREAD') return refusal('CHANGED', integrity.note);
      return settle(tx, origin, version, integrity);
    },
  );
}

const UNREAD: Integrity = {
  state: 'UNREAD',
  note: 'What you may do changed meanwhile, and the stored bytes were not read. Repeat.',
};

async function settle(tx: Tx, origin: Origin, version: ModelVersion, integrity: Integrity): Promise<ModelVersionVerified> {
  const findings = integrity.state === 'DAMAGED' ? [...integrity.findings] : [];
  // Whoever can write to the database can write another manifest, too.
  if (digestText(version.manifest ?? '') !== version.digest) findings.push({ path: 'manifest', found: 'CHANGED' });
  const stages = (await stagesOfVersions(tx, [version.id], null)).map(({ stage }) => stage);
  const isIntact = findings.length === 0;
  if (!isIntact && version.state === 'SEALED') {
    const { receipt } = await markDamaged(tx, origin, version, findings);
    return { __typename: 'ModelVersionVerified', ...tokens(receipt), versionId: version.id, isIntact, findings, stages };
  }
  const isRepaired = isIntact && version.state === 'DAMAGED';
  if (isRepaired) {
    await setState(tx, version.id, 'SEALED');
    await endDamage(tx, version.id);
  }
  const change = { fields: isRepaired ? ['state'] : [], detail: isIntact ? null : { findings } };
  const about = {
    ...aboutVersion(version, version.digest, change),
    outcome: isIntact ? ('success' as const) : ('failed' as const),
  };
  const told = { ...versionPayload(version), digest: version.digest ?? '' };
  const receipt = await record(tx, origin, [
    happening(isRepaired ? 'registry.version.repaired.v1' : 'registry.version.verified.v1', about, told),
  ]);
  return {
    __typename: 'ModelVersionVerified',
    ...tokens(receipt),
    versionId: version.id,
    isIntact,
    findings,
    stages: isIntact ? [] : stages,
  };
}
