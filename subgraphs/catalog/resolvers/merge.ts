import type { MergeCandidateResolvers, MergeProposalResolvers } from '../__generated__/resolvers.ts';
import { loadAsset } from './assetFields.ts';

export const MergeProposal: MergeProposalResolvers = { orphan: ({ no }, _args, context) => loadAsset(context, no) };

export const MergeCandidate: MergeCandidateResolvers = { asset: ({ no }, _args, context) => loadAsset(context, no) };
