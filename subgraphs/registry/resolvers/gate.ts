import type { GateVerdictResolvers } from '../__generated__/resolvers.ts';

export const GateVerdict: GateVerdictResolvers = {
  modelVersion: ({ version }) => version,
  approval: ({ approvalId }) => (approvalId === null ? null : { id: approvalId }),
};
