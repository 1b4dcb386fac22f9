import { originOf, record } from '../../../../kernel/audit/record.ts';
import type { Database } from '../../../../kernel/db/database.ts';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import { webhookChanged } from '../../domain/webhooks/happening.ts';
import { lockWebhook, writeWebhook } from '../../store/webhooks/writeWebhook.ts';

/** A receiver that says it is gone is asked no more, until somebody turns it on again. */
export async function pauseGone(db: Database, id: string): Promise<void> {
  const request = internalRequest('webhooks');
  await db.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, id);
    if (webhook?.state !== 'ACTIVE') return;
    const paused = {
      ...webhook,
      state: 'PAUSED' as const,
      stateReason: 'The receiver answered 410 Gone.',
      version: webhook.version + 1,
    };
    await writeWebhook(tx, paused);
    await record(tx, originOf(request, decide(request, 'webhook.manage')), [webhookChanged(webhook, paused)]);
  });
}
