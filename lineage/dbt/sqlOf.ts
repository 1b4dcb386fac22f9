import type { DbtDataset, DbtProject } from './project.ts';
import { referenceIn, referred } from './reference.ts';

/** SQL that can be analysed, or why there is none. */
export type Sql = { readonly sql: string } | { readonly missing: SqlGap };
export type SqlGap = 'NOT_SQL' | 'NOT_COMPILED' | 'NO_CODE';

/**
 * The query of a dataset. `dbt parse` leaves code uncompiled; where its Jinja only names tables, that much is done here, with
 * ephemeral models as the CTEs that dbt would make of them.
 */
export function sqlOf(project: DbtProject, dataset: DbtDataset): Sql {
  const { compiled, raw, language } = dataset.code;
  if (language !== 'sql') return { missing: 'NOT_SQL' };
  if (compiled !== null && compiled.trim() !== '') return { sql: compiled };
  if (raw === null || raw.trim() === '') return { missing: 'NO_CODE' };
  const sql = rendered(project, dataset, 0);
  return sql === null ? { missing: 'NOT_COMPILED' } : { sql };
}

const EPHEMERAL_DEPTH_MAX = 16;

function rendered(project: DbtProject, dataset: DbtDataset, depth: number): string | null {
  if (depth > EPHEMERAL_DEPTH_MAX) return null;
  const ctes = new Map<string, string>();
  let understood = true;
  const sql = withoutSettings(dataset.code.raw ?? '').replace(/\{\{-?([^{}]*)-?\}\}/g, (_whole, jinja: string) => {
    const name = tableOf(project, dataset, jinja, ctes, depth);
    understood &&= name !== null;
    return name ?? '';
  });
  return understood && !/\{[{%]/.test(sql) ? withCtes(sql, ctes) : null;
}

const withoutSettings = (raw: string): string =>
  raw.replace(/\{#[\s\S]*?#\}/g, '').replace(/\{\{-?\s*config\((?:[^{}]|\{[^{}]*\})*\)\s*-?\}\}/g, '');

function tableOf(
  project: DbtProject,
  reader: DbtDataset,
  jinja: string,
  ctes: Map<string, string>,
  depth: number,
): string | null {
  if (!/^\s*(?:ref|source)\([^()]*\)\s*$/.test(jinja)) return null;
  const reference = referenceIn(jinja);
  const id = reference === null ? null : referred(reference, reader.dependsOn);
  const table = id === null ? undefined : project.datasets.get(id);
  if (table === undefined) return null;
  if (table.name !== null) return table.name;
  const inner = table.code.compiled ?? rendered(project, table, depth + 1);
  if (inner === null) return null;
  const cte = `__dbt__cte__${table.label.replace(/\W/g, '_')}`;
  ctes.set(cte, inner);
  return cte;
}

function withCtes(sql: string, ctes: ReadonlyMap<string, string>): string {
  if (ctes.size === 0) return sql;
  const own = /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*with(\s+recursive)?\b/i.exec(sql);
  const defined = [...ctes].map(([name, query]) => `${name} as (\n${query}\n)`).join(',\n');
  if (own === null) return `with ${defined}\n${sql}`;
  return `with${own[1] ?? ''} ${defined},\n${sql.slice(own[0].length)}`;
}
