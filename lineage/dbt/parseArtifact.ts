import { z } from 'zod';
import { ArtifactError } from './artifactError.ts';
import { jsonFault } from './jsonFault.ts';

/** One kind of artifact and the versions of it that are understood. */
export interface ArtifactKind {
  /** As it stands in `dbt_schema_version`: `manifest`, `run-results`. */
  readonly name: string;
  readonly file: string;
  readonly versions: { readonly from: number; readonly to: number };
}

export interface Artifact {
  readonly version: number;
  readonly dbtVersion: string | null;
  readonly generatedAt: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const header = z.looseObject({ metadata: z.looseObject({ dbt_schema_version: z.string() }) });
const text = z.string().nullable().catch(null);

/** @throws ArtifactError when the text is no JSON, another artifact, or of an unknown version */
export function parseArtifact(kind: ArtifactKind, source: string): Artifact {
  const parsed = header.safeParse(parseJson(source));
  if (!parsed.success) {
    throw new ArtifactError(
      'WRONG_ARTIFACT',
      `This is no ${kind.file} of dbt 0.19 or later: it has no metadata.dbt_schema_version.`,
    );
  }
  const { metadata } = parsed.data;
  return {
    version: checkVersion(kind, metadata.dbt_schema_version),
    dbtVersion: text.parse(metadata['dbt_version']),
    generatedAt: text.parse(metadata['generated_at']),
    metadata,
    body: parsed.data,
  };
}

function parseJson(source: string): unknown {
  const body = source.startsWith('\ufeff') ? source.slice(1) : source;
  try {
    return JSON.parse(body);
  } catch {
    const numeric = withoutNaN(body);
    if (numeric !== null) return numeric;
    const { line, column, truncated } = jsonFault(body);
    const place = `line ${line}, column ${column}`;
    if (truncated)
      throw new ArtifactError('TRUNCATED', `The file ends in the middle of its JSON (${place}). Was dbt interrupted?`);
    throw new ArtifactError('NOT_JSON', `The file is not JSON: something unexpected stands at ${place}.`);
  }
}

/** Python writes NaN and Infinity, which are no JSON: nothing is known there. Null when that was not what is wrong. */
function withoutNaN(body: string): unknown {
  if (!/[:[,]\s*(?:NaN|-?Infinity)\b/.test(body)) return null;
  try {
    return JSON.parse(
      body.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part.startsWith('"') ? part : 'null')),
    );
  } catch {
    return null;
  }
}

/** `https://schemas.getdbt.com/dbt/manifest/v12.json` */
function checkVersion({ name, file, versions }: ArtifactKind, schema: string): number {
  const match = /\/dbt\/([a-z-]+)\/v(\d{1,6})\.json$/.exec(schema);
  if (match === null) throw new ArtifactError('WRONG_ARTIFACT', `"${schema.slice(0, 200)}" names no artifact of dbt.`);
  if (match[1] !== name) throw new ArtifactError('WRONG_ARTIFACT', `This is a ${match[1] ?? ''} artifact; ${file} is asked for.`);
  const version = Number(match[2]);
  if (version >= versions.from && version <= versions.to) return version;
  throw new ArtifactError(
    'UNSUPPORTED_VERSION',
    `This ${file} has version v${version}; v${versions.from} to v${versions.to} are understood. ${
      version > versions.to ? 'Update Cadastre, or write it with an older dbt.' : 'Write it again with a newer dbt.'
    }`,
  );
}
