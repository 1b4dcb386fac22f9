import type { MutationResolvers, QueryResolvers, Resolvers } from '../__generated__/resolvers.ts';
import { findPrincipal } from '../service/findPrincipal.ts';
import { deliveryPage, findWebhook, getWebhook, webhookPage } from '../service/webhooks/webhookReads.ts';
import { createWebhook, replayDeliveries, rotateWebhookSecret, updateWebhook } from '../service/webhooks/webhooks.ts';

export const webhookQuery: Pick<QueryResolvers, 'webhooks' | 'webhook'> = {
  webhooks: (_, page, context) => webhookPage(context, page),
  webhook: (_, { id }, context) => findWebhook(context, id),
};

export const webhookMutation: Pick<
  MutationResolvers,
  'createWebhook' | 'updateWebhook' | 'rotateWebhookSecret' | 'replayDeliveries'
> = {
  createWebhook: (_, { input }, context) => createWebhook(context, input),
  updateWebhook: (_, { input }, context) => updateWebhook(context, input),
  rotateWebhookSecret: (_, { input }, context) =>
    rotateWebhookSecret(context, { ...input, overlapSeconds: input.overlapSeconds ?? 86_400 }),
  replayDeliveries: (_, { input }, context) => replayDeliveries(context, input),
};

export const webhookTypes: Pick<
  Resolvers,
  'Webhook' | 'WebhookDelivery' | 'WebhookCreated' | 'WebhookUpdated' | 'WebhookSecretRotated' | 'DeliveriesReplayed'
> = {
  Webhook: {
    createdBy: ({ createdBy }, _, context) => findPrincipal(context, createdBy),
    deliveries: ({ id }, { state, ...page }, context) => deliveryPage(context, id, state ?? null, page),
  },
  WebhookDelivery: { attempts: ({ id }, _, { loaders }) => loaders.attempts.load(id) },
  WebhookCreated: { webhook: ({ webhookId }, _, context) => getWebhook(context, webhookId) },
  WebhookUpdated: { webhook: ({ webhookId }, _, context) => getWebhook(context, webhookId) },
  WebhookSecretRotated: { webhook: ({ webhookId }, _, context) => getWebhook(context, webhookId) },
  DeliveriesReplayed: { webhook: ({ webhookId }, _, context) => getWebhook(context, webhookId) },
};
