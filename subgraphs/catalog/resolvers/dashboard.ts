import type { DashboardResolvers } from '../__generated__/resolvers.ts';
import { historyConnection } from '../service/history.ts';
import { storedAssetFields, urnOf } from './assetFields.ts';
import { lineageOf } from './lineage.ts';

const { container: _container, ...fields } = storedAssetFields;

export const Dashboard: DashboardResolvers = {
  __resolveReference: async ({ id }, { reader }) => {
    const asset = await reader.byId(id);
    return asset?.__typename === 'Dashboard' ? asset : null;
  },
  ...fields,
  urn: urnOf('dashboard'),
  url: ({ native }) => native.dashboard?.url ?? null,
  maturity: ({ native }) => native.dashboard?.maturity ?? null,
  history: (dashboard, args, context) => historyConnection(context, dashboard, args),
  lineage: lineageOf('DATASET'),
};
