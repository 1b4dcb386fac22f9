import type { Tx } from '../../../../kernel/db/database.ts';
import { type Claim, distinctClaims } from '../../../../lineage/openlineage/claim.ts';
import { lifecycleOf, outlives } from '../../../../lineage/openlineage/dropped.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import type { JobRole } from '../../domain/job.ts';
import type { EdgeClaim } from '../../domain/lineage/edge.ts';
import { saidOfDropped } from '../../store/ingestDatasets.ts';
import type { DatasetBook } from './datasetBook.ts';
import type { DatedClaim, Told } from './jobLineage.ts';

export interface MeantLineage extends Pick<Told, 'key' | 'jobId' | 'detail'> {
  readonly claims: readonly EdgeClaim[];
  readonly uses: readonly { readonly no: No; readonly role: JobRole }[];
}

/**
 * What is left of claims when it is known what their names stand for: nothing flows into itself, perhaps under another name,
 * and what was said of a dataset before it was dropped does not hold any more.
 */
export async function whatIsMeant(tx: Tx, told: readonly Told[], book: DatasetBook): Promise<readonly MeantLineage[]> {
  const names = new Map(
    told.flatMap(({ claims, uses }) => [...claims.flatMap(({ source, target }) => [source, target]), ...uses]).map(keyed),
  );
  await book.learn([...names.values()]);
  const nos = [...names.values()].flatMap((name) => book.of(name)?.no ?? []);
  const dropped = new Map([...(await saidOfDropped(tx, [...new Set(nos)]))].map(([no, said]) => [no, lifecycleOf(said)]));
  const holds = (name: Named, namedAt: Instant): boolean => {
    const lifecycle = dropped.get(book.of(name)?.no ?? '');
    return lifecycle === undefined || outlives(namedAt, lifecycle);
  };
  const isLoop = ({ source, target }: DatedClaim): boolean =>
    book.of(source)?.no === book.of(target)?.no && source.column === target.column;
  return told.map(({ claims, uses, ...rest }) => ({
    ...rest,
    claims: distinctClaims(
      claims.filter(
        (claim) => !isLoop(claim) && holds(claim.source, claim.namedAt.source) && holds(claim.target, claim.namedAt.target),
      ),
    ).map(plain),
    uses: uses.flatMap(({ role, namedAt, ...name }) => {
      const no = book.of(name)?.no;
      return no === undefined || !holds(name, namedAt) ? [] : [{ no, role }];
    }),
  }));
}

const keyed = ({ namespace, name }: Named) => [namedKey({ namespace, name }), { namespace, name }] as const;

const plain = ({ source, target, type, subtype, expression, confidence, reasons, masking }: Claim): EdgeClaim => ({
  source,
  target,
  type,
  subtype,
  expression,
  confidence,
  reasons,
  ...(masking && { masking }),
});
