export const TARGET_KINDS = [
  'MODEL_STAGE',
  'DATASET_CERTIFIED',
  'DATA_PRODUCT_CERTIFIED',
  'GLOSSARY_TERM_PUBLISHED',
  'DATASET_ACCESS',
  'POLICY_CHANGE',
] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** What is to happen with a subject. */
export interface Target {
  readonly kind: TargetKind;
  /** The stage as it is compared, or for whom access is asked; empty where the kind says all. */
  readonly key: string;
}

/** A target as people call it. */
export function targetText({ kind, key }: Target): string {
  switch (kind) {
    case 'MODEL_STAGE':
      return `the stage ${key}`;
    case 'DATASET_CERTIFIED':
      return 'certification';
    case 'DATA_PRODUCT_CERTIFIED':
      return 'certification of data products';
    case 'GLOSSARY_TERM_PUBLISHED':
      return 'publishing glossary terms';
    case 'DATASET_ACCESS':
      return `access for ${key}`;
    case 'POLICY_CHANGE':
      return 'the change of policy';
  }
}
