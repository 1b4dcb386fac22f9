import { type Claim, type ClaimEnd, type ClaimReason, type ClaimSubtype, type ClaimType, SUBTYPES } from './claim.ts';
import type { ColumnLineage, InputField, Transformation } from './columnLineage.ts';
import type { Named } from './statement.ts';

/** The edges that a column lineage facet means. `dataset` shapes every row, so its edges lead to the dataset as a whole. */
export function columnClaims({ namespace, name }: Named, lineage: ColumnLineage | null): readonly Claim[] {
  if (lineage === null) return [];
  const columns = Object.entries(lineage.fields).flatMap(([column, field]) =>
    field.inputFields.flatMap((input) => claimsFrom(input, { namespace, name, column }, wholeColumn(field))),
  );
  const rows = (lineage.dataset ?? []).flatMap((input) =>
    claimsFrom(input, { namespace, name, column: null }, { type: 'INDIRECT', subtype: null, description: null }),
  );
  return [...columns, ...rows];
}

/** What is said of a column in general holds for inputs that say nothing of their own. */
type Fallback = Pick<Transformation, 'type' | 'subtype' | 'description' | 'masking'>;

function wholeColumn(field: ColumnLineage['fields'][string]): Fallback {
  const said = field.transformationType?.toUpperCase() ?? null;
  return {
    type: 'DIRECT',
    subtype: said === 'MASKED' ? 'TRANSFORMATION' : said,
    description: field.transformationDescription,
    masking: said === 'MASKED',
  };
}

function claimsFrom(input: InputField, target: ClaimEnd, fallback: Fallback): readonly Claim[] {
  const source: ClaimEnd = { namespace: input.namespace, name: input.name, column: input.field };
  const given = input.transformations ?? [];
  return (given.length > 0 ? given : [fallback]).map((transformation) => {
    const { type, subtype, reasons } = wayOf(transformation);
    return {
      source,
      target,
      type,
      subtype,
      expression: emptyToNull(transformation.description ?? fallback.description),
      masking: transformation.masking === true,
      confidence: reasons.length === 0 ? 1 : 0.9,
      reasons,
    };
  });
}

/** How clients spell what the specification spells otherwise. */
const SPELLINGS: Readonly<Record<string, string>> = { CONDITION: 'CONDITIONAL', GROUPBY: 'GROUP_BY', ORDER_BY: 'SORT' };
const UNKNOWN = { DIRECT: 'TRANSFORMATION', INDIRECT: 'CONDITIONAL' } as const;

interface Way {
  readonly type: ClaimType;
  readonly subtype: ClaimSubtype;
  readonly reasons: readonly ClaimReason[];
}

function wayOf(transformation: Pick<Transformation, 'type' | 'subtype'>): Way {
  const type = transformation.type.toUpperCase() === 'INDIRECT' ? 'INDIRECT' : 'DIRECT';
  const written = transformation.subtype?.toUpperCase() ?? '';
  const subtype = SUBTYPES[type].find((known) => known === (SPELLINGS[written] ?? written));
  return subtype === undefined ? { type, subtype: UNKNOWN[type], reasons: ['SUBTYPE_UNKNOWN'] } : { type, subtype, reasons: [] };
}

const emptyToNull = (text: string | null | undefined): string | null =>
  text === undefined || text === null || text === '' ? null : text;
