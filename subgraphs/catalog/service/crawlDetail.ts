import { decide } from '../../../kernel/policy/decision.ts';
import { hiddenField } from '../../../kernel/policy/hiddenField.ts';
import { seesEverything } from '../../../kernel/policy/visible.ts';
import type { Context } from '../context.ts';

/**
 * What a crawl found, and where, is for those who crawl, and for those from whom nothing is hidden: schemas and counts tell of
 * assets that others may not see.
 * @throws Fault FORBIDDEN_FIELD
 */
export async function requireCrawlDetail({ kernel, request }: Context, field: string): Promise<void> {
  const decision = decide(request, 'catalog.crawl');
  if (decision.effect === 'allow' || (await seesEverything(kernel.db, request, 'catalog.read'))) return;
  throw hiddenField(request, field, decision);
}
