import type { Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import { type About, happening } from '../happening.ts';
import type { Webhook } from './webhook.ts';

export const webhookCreated = (webhook: Webhook): Recorded =>
  happening('governance.webhook.created.v1', about(webhook, ['name', 'url', 'topics', 'state'], { after: shown(webhook) }), {
    webhookId: webhook.id,
  });

export const webhookChanged = (before: Webhook, after: Webhook): Recorded => {
  const [was, is] = [shown(before), shown(after)];
  const fields = (['name', 'url', 'topics', 'state'] as const).filter((field) => digestOf(was[field]) !== digestOf(is[field]));
  return happening('governance.webhook.changed.v1', about(after, fields, { before: was, after: is }), { webhookId: after.id });
};

export const secretRotated = (webhook: Webhook): Recorded =>
  happening('governance.webhook.rotated.v1', about(webhook, ['secret'], null), { webhookId: webhook.id });

export const deliveriesReplayed = (webhook: Webhook, count: number): Recorded =>
  happening('governance.deliveries.replayed.v1', about(webhook, [], null), { webhookId: webhook.id, count });

const shown = ({ name, url, topics, state }: Webhook) => ({ name, url, topics: [...topics], state });

const about = (webhook: Webhook, fields: readonly string[], detail: unknown): About => ({
  subject: { type: 'Webhook', id: webhook.id, digest: digestOf({ ...shown(webhook), id: webhook.id, version: webhook.version }) },
  aggregateId: webhook.id,
  fields,
  detail,
});
