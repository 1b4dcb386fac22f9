import { record } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { EdgeClaim, EdgeOrigin, Evidence } from '../../domain/lineage/edge.ts';
import { SUBTYPES } from '../../domain/lineage/edge.ts';
import type { MetadataIngested } from '../../domain/result.ts';
import { recordEvidence } from '../lineage/recordEvidence.ts';
import { applyStatement, NOTHING_STATED } from '../quality/applyStatement.ts';
import { readTold, type ToldInput } from '../quality/readTold.ts';
import { applyMetadata, type ToldDataset } from './applyMetadata.ts';

export interface IngestMetadata extends MutationInput, ToldInput {
  readonly producer: string;
  readonly datasets: readonly ToldDataset[];
  readonly evidence: readonly ToldEvidence[];
}

export interface ToldEvidence {
  readonly key: string;
  readonly origin: EdgeOrigin;
  readonly detail?: unknown;
  readonly claims: readonly ToldClaim[];
}

type ToldClaim = Omit<EdgeClaim, 'expression' | 'reasons' | 'source' | 'target'> & {
  readonly source: ToldEnd;
  readonly target: ToldEnd;
  readonly expression?: string | null;
  readonly reasons?: readonly string[] | null;
};

interface ToldEnd {
  readonly namespace: string;
  readonly name: string;
  readonly column?: string | null;
}

const DATASETS_MAX = 200;
const EVIDENCE_MAX = 200;
/** Whoever tells of metadata speaks for a tool; views, events and people have ways of their own. */
const ORIGINS: Readonly<Partial<Record<EdgeOrigin, string>>> = { DBT: 'dbt/', QUERY: 'query/' };

/** Takes what a tool such as dbt says of datasets and of lineage. What people said stays in force over it. */
export async function ingestMetadata(context: Context, input: IngestMetadata): Promise<MetadataIngested | RefusedResult> {
  check(input);
  const stated = readTold(input);
  const producer = input.producer.slice(0, 200);
  let isRepeat = true;
  const result = await mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'ingestMetadata',
      noun: 'catalog.metadata',
      action: 'catalog.ingest',
      input,
      prepare: () => ({ subject: { type: 'Producer', id: 'metadata' } }),
    },
    async (tx, origin): Promise<MetadataIngested> => {
      isRepeat = false;
      const changed = await applyMetadata(tx, origin, producer, input.datasets);
      const { outcomes } = await recordEvidence(tx, origin, input.evidence.map(evidenceBy(producer)));
      const { unplaced, ...statement } =
        stated === null ? NOTHING_STATED : await applyStatement(tx, origin, producer, stated.statement, stated.told);
      const counts = {
        datasets: changed,
        edgesOpened: outcomes.reduce((sum, { opened }) => sum + opened, 0),
        edgesClosed: outcomes.reduce((sum, { closed }) => sum + closed, 0),
        unresolved: outcomes.reduce((sum, { unresolved }) => sum + unresolved.length, 0) + unplaced,
        ...statement,
      };
      const receipt = await record(tx, origin, [
        {
          action: 'catalog.metadata.ingested.v1',
          subject: { type: 'Producer', id: 'metadata', digest: digestOf(counts) },
          aggregateId: 'metadata',
          fields: ['datasets', 'edges', 'signals', 'metrics', 'dashboards'],
          detail: { producer, ...counts },
          payload: counts,
        },
      ]);
      return { __typename: 'MetadataIngested', ...tokens(receipt), ...counts, isRepeat };
    },
  );
  return result.__typename === 'MetadataIngested' ? { ...result, isRepeat } : result;
}

const evidenceBy =
  (producer: string) =>
  ({ key, origin, detail, claims }: ToldEvidence): Evidence => ({
    key,
    origin,
    detail: typeof detail === 'object' && detail !== null ? { ...detail, producer } : { producer },
    claims: claims.map(toClaim),
  });

function check({ datasets, evidence }: IngestMetadata): void {
  if (datasets.length > DATASETS_MAX) throw badInput(`datasets: at most ${DATASETS_MAX} at once.`);
  if (evidence.length > EVIDENCE_MAX) throw badInput(`evidence: at most ${EVIDENCE_MAX} at once.`);
  for (const { key, origin, claims } of evidence) {
    const prefix = ORIGINS[origin];
    if (prefix === undefined || !key.startsWith(prefix) || key.length > 500) {
      throw badInput(
        `evidence: "${key.slice(0, 100)}" must have origin DBT and begin with dbt/, or origin QUERY and begin with query/.`,
      );
    }
    const wrong = claims.find(({ type, subtype }) => !SUBTYPES[type].some((known) => known === subtype));
    if (wrong !== undefined) throw badInput(`claims: ${wrong.subtype} is no subtype of ${wrong.type}.`);
  }
}

const toClaim = ({ source, target, expression, reasons, ...claim }: ToldClaim): EdgeClaim => ({
  ...claim,
  confidence: Math.min(1, Math.max(0, claim.confidence)),
  source: { ...source, column: source.column ?? null },
  target: { ...target, column: target.column ?? null },
  expression: expression ?? null,
  reasons: reasons ?? [],
});
