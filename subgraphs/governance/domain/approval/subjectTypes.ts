import type { TargetKind } from '../../../../kernel/approval/target.ts';
import { GLOSSARY_TYPES } from '../../../../kernel/policy/actions.ts';

/** Types of subjects that whoever may read the catalog sees, as far as its policies let them. */
export const CATALOG_SUBJECTS: readonly string[] = ['Dataset', ...GLOSSARY_TYPES];

/** What is asked for when approval of a thing of this type is; versions of models need a stage besides. */
export const targetKindOf = (subjectType: string): TargetKind => KINDS[subjectType] ?? 'POLICY_CHANGE';

const KINDS: Readonly<Partial<Record<string, TargetKind>>> = {
  ModelVersion: 'MODEL_STAGE',
  Dataset: 'DATASET_CERTIFIED',
  DataProduct: 'DATA_PRODUCT_CERTIFIED',
  GlossaryTerm: 'GLOSSARY_TERM_PUBLISHED',
};
