import type { RequestContext } from '../../kernel/context.ts';
import type { WholeGraph } from './wholeGraph.ts';

export const PLACE = 'postgres://shop.example:5432';
export const columnUrn = (dataset: string, column: string): string => `urn:cadastre:column:${PLACE},shop.${dataset},${column}`;
export const datasetUrn = (dataset: string): string => `urn:cadastre:dataset:${PLACE},shop.${dataset}`;

const end = (written: string): object => {
  const [schema, table, column] = written.split('.');
  return { namespace: PLACE, name: `shop.${schema}.${table}`, column };
};
const flows = (source: string, target: string): object => ({
  source: end(source),
  target: end(target),
  type: 'DIRECT',
  subtype: 'IDENTITY',
  confidence: 1,
});

/** Customers and orders, and features that are made of them: `raw.customers.country` becomes `ml.churn_features.country`. */
export async function ingestShop({ change }: WholeGraph, request?: Partial<RequestContext>): Promise<void> {
  const table = (name: string, ...columns: readonly string[]): object => ({
    namespace: PLACE,
    name: `shop.${name}`,
    columns: columns.map((column) => ({ name: column, dataType: 'text' })),
  });
  const input = {
    producer: 'test 1',
    datasets: [
      table('raw.customers', 'id', 'country', 'signed_up_at', 'secret'),
      table('raw.orders', 'customer_id', 'amount'),
      table('ml.churn_features', 'customer_id', 'country', 'orders_total', 'tenure_days'),
    ],
    evidence: [
      {
        key: 'query/churn_features',
        origin: 'QUERY',
        claims: [
          flows('raw.customers.id', 'ml.churn_features.customer_id'),
          flows('raw.customers.country', 'ml.churn_features.country'),
          flows('raw.customers.signed_up_at', 'ml.churn_features.tenure_days'),
          flows('raw.orders.amount', 'ml.churn_features.orders_total'),
        ],
      },
    ],
  };
  const done = await change('ingestMetadata', input, '', request);
  if (done.__typename !== 'MetadataIngested') throw new Error(JSON.stringify(done));
}

export const INPUTS = ['orders_total', 'tenure_days_log', 'country_DE', 'country_FR', 'mystery'] as const;

export interface ChurnVersion {
  readonly modelId: string;
  readonly versionId: string;
  readonly digest: string;
}

interface ChurnOptions {
  readonly name?: string;
  readonly inputs?: readonly string[];
  readonly datasets?: readonly object[];
  readonly isSealed?: boolean;
}

/** A model with one version that was trained on the features, sealed unless asked otherwise. */
export async function churnVersion(
  graph: WholeGraph,
  options: ChurnOptions = {},
  request?: Partial<RequestContext>,
): Promise<ChurnVersion> {
  const { name = 'churn', inputs = INPUTS, isSealed = true } = options;
  const { datasets = [{ role: 'TRAINING', urn: datasetUrn('ml.churn_features') }] } = options;
  const { model } = await graph.change('createModel', { name }, '... on ModelCreated { model { id } }', request);
  const digest = await graph.upload(Buffer.from(`weights of ${name}`), request);
  const features = inputs.map((input) => ({ name: input, type: 'double' }));
  const input = {
    modelId: model.id,
    artifacts: [{ path: 'weights.bin', digest }],
    signature: { inputs: features, outputs: [{ name: 'score', type: 'double' }] },
    datasets,
  };
  const { modelVersion } = await graph.change(
    'createModelVersion',
    input,
    '... on ModelVersionCreated { modelVersion { id } }',
    request,
  );
  if (!isSealed) return { modelId: model.id, versionId: modelVersion.id, digest: '' };
  const sealed = await graph.change(
    'sealModelVersion',
    { id: modelVersion.id },
    '... on ModelVersionSealed { modelVersion { digest } }',
    request,
  );
  return { modelId: model.id, versionId: modelVersion.id, digest: sealed.modelVersion.digest };
}

/** Into a stage that nothing guards. */
export async function intoStage(
  graph: WholeGraph,
  { versionId, digest }: ChurnVersion,
  request?: Partial<RequestContext>,
): Promise<void> {
  const input = { versionId, stage: 'staging', expectedDigest: digest };
  const done = await graph.change('promoteModelVersion', input, '', request);
  if (done.__typename !== 'ModelVersionPromoted') throw new Error(JSON.stringify(done));
}
