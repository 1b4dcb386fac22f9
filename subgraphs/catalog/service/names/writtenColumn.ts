import { canonicalize, canonicalPart, columnRule, identifierRule } from '../../../../kernel/identifier.ts';
import type { FoundAsset, WrittenColumn } from '../../store/names.ts';

/** The written name of a column of a dataset, in the forms in which its platform may have it. */
export const writtenColumn = ({ no, platform }: Pick<FoundAsset, 'no' | 'platform'>, name: string): WrittenColumn => ({
  datasetNo: no,
  exact: canonicalPart(identifierRule(platform), name),
  canonical: canonicalize(columnRule(platform), name),
});
