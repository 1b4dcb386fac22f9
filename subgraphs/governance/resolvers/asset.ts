import type { AssetResolvers } from '../__generated__/resolvers.ts';
import { trailOf } from '../service/auditPage.ts';
import { evidencePage } from '../service/approval/readEvidence.ts';
import { certificationOf, requestsAbout, requirementsFor } from '../service/approval/reads.ts';

export const asset: AssetResolvers = {
  // Whether there is such an asset, and who may see it, the catalog knows; here the fields decide.
  __resolveReference: ({ id }) => ({ id }),
  auditTrail: ({ id }, args, context) => trailOf(context, id, args),
  certification: ({ id }, _, context) => certificationOf(context, id),
  accessRequests: ({ id }, page, context) =>
    requestsAbout(context, 'accessRequests', { subjectId: id, targetKind: 'DATASET_ACCESS' }, page),
  requirements: ({ id }, _, context) => requirementsFor(context, id, CERTIFIED),
  evidence: ({ id }, page, context) => evidencePage(context, id, page),
};

const CERTIFIED = { kind: 'DATASET_CERTIFIED', key: '' } as const;
