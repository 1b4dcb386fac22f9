import { notFound } from '../../../../kernel/fault.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import type { Context } from '../../context.ts';
import type { Delivery, DeliveryState, Webhook } from '../../domain/webhooks/webhook.ts';
import { listDeliveries, listWebhooks, webhookById } from '../../store/webhooks/readWebhooks.ts';
import { requirePresent } from '../requirePresent.ts';

/** Receivers in the order of their names. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage` */
export async function webhookPage({ kernel, request }: Context, args: PageArgs): Promise<Connection<Webhook>> {
  requireAction(request, 'webhook.manage');
  requirePresent(request, 'webhooks');
  const page = readPage(args, '["webhooks"]', 50, ['text', 'text']);
  return toConnection(await listWebhooks(kernel.db, page), page, ({ name, id }) => [name.toLowerCase(), id]);
}

/** Null when there is none. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED */
export async function findWebhook({ kernel, request }: Context, id: string): Promise<Webhook | null> {
  requireAction(request, 'webhook.manage');
  requirePresent(request, 'webhook');
  const webhook = await webhookById(kernel.db, id);
  return webhook?.state === 'REMOVED' ? null : webhook;
}

/** One that our own answer names. @throws Fault NOT_FOUND */
export async function getWebhook({ kernel }: Context, id: string): Promise<Webhook> {
  const webhook = await webhookById(kernel.db, id);
  if (webhook === null) throw notFound(id);
  return webhook;
}

export async function deliveryPage(
  { kernel }: Context,
  webhookId: string,
  state: DeliveryState | null,
  args: PageArgs,
): Promise<Connection<Delivery>> {
  const page = readPage(args, JSON.stringify(['deliveries', webhookId, state]), 50, ['no']);
  return toConnection(await listDeliveries(kernel.db, webhookId, state, page), page, ({ seq }) => [seq]);
}
