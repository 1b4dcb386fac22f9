import type { Page } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import { listTags as tagRows, type ListedTag } from '../store/tags.ts';

/** One row more than the page holds, to know whether there is another page. */
export function listTags(context: Context, page: Page): Promise<readonly ListedTag[]> {
  requireAction(context.request, 'catalog.browse');
  return tagRows(context.kernel.db, page.after?.[0] ?? null, page.first + 1);
}
