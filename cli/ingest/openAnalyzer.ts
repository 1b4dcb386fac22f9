import type { IdentifierRule } from '../../kernel/identifier.ts';
import { analyzeWith } from '../../lineage/dbt/analyzed.ts';
import type { AnalyzeColumns } from '../../lineage/dbt/claim.ts';

/**
 * Our SQL engine for column lineage; loaded only by those who need it, because parsers are large. It parses in a thread of
 * its own, so that no model holds up a project; an idle thread keeps no process alive, and so nobody has to close it.
 */
export async function openAnalyzer(rule: IdentifierRule): Promise<AnalyzeColumns> {
  const { createAnalyzer } = await import('../../lineage/analyzer.ts');
  const analyzer = createAnalyzer();
  return analyzeWith((request) => analyzer.analyze(request), rule);
}
