import type { IdentifierRule } from '../../kernel/identifier.ts';
import { analyzeWith } from '../../lineage/dbt/analyzed.ts';
import type { AnalyzeColumns } from '../../lineage/dbt/claim.ts';

/** Our SQL engine for column lineage; loaded only by those who need it, because parsers are large. */
export async function openAnalyzer(rule: IdentifierRule): Promise<AnalyzeColumns> {
  const { analyzeNow } = await import('../../lineage/analyze.ts');
  return analyzeWith((request) => Promise.resolve().then(() => analyzeNow(request)), rule);
}
