import { type ApprovalPolicy, chooseGuard } from './guards.ts';

/** A stage of a model that another approval policy would guard than now. */
export interface GuardChange {
  readonly stage: string;
  /** Name of the policy; null where none guards the stage. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Stages that are guarded in another way with other tags of the model. @param policies those in force */
export function guardChanges(
  policies: readonly ApprovalPolicy[],
  before: readonly string[],
  after: readonly string[],
): readonly GuardChange[] {
  const stages = new Set(policies.flatMap(({ document: { target } }) => target.stage ?? []));
  const nameOf = (stage: string, tags: readonly string[]): string | null =>
    chooseGuard(policies, { kind: 'MODEL_STAGE', key: stage, tags })?.name ?? null;
  return [...stages]
    .map((stage) => ({ stage, before: nameOf(stage, before), after: nameOf(stage, after) }))
    .filter((change) => change.before !== change.after);
}
