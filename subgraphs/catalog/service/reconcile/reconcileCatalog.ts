import type { PageArgs } from '../../../../kernel/page.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { reconcile, type Reconciliation, type Stage } from '../../../../kernel/audit/reconcile/reconcile.ts';
import type { Context } from '../../context.ts';
import { requirePresent } from '../presentOnly.ts';
import { checkAssets } from './checkAssets.ts';
import { checkEdges, checkEvidence, checkMerges } from './checkEvidence.ts';
import { checkEvents, checkHanging } from './checkEvents.ts';
import { checkAssignments, checkProducts, checkTerms } from './checkGlossary.ts';
import { checkCrawls, checkSources, checkTags } from './checkNamed.ts';
import { checkJobs, checkMetrics, checkRuns, checkSignals } from './checkStated.ts';
import { checkVersions } from './checkVersions.ts';

/** Causes before what follows from them: the first finding is then the telling one. */
const STAGES: readonly Stage[] = [
  { name: 'tags', table: 'catalog.tag', start: '', step: 100, check: checkTags },
  { name: 'sources', table: 'catalog.source', start: '', step: 100, check: checkSources },
  { name: 'crawls', table: 'catalog.crawl', start: '', step: 100, check: checkCrawls },
  { name: 'versions', table: 'catalog.asset_version', start: '0 0', step: 100, check: checkVersions },
  { name: 'merges', table: 'catalog.asset_merge', start: '0', step: 100, check: checkMerges },
  { name: 'assets', table: 'catalog.asset', start: '0', step: 64, check: checkAssets },
  { name: 'edges', table: 'catalog.lineage_edge', start: '0', step: 100, check: checkEdges },
  { name: 'metrics', table: 'catalog.metric', start: '', step: 100, check: checkMetrics },
  { name: 'signals', table: 'catalog.quality_signal', start: '', step: 100, check: checkSignals },
  { name: 'jobs', table: 'catalog.job', start: '', step: 100, check: checkJobs },
  { name: 'runs', table: 'catalog.job_run', start: '', step: 100, check: checkRuns },
  { name: 'evidence', table: 'kernel.audit_event', start: '0', step: 100, check: checkEvidence },
  { name: 'terms', table: 'catalog.glossary_term', start: '', step: 100, check: checkTerms },
  { name: 'assignments', table: 'catalog.term_assignment', start: '0', step: 100, check: checkAssignments },
  { name: 'products', table: 'catalog.data_product', start: '', step: 100, check: checkProducts },
  { name: 'events', table: 'kernel.audit_event', start: '0', step: 100, check: checkEvents },
  { name: 'hanging', table: 'catalog.ownership', start: '', step: 100, check: checkHanging },
];

/** Holds a page of the catalog's tables against the audit log. @throws Fault FORBIDDEN and those of `reconcile` */
export function reconcileCatalog(context: Context, args: PageArgs): Promise<Reconciliation> {
  const { kernel, request } = context;
  requireAction(request, 'audit.read');
  requirePresent(context, 'reconcileCatalog');
  return reconcile(kernel.db, STAGES, 'reconcileCatalog', args, request.signal);
}
