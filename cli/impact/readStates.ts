import { z } from 'zod';
import type { TableColumns } from '../../lineage/dbt/claim.ts';
import type { DbtProject } from '../../lineage/dbt/project.ts';
import { readProject } from '../../lineage/dbt/readProject.ts';
import { readNeededText, reading } from '../ingest/readText.ts';
import { Malformed } from '../malformed.ts';

/** A manifest, with a catalog of the same state where there is one. Where the warehouse is does not matter here. */
export async function readState(manifestFile: string, catalogFile: string | undefined): Promise<DbtProject> {
  const manifest = await readNeededText(manifestFile, '`dbt compile` writes it.');
  const catalog = catalogFile === undefined ? null : await readNeededText(catalogFile, '`dbt docs generate` writes it.');
  return readProject(
    { manifest, catalog },
    {
      namespace: (adapter) => adapter,
      reading: (artifact, read) => reading(artifact === 'catalog' ? (catalogFile ?? '') : manifestFile, read),
    },
  );
}

const schema = z.record(
  z.string(),
  z.record(
    z.string(),
    z
      .string()
      .nullable()
      .transform((type) => type ?? ''),
  ),
);

/** `{ "db.schema.table": { "column": "type" } }` */
export async function readSchema(file: string): Promise<TableColumns> {
  const text = await readNeededText(file, 'Write one like {"shop.public.orders": {"amount": "decimal(10,2)"}}.');
  const parsed = schema.safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Malformed(
    'MALFORMED',
    `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}. Write it like {"shop.public.orders": {"amount": "decimal(10,2)"}}.`,
  );
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Malformed('NOT_JSON', `${file} is not JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
}
