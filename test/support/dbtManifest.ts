/** Small manifests in the form of each version, for tests. */
export interface NodeSketch {
  readonly kind?: string;
  readonly database?: string | null;
  readonly schema?: string;
  readonly sql?: string;
  /** Leaves only what `dbt parse` knows. */
  readonly uncompiled?: boolean;
  readonly columns?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly string[];
  /** Whatever else stands in the node. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface ManifestSketch {
  readonly version?: number;
  readonly adapter?: string;
  readonly nodes?: Readonly<Record<string, NodeSketch>>;
  readonly sources?: Readonly<Record<string, NodeSketch>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** `nodes` by unique_id: `model.shop.orders`, `source.shop.raw.orders`. */
export function dbtManifest({ version = 12, adapter = 'postgres', nodes = {}, sources = {}, more = {} }: ManifestSketch): string {
  const section = (sketches: Readonly<Record<string, NodeSketch>>) =>
    Object.fromEntries(Object.entries(sketches).map(([id, sketch]) => [id, nodeOf(id, sketch, version)]));
  return JSON.stringify({
    metadata: {
      dbt_schema_version: `https://schemas.getdbt.com/dbt/manifest/v${version}.json`,
      dbt_version: version < 7 ? '1.0.0' : '1.8.0',
      generated_at: '2026-11-21T08:00:00Z',
      adapter_type: adapter,
      ...(version >= 10 && { project_name: 'shop' }),
    },
    nodes: section(nodes),
    sources: section(sources),
    ...more,
  });
}

function nodeOf(id: string, sketch: NodeSketch, version: number): object {
  const parts = id.split('.');
  const kind = sketch.kind ?? parts[0];
  const [raw, compiled] = version < 7 ? ['raw_sql', 'compiled_sql'] : ['raw_code', 'compiled_code'];
  return {
    unique_id: id,
    resource_type: kind,
    package_name: parts[1],
    name: parts.at(-1),
    ...(kind === 'source' ? { source_name: parts[2], identifier: parts.at(-1) } : { alias: parts.at(-1) }),
    database: sketch.database === undefined ? 'shop' : sketch.database,
    schema: sketch.schema ?? 'public',
    config: { enabled: true, materialized: kind === 'model' ? 'table' : kind },
    columns: Object.fromEntries(
      Object.entries(sketch.columns ?? {}).map(([name, type]) => [
        name,
        { name, data_type: type === '' ? null : type, description: '' },
      ]),
    ),
    depends_on: { nodes: sketch.dependsOn ?? [], macros: [] },
    ...(sketch.sql !== undefined && { [raw]: sketch.sql, ...(sketch.uncompiled !== true && { [compiled]: sketch.sql }) }),
    ...(version >= 7 && { language: 'sql' }),
    ...sketch.more,
  };
}
