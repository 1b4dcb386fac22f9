import type { AssetResolvers } from '../__generated__/resolvers.ts';
import { trailOf } from '../service/auditPage.ts';

export const asset: AssetResolvers = {
  // Whether there is such an asset, and who may see it, the catalog knows; here the fields decide.
  __resolveReference: ({ id }) => ({ id }),
  auditTrail: ({ id }, args, context) => trailOf(context, id, args),
};
