import type { EvidenceKind } from '../../../../kernel/approval/evidenceValue.ts';
import { byText } from '../byText.ts';
import type { Evidence, ParamValue } from '../model.ts';

/** One value out of evidence. */
export interface Figure {
  readonly kind: EvidenceKind;
  readonly name: string;
  readonly field: string;
  readonly value: ParamValue;
  readonly evidenceId: string;
}

const FIGURES_MAX = 1_000;

export const valueOf = ({ value }: Pick<Evidence, 'value'>): Readonly<Record<string, ParamValue>> =>
  JSON.parse(value) as Readonly<Record<string, ParamValue>>;

/** The values of the evidence that counts, by kind, name and field. */
export function figuresOf(evidence: readonly Evidence[]): readonly Figure[] {
  return evidence
    .filter(({ isLatest }) => isLatest)
    .flatMap((one) =>
      Object.entries(valueOf(one)).map(([field, value]) => ({
        kind: one.kind,
        name: one.name,
        field,
        value,
        evidenceId: one.id,
      })),
    )
    .toSorted(byText(({ kind, name, field }) => `${kind}\0${name}\0${field}`))
    .slice(0, FIGURES_MAX);
}
