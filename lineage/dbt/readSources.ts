import { z } from 'zod';
import { anything, listOf, text } from './fields.ts';
import { type ArtifactKind, parseArtifact } from './parseArtifact.ts';
import type { DbtDataset } from './project.ts';

export const SOURCES: ArtifactKind = { name: 'sources', file: 'sources.json', versions: { from: 1, to: 3 } };

/** What `dbt source freshness` found, by unique_id. */
export type Freshness = ReadonlyMap<string, FreshnessResult>;
type FreshnessResult = z.infer<typeof result>;

const result = z.object({ unique_id: z.string(), status: text.default(null), max_loaded_at: text.default(null) });
const unkeyed = result.omit({ unique_id: true });

/** @throws ArtifactError */
export function readSources(source: string): Freshness {
  const { body } = parseArtifact(SOURCES, source);
  const results = body['results'];
  if (Array.isArray(results))
    return new Map(
      listOf(result)
        .parse(results)
        .map((one) => [one.unique_id, one]),
    );
  // v1 has them by unique_id under another name.
  return new Map(
    Object.entries(anything.parse(body['sources'] ?? results ?? {})).flatMap(([unique_id, value]) => {
      const { success, data } = unkeyed.safeParse(value);
      return success ? [[unique_id, { unique_id, ...data }] as const] : [];
    }),
  );
}

export const withFreshness = (dataset: DbtDataset, found: FreshnessResult | undefined): DbtDataset =>
  found === undefined ? dataset : { ...dataset, loadedAt: found.max_loaded_at, status: found.status };
