import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { lineageLine } from '../../../cli/lineage/caseLine.ts';
import { packageRoot } from '../../../kernel/root.ts';

const name = z.string().nullable();
const columnEdge = z.tuple([name, z.string(), name, z.string()]);

export const lineageCase = lineageLine.extend({
  id: z.string(),
  suite: z.string(),
  needs: z.array(z.string()).nullish(),
  expect: z.object({
    sources: z.array(z.string()).nullish(),
    targets: z.array(z.string()).nullish(),
    table_edges: z.array(z.tuple([z.string(), z.string()])).nullish(),
    columns: z.array(columnEdge).nullish(),
  }),
});
export type LineageCase = z.infer<typeof lineageCase>;

/** Recorded from other projects under their licences, and therefore not in this repository. */
export const CASES_FOLDER = path.resolve(packageRoot, '../shared/cases/sql-lineage');

export const hasCases = (): boolean => existsSync(CASES_FOLDER);

export function readCases(): readonly LineageCase[] {
  const files = readdirSync(CASES_FOLDER).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => z.array(lineageCase).parse(JSON.parse(readFileSync(path.join(CASES_FOLDER, file), 'utf8'))));
}
