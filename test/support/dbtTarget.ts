import { batchesOf, type Batch } from '../../cli/ingest/batches.ts';
import { statedBy } from '../../cli/ingest/statement.ts';
import { evidenceOf } from '../../lineage/dbt/evidence.ts';
import { metadataOf } from '../../lineage/dbt/metadata.ts';
import { type ArtifactTexts, readProject } from '../../lineage/dbt/readProject.ts';
import type { TestCatalog } from './catalog.ts';

export const WAREHOUSE = 'postgres://shop:5432';

const INGEST = `mutation($input: IngestMetadataInput!) { result: ingestMetadata(input: $input) {
  __typename ... on MetadataIngested { datasets edgesOpened edgesClosed unresolved signals results metrics dashboards auditId } ... on Refused { code } } }`;

export interface Counts {
  datasets: number;
  edgesOpened: number;
  edgesClosed: number;
  unresolved: number;
  signals: number;
  results: number;
  metrics: number;
  dashboards: number;
}

/** The requests that `cadastre ingest dbt` sends for a target folder, without column lineage. */
export function requestsOf(texts: ArtifactTexts): readonly Batch[] {
  const project = readProject(texts, { namespace: () => WAREHOUSE });
  const sender = { producer: `dbt/${project.name}`, generatedAt: project.generatedAt };
  return batchesOf(sender, metadataOf(project), evidenceOf(project, new Map()), statedBy(project)).batches;
}

/** Sends a target folder as the command does. @returns what all requests together answered */
export async function sendTarget(catalog: TestCatalog, texts: ArtifactTexts, suffix = ''): Promise<Counts> {
  const sum: Counts = {
    datasets: 0,
    edgesOpened: 0,
    edgesClosed: 0,
    unresolved: 0,
    signals: 0,
    results: 0,
    metrics: 0,
    dashboards: 0,
  };
  for (const batch of requestsOf(texts)) {
    const input = { ...batch, idempotencyKey: batch.idempotencyKey + suffix };
    const { data, errors } = await catalog.ask(INGEST, { input });
    if (data?.result?.__typename !== 'MetadataIngested') throw new Error(JSON.stringify(errors.length > 0 ? errors : data));
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += data.result[name];
  }
  return sum;
}

/** `run_results.json` of one invocation; each result ended at its moment. */
export const runResults = (
  at: string,
  results: Readonly<Record<string, { readonly status: string; readonly failures?: unknown; readonly message?: string }>>,
): string =>
  JSON.stringify({
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      generated_at: at,
      invocation_id: `run-${at}`,
    },
    results: Object.entries(results).map(([unique_id, result]) => ({ unique_id, timing: [], ...result })),
  });

/** `sources.json` of one check of freshness. */
export const sourcesJson = (at: string, results: readonly object[]): string =>
  JSON.stringify({
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/sources/v3.json',
      generated_at: at,
      invocation_id: `fresh-${at}`,
    },
    results,
  });
