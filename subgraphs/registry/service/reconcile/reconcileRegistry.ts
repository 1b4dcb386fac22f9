import type { PageArgs } from '../../../../kernel/page.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { reconcile, type Reconciliation, type Stage } from '../../../../kernel/audit/reconcile/reconcile.ts';
import type { Context } from '../../context.ts';
import { requirePresent } from '../presentOnly.ts';
import { checkAliases } from './checkAliases.ts';
import { checkBindings, checkBoundEvents, checkReviews } from './checkBindings.ts';
import { checkFeatures } from './checkFeatures.ts';
import { checkHanging, checkModels } from './checkModels.ts';
import { checkExperiments, checkLoggedModels, checkRuns, checkStageLabels, checkTracked } from './checkTracking.ts';
import { checkUploads } from './checkUploads.ts';
import { checkVersions } from './checkVersions.ts';

/** Causes before what follows from them: the first finding is then the telling one. */
const STAGES: readonly Stage[] = [
  { name: 'models', table: 'registry.model', start: '', step: 100, check: checkModels },
  { name: 'versions', table: 'registry.model_version', start: '', step: 20, check: checkVersions },
  { name: 'aliases', table: 'registry.alias_binding', start: '', step: 100, check: checkAliases },
  { name: 'bindings', table: 'registry.stage_binding', start: '', step: 100, check: checkBindings },
  { name: 'bound', table: 'kernel.audit_event', start: '0', step: 100, check: checkBoundEvents },
  { name: 'reviews', table: 'registry.break_glass_review', start: '', step: 100, check: checkReviews },
  { name: 'features', table: 'registry.model_version', start: '', step: 50, check: checkFeatures },
  { name: 'uploads', table: 'registry.blob_upload', start: '', step: 100, check: checkUploads },
  { name: 'experiments', table: 'registry.experiment', start: '0', step: 100, check: checkExperiments },
  { name: 'runs', table: 'registry.run', start: '', step: 10, check: checkRuns },
  { name: 'loggedModels', table: 'registry.logged_model', start: '', step: 20, check: checkLoggedModels },
  { name: 'stageLabels', table: 'registry.model_version', start: '', step: 100, check: checkStageLabels },
  { name: 'tracked', table: 'kernel.audit_event', start: '0', step: 100, check: checkTracked },
  { name: 'hanging', table: 'registry.model', start: '', step: 100, check: checkHanging },
];

/** Holds a page of the registry's tables against the audit log. @throws Fault FORBIDDEN and those of `reconcile` */
export function reconcileRegistry(context: Context, args: PageArgs): Promise<Reconciliation> {
  const { kernel, request } = context;
  requireAction(request, 'audit.read');
  requirePresent(context, 'reconcileRegistry');
  return reconcile(kernel.db, STAGES, 'reconcileRegistry', args, request.signal);
}
