import type { Page } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { Tag } from '../domain/asset.ts';
import { listTags as tagRows } from '../store/tags.ts';

/** One row more than the page holds, to know whether there is another page. */
export function listTags(context: Context, page: Page): Promise<readonly Tag[]> {
  requireAction(context.request.principal, 'catalog.read');
  return tagRows(context.kernel.db, page.after === null ? null : String(page.after[0]), page.first + 1);
}
