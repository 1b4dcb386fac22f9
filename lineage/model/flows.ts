import type { EdgeKind, Flow, Reason } from './model.ts';

const RANK: Readonly<Record<EdgeKind, number>> = {
  identity: 0,
  transformation: 1,
  aggregation: 2,
  window: 3,
  condition: 3,
  join: 4,
  filter: 4,
  group: 4,
  sort: 4,
};

/** The flow after one more step: a step never makes it more direct than it was. */
export function stepped(flow: Flow, kind: EdgeKind, masking = false): Flow {
  const masked = flow.masking || masking;
  if (RANK[kind] <= RANK[flow.kind] && masked === flow.masking) return flow;
  return { ...flow, kind: RANK[kind] > RANK[flow.kind] ? kind : flow.kind, masking: masked };
}

export const allStepped = (flows: readonly Flow[], kind: EdgeKind, masking = false): readonly Flow[] =>
  kind === 'identity' && !masking ? flows : flows.map((flow) => stepped(flow, kind, masking));

/** As an influence, whatever it was before. */
export const influencing = (flows: readonly Flow[], kind: EdgeKind): readonly Flow[] => flows.map((flow) => ({ ...flow, kind }));

const keyOf = (flow: Flow): string => `${flow.table?.key ?? '?'}\0${flow.column}\0${flow.path.join('.')}\0${flow.kind}`;

/** Each origin and kind once, with the best confidence. */
export function distinct(flows: readonly Flow[]): readonly Flow[] {
  if (flows.length < 2) return flows;
  const seen = new Map<string, Flow>();
  for (const flow of flows) {
    const key = keyOf(flow);
    const before = seen.get(key);
    if (before === undefined || before.confidence < flow.confidence) seen.set(key, flow);
  }
  return seen.size === flows.length ? flows : [...seen.values()];
}

export function doubted(flow: Flow, reason: Reason, factor: number): Flow {
  return {
    ...flow,
    confidence: Math.round(flow.confidence * factor * 1000) / 1000,
    reasons: flow.reasons.includes(reason) ? flow.reasons : [...flow.reasons, reason],
  };
}
