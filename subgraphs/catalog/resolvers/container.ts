import type { ContainerResolvers } from '../__generated__/resolvers.ts';
import { historyConnection } from '../service/history.ts';
import { assetConnection, anyAsset } from '../service/assets.ts';
import { storedAssetFields, urnOf } from './assetFields.ts';
import { lineageOf } from './lineage.ts';

export const Container: ContainerResolvers = {
  __resolveReference: async ({ id }, { reader }) => {
    const asset = await reader.byId(id);
    return asset?.__typename === 'Container' ? asset : null;
  },
  ...storedAssetFields,
  urn: urnOf('container'),
  children: ({ no }, args, context) => assetConnection(context, { ...anyAsset, parentNo: no }, args),
  history: (container, args, context) => historyConnection(context, container, args),
  lineage: lineageOf('DATASET'),
};
